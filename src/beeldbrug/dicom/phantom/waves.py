"""Randomness that repeats: unique identifiers, smooth random fields and textured noise, all from one seed.

UIDs are of the 2.25 form (PS3.5 B.2), made from a digest, so the same seed gives the same study. A random field is a
sum of plane waves; on a grid that is one small matrix product, and its zero lines look like folds of a cortex or
grain of a tissue. No anatomy here.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]


def as_plane(values: npt.ArrayLike) -> Plane:
    """``values`` as float32, copied only where need be."""
    return np.asarray(values, dtype=np.float32)


def uid(seed: int, *path: str | int) -> str:
    """A UID of at most 44 characters, the same for the same seed and path."""
    text = "\x1f".join(("beeldbrug-phantom", str(seed), *map(str, path)))
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    return f"2.25.{int.from_bytes(digest) or 1}"


def generator(seed: int, *path: str | int) -> np.random.Generator:
    """A random generator of its own for each path under a seed."""
    text = "\x1f".join((str(seed), *map(str, path)))
    return np.random.default_rng(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()))


class Field:
    """A smooth random function of x, y, z (mm) with unit variance and one dominant ``wavelength`` (mm)."""

    def __init__(self, rng: np.random.Generator, wavelength: float, waves: int = 28) -> None:
        direction = rng.normal(size=(waves, 3))
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        lengths = wavelength * rng.uniform(0.85, 1.2, size=(waves, 1))
        self._k = 2 * np.pi * direction / lengths
        self._phase = rng.uniform(0, 2 * np.pi, size=waves)
        self._gain = np.sqrt(2.0 / waves)

    def on_grid(self, xs: Plane, ys: Plane, z: float) -> Plane:
        """Values on the grid of ``ys`` (rows) by ``xs`` (columns) at height z."""
        cosine, sine = self._rows(ys, z)
        return _product([np.hstack([cosine, -sine])], self._columns(xs))[0]

    def zero_distance(self, xs: Plane, ys: Plane, z: float) -> Plane:
        """Distance (mm, first order) of every grid point to the zero surface of the field."""
        cosine, sine = self._rows(ys, z)
        slopes = [np.hstack([-k * sine, -k * cosine]) for k in self._k.T]
        value, *steep = _product([np.hstack([cosine, -sine]), *slopes], self._columns(xs))
        return as_plane(np.abs(value) / np.sqrt(steep[0] ** 2 + steep[1] ** 2 + steep[2] ** 2 + 1e-4))

    def _rows(self, ys: Plane, z: float) -> tuple[Plane, Plane]:
        angle = np.outer(ys, self._k[:, 1]) + (self._k[:, 2] * z + self._phase)
        return as_plane(self._gain * np.cos(angle)), as_plane(self._gain * np.sin(angle))

    def _columns(self, xs: Plane) -> Plane:
        angle = np.outer(self._k[:, 0], xs)
        return as_plane(np.vstack([np.cos(angle), np.sin(angle)]))


def _product(lefts: list[npt.NDArray[np.floating]], right: Plane) -> list[Plane]:
    """Each of ``lefts`` times ``right``, in blocks of rows so small that the BLAS starts no threads for them.

    On a busy machine its threads wait for each other far longer than the sums take.
    """
    left = as_plane(np.vstack(lefts))
    rows = next(rows for rows in (16, 8, 4, 2, 1) if len(left) % rows == 0)
    product = as_plane(np.matmul(left.reshape(-1, rows, left.shape[1]), right)).reshape(len(left), -1)
    return np.split(product, len(lefts))


class Grain:
    """Noise of unit variance for pictures of one shape, coloured by a blur in pixels; cheap per picture."""

    def __init__(self, rng: np.random.Generator, shape: tuple[int, int], blur: float, plates: int = 4) -> None:
        self._rng = rng
        self._plates = [self._plate(shape, blur) for _ in range(plates)]

    def _plate(self, shape: tuple[int, int], blur: float) -> Plane:
        white = self._rng.standard_normal(shape, dtype=np.float32)
        fy, fx = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None, :]
        radius = np.hypot(fx, fy)
        # A ramp at low and a roll-off at high frequencies: the noise of filtered back projection.
        shape_of = (0.05 + radius) ** 0.5 * np.exp(-0.5 * (2 * np.pi * radius * blur) ** 2)
        coloured = np.fft.irfft2(np.fft.rfft2(white) * shape_of, s=shape).astype(np.float32)
        return as_plane(coloured / coloured.std())

    def next(self) -> Plane:
        """A fresh picture of noise: two plates, each moved by a random step, added."""
        rng = self._rng
        first, second = rng.integers(len(self._plates), size=2)
        rows, columns = self._plates[0].shape
        steps = [(int(rng.integers(rows)), int(rng.integers(columns))) for _ in range(2)]
        one = np.roll(self._plates[first], steps[0], axis=(0, 1))
        two = np.roll(self._plates[second][::-1], steps[1], axis=(0, 1))
        return as_plane((one + two) * np.float32(0.70710678))


def enlarge(plane: Plane, times: int) -> Plane:
    """Bilinear enlargement by a whole number; rows and columns become ``times`` as many."""
    for axis in (0, 1):
        size = plane.shape[axis]
        at = (np.arange(size * times, dtype=np.float32) + 0.5) / times - 0.5
        low = np.clip(np.floor(at).astype(np.intp), 0, size - 1)
        high = np.minimum(low + 1, size - 1)
        part = np.clip(at - low, 0, 1).astype(np.float32)
        part = part[:, None] if axis == 0 else part[None, :]
        plane = np.take(plane, low, axis) * (1 - part) + np.take(plane, high, axis) * part
    return plane.astype(np.float32)


def soft(distance: npt.NDArray[np.floating], width: float) -> Plane:
    """1 where ``distance`` is well below zero, 0 where well above, a ramp of ``width`` (same unit) between."""
    return as_plane(np.clip(np.float32(0.5) - distance / np.float32(width), 0, 1))
