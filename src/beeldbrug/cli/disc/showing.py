"""How a list of what a carrier holds is shown, to people and as JSON. No logic of its own."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from beeldbrug.cli.exchanges import person
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.node.policy.carrying import FINDINGS
from beeldbrug.node.ports.carrier import Carrier
from beeldbrug.node.usecases.intake.listing import Finding, Listing, PatientFound, SeriesFound, StudyFound, list_carrier

Names = Annotated[bool, typer.Option("--names", help="Print the names of the files that findings are about.")]


def listed(carrier: Carrier, output: Output) -> Listing:
    """Make the list, with a count that moves."""
    with output.progress() as progress:
        task = progress.add_task(word("looked-at", output.language), total=None)
        return list_carrier(carrier, lambda count: progress.update(task, completed=count))


def print_listing(listing: Listing, output: Output, names: bool = False) -> None:
    """For people."""
    for number, found in enumerate(listing.patients, 1):
        patient = found.patient
        output.heading(f"{number}. {person(patient.name, patient.birth_date)}  {patient.sex}  {patient.number.value}")
        heads = [word(one, output.language) for one in ("study", "date", "modalities", "here", "size")]
        output.table(heads, [_cells(study) for study in found.studies.values()], right=(3, 4))
        for study in found.studies.values():
            output.say(f"  {study.uid}")
    others = ", ".join(f"{count} {kind}" for kind, count in sorted(listing.others.items()))
    output.say(
        f"{listing.files} {word('files', output.language)}, {listing.instances} DICOM" + f"; {others}" * bool(others)
    )
    for finding in listing.findings.values():
        _print_finding(finding, output, names)


def as_object(listing: Listing, names: bool = False) -> dict[str, Any]:
    """For programs."""
    return {
        "files": listing.files,
        "bytes": listing.bytes,
        "instances": listing.instances,
        "others": dict(sorted(listing.others.items())),
        "patients": [_patient(number, one) for number, one in enumerate(listing.patients, 1)],
        "findings": [_finding(one, names) for one in listing.findings.values()],
    }


def _print_finding(finding: Finding, output: Output, names: bool) -> None:
    reason = FINDINGS[finding.code]
    output.say(f"{finding.count}x {finding.code}: {output.choose(reason.nl, reason.en)}")
    if reason.remedy_en:
        output.say(f"   -> {output.choose(reason.remedy_nl, reason.remedy_en)}")
    if names:
        output.say(*(f"   {name}" for name in finding.names))


def _cells(study: StudyFound) -> list[str]:
    modalities = " ".join(sorted({one.modality for one in study.series.values()}))
    return [study.description, study.date, modalities, str(study.instances), f"{study.size / 1e6:.1f} MB"]


def _patient(number: int, found: PatientFound) -> dict[str, Any]:
    patient = found.patient
    return {
        "patient": number,
        "name": patient.name,
        "birth_date": patient.birth_date,
        "sex": patient.sex,
        "number": patient.number.value,
        "issuer": patient.number.issuer,
        "instances": found.instances,
        "studies": [_study(one) for one in found.studies.values()],
    }


def _study(study: StudyFound) -> dict[str, Any]:
    return {
        "study_uid": study.uid,
        "date": study.date,
        "description": study.description,
        "accession_number": study.accession_number,
        "institution": study.institution,
        "instances": study.instances,
        "lacking": study.lacking,
        "bytes": study.size,
        "series": [_series(one) for one in study.series.values()],
    }


def _series(series: SeriesFound) -> dict[str, Any]:
    return {
        "series_uid": series.uid,
        "modality": series.modality,
        "number": series.number,
        "description": series.description,
        "instances": len(series.files),
        "bytes": series.size,
    }


def _finding(finding: Finding, names: bool) -> dict[str, Any]:
    reason = FINDINGS[finding.code]
    shown: dict[str, Any] = {
        "code": finding.code,
        "count": finding.count,
        "text": reason.en,
        "remedy": reason.remedy_en,
    }
    return shown | ({"names": finding.names} if names else {})
