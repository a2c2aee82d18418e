"""What identifies: names with their words, numbers, dates, UIDs, text; and what does not."""

from __future__ import annotations

from io import BytesIO

from pydicom import dcmwrite

from beeldbrug.cli.prove.leaks.values import LONGEST, Values, identifying
from beeldbrug.dicom.json_model import to_json
from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.study import Extent, Kind, datasets


def collected(kind: Kind) -> Values:
    values = Values()
    for dataset in datasets(kind, PATIENTS[0], extent=Extent(slices=1, thin_slices=0)):
        file = BytesIO()
        if "PixelData" in dataset:
            del dataset.PixelData
        dcmwrite(file, dataset, enforce_file_format=True)
        header = to_json(file.getvalue(), dataset.file_meta.TransferSyntaxUID, True, lambda path: "", 0)
        for text in identifying(header):
            values.add(text)
    return values


def test_everything_that_tells_who_it_is_is_searched_for() -> None:
    patient = PATIENTS[0]
    found = collected(Kind.CT_BLEED).found
    assert {patient.bsn, patient.birth_date, "1958-03-12", patient.person_name, "Willemijn", "4501187"} <= found
    assert {"Ziekenhuis Westerdal", "Terpstra^Jelle^^dr.", "Terpstra", "CT hersenen"} <= found
    assert any(value.startswith("2.25.") or value.count(".") > 3 for value in found)


def test_classes_and_uids_of_the_standard_identify_nobody() -> None:
    assert not any(value.startswith("1.2.840.10008.") for value in collected(Kind.CT_BLEED).found)


def test_short_and_plain_values_are_left_out() -> None:
    values = Values()
    for text in ("Jong", "000001", "XXXXXX", "999990019"):
        values.add(text)
    assert values.found == {"999990019"}
    assert values.plain == {"000001", "XXXXXX"}


def test_a_long_text_is_searched_in_pieces() -> None:
    values = Values()
    text = " ".join(f"woord{number}" for number in range(60))
    values.add(text)
    assert all(len(piece) <= LONGEST and piece in text for piece in values.found)
    assert any(text.endswith(piece) for piece in values.found)


def test_what_the_address_book_shows_is_left_out_and_counted() -> None:
    values = Values()
    values.add("Ziekenhuis")
    values.add("Willemijn")
    values.except_names(["Ziekenhuis A"])
    assert (values.found, values.excepted) == ({"Willemijn"}, 1)
