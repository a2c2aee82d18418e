"""Pictures with and without burned-in text, to measure the check for it: grey values as a browser would draw them.

Clean pictures come out of the shared test data, where it is; else there is noise. Text is printed on them with fonts of
the machine: names, numbers and dates that are nobody's, in several sizes, clear and faint, dark on bright, upright,
and in a frame like an ultrasound's. A fixed seed makes them the same each time. What is printed is never checked to be
readable at all, but that its ink differs from what lies under it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pydicom
from PIL import Image, ImageDraw, ImageFont
from pydicom.pixels import apply_modality_lut, apply_voi_lut

from tests.shared_data import FOLDER

FONTS: Final = tuple(
    Path("/usr/share/fonts/truetype/dejavu") / name
    for name in (
        "DejaVuSans.ttf",
        "DejaVuSans-Bold.ttf",
        "DejaVuSansMono.ttf",
        "DejaVuSerif.ttf",
    )
)
"""Fonts that the check's weights were fitted with."""

OTHER_FONTS: Final = (FONTS[0].with_name("DejaVuSansCondensed.ttf"), FONTS[0].with_name("DejaVuSerif-Bold.ttf"), None)
"""Fonts that they were not; None is the one inside Pillow."""
WORDS: Final = (
    "JANSEN, P.",
    "de Vries, J.A.",
    "1951-03-17",
    "9999 90019",
    "Van den Berg",
    "PAT ID: 0042317",
    "12-08-1974",
)

CLEAN: Final = (
    "dicom/series/ct-28",
    "dicom/series/mr-36-with-ko",
    "dicom/series/pet-10-with-ko",
    "dicom/object/01.dcm",
    "dicom/object/ct.0.dcm",
    "dicom/object/ko-pr",
    "dicom/modality/MOVEKNEE.dcm",
    "dicom/modality/data_gdcm-CR-MONO1-10-chest.dcm",
    "dicom/modality/data_multiframe-test1.dcm",
    "dicom/modality/dx_image.dcm",
    "dicom/odd/GH195.dcm",
    "dicom/odd/explicit_mr_16bit_mono2_non-square_pal_icon.dcm",
    "dicom/syntax/wg04/CT2_UNC",
    "dicom/syntax/wg04/MR1_UNC",
)
"""Files and folders of the shared test data; pictures without text, by eye. The check was fitted with the first two."""

WRITTEN_ON: Final = (
    "deid/GREYSCALE_IMAGE.dcm",
    "deid/RGB_IMAGE.dcm",
    "dicom/syntax/US-YBR_FULL_422-EVRLE.dcm",
    "dicom/syntax/wg04/VL1_UNC",
    "dicom/charset/SCSGERM",
)
"""Pictures of real machines with text in their pixels, by eye."""


@dataclass(frozen=True)
class Drawn:
    """A picture, what kind it is of, and where text stands (left, top, right, bottom), if any."""

    kind: str
    grey: np.ndarray[Any, np.dtype[np.uint8]]
    text: tuple[int, int, int, int] | None = None


