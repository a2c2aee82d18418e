"""Key images and presentation states that we make, read by DCMTK and checked by dciodvfy (PS3.3 A.33, A.35.4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeldbrug.node.usecases.save.asked import GraphicAsked, TextAsked, WindowAsked
from beeldbrug.node.usecases.save.dataset import as_file
from beeldbrug.node.usecases.save.key_objects import key_objects
from beeldbrug.node.usecases.save.presentation import presentation
from beeldbrug.node.usecases.save.references import referred
from tests.peers.dcmtk import Dcmtk
from tests.peers.processes import run, tool
from tests.unit.node.usecases.save.given import MAKER, attributes, image, keys, refer, row, shown

IMAGE, CINE = row(1), row(2, series=2, frames=9, sop_class="1.2.840.10008.5.1.4.1.1.3.1")
DRAWN = {
    "graphics": [
        GraphicAsked("POLYLINE", [1.5, 2.5, 30.0, 40.0]),
        GraphicAsked("ELLIPSE", [1.0, 5.0, 9.0, 5.0, 5.0, 3.0, 5.0, 7.0]),
    ],
    "texts": [TextAsked("12,3 mm", 30.0, 40.0)],
}


def marked() -> bytes:
    asked = keys(image(IMAGE), image(CINE, 3), description="Bloeding links, zie pijl")
    return as_file(key_objects(asked, referred(asked.images, [IMAGE, CINE]), attributes(), MAKER, 1))


def grey() -> bytes:
    asked = shown(image(IMAGE), window=WindowAsked(40.0, 80.5), rotation=90, flip=True, **DRAWN)
    return as_file(presentation(asked, refer(IMAGE), [attributes()], MAKER, 1))


def colour() -> bytes:
    data = attributes(SamplesPerPixel=3, PhotometricInterpretation="RGB", PixelSpacing=None)
    return as_file(presentation(shown(image(IMAGE), **DRAWN), refer(IMAGE), [data], MAKER, 1))


MADE = {
    "KeyObjectSelectionDocument": marked,
    "GrayscaleSoftcopyPresentationState": grey,
    "ColorSoftcopyPresentationState": colour,
}


@pytest.mark.parametrize("kind", MADE)
def test_dciodvfy_finds_no_error_in_it(tmp_path: Path, kind: str) -> None:
    made = tmp_path / "made.dcm"
    made.write_bytes(MADE[kind]())
    done = run([tool("dciodvfy", "dicom3tools"), str(made)], seconds=30)
    assert [line for line in done.output.splitlines() if line.startswith("Error")] == []
    assert kind in done.output


def test_dcmtk_reads_the_key_images_as_a_document(tmp_path: Path, dcmtk: Dcmtk) -> None:
    made = tmp_path / "made.dcm"
    made.write_bytes(marked())
    done = dcmtk("dsrdump", "-d", "+Pc", made)
    assert done.code == 0, done.output
    assert "Key Object Selection Document" in done.output
    assert "Bloeding links, zie pijl" in done.output
    assert "Johanna de Vries" in done.output
    assert done.output.count("contains IMAGE") == 2
    assert "invalid" not in done.output.lower()


def test_dcmtk_takes_the_presentation_state_as_one(tmp_path: Path, dcmtk: Dcmtk) -> None:
    made = tmp_path / "made.dcm"
    asked = shown(image(IMAGE), window=WindowAsked(40.0, 80.5), rotation=90, flip=True, **DRAWN)  # type: ignore[arg-type]  # fields
    data = attributes(PatientName="Celik^Anna")  # it takes ASCII alone
    made.write_bytes(as_file(presentation(asked, refer(IMAGE), [data], MAKER, 1)))
    done = dcmtk("dcmpschk", "-v", made)
    assert done.code == 0, done.output
    assert "Test passed." in done.output, done.output
