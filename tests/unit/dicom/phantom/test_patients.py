"""Promises about the made-up patients: nobody real, told apart, written as Dutch hospitals write."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset

from beeldbrug.dicom.phantom.patients import (
    BSN_ISSUER,
    HOSPITAL_A,
    HOSPITAL_B,
    PATIENTS,
    Hospital,
    NameUse,
    PhantomPatient,
    describe_patient,
    passes_eleven_test,
)
from beeldbrug.model.errors import NotFound


@pytest.mark.parametrize("patient", [patient for patient in PATIENTS if patient.bsn], ids=lambda patient: patient.bsn)
def test_every_bsn_is_valid_and_from_the_reserved_range(patient: PhantomPatient) -> None:
    assert patient.bsn.startswith("9999")
    assert passes_eleven_test(patient.bsn)


@pytest.mark.parametrize("bsn", ["000000000", "999990018", "99999001", "9999900199", "99999001x", "", "٩٩٩٩٩٠٠١٩"])
def test_eleven_test_refuses_what_is_no_bsn(bsn: str) -> None:
    assert not passes_eleven_test(bsn)


def test_twenty_patients_with_distinct_numbers_and_the_well_known_test_bsn() -> None:
    bsns = [patient.bsn for patient in PATIENTS if patient.bsn]
    assert len(PATIENTS) == 20
    assert len(set(bsns)) == len(bsns) == 19
    assert "999990019" in bsns
    for hospital in (HOSPITAL_A, HOSPITAL_B):
        assert len({patient.number(hospital) for patient in PATIENTS}) == len(PATIENTS)


def test_hospitals_know_the_same_patient_by_different_numbers() -> None:
    assert all(patient.number(HOSPITAL_A) != patient.number(HOSPITAL_B) for patient in PATIENTS)
    with pytest.raises(NotFound, match="phantom-no-local-number"):
        PATIENTS[0].number(Hospital("Z", "Elders", "Elders", "Z1"))


def test_the_list_holds_the_cases_that_matching_stumbles_over() -> None:
    by_birth = [(patient.surname, patient.birth_date) for patient in PATIENTS]
    assert len(set(by_birth)) == len(by_birth) - 1, "one pair of twins"
    assert any(patient.given.startswith("baby") and not patient.bsn for patient in PATIENTS)
    assert {patient.use for patient in PATIENTS} == set(NameUse)
    names = "".join(patient.person_name for patient in PATIENTS)
    assert "IJ" in names
    assert "'t" in names
    assert any(ord(letter) > 0xFF for letter in names)


def test_names_follow_the_use_of_partner_names() -> None:
    assert PATIENTS[0].person_name == "van den Berg-de Jong^Willemijn^W.C."
    assert PATIENTS[0].hl7_name == "van den Berg-de Jong&de&Jong&van den&Berg^Willemijn^W.C.^^^^L"
    assert PATIENTS[1].hl7_name == "van IJsselmonde&van&IJsselmonde^IJsbrand^^^^^L"
    assert PATIENTS[3].surname == "van 't Hul-Smid"
    assert PATIENTS[5].surname == "de Ruiter"


def test_header_holds_local_number_and_bsn_each_with_its_issuer() -> None:
    for patient in PATIENTS:
        dataset = Dataset()
        describe_patient(dataset, patient, HOSPITAL_B, "20250311")
        assert (dataset.PatientID, dataset.IssuerOfPatientID) == (patient.number(HOSPITAL_B), HOSPITAL_B.name)
        items = dataset.get("OtherPatientIDsSequence", [])
        assert [(item.PatientID, item.IssuerOfPatientID) for item in items] == (
            [(patient.bsn, BSN_ISSUER)] if patient.bsn else []
        )
        assert patient.identity(HOSPITAL_B).name == str(dataset.PatientName)


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [("19580312", "20250311", "066Y"), ("19580312", "20250312", "067Y"), ("20250228", "20250311", "000M"),
     ("20231130", "20250311", "015M")],
)  # fmt: skip
def test_age_is_that_of_the_study_day(birth: str, on: str, age: str) -> None:
    assert PhantomPatient("A", "B", birth, "F", "", ()).age_string(on) == age
