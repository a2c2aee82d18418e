"""Made-up patients for the demo, the tests and ``prove``: twenty people who do not exist, known in two hospitals.

Every BSN lies in the reserved test range 9999xxxxx and passes the eleven-test; any other number could be a living
person's. Names follow the Dutch HL7 habit (PID-5.1: own prefix, own name, partner prefix, partner name) and are put
into DICOM PN (PS3.5 section 6.2.1). The BSN goes into Other Patient IDs Sequence (0010,1002), issuer NLMINBIZA; the
hospital's own number into Patient ID (PS3.3 C.7.1.1). This module does not match, merge or look up anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from beeldbrug.model.errors import NotFound
from beeldbrug.model.identity import Patient, PatientNumber

BSN_ISSUER = "NLMINBIZA"
BSN_OID = "2.16.840.1.113883.2.4.6.3"
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def passes_eleven_test(bsn: str) -> bool:
    """Whether nine digits pass the eleven-test of the BSN (all zeros does not)."""
    if len(bsn) != 9 or not (bsn.isascii() and bsn.isdigit()) or not int(bsn):
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, bsn, strict=True)) % 11 == 0


class NameUse(StrEnum):
    """Which surname somebody goes by; the order of the words in the PN family name."""

    OWN = "own"
    PARTNER = "partner"
    PARTNER_OWN = "partner-own"
    OWN_PARTNER = "own-partner"


@dataclass(frozen=True, slots=True)
class Hospital:
    """A made-up hospital: ``name`` is the Issuer of Patient ID, ``key`` picks its column of local numbers."""

    key: str
    name: str
    city: str
    station: str


HOSPITAL_A = Hospital("A", "Ziekenhuis Westerdal", "Westerdal", "WDCT1")
HOSPITAL_B = Hospital("B", "Sint-Eloy Gasthuis", "Oosterwoud", "EGCT2")


@dataclass(frozen=True, slots=True)
class PhantomPatient:
    """One made-up person. ``birth_date`` is YYYYMMDD, ``sex`` as (0010,0040), ``numbers`` by hospital key."""

    own_name: str
    given: str
    birth_date: str
    sex: str
    bsn: str
    numbers: tuple[tuple[str, str], ...]
    own_prefix: str = ""
    partner_name: str = ""
    partner_prefix: str = ""
    use: NameUse = NameUse.OWN
    initials: str = ""

    @property
    def surname(self) -> str:
        """The whole surname as spoken, prefixes in front: ``van den Berg-de Jong``."""
        own = f"{self.own_prefix} {self.own_name}".strip()
        partner = f"{self.partner_prefix} {self.partner_name}".strip()
        by_use = {
            NameUse.OWN: own,
            NameUse.PARTNER: partner,
            NameUse.PARTNER_OWN: f"{partner}-{own}",
            NameUse.OWN_PARTNER: f"{own}-{partner}",
        }
        return by_use[self.use]

    @property
    def person_name(self) -> str:
        """DICOM PN: family^given^middle (initials)."""
        return "^".join((self.surname, self.given, self.initials)).rstrip("^")

    @property
    def hl7_name(self) -> str:
        """HL7 v2 XPN as PID-5: the surname with its four sub-components, then given name, initials and type L."""
        family = "&".join((self.surname, self.own_prefix, self.own_name, self.partner_prefix, self.partner_name))
        return "^".join((family.rstrip("&"), self.given, self.initials, "", "", "", "L"))

    def number(self, hospital: Hospital) -> str:
        """The local number in ``hospital``. Raises NotFound where the patient is not known there."""
        for key, value in self.numbers:
            if key == hospital.key:
                return value
        raise NotFound("phantom-no-local-number", "The made-up patient has no number in that hospital.")

    def identity(self, hospital: Hospital) -> Patient:
        """The patient as a header written by ``hospital`` gives it."""
        bsn = (PatientNumber(self.bsn, BSN_ISSUER, "(0010,1002)"),) if self.bsn else ()
        own = PatientNumber(self.number(hospital), hospital.name, "(0010,0020)")
        return Patient(self.person_name, self.birth_date, self.sex, own, bsn)

    def age_string(self, on: str) -> str:
        """Age on day ``on`` (YYYYMMDD) as a DICOM AS, in years from two years on, else months or days."""
        years = int(on[:4]) - int(self.birth_date[:4]) - (on[4:] < self.birth_date[4:])
        months = 12 * (int(on[:4]) - int(self.birth_date[:4])) + int(on[4:6]) - int(self.birth_date[4:6])
        months -= on[6:] < self.birth_date[6:]
        return f"{years:03d}Y" if years >= 2 else f"{max(months, 0):03d}M"


def describe_patient(dataset: Dataset, patient: PhantomPatient, hospital: Hospital, study_date: str) -> None:
    """Write the Patient Module (PS3.3 C.7.1.1) and the age (C.7.2.2) of ``patient`` as ``hospital`` knows it."""
    dataset.PatientName = patient.person_name
    dataset.PatientID = patient.number(hospital)
    dataset.IssuerOfPatientID = hospital.name
    dataset.PatientBirthDate = patient.birth_date
    dataset.PatientSex = patient.sex
    dataset.PatientAge = patient.age_string(study_date)
    if patient.bsn:
        dataset.OtherPatientIDsSequence = Sequence([_bsn_item(patient.bsn)])


def _bsn_item(bsn: str) -> Dataset:
    qualifiers = Dataset()
    qualifiers.UniversalEntityID = BSN_OID
    qualifiers.UniversalEntityIDType = "ISO"
    item = Dataset()
    item.PatientID = bsn
    item.IssuerOfPatientID = BSN_ISSUER
    item.TypeOfPatientID = "TEXT"
    item.IssuerOfPatientIDQualifiersSequence = Sequence([qualifiers])
    return item


def _known(at_a: str, at_b: str) -> tuple[tuple[str, str], ...]:
    return (("A", at_a), ("B", at_b))


PATIENTS: tuple[PhantomPatient, ...] = (
    PhantomPatient(
        "Jong", "Willemijn", "19580312", "F", "999990019", _known("4501187", "00820316"),
        own_prefix="de", partner_name="Berg", partner_prefix="van den", use=NameUse.PARTNER_OWN, initials="W.C.",
    ),
    PhantomPatient("IJsselmonde", "IJsbrand", "19471105", "M", "999990202", _known("4502210", "00820471"), "van"),
    PhantomPatient(
        "Hof", "Gerrit", "19390729", "M", "999990391", _known("4503356", "00820655"),
        own_prefix="in 't", initials="G.J.",
    ),
    PhantomPatient(
        "Hul", "Annelies", "19720218", "F", "999990585", _known("4504402", "00820802"),
        own_prefix="van 't", partner_name="Smid", use=NameUse.OWN_PARTNER,
    ),
    PhantomPatient("Coëlho", "André", "19650901", "M", "999990779", _known("4505518", "00820990")),
    PhantomPatient(
        "Müller", "Zoë", "19900523", "F", "999990950", _known("4506673", "00821147"),
        partner_name="Ruiter", partner_prefix="de", use=NameUse.PARTNER,
    ),
    PhantomPatient("Boogaard", "Fenna", "20150614", "F", "999991139", _known("4507734", "00821302"), "van den"),
    PhantomPatient("Boogaard", "Femke", "20150614", "F", "999991140", _known("4507735", "00821303"), "van den"),
    PhantomPatient("Vries", "baby van", "20250228", "M", "", _known("4508881", "00821466"), "de"),
    PhantomPatient(
        "Vries", "Renée", "19940417", "F", "999991504", _known("4508880", "00821465"), "de", initials="R.",
    ),
    PhantomPatient("Bakker", "Jan", "19510101", "M", "999991693", _known("4509127", "00821583"), initials="J."),
    PhantomPatient("Bakker", "Jan", "19510110", "M", "999991887", _known("4509231", "00821584"), initials="J."),
    PhantomPatient("Ægidius", "Søren", "19830806", "M", "999992077", _known("4510345", "00821720")),
    PhantomPatient("Öztürk", "Gülşen", "19770930", "F", "999992260", _known("4511409", "00821868")),
    PhantomPatient(
        "Ravenswaaij", "Cornelis Adriaan", "19330415", "M", "999992442", _known("4512563", "00821999"),
        own_prefix="van", initials="C.A.",
    ),
    PhantomPatient(
        "Sjoerdsma", "Tjitske", "19690712", "F", "999992636", _known("4513620", "00822134"),
        partner_name="Veen", partner_prefix="van der", use=NameUse.PARTNER_OWN,
    ),
    PhantomPatient("Núñez", "María José", "19861212", "F", "999992831", _known("4514786", "00822270")),
    PhantomPatient("Aa", "Bo", "20031130", "O", "999993021", _known("4515805", "00822411"), "van der"),
    PhantomPatient("El Idrissi", "Naïma", "20090209", "F", "999993203", _known("4516913", "00822566")),
    PhantomPatient(
        "Kuyper", "Hendrik", "19440229", "M", "999993392", _known("4517042", "00822693"),
        own_prefix="de", initials="H.W.",
    ),
)  # fmt: skip
"""Twenty people, among them twins, mother and newborn ("baby van", no BSN yet), two namesakes born nine days apart."""
