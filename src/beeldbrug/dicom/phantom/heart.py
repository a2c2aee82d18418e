"""A beating heart of nobody under an ultrasound probe: apical four-chamber view, one beat as RGB or grey frames.

Drawn in the probe's own polar grid (depth by angle) with speckle that moves with the muscle, then scan-converted to a
sector. There is a depth scale and an ECG line, no text: nothing is burned in. No DICOM here: `us`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from beeldbrug.dicom.phantom.waves import Grain, Plane, as_plane, generator, soft

ROWS, COLUMNS = 600, 800
TOP, MIDDLE = 30, 400
DEPTH_MM = 165.0
PIXEL_MM = 0.31
"""Frame size, the sector's origin (row, column), its depth, and the pixel's side in mm."""

_HALF_ANGLE = np.deg2rad(40.0)
_DEPTHS, _ANGLES = 420, 260
Frame = npt.NDArray[np.uint8]


class BeatingHeart:
    """Frames of one beat. ``phase`` runs from 0 (end of filling) to 1."""

    def __init__(self, seed: int) -> None:
        rng = generator(seed, "echo")
        self._speckle = np.hypot(*(Grain(rng, (_DEPTHS, _ANGLES), 1.5, 1).next() for _ in range(2)))
        self._still = Grain(rng, (_DEPTHS, _ANGLES), 0.8)
        self._depth = np.linspace(0, DEPTH_MM, _DEPTHS, dtype=np.float32)[:, None]
        self._angle = np.linspace(-_HALF_ANGLE, _HALF_ANGLE, _ANGLES, dtype=np.float32)[None, :]
        self._x = (self._depth * np.sin(self._angle)).astype(np.float32)
        self._y = (self._depth * np.cos(self._angle)).astype(np.float32)
        self._rows, self._columns, self._inside = _scan_map()

    def grey(self, phase: float) -> Frame:
        """One frame, ROWS x COLUMNS, 8 bits."""
        return self._convert(self._polar(phase))

    def colour(self, grey: Frame, phase: float) -> Frame:
        """The frame ``grey`` with colour Doppler of the left chamber laid over it, ROWS x COLUMNS x 3, 8 bits."""
        frame = np.repeat(grey[:, :, None], 3, axis=2)
        flow = self._flow(phase)[self._rows, self._columns] * self._inside
        strong = np.abs(flow) > 0.22
        heat = np.clip(70 + 190 * np.abs(flow[strong]), 0, 255).astype(np.uint8)
        towards = flow[strong] > 0
        frame[strong] = np.column_stack([heat * towards, heat // 3, heat * ~towards])
        _draw_ecg(frame, phase)
        return frame

    def _convert(self, polar: Plane) -> Frame:
        frame = (polar[self._rows, self._columns] * self._inside * 255).astype(np.uint8)
        for centimetre in range(0, int(DEPTH_MM // 10) + 1):
            row = TOP + round(centimetre * 10 / PIXEL_MM)
            frame[row - 1 : row + 1, COLUMNS - 30 - 10 * (centimetre % 5 == 0) : COLUMNS - 20] = 170
        ramp = np.linspace(255, 0, 160).astype(np.uint8)
        frame[40:200, 20:34] = ramp[:, None]
        return frame

    def _polar(self, phase: float) -> Plane:
        squeeze = _squeeze(phase)
        echo = self._tissue(squeeze, phase)
        grain = self._moved_speckle(squeeze) * echo + 0.012 * np.abs(self._still.next())
        loss = np.exp(-self._depth / 260) * soft((np.abs(self._angle) - 0.66) * 20, 2.5)
        shown = np.log1p(40 * grain * loss) / np.log(41)
        return as_plane(np.clip(1.12 * shown - 0.12, 0, 1))

    def _moved_speckle(self, squeeze: float) -> Plane:
        near = np.exp(-((self._x / 55) ** 2) - ((self._y - 85) / 62) ** 2)
        scale = 1 + 0.16 * squeeze * near
        depth = np.clip(((self._y - 30) * scale + 30) / DEPTH_MM * (_DEPTHS - 1), 0, _DEPTHS - 1)
        angle = np.clip((self._angle * scale / _HALF_ANGLE + 1) / 2 * (_ANGLES - 1), 0, _ANGLES - 1)
        return as_plane(self._speckle[depth.astype(np.intp), angle.astype(np.intp)])

    def _oval(self, x: float, y: float, wide: float, long: float, tilt: float = 0.0) -> Plane:
        turn = np.deg2rad(tilt)
        dx, dy = self._x - x, self._y - y
        u, v = dx * np.cos(turn) + dy * np.sin(turn), dy * np.cos(turn) - dx * np.sin(turn)
        return as_plane((np.sqrt((u / wide) ** 2 + (v / long) ** 2) - 1) * min(wide, long))

    def _tissue(self, squeeze: float, phase: float) -> Plane:
        """Echo strength 0 to 1: surroundings, pericardium, muscle, chambers, valves."""
        plane = 112 - 11 * squeeze
        echo = (0.055 + 0.04 * np.sin(self._x / 11 + self._y / 17) * np.sin(self._y / 23)).astype(np.float32)
        sac = self._oval(2, 92, 56 - 1.5 * squeeze, 72, -4)
        echo = _over(echo, soft(np.abs(sac) - 1.4, 2.4), 0.55)
        echo = _over(echo, soft(sac + 1.5, 2.0), 0.13)
        atria = 1 + 0.16 * squeeze
        chambers = (
            self._oval(20, 70 - 3 * squeeze, 20.5 - 5.5 * squeeze, 44 - 8 * squeeze, -7),
            self._oval(-21, 76 - 3 * squeeze, 15.5 - 4.0 * squeeze, 37 - 7 * squeeze, 13),
            self._oval(19, plane + 23, 19 * atria, 19 * atria, 0),
            self._oval(-22, plane + 21, 18 * atria, 17 * atria, 0),
            self._oval(19.5, plane, 15.5, 10),
            self._oval(-20.5, plane, 14.5, 10),
        )
        for chamber in chambers:
            echo = _over(echo, soft(np.abs(chamber) - 0.7, 1.8), 0.3)
        for chamber in chambers:
            echo = _over(echo, soft(chamber, 2.0), 0.006)
        echo = _over(echo, soft(np.abs(self._x + 1) - 3.2, 2.0) * soft(plane - 2 - self._y, 3) * soft(sac, 2), 0.18)
        return self._valves(echo, plane, phase)

    def _valves(self, echo: Plane, plane: float, phase: float) -> Plane:
        opened = _opening(phase)
        for hinge, side in ((3.0, 1), (36.0, -1), (-5.0, -1), (-36.0, 1)):
            swing = np.deg2rad(18 + 55 * opened)
            tip = (hinge + side * 15 * np.cos(swing), plane - 15 * np.sin(swing))
            dx, dy = tip[0] - hinge, tip[1] - plane
            along = np.clip(((self._x - hinge) * dx + (self._y - plane) * dy) / (dx * dx + dy * dy), 0, 1)
            away = np.hypot(self._x - hinge - along * dx, self._y - plane - along * dy)
            echo = _over(echo, soft((away - 0.9).astype(np.float32), 1.2), 0.6)
        return echo

    def _flow(self, phase: float) -> Plane:
        """Velocity towards the probe, -1 to 1: filling through the mitral valve, emptying along the septum."""
        fill = _opening(phase) * np.exp(-(((self._x - 20) / 8) ** 2) - ((self._y - 96) / 22) ** 2)
        empty = max(0.0, np.sin(np.pi * phase / 0.38)) if phase < 0.38 else 0.0
        leave = empty * np.exp(-(((self._x - 10) / 6) ** 2) - ((self._y - 98) / 18) ** 2)
        return as_plane((fill - leave) * (0.7 + 0.3 * self._speckle / self._speckle.max()))


def _over(below: Plane, mask: Plane, value: float) -> Plane:
    return as_plane(below + mask * (np.float32(value) - below))


def _squeeze(phase: float) -> float:
    """0 relaxed to 1 contracted; contraction takes 38 % of the beat."""
    if phase < 0.38:
        return float(np.sin(np.pi / 2 * phase / 0.38) ** 2)
    return float(np.cos(np.pi / 2 * min((phase - 0.38) / 0.42, 1)) ** 2)


def _opening(phase: float) -> float:
    """How far the inflow valves stand open: early filling, then the atrial kick."""
    early, late = np.exp(-(((phase - 0.55) / 0.09) ** 2)), 0.7 * np.exp(-(((phase - 0.9) / 0.06) ** 2))
    return float(early + late)


def _scan_map() -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """For each pixel: row and column in the polar grid, and whether it lies in the sector."""
    y = (np.arange(ROWS)[:, None] - TOP) * PIXEL_MM
    x = (np.arange(COLUMNS)[None, :] - MIDDLE) * PIXEL_MM
    depth, angle = np.hypot(x, y), np.arctan2(x, y)
    inside = (depth < DEPTH_MM) & (np.abs(angle) < _HALF_ANGLE) & (depth > 2)
    rows = np.clip(depth / DEPTH_MM * (_DEPTHS - 1), 0, _DEPTHS - 1).astype(np.intp)
    columns = np.clip((angle / _HALF_ANGLE + 1) / 2 * (_ANGLES - 1), 0, _ANGLES - 1).astype(np.intp)
    return rows, columns, inside


def _draw_ecg(frame: Frame, phase: float) -> None:
    """Two beats of an ECG in green along the foot of the frame, with the moment of this frame marked."""
    columns = np.arange(120, 680)
    beat = (columns - 120) / 280 % 1.0
    peaks = ((0.02, 0.012, 34), (0.045, 0.012, -10), (0.3, 0.05, 9), (0.88, 0.03, 5), (0.99, 0.008, -5))
    height = sum(tall * np.exp(-(((beat - at) / wide) ** 2)) for at, wide, tall in peaks)
    rows = np.clip(572 - np.rint(height), 0, ROWS - 1).astype(int)
    for low, high, column in zip(rows[:-1], rows[1:], columns, strict=False):
        frame[min(low, high) : max(low, high) + 2, column] = (40, 210, 60)
    mark = 120 + int(280 * (1 + phase))
    frame[534:592, min(mark, 679)] = (230, 200, 40)
