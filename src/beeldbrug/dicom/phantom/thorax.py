"""The chest of nobody, seen from behind by X-rays: one posteroanterior projection, drawn as path lengths.

The picture is a map of how much matter (mm of water) a ray passes: body, minus lungs, plus heart, spine, ribs and
clavicles, with a vessel tree in each lung. Columns grow to the patient's left, rows to the feet. No DICOM here: `dx`.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from beeldbrug.dicom.phantom.waves import Field, Plane, as_plane, generator, soft

COARSE = 768
STEP = 0.56
"""Side of the drawn square in points, and mm between points."""

Path = npt.NDArray[np.float64]


class Film:
    """A square of water-equivalent path lengths (mm); x to the patient's left, z to the head, origin mid-chest."""

    def __init__(self) -> None:
        axis = ((np.arange(COARSE, dtype=np.float32) - (COARSE - 1) / 2) * np.float32(STEP)).astype(np.float32)
        self.axis = axis
        self.x, self.z = np.broadcast_arrays(axis[None, :], -axis[:, None])
        self.path: Plane = np.zeros((COARSE, COARSE), dtype=np.float32)

    def tube(self, points: Path, radius: float, gain: float, wall: float = 0.0) -> None:
        """Add a tube along a polyline; with ``wall`` (mm) it is hollow inside, as a rib, and brightest at its edges."""
        low, high = points.min(axis=0) - radius, points.max(axis=0) + radius
        columns = slice(*np.searchsorted(self.axis, (low[0], high[0])).tolist())
        rows = slice(*np.searchsorted(self.axis, (-high[1], -low[1])).tolist())
        x, z = self.x[rows, columns], self.z[rows, columns]
        if x.size == 0:
            return
        away = np.full(x.shape, np.inf, dtype=np.float32)
        for (ax, az), (bx, bz) in pairwise(points):
            dx, dz = bx - ax, bz - az
            along = np.clip(((x - ax) * dx + (z - az) * dz) / (dx * dx + dz * dz + 1e-9), 0, 1)
            np.minimum(away, (x - ax - along * dx) ** 2 + (z - az - along * dz) ** 2, out=away)
        thick = np.sqrt(np.clip(radius**2 - away, 0, None))
        if wall:
            thick = thick - 0.75 * np.sqrt(np.clip((radius - wall) ** 2 - away, 0, None))
        self.path[rows, columns] += gain * 2 * thick


def chest(seed: int) -> Plane:
    """The projection as values from 0 (black, direct rays) to 1 (white, bone over liver), COARSE x COARSE."""
    film = Film()
    rough = Field(generator(seed, "chest"), 130.0, 16).on_grid(film.axis, film.axis, 0.0)
    _body(film)
    lungs = _lungs(film, rough)
    film.path -= 0.80 * lungs
    _heart(film, lungs)
    _spine(film)
    _airways(film)
    rng = generator(seed, "vessels")
    for side in (-1, 1):
        _vessels(film, rng, side)
        _ribs(film, side)
        _shoulder(film, side)
    _breath(film, seed)
    return _expose(film.path)


def _chord(film: Film, x: float, z: float, half: tuple[float, float, float], power: float = 2.0) -> Plane:
    """Thickness (mm) of a solid centred at x, z with half axes (x, z, depth)."""
    radius = np.abs((film.x - x) / half[0]) ** power + np.abs((film.z - z) / half[1]) ** power
    return as_plane(2 * half[2] * np.clip(1 - radius, 0, None) ** (1 / power))


def _body(film: Film) -> None:
    heights = np.array([-230, -150, -60, 20, 60, 100, 130, 150, 160, 170, 182, 200, 230])
    widths = np.array([158, 160, 166, 178, 196, 230, 240, 226, 190, 120, 78, 64, 60])
    depths = np.array([112, 110, 112, 112, 110, 100, 92, 84, 78, 72, 66, 62, 60])
    bell = np.hanning(41) / np.hanning(41).sum()
    column = np.pad(film.z[:, 0], 20, mode="edge")
    half = np.convolve(np.interp(column, heights, widths), bell, "valid")[:, None]
    deep = np.convolve(np.interp(column, heights, depths), bell, "valid")[:, None]
    film.path += (2 * deep * np.sqrt(np.clip(1 - (film.x / half) ** 2, 0, None))).astype(np.float32)


def _lungs(film: Film, rough: Plane) -> Plane:
    """Thickness of air-filled lung (mm), cut off below by the two domes of the diaphragm."""
    total = np.zeros_like(film.path)
    for side, top, base in ((-1, 172.0, -66.0), (1, 170.0, -82.0)):
        centre = side * 74.0
        lean = film.x - centre - side * 8 * np.clip(-film.z / 100, -1, 1)
        shape = np.abs(lean / 66) ** 2.6 + np.abs((film.z - 10) / (top - 10)) ** 2.6
        thick = 2 * 88 * np.clip(1 - shape, 0, None) ** (1 / 2.6)
        dome = base - 0.0085 * (film.x - centre + side * 22) ** 2 - 20 * soft((128 - side * film.x) / 4, 4)
        above = np.clip((film.z - dome - rough) / 26, 0, 1) ** 0.6
        total += (thick * above).astype(np.float32)
    return total