def drawn(path: Path) -> np.ndarray[Any, np.dtype[np.uint8]] | None:
    """The middle frame as a viewer draws it; None for what has no pixels."""
    dataset = pydicom.dcmread(path, force=True)
    if "PixelData" not in dataset:
        return None
    pixels = dataset.pixel_array
    if int(dataset.get("NumberOfFrames") or 1) > 1:
        pixels = pixels[len(pixels) // 2]
    if pixels.ndim == 2:
        values = apply_voi_lut(apply_modality_lut(pixels, dataset), dataset).astype(float)
        low, high = np.percentile(values, 0.5), np.percentile(values, 99.5)
        pixels = np.clip((values - low) / max(high - low, 1e-9) * 255, 0, 255)
        if dataset.PhotometricInterpretation == "MONOCHROME1":
            pixels = 255 - pixels
    return np.asarray(Image.fromarray(pixels.astype(np.uint8)).convert("L"))


def clean() -> Iterator[Drawn]:
    """Pictures without text; none where the shared test data is not."""
    for name in CLEAN:
        place = FOLDER / name
        for path in sorted(place.glob("*.dcm")) if place.is_dir() else [place]:
            grey = drawn(path) if path.is_file() else None
            if grey is not None and min(grey.shape) >= 96:
                kind = "clean, fitted with" if name in CLEAN[:2] else "clean"
                yield Drawn(kind, np.asarray(_enlarged(Image.fromarray(grey))))


def written_on() -> Iterator[Drawn]:
    """Pictures of real machines with text."""
    for name in WRITTEN_ON:
        grey = drawn(FOLDER / name) if (FOLDER / name).is_file() else None
        if grey is not None:
            height, width = grey.shape
            yield Drawn("real", grey, (0, 0, width, height))


KINDS: Final = ("plain", "small", "faint", "inverted", "upright", "large", "on tissue", "frame", "zoomed")
"""Ways to print; each planted picture is of one."""


def planted(seed: int, each: int, fonts: Sequence[Path | None] = OTHER_FONTS) -> Iterator[Drawn]:
    """So many pictures of each kind, on clean ones where there are any and on noise where not."""
    chance = random.Random(seed)
    grounds = [one.grey for one in clean()] or [_noise(seed + at) for at in range(8)]
    for kind in KINDS:
        for _ in range(each):
            yield _printed(kind, chance.choice(grounds), chance.choice(fonts), chance)


def _noise(seed: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    grain = np.random.default_rng(seed).normal(90, 12, (512, 512))
    return np.asarray(np.clip(grain, 0, 255), dtype=np.uint8)


def _printed(
    kind: str, ground: np.ndarray[Any, np.dtype[np.uint8]], font_file: Path | None, chance: random.Random
) -> Drawn:
    """One picture; where the ink does not differ enough from the ground, another place is tried."""
    image = _enlarged(Image.fromarray(ground))
    if kind == "frame":
        image = _framed(image)
    size = {"small": chance.randint(9, 11), "large": chance.randint(36, 60)}.get(kind, chance.randint(13, 24))
    font = ImageFont.truetype(str(font_file), size) if font_file else ImageFont.load_default(size)
    words = chance.choice(WORDS)
    left, top, right, bottom = font.getbbox(words)
    label = Image.new("L", (int(right - left) + 6, int(bottom - top) + 6), 0)
    ImageDraw.Draw(label).text((3 - left, 3 - top), words, fill=255, font=font)
    if kind == "upright":
        label = label.transpose(chance.choice((Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)))
    label.thumbnail((image.width - 8, image.height - 8))
    ink = {"faint": 110, "inverted": 0}.get(kind, chance.choice((255, 255, 235, 200)))
    place = _place(kind, np.asarray(image), label, ink, chance)
    if kind == "inverted":
        image.paste(chance.choice((255, 225, 200)), (*place, place[0] + label.width, place[1] + label.height))
    image.paste(ink, place, label)
    box = (*place, place[0] + label.width, place[1] + label.height)
    if kind == "zoomed":
        zoom = chance.choice((0.8, 1.3, 1.7, 2.4))
        image = image.resize((round(image.width * zoom), round(image.height * zoom)), Image.Resampling.BILINEAR)
        box = tuple(round(side * zoom) for side in box)  # type: ignore[assignment]  # four of them, as before
    return Drawn(kind, np.asarray(image), box)


def _enlarged(image: Image.Image) -> Image.Image:
    """As a viewer fits a small picture into its pane."""
    short = min(image.size)
    factor = max(1.0, 400 / short)
    return image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.BILINEAR)


def _framed(image: Image.Image) -> Image.Image:
    """An ultrasound's screen: a dark border, a grey bar, ticks of a scale."""
    frame = Image.new("L", (image.width + 200, image.height + 120), 8)
    frame.paste(image, (60, 80))
    draw = ImageDraw.Draw(frame)
    for at in range(128):
        draw.rectangle((frame.width - 60, 90 + at, frame.width - 46, 91 + at), fill=255 - 2 * at)
    for at in range(90, frame.height - 20, 24):
        draw.line((frame.width - 90, at, frame.width - 84, at), fill=200)
    return frame


def _place(
    kind: str, grey: np.ndarray[Any, np.dtype[np.uint8]], label: Image.Image, ink: int, chance: random.Random
) -> tuple[int, int]:
    height, width = grey.shape
    best, best_contrast = (0, 0), -1.0
    for _ in range(60):
        x, y = chance.randint(0, max(0, width - label.width)), chance.randint(0, max(0, height - label.height))
        if kind == "frame":
            y = chance.randint(4, 50)
        under = grey[y : y + label.height, x : x + label.width]
        if kind == "inverted":
            return (x, y)
        contrast = ink - float(np.percentile(under, 95))
        busy = float(under.mean())
        if kind == "on tissue" and busy < 40:
            contrast = min(contrast, 10)
        if contrast > best_contrast:
            best, best_contrast = (x, y), contrast
        if contrast >= 70:
            break
    return best
