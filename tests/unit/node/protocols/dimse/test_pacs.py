"""Which queries are asked for a patient, and what an answer is taken to say."""

from pydicom.dataset import Dataset

from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.protocols.dimse.pacs import _identifier, _keys, _worklist_identifier, patient_of
from beeldbrug.node.protocols.dimse.query import _encodable


def test_every_number_the_birth_date_and_the_name_are_asked() -> None:
    patient = Patient(
        "Jansen^Piet^^=x", "19500101", "M", PatientNumber("A1"), (PatientNumber("999990019"), PatientNumber("A1"))
    )
    assert list(_keys(patient)) == [
        {"PatientID": "A1"},
        {"PatientID": "999990019"},
        {"PatientBirthDate": "19500101"},
        {"PatientName": "Jansen^P*"},
    ]


def test_nothing_known_asks_nothing_and_wildcards_in_values_do_not_widen() -> None:
    assert list(_keys(Patient())) == []
    assert list(_keys(Patient("A*\\B", number=PatientNumber("*")))) == [{"PatientID": "?"}, {"PatientName": "A??B*"}]


def test_answers_of_every_shape_are_read() -> None:
    match = Dataset()
    assert patient_of(match) == Patient(number=PatientNumber("", "", "(0010,0020)"))
    match.PatientName, match.PatientID, match.OtherPatientIDs = "Jansen^Piet", " B1 ", ["C1", "D1"]
    match.PatientBirthDate, match.PatientSex = "19500101", None
    found = patient_of(match)
    assert (found.name, found.number.value, found.sex) == ("Jansen^Piet", "B1", "")
    assert [number.value for number in found.others] == ["C1", "D1"]


def test_identifiers_name_a_character_set_only_when_they_need_one() -> None:
    assert "SpecificCharacterSet" not in _encodable(_identifier({"PatientName": "Jansen*"}))
    assert _encodable(_worklist_identifier({"PatientName": "Jänsen*"})).SpecificCharacterSet == "ISO_IR 192"