def _heart(film: Film, lungs: Plane) -> None:
    """Heart, great vessels and hila: they displace lung, so they add in proportion to the lung they hide."""
    turn = np.deg2rad(34)
    x, z = film.x - 20, film.z + 40
    along, across = x * np.cos(turn) - z * np.sin(turn), z * np.cos(turn) + x * np.sin(turn)
    heart = np.clip(1 - (along / 72) ** 2 - (across / 54) ** 2, 0, None) ** 0.35
    right = np.clip(1 - ((film.x + 16) / 30) ** 2 - ((film.z + 34) / 48) ** 2, 0, None) ** 0.35
    middle = soft(np.abs(film.x - 2) - np.interp(film.z, (-90, 20, 70, 120, 170), (30, 27, 26, 24, 26)), 5)
    knob = np.clip(1 - ((film.x - 22) / 20) ** 2 - ((film.z - 84) / 19) ** 2, 0, None) ** 0.4
    trunk = np.clip(1 - ((film.x - 24) / 22) ** 2 - ((film.z - 48) / 22) ** 2, 0, None) ** 0.5
    cover = np.maximum.reduce([0.88 * heart, 0.8 * right, 0.9 * middle, 0.8 * knob, 0.65 * trunk])
    film.path += (0.80 * lungs * cover).astype(np.float32)
    film.path += 14 * np.maximum(heart, 0.6 * middle).astype(np.float32)


def _spine(film: Film) -> None:
    body = soft(np.abs(film.x) - 16, 3) * (0.72 + 0.28 * np.tanh(4 * (0.72 + np.sin(film.z * 2 * np.pi / 25))))
    film.path += (24 * body).astype(np.float32)
    for level in range(-8, 9):
        z = 25.0 * level + 4
        film.tube(np.array([[0.0, z + 5], [0.0, z - 6]]), 4.0, 2.0)
        for side in (-1, 1):
            film.tube(np.array([[side * 10.0, z + 4], [side * 11.0, z - 2]]), 4.2, 1.6, 1.4)
            film.tube(np.array([[side * 15.0, z], [side * 29.0, z + 4]]), 4.5, 1.1, 1.4)


def _airways(film: Film) -> None:
    film.tube(np.array([[1.0, 230.0], [0.0, 120.0], [-2.0, 66.0]]), 9.0, -1.5)
    film.tube(np.array([[-2.0, 66.0], [-30.0, 38.0]]), 6.5, -1.2)
    film.tube(np.array([[-2.0, 66.0], [38.0, 34.0]]), 5.5, -1.2)
    bubble = _chord(film, 66, -112, (27, 17, 20))
    film.path -= 0.9 * bubble


def _vessels(film: Film, rng: np.random.Generator, side: int) -> None:
    """A vessel tree from the hilum outward; branches thin out towards the pleura."""
    stack = [(side * 30.0, 34.0 - 8 * (side < 0), angle, 5.2, 0) for angle in (-1.2, -0.75, -0.3, 0.2, 0.75, 1.15)]
    while stack:
        x, z, angle, radius, depth = stack.pop()
        length = rng.uniform(16, 27) * 0.94**depth
        bend = angle + rng.normal(0, 0.12)
        middle = (x + side * 0.5 * length * np.cos(angle), z + 0.5 * length * np.sin(angle))
        end = (middle[0] + side * 0.5 * length * np.cos(bend), middle[1] + 0.5 * length * np.sin(bend))
        inside = abs(abs(end[0]) - 74) < 58 and -108 < end[1] < 150
        if not inside:
            continue
        film.tube(np.array([(x, z), middle, end]), radius, 1.15)
        if depth < 7:
            spread = rng.uniform(0.25, 0.55)
            stack.append((*end, bend + spread, radius * rng.uniform(0.66, 0.84), depth + 1))
            stack.append((*end, bend - spread, radius * rng.uniform(0.66, 0.84), depth + 1))


def _ribs(film: Film, side: int) -> None:
    t = np.linspace(0, 1, 18)
    for rib in range(1, 11):
        start = 176.0 - 25.0 * rib
        reach = min(92.0 + 15 * rib, 146.0) if rib < 9 else 142.0
        across = 22 + (reach - 22) * np.sin(t * np.pi / 2) ** 0.9
        fall = start + 10 * np.sin(np.pi * np.minimum(t * 1.4, 1)) - (20 + 4.0 * rib) * t**2.2
        film.tube(np.column_stack([side * across, fall]), 5.6, 2.7, 1.7)
        if rib <= 8:
            front = reach - (reach - 52 - 3.0 * rib) * np.sin(t * np.pi / 2) ** 1.4
            drop = fall[-1] - (30 + 2.0 * rib) * t + 4 * np.sin(np.pi * t)
            film.tube(np.column_stack([side * front, drop]), 5.8, 1.6, 1.7)


def _shoulder(film: Film, side: int) -> None:
    t = np.linspace(0, 1, 24)
    film.tube(np.column_stack([side * (16 + 142 * t), 138 + 24 * t + 9 * np.sin(2 * np.pi * t)]), 6.2, 2.6, 1.9)
    blade = np.column_stack([side * (132 + 26 * t - 34 * t**2), 128 - 150 * t])
    film.tube(blade, 4.0, 1.4, 1.2)
    film.tube(np.column_stack([side * (132 + 48 * t), 128 + 18 * t]), 7.0, 1.6, 1.8)
    film.tube(np.column_stack([side * (190 + 4 * t), 132 - 6 * t]), 22.0, 0.7, 3.0)


def _breath(film: Film, seed: int) -> None:
    """Fine interstitial texture, in proportion to what is there."""
    fine = Field(generator(seed, "interstitium"), 9.0, 40).on_grid(film.axis, film.axis, 0.0)
    film.path += np.float32(1.3) * fine * (film.path > 30)


def _expose(path: Plane) -> Plane:
    """Film response: a slope in the middle, a toe and a shoulder at the ends."""
    level = (np.clip(path, 0, None) - 132) / 52
    value = 1 / (1 + np.exp(-level))
    return as_plane(value * np.clip(path / 18, 0, 1))
