"""ISO files: by the names that people gave, whatever those are, and never beyond the image."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path

import pytest
from pycdlib import PyCdlib

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.carrier import CarrierEntry
from beeldbrug.node.stores.carrier.open import open_carrier

CONTENT = bytes(range(256)) * 20


def image(path: Path, joliet: int | None = 3, rock_ridge: str | None = "1.09", udf: str | None = None) -> Path:
    """A disc with a folder and two files."""
    iso = PyCdlib()
    iso.new(interchange_level=3, joliet=joliet, rock_ridge=rock_ridge, udf=udf)
    names: dict[str, str] = {"iso_path": "/DICOM"}
    if joliet:
        names["joliet_path"] = "/dicom"
    if rock_ridge:
        names["rr_name"] = "dicom"
    if udf:
        names["udf_path"] = "/dicom"
    iso.add_directory(**names)
    for number, name in enumerate(("Beeld één", "b")):
        where: dict[str, str] = {"iso_path": f"/DICOM/IM{number}.;1"}
        if joliet:
            where["joliet_path"] = f"/dicom/{name}"
        if rock_ridge:
            where["rr_name"] = f"beeld{number}"
        if udf:
            where["udf_path"] = f"/dicom/{name}"
        iso.add_fp(BytesIO(CONTENT + bytes([number])), len(CONTENT) + 1, **where)
    iso.write(str(path))
    iso.close()
    return path


def read(path: Path) -> dict[str, bytes]:
    found = {}
    with open_carrier(path) as carrier:
        for entry in carrier.entries():
            if not entry.refused:
                with carrier.open(entry) as file:
                    found[entry.name] = b"".join(iter(lambda file=file: file.read(999), b""))  # type: ignore[misc]  # bound
    return found


@pytest.mark.parametrize(
    ("joliet", "rock_ridge", "udf", "names"),
    [
        (3, "1.09", None, ["dicom/Beeld één", "dicom/b"]),
        (None, "1.09", None, ["dicom/beeld0", "dicom/beeld1"]),
        (None, None, None, ["DICOM/IM0.", "DICOM/IM1."]),
        (3, None, "2.60", ["dicom/Beeld één", "dicom/b"]),
    ],
)
def test_it_is_read_by_the_names_that_people_gave(
    tmp_path: Path, joliet: int | None, rock_ridge: str | None, udf: str | None, names: list[str]
) -> None:
    found = read(image(tmp_path / "disc.iso", joliet, rock_ridge, udf))
    assert sorted(found) == names
    assert sorted(found.values()) == [CONTENT + b"\0", CONTENT + b"\1"]


def test_odd_names_are_refused_or_harmless(tmp_path: Path) -> None:
    path = image(tmp_path / "disc.iso", None, "1.09")
    content = path.read_bytes().replace(b"beeld0", b"../../").replace(b"beeld1", b"\xff\n\x1b[2J")
    path.write_bytes(content)
    with open_carrier(path) as carrier:
        seen = list(carrier.entries())
    assert sorted(entry.refused for entry in seen) == ["", "name-outside"]


def test_a_link_on_it_is_not_followed(tmp_path: Path) -> None:
    iso = PyCdlib()
    iso.new(interchange_level=3, rock_ridge="1.09")
    iso.add_symlink("/LINK.;1", rr_symlink_name="link", rr_path="/etc/passwd")
    iso.write(str(tmp_path / "disc.iso"))
    iso.close()
    with open_carrier(tmp_path / "disc.iso") as carrier:
        assert [(one.name, one.refused) for one in carrier.entries()] == [("link", "link")]


def test_one_that_is_cut_off_says_which_files_it_lacks(tmp_path: Path) -> None:
    path = image(tmp_path / "disc.iso")
    with open_carrier(path) as carrier:
        last = max(carrier.entries(), key=lambda one: one.place)
    path.write_bytes(path.read_bytes()[: last.place + 100])
    with open_carrier(path) as carrier:
        seen = {one.name: one for one in carrier.entries()}
    assert seen[last.name].refused == "unreadable" or seen[last.name].size == 100, "what is left of it"


def test_what_is_no_image_is_told(tmp_path: Path) -> None:
    for content in (b"", bytes(40_000), bytes(32_769) + b"CD001" + b"\xff" * 9000):
        (tmp_path / "disc.iso").write_bytes(content)
        with pytest.raises(BeeldbrugError) as raised, open_carrier(tmp_path / "disc.iso"):
            pass
        assert raised.value.code == "carrier-damaged"


def test_damage_anywhere_in_its_folders_is_told_or_harmless(tmp_path: Path) -> None:
    whole = image(tmp_path / "disc.iso").read_bytes()
    chance = random.Random(7)
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(3):
            content[chance.randrange(32_768, min(len(whole), 70_000))] = chance.randrange(256)
        (tmp_path / "bad.iso").write_bytes(content)
        try:
            with open_carrier(tmp_path / "bad.iso") as carrier:
                seen: list[CarrierEntry] = list(carrier.entries())
                for entry in seen:
                    if not entry.refused:
                        with carrier.open(entry) as file:
                            assert len(file.read(100)) <= 100
        except (BeeldbrugError, OSError):
            pass


def test_a_file_of_several_extents_is_read_as_one(tmp_path: Path) -> None:
    """As one of 4 GB and more lies there (ECMA-119 section 6.5.1): two records with one name, the first goes on."""
    iso = PyCdlib()
    iso.new(interchange_level=3)
    parts = [bytes([number]) * 4096 for number in (1, 2)]
    for number, part in enumerate(parts):
        iso.add_fp(BytesIO(part), len(part), iso_path=f"/IM{number}.;1")
    iso.write(str(tmp_path / "disc.iso"))
    iso.close()
    content = bytearray((tmp_path / "disc.iso").read_bytes())
    first = content.index(b"IM0.;1") - 33
    content[first + 25] |= 0x80
    content = content.replace(b"IM1.;1", b"IM0.;1")
    (tmp_path / "disc.iso").write_bytes(content)
    assert read(tmp_path / "disc.iso") == {"IM0.": parts[0] + parts[1]}


def test_extents_that_lie_apart_are_told_as_unreadable_and_no_part_goes_for_the_whole(tmp_path: Path) -> None:
    iso = PyCdlib()
    iso.new(interchange_level=3)
    for number in range(3):
        iso.add_fp(BytesIO(bytes([number]) * 4096), 4096, iso_path=f"/IM{number}.;1")
    iso.write(str(tmp_path / "disc.iso"))
    iso.close()
    content = bytearray((tmp_path / "disc.iso").read_bytes())
    first, second, third = (content.index(b"IM%d.;1" % number) - 33 for number in range(3))
    content[first + 25] |= 0x80
    content[second + 2 : second + 10] = content[third + 2 : third + 10]
    content = content.replace(b"IM1.;1", b"IM0.;1")
    (tmp_path / "disc.iso").write_bytes(content)
    with open_carrier(tmp_path / "disc.iso") as carrier:
        assert {one.name: bool(one.refused) for one in carrier.entries()} == {"IM0.": True, "IM2.": False}
