"""Drawing with soft-edged solids on one plane of a volume: ellipsoids and bars in millimetres, in the patient's axes.

x grows to the patient's left, y to the back, z to the head (PS3.3 C.7.6.2.1.1). A canvas holds one number per pixel,
looked up per tissue, so the same drawing serves CT (HU) and MR (signal). No anatomy here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from beeldbrug.dicom.phantom.waves import Plane, soft


class Tissue(StrEnum):
    """What a pixel of the head is made of."""

    AIR = "air"
    SKIN = "skin"
    FAT = "fat"
    MUSCLE = "muscle"
    CORTICAL = "cortical bone"
    DIPLOE = "diploe"
    THIN_BONE = "thin bone"
    CSF = "cerebrospinal fluid"
    GREY = "grey matter"
    WHITE = "white matter"
    VITREOUS = "vitreous"
    LENS = "lens"
    CALCIUM = "calcium"
    BLOOD = "blood"
    OEDEMA = "oedema"
    INFARCT = "infarct"
    REST = "head rest"
    FOAM = "foam"


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """``centre`` and half ``axes`` in mm, turned by ``angle`` degrees about z; ``mirrored`` draws both sides."""

    tissue: Tissue
    centre: tuple[float, float, float]
    axes: tuple[float, float, float]
    angle: float = 0.0
    mirrored: bool = True
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in the plane from ``start`` to ``end`` (x, y), ``thick`` mm, seen for z within ``low`` to ``high``."""

    tissue: Tissue
    start: tuple[float, float]
    end: tuple[float, float]
    thick: float
    low: float
    high: float
    mirrored: bool = True


Solid = Ellipsoid | Bar


class Canvas:
    """One plane: ``size`` x ``size`` pixels of ``step`` mm centred on the origin, values float32."""

    def __init__(self, size: int, step: float, look: Mapping[Tissue, float]) -> None:
        self.step = step
        self.axis: Plane = ((np.arange(size, dtype=np.float32) - (size - 1) / 2) * step).astype(np.float32)
        self.x = np.broadcast_to(self.axis[None, :], (size, size))
        self.y = np.broadcast_to(self.axis[:, None], (size, size))
        self.look = look
        self.values: Plane = np.full((size, size), look[Tissue.AIR], dtype=np.float32)

    def paint(self, mask: Plane, tissue: Tissue) -> None:
        """Blend ``tissue`` in where ``mask`` (0 to 1) says."""
        self.values += mask * (np.float32(self.look[tissue]) - self.values)

    def draw(self, solid: Solid, z: float, shift: Plane | None = None) -> None:
        """Draw one solid at height z; ``shift`` moves what is drawn along x, per pixel, in mm."""
        for side in (1, -1) if solid.mirrored else (1,):
            if isinstance(solid, Ellipsoid):
                self._ellipsoid(solid, side, z, shift)
            else:
                self._bar(solid, side, z)

    def _window(self, low_x: float, high_x: float, low_y: float, high_y: float) -> tuple[slice, slice]:
        edges = np.searchsorted(self.axis, (low_y, high_y, low_x, high_x))
        return slice(int(edges[0]), int(edges[1])), slice(int(edges[2]), int(edges[3]))

    def _ellipsoid(self, solid: Ellipsoid, side: int, z: float, shift: Plane | None) -> None:
        height = (z - solid.centre[2]) / solid.axes[2]
        if abs(height) >= 1:
            return
        cx, cy, reach = side * solid.centre[0], solid.centre[1], max(solid.axes[:2]) + 2
        slack = 0.0 if shift is None else 12.0
        at = self._window(cx - reach - slack, cx + reach + slack, cy - reach, cy + reach)
        x, y = self.x[at] - np.float32(cx), self.y[at] - np.float32(cy)
        if shift is not None:
            x = x - shift[at]
        turn = np.deg2rad(side * solid.angle)
        along = (x * np.cos(turn) + y * np.sin(turn)) / solid.axes[0]
        across = (y * np.cos(turn) - x * np.sin(turn)) / solid.axes[1]
        radius = np.sqrt(along * along + across * across + np.float32(height * height))
        mask = soft(((radius - 1) * min(solid.axes[:2])).astype(np.float32), 1.2) * np.float32(solid.strength)
        part = self.values[at]
        part += mask * (np.float32(self.look[solid.tissue]) - part)

    def _bar(self, solid: Bar, side: int, z: float) -> None:
        if not solid.low <= z <= solid.high:
            return
        ax, ay, bx, by = side * solid.start[0], solid.start[1], side * solid.end[0], solid.end[1]
        at = self._window(
            min(ax, bx) - solid.thick, max(ax, bx) + solid.thick, min(ay, by) - solid.thick, max(ay, by) + solid.thick
        )
        x, y = self.x[at] - np.float32(ax), self.y[at] - np.float32(ay)
        dx, dy = bx - ax, by - ay
        along = np.clip((x * dx + y * dy) / (dx * dx + dy * dy), 0, 1)
        away = np.hypot(x - along * dx, y - along * dy)
        part = self.values[at]
        mask = soft((away - solid.thick / 2).astype(np.float32), 1.0)
        part += mask * (np.float32(self.look[solid.tissue]) - part)
