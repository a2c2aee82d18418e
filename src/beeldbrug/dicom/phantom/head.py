"""The head of nobody: a made anatomy that gives one transverse plane at a time, for CT and MR alike.

Origin near the skull base in the midline; x to the left, y to the back, z up, millimetres. Scalp, skull with diploe,
folded cortex, ventricles, nuclei, cerebellum, orbits and sinuses are formulas and tables, not anybody's pictures. It
knows nothing of DICOM and adds no noise: `ct` and `mr` do.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import numpy as np

from beeldbrug.dicom.phantom.solids import Bar, Canvas, Ellipsoid, Solid, Tissue
from beeldbrug.dicom.phantom.waves import Field, Plane, as_plane, generator, soft

LOWEST, HIGHEST = -44.0, 98.0
"""Heights between which a scan of the head runs, mm."""

T = Tissue


class Lesion(StrEnum):
    """What is wrong in this head, if anything."""

    NONE = "none"
    BLEED = "bleed"
    INFARCT = "infarct"


_FACE: tuple[Solid, ...] = (
    Bar(T.THIN_BONE, (50, -70), (66, -30), 4, -42, -28),
    Ellipsoid(T.CORTICAL, (31, -57, -20), (22, 29, 21)),
    Ellipsoid(T.FAT, (31, -58, -20), (19.5, 28, 18.5)),
    Bar(T.MUSCLE, (21, -72), (12, -34), 3.6, -27, -13),
    Bar(T.MUSCLE, (43, -70), (17, -34), 3.6, -27, -13),
    Bar(T.MUSCLE, (31, -60), (13, -32), 4.2, -23, -17),
    Ellipsoid(T.MUSCLE, (32, -71, -20), (13.2, 13.2, 13.2)),
    Ellipsoid(T.VITREOUS, (32, -71, -20), (11.8, 11.8, 11.8)),
    Ellipsoid(T.LENS, (32, -80.5, -20), (4.6, 2.2, 4.6)),
    Ellipsoid(T.THIN_BONE, (0, -60, -24), (12.5, 28, 21), mirrored=False),
    Ellipsoid(T.AIR, (0, -60, -24), (11, 26.5, 20), mirrored=False),
    Bar(T.THIN_BONE, (0, -90), (0, -36), 1.2, -60, -6, mirrored=False),
    Bar(T.THIN_BONE, (0, -72), (10, -70), 0.9, -40, -8),
    Bar(T.THIN_BONE, (0, -61), (10, -63), 0.9, -40, -8),
    Bar(T.THIN_BONE, (0, -50), (10, -48), 0.9, -40, -8),
    Bar(T.THIN_BONE, (5.5, -74), (5, -44), 0.8, -36, -10),
    Ellipsoid(T.CORTICAL, (8, -26, -20), (11, 12, 12)),
    Ellipsoid(T.AIR, (8, -26, -20), (8.5, 9.5, 9.5)),
    Bar(T.THIN_BONE, (1, -37), (-1, -16), 1.4, -30, -10, mirrored=False),
    Ellipsoid(T.THIN_BONE, (28, -56, -54), (18, 21, 18)),
    Ellipsoid(T.AIR, (28, -56, -54), (16.5, 19.5, 16.5)),
    Ellipsoid(T.MUSCLE, (7, -60, -50), (3.2, 18, 12)),
    Ellipsoid(T.CORTICAL, (10, -81, 4), (15, 7, 14)),
    Ellipsoid(T.AIR, (10, -82, 4), (12.5, 4, 11.5)),
)

_BASE: tuple[Solid, ...] = (
    Bar(T.CORTICAL, (60, 24), (34, 10), 13, -30, -12),
    Bar(T.CORTICAL, (36, 11), (12, -6), 9, -27, -14),
    Ellipsoid(T.DIPLOE, (60, 26, -28), (11, 15, 18)),
    Ellipsoid(T.AIR, (44, 14, -21), (2.6, 2.0, 5)),
    Ellipsoid(T.AIR, (68, 14, -24), (10, 2.6, 3)),
    Bar(T.CORTICAL, (0, -15), (0, -8), 12, -30, -12, mirrored=False),
    Ellipsoid(T.CORTICAL, (11, -22, -3), (3, 5, 4)),
)

_HINDBRAIN: tuple[Solid, ...] = (
    Ellipsoid(T.CSF, (0, 46, -20), (54, 37, 27), mirrored=False),
    Ellipsoid(T.GREY, (24, 47, -21), (27, 31, 24)),
    Ellipsoid(T.WHITE, (23, 44, -21), (16, 15, 12), angle=20, strength=0.8),
    Ellipsoid(T.GREY, (0, 48, -18), (7, 24, 20), mirrored=False),
    Ellipsoid(T.CSF, (0, 10, -14), (20, 17, 30), mirrored=False),
    Ellipsoid(T.CSF, (0, -12, -3), (16, 13, 9), mirrored=False),
    Ellipsoid(T.CSF, (22, 14, 0), (5, 16, 9), angle=-18),
    Ellipsoid(T.WHITE, (0, 9, -20), (17, 14, 17), mirrored=False),
    Ellipsoid(T.WHITE, (9, 7, 0), (9, 14, 15), angle=22),
    Ellipsoid(T.WHITE, (0, 15, -45), (9, 9, 26), mirrored=False),
    Ellipsoid(T.WHITE, (14, 25, -20), (7, 12, 7), angle=28),
    Ellipsoid(T.CSF, (0, 27, -19), (7, 4.5, 11), mirrored=False),
    Ellipsoid(T.CSF, (0, 23, 4), (11, 5, 6), mirrored=False),
)

_DEEP: tuple[Solid, ...] = (
    Ellipsoid(T.WHITE, (16, -2, 32), (24, 42, 24)),
    Ellipsoid(T.CSF, (50, -18, 20), (13, 2.6, 15), angle=-12),
    Ellipsoid(T.CSF, (37, -4, 22), (2.0, 20, 15), angle=4),
    Ellipsoid(T.GREY, (34, -3, 22), (2.6, 22, 18), angle=4),
    Ellipsoid(T.GREY, (24.5, -5, 20), (6.5, 15, 14), angle=-16),
    Ellipsoid(T.GREY, (11.5, 13, 22), (8.5, 14, 12), angle=-14),
    Ellipsoid(T.GREY, (13.5, -21, 26), (6.2, 10, 14), angle=-8),
    Ellipsoid(T.GREY, (16, -4, 40), (3.0, 22, 7), angle=-8),
    Ellipsoid(T.CSF, (7.8, -27, 28), (4.2, 14, 13), angle=-20),
    Ellipsoid(T.CSF, (9.5, 2, 40), (6.0, 34, 9), angle=-6),
    Ellipsoid(T.CSF, (23, 37, 27), (5.2, 15, 14), angle=-24),
    Ellipsoid(T.CSF, (24, 56, 24), (3.6, 13, 7), angle=8),
    Ellipsoid(T.CSF, (31, 10, 2), (2.8, 12, 6), angle=-14),
    Ellipsoid(T.CSF, (0, 3, 21), (2.1, 17, 13), mirrored=False),
    Ellipsoid(T.CSF, (0, 32, 12), (9, 6, 8), mirrored=False),
    Ellipsoid(T.CALCIUM, (0, 27, 17), (2.2, 2.6, 2.6), mirrored=False),
    Ellipsoid(T.CALCIUM, (21.5, 36, 26), (2.0, 4.0, 4.0), angle=-24),
)

_LESIONS: dict[Lesion, tuple[Solid, ...]] = {
    Lesion.NONE: (),
    Lesion.BLEED: (
        Ellipsoid(T.OEDEMA, (29, -2, 26), (20, 28, 22), angle=-8, mirrored=False, strength=0.85),
        Ellipsoid(T.BLOOD, (28, -4, 26), (13, 21, 17), angle=-10, mirrored=False),
        Ellipsoid(T.BLOOD, (32, 9, 24), (10, 10, 11), angle=30, mirrored=False),
        Ellipsoid(T.BLOOD, (23, 48, 22), (3.5, 9, 6), angle=8, mirrored=False),
    ),
    Lesion.INFARCT: (),
}
_MIDLINE_PUSH = {Lesion.NONE: 0.0, Lesion.BLEED: -9.0, Lesion.INFARCT: -1.5}


class Head:
    """One made head. The same seed and lesion give the same head; ``plane`` draws it at any height."""

    def __init__(self, seed: int, lesion: Lesion = Lesion.NONE, *, size: int = 256, step: float = 0.9) -> None:
        self.size, self.step, self.lesion = size, step, lesion
        self._folds = Field(generator(seed, "folds"), 24.0)
        self._shape = Field(generator(seed, "shape"), 75.0, 16)
        self._cells = Field(generator(seed, "cells"), 7.0)
        self._folia = Field(generator(seed, "folia"), 8.0)

    def plane(self, z: float, look: Mapping[Tissue, float], *, support: bool = True) -> Plane:
        """The plane at height ``z`` mm, rows by columns, with the value of ``look`` for each tissue."""
        canvas = Canvas(self.size, self.step, look)
        if support:
            _head_rest(canvas)
        wobble = self._shape.on_grid(canvas.axis, canvas.axis, z)
        outside = _outside(canvas, z) + 0.8 * wobble
        shift = self._shift(canvas, z)
        self._wrappings(canvas, outside, z)
        depth = self._skull(canvas, outside, wobble, z)
        self._cerebrum(canvas, depth, shift, z)
        self._inner(canvas, depth, shift, z)
        if z < 20:
            self._lower(canvas, outside, depth, z)
        return canvas.values

    def _shift(self, canvas: Canvas, z: float) -> Plane:
        push = _MIDLINE_PUSH[self.lesion] * np.exp(-(((z - 26) / 38) ** 2))
        return as_plane(push * np.exp(-((canvas.y / 45) ** 2)) * np.exp(-((canvas.x / 60) ** 2)))

    def _wrappings(self, canvas: Canvas, outside: Plane, z: float) -> None:
        for solid in (
            Ellipsoid(T.MUSCLE, (77, 12, -24), (5, 17, 28), angle=12),
            Ellipsoid(T.SKIN, (0, -90, -38), (15, 20, 34), mirrored=False),
        ):
            canvas.draw(solid, z)
        canvas.paint(soft(outside, 1.2), T.SKIN)
        canvas.paint(soft(outside + 2.0, 1.2), T.FAT)
        canvas.paint(soft(outside + 4.6, 1.5), T.MUSCLE)

    def _skull(self, canvas: Canvas, outside: Plane, wobble: Plane, z: float) -> Plane:
        """Draw the skull; gives the depth (mm) below its inner face, positive inside."""
        temple = np.exp(-(((canvas.y + 28) / 26) ** 2) - ((z + 4) / 36) ** 2) * soft(48 - np.abs(canvas.x), 20)
        bone = outside + 5.6 + 7.5 * temple.astype(np.float32)
        thick = 5.4 + 0.9 * wobble - 2.6 * temple + 1.5 * soft(60 - canvas.y, 30)
        canvas.paint(soft(bone, 1.0), T.CORTICAL)
        marrow = soft(bone + 2.0, 1.0) * soft(-(bone + thick - 1.9), 1.0)
        canvas.paint(marrow, T.DIPLOE)
        depth = -(bone + thick)
        if z < 20:
            depth = np.minimum(depth, _floor(canvas, z)).astype(np.float32)
        if z < -24:
            # Below the mastoids the skull is a shell round the hind pit; outside it lie the muscles of the neck.
            neck = soft(depth + 6, 1.5) * soft(-(canvas.y + 20), 4) * soft(bone, 1.0)
            canvas.paint(neck * np.float32(min(1.0, (-24 - z) / 6)), T.MUSCLE)
        return as_plane(depth)

    def _cerebrum(self, canvas: Canvas, depth: Plane, shift: Plane, z: float) -> None:
        canvas.paint(soft(-depth, 1.0), T.CSF)
        under = depth - 1.6
        sulcus = self._folds.zero_distance(canvas.axis, canvas.axis, z)
        reach = np.clip(under - 19, 0, None)
        open_width = np.clip(1.3 - 0.06 * under, 0.25, None)
        to_csf = np.minimum(under, sulcus - open_width + reach).astype(np.float32)
        midline = np.abs(canvas.x - shift + 0.8 * np.sin(canvas.y / 14)) - 0.9
        cleft = midline + np.clip(34 - np.abs(canvas.y - 4), 0, None) * float(z < 52)
        to_csf = np.minimum(to_csf, cleft)
        canvas.paint(soft(-under, 1.0), T.WHITE)
        canvas.paint(soft(to_csf - 3.6, 1.6) * soft(-under, 1.0), T.GREY)
        canvas.paint(soft(to_csf, 1.0) * soft(-under, 1.0), T.CSF)
        if z > 10:
            falx = soft(np.abs(canvas.x - shift).astype(np.float32) - 0.55, 0.9) * soft(-depth, 1.0)
            canvas.paint(falx * (np.abs(canvas.y - 4) > (40 if z < 52 else 0)), T.MUSCLE)

    def _inner(self, canvas: Canvas, depth: Plane, shift: Plane, z: float) -> None:
        _draw_within(canvas, _DEEP, z, depth - 1.6, shift)
        if self.lesion is Lesion.INFARCT:
            self._infarct(canvas, depth, z)
        for solid in _LESIONS[self.lesion]:
            wavy = (2.6 * self._folds.on_grid(canvas.axis, canvas.axis, z / 2)).astype(np.float32) + shift
            canvas.draw(solid, z, wavy)

    def _infarct(self, canvas: Canvas, depth: Plane, z: float) -> None:
        """A wedge in the territory of the left middle cerebral artery: base at the cortex, tip at the ventricle."""
        angle = np.arctan2(canvas.y - 5, canvas.x - 14)
        wedge = soft((np.abs(angle + 0.12) - 0.62) * 30, 6) * soft(20 - canvas.x, 6)
        height = float(np.clip(1.6 - abs(z - 34) / 24, 0, 1))
        ragged = np.clip(0.9 + 0.15 * self._cells.on_grid(canvas.axis, canvas.axis, z / 2), 0, 1)
        canvas.paint((wedge * height * 0.8 * ragged * soft(1.6 - depth, 1.0)).astype(np.float32), T.INFARCT)

    def _lower(self, canvas: Canvas, outside: Plane, depth: Plane, z: float) -> None:
        _draw_within(canvas, _HINDBRAIN, z, depth)
        leaves = self._folia.zero_distance(canvas.axis, canvas.axis, z)
        if z < 4:
            cerebellum = soft(8 - np.abs(canvas.x), 4) * soft(26 - canvas.y, 4) * soft(canvas.y - 74, 3)
            canvas.paint(soft(leaves - 0.35, 0.8) * cerebellum * soft(6 - depth, 3) * np.float32(0.3), T.CSF)
        self._face(canvas, outside, z)
        for solid in _BASE:
            canvas.draw(solid, z)
        self._mastoid(canvas, z)

    def _face(self, canvas: Canvas, outside: Plane, z: float) -> None:
        front = soft(canvas.y - _front_wall(canvas, z), 1.5) * soft(outside + 4.0, 1.5)
        if z < 0:
            canvas.paint(front, T.MUSCLE)
            pads = soft(-self._folds.on_grid(canvas.axis, canvas.axis, z) * 4 - 1, 2.0)
            canvas.paint(front * pads * np.float32(0.85), T.FAT)
        for solid in _FACE:
            canvas.draw(solid, z)

    def _mastoid(self, canvas: Canvas, z: float) -> None:
        if not -46 < z < -12:
            return
        cells = soft(-(self._cells.zero_distance(canvas.axis, canvas.axis, z) - 0.9), 0.8)
        radius = np.hypot((np.abs(canvas.x) - 60) / 9, (canvas.y - 27) / 13)
        canvas.paint(cells * soft((radius - 1) * 9, 2), T.AIR)


def _draw_within(canvas: Canvas, solids: tuple[Solid, ...], z: float, depth: Plane, shift: Plane | None = None) -> None:
    """Draw ``solids``, but only where ``depth`` is positive."""
    before = canvas.values.copy()
    for solid in solids:
        canvas.draw(solid, z, shift)
    canvas.values = (before + soft(-depth, 1.0) * (canvas.values - before)).astype(np.float32)


def _outside(canvas: Canvas, z: float) -> Plane:
    """Signed distance (mm, first order) to the skin: negative inside. Broader at the back than at the front."""
    x = canvas.x / (1 + 0.0016 * canvas.y)
    tall = 104.0 if z > 0 else 190.0
    ax, ay = 75.0, 93.0
    radius = np.sqrt((x / ax) ** 2 + (canvas.y / ay) ** 2 + (z / tall) ** 2) + 1e-6
    slope = np.sqrt((x / ax**2) ** 2 + (canvas.y / ay**2) ** 2 + (z / tall**2) ** 2) / radius
    return as_plane((radius - 1) / (slope + 1e-6))


def _front_wall(canvas: Canvas, z: float) -> Plane:
    """y of the wall between the cranial cavity and the face."""
    apex = np.interp(z, (-45, -30, -20, -10, -4, 1, 5), (6, -2, -14, -26, -38, -70, -140))
    return as_plane(apex - 0.62 * np.clip(np.abs(canvas.x) - 10, 0, 40))


def _floor(canvas: Canvas, z: float) -> Plane:
    """Distance (mm) inside the walls of the skull base: the face in front, the hind pit narrowing below."""
    front = canvas.y - _front_wall(canvas, z) - 4.0
    if z > -24:
        return as_plane(front)
    narrow = float(np.interp(z, (-60, -24), (0.35, 1.0)))
    radius = np.hypot(canvas.x / (60 * narrow), (canvas.y - 30) / (48 * narrow))
    temporal = np.hypot((np.abs(canvas.x) - 38) / 20, (canvas.y + 8) / 20)
    pits = (1 - radius) * 40
    if z > -34:
        pits = np.maximum(pits, (1 - temporal) * 20)
    return as_plane(np.minimum(front, pits))


def _head_rest(canvas: Canvas) -> None:
    """The trough of the scanner's head rest, with a foam pad, behind the head."""
    radius = np.hypot(canvas.x, canvas.y + 6)
    arc = soft(18 - canvas.y, 4)
    canvas.paint(soft((np.abs(radius - 104) - 4.5).astype(np.float32), 1.5) * arc, T.FOAM)
    canvas.paint(soft((np.abs(radius - 110) - 1.4).astype(np.float32), 1.0) * arc, T.REST)
