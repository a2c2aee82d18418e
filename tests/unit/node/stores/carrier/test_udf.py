"""UDF volumes: every way in which a file can lie there, and nothing beyond the image or the folder."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from beeldbrug.model.errors import BeeldbrugError, TooLarge
from beeldbrug.node.ports.carrier import CarrierLimits
from beeldbrug.node.stores.carrier.open import open_carrier
from tests.unit.node.stores.carrier.test_disc_image import read
from tests.unit.node.stores.carrier.udf_volume import CONTENTS, PARTITION, entry, name, volume


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def code(path: Path) -> str:
    with pytest.raises(BeeldbrugError) as raised, open_carrier(path) as carrier:
        list(carrier.entries())
    return raised.value.code


def test_a_file_is_read_however_it_lies_there(tmp_path: Path) -> None:
    assert read(written(tmp_path / "disc.udf", volume())) == CONTENTS


def test_what_is_no_file_or_leads_outside_is_not_read(tmp_path: Path) -> None:
    with open_carrier(written(tmp_path / "disc.udf", volume())) as carrier:
        refused = {one.name: one.refused for one in carrier.entries() if one.refused}
    assert refused == {"link": "link", "beyond": "unreadable", "../outside": "name-outside"}


def test_a_folder_within_itself_ends(tmp_path: Path) -> None:
    with open_carrier(written(tmp_path / "disc.udf", volume(name("self", 1)))) as carrier:
        assert [(one.name, one.refused) for one in carrier.entries()] == [("self", "unreadable")]


def test_limits_hold(tmp_path: Path) -> None:
    path = written(tmp_path / "disc.udf", volume())
    with pytest.raises(TooLarge), open_carrier(path, CarrierLimits(files=3)) as carrier:
        list(carrier.entries())
    with pytest.raises(TooLarge), open_carrier(path, CarrierLimits(depth=0)) as carrier:
        list(carrier.entries())


def test_a_cut_image_says_which_files_it_lacks(tmp_path: Path) -> None:
    cut = volume()[: (PARTITION + 45) * 2048]
    with open_carrier(written(tmp_path / "disc.udf", cut)) as carrier:
        refused = {one.name for one in carrier.entries() if one.refused == "unreadable"}
    assert refused == {"beyond", "hole", "extended", "further", "map/één 病"}


def test_a_partition_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    content = bytearray(volume())
    content[33 * 2048 + 440] = 2
    assert code(written(tmp_path / "disc.udf", bytes(content))) == "carrier-udf"


def test_the_reserve_sequence_stands_in_for_the_main_one(tmp_path: Path) -> None:
    content = bytearray(volume())
    content[60 * 2048 : 63 * 2048] = content[32 * 2048 : 35 * 2048]
    content[32 * 2048 : 35 * 2048] = bytes(3 * 2048)
    content[256 * 2048 + 28 : 256 * 2048 + 32] = (60).to_bytes(4, "little")
    assert read(written(tmp_path / "disc.udf", bytes(content))) == CONTENTS


def test_damage_anywhere_is_told_or_harmless(tmp_path: Path) -> None:
    whole, chance = volume(), random.Random(7)
    for _ in range(400):
        content = bytearray(whole)
        for _ in range(3):
            content[chance.randrange(256 * 2048, len(whole))] = chance.randrange(256)
        sector = chance.randrange(0, 20)  # with a checksum that is right again
        start = (PARTITION + sector) * 2048
        content[start + 4] = (sum(content[start : start + 16]) - content[start + 4]) & 0xFF
        try:
            with open_carrier(written(tmp_path / "bad.udf", bytes(content))) as carrier:
                for one in carrier.entries():
                    if not one.refused and one.size < 1 << 20:
                        with carrier.open(one) as file:
                            assert len(file.read(100)) <= 100
        except (BeeldbrugError, OSError):
            pass


def test_an_entry_of_a_size_without_end_is_not_believed(tmp_path: Path) -> None:
    content = bytearray(volume())
    place = (PARTITION + 10) * 2048
    content[place : place + 2048] = entry(5, 2**62, 0, bytes(8))
    assert code(written(tmp_path / "disc.udf", bytes(content))) == "carrier-too-large"
    content[(PARTITION + 1) * 2048 : (PARTITION + 2) * 2048] = entry(4, 2**40, 0, bytes(8))
    assert code(written(tmp_path / "disc.udf", bytes(content))) == "carrier-damaged"
