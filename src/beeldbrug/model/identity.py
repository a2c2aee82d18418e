"""What a header says of patient, study, series and instance: identity. The hub never imports this module."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PatientNumber:
    """A patient number with its issuer (PS3.3 C.7.1.1, HL7 CX); ``source`` says where it stood."""

    value: str
    issuer: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """Patient as a header gives it. ``name`` is DICOM PN, decoded; ``birth_date`` is YYYYMMDD or empty."""

    name: str = ""
    birth_date: str = ""
    sex: str = ""
    number: PatientNumber = PatientNumber("")
    others: tuple[PatientNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class InstanceIndex:
    """Index attributes of one instance, decoded by its Specific Character Set (PS3.3 C.12.1.1.2, PS3.5 section 6.1).

    Text is stripped of padding. Numbers that are missing or unreadable are None. ``problems`` lists, without values,
    what could not be read ("undecodable text in (0010,0010)").
    """

    study_uid: str
    series_uid: str
    instance_uid: str
    sop_class: str
    transfer_syntax: str
    patient: Patient = Patient()
    accession_number: str = ""
    accession_issuer: str = ""
    study_id: str = ""
    study_date: str = ""
    study_time: str = ""
    study_description: str = ""
    referring_physician: str = ""
    institution: str = ""
    modality: str = ""
    series_number: int | None = None
    series_description: str = ""
    series_date: str = ""
    series_time: str = ""
    body_part: str = ""
    laterality: str = ""
    station_name: str = ""
    performed_procedure_step_date: str = ""
    performed_procedure_step_time: str = ""
    instance_number: int | None = None
    rows: int | None = None
    columns: int | None = None
    bits_allocated: int | None = None
    samples_per_pixel: int | None = None
    photometric_interpretation: str = ""
    number_of_frames: int | None = None
    image_type: tuple[str, ...] = ()
    burned_in_annotation: str = ""
    character_set: tuple[str, ...] = ()
    timezone_offset: str = ""
    problems: tuple[str, ...] = field(default=())
