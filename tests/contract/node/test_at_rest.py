"""What lies on the vault's disk: identity only in the columns that search needs, keys nowhere."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import LargeBinary, Text, select

from beeldbrug.kit.sql import reading
from beeldbrug.model.exchange import Direction, Party
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.model.report import Report, ReportKey, ReportSource, ReportStatus, ReportSubject
from beeldbrug.node.ports.own_patients import OwnPatient, Told
from beeldbrug.node.ports.records import ImportRow, TransportKeyRow
from beeldbrug.node.ports.report_delivery import Addressed, DeliveryRow, DeliveryState, Outlet, Said
from beeldbrug.node.ports.reports import ReportRow, ReportState, VersionHead
from beeldbrug.node.ports.upload_requests import RequestRow
from beeldbrug.node.ports.uploads import UploadRow
from beeldbrug.node.stores.schema.vault import VAULT
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, A

SEARCH_COLUMNS = {
    "study.patient_name", "study.folded_name", "study.patient_number", "name_word.word",
    "own_patient.number", "own_patient.bsn", "own_patient_name.number",
}  # fmt: skip

PLANTED = {
    "name": "Geheimenaar",
    "number": "999990019",
    "header": "KOPTEKSTGEHEIM",
    "coerced": "GECOERCEERD",
    "question": "VRAAGSTELLING",
    "department": "AFDELINGGEHEIM",
    "description": "OMSCHRIJVING",
    "local": "LOKAALNUMMER",
    "key": "KEYKEYKEYKEYKEY!",
    "transport": "AGE-SECRET-KEY-GEHEIM",
    "note": "OPMERKINGBIJUPLOAD",
    "upload": "AGE-SECRET-KEY-UPLOAD",
    "asked": "GEVRAAGDVOORPATIENT",
    "code": "CODE87654321",
    "given-on": "DOORGEGEVENVERSLAG",
    "logged": "PATIENTINLOG",
    "logged-study": "1.2.840.99999.7.7",
    "reported": "VERSLAGTEKST",
    "reported-of": "PATIENTINVERSLAG",
    "reported-pdf": "PDFINHOUD",
    "report-number": "VERSLAGNUMMER",
}


def _plant(vault: Vault) -> None:
    patient = Patient(f"{PLANTED['name']}^Jo", number=PatientNumber(PLANTED["number"]))
    base = given.terms()
    terms = type(base)(
        Party(A, department=PLANTED["department"]), base.receiver, base.purpose, base.ground, base.urgency,
        question=PLANTED["question"],
    )  # fmt: skip
    header = (PLANTED["header"] + PLANTED["name"] + PLANTED["number"]).encode()
    with vault.write() as tx:
        id_ = tx.instances.add(given.instance(index=given.index(patient=patient), header=header))
        tx.exchanges.add(given.exchange(terms=terms))
        tx.exchanges.update(PARCEL, NOW, description=PLANTED["description"], local_number=PLANTED["local"], terms=terms)
        tx.imports.fix(A, [ImportRow(PARCEL, id_, PLANTED["coerced"].encode(), (), "1.2")])
        tx.packs.add(given.pack(key=PLANTED["key"].encode()))
        tx.keys.add_transport(TransportKeyRow(A, "1" * 32, "age1", PLANTED["transport"], NOW, NOW))
        own = OwnPatient(PLANTED["number"], PLANTED["number"], f"{PLANTED['name']}^Jo", "19700201", "F", Told.HL7, NOW)
        tx.own_patients.put(A, [own])
        tx.uploads.add(
            UploadRow("u" * 32, A, "a", "age1", NOW, NOW, mark=PLANTED["name"], choice=PLANTED["note"]),
            PLANTED["upload"],
        )
        asked = RequestRow("r" * 32, A, "a", b"t", PLANTED["asked"], NOW, NOW, 1)
        tx.upload_requests.add(asked, PLANTED["code"])
        key = ReportKey(A, "RIS", PLANTED["report-number"])
        about = ReportSubject(PLANTED["reported-of"], accession=PLANTED["reported-of"])
        report = Report(
            key, ReportStatus.FINAL, ReportSource.PDF, about, text=PLANTED["reported"],
            document=PLANTED["reported-pdf"].encode(),
        )  # fmt: skip
        tx.reports.add(ReportRow(A, "e" * 32, Direction.OUT, key, ReportState.DESK, NOW, why=PLANTED["reported-of"]))
        tx.reports.add_version(A, VersionHead("e" * 32, 1, report.status, NOW, NOW, 9), report)
        tx.reports.mark(A, "e" * 32, about)
        place = (A, "d" * 32, PARCEL, "e" * 32, 1, Outlet.HL7, "", DeliveryState.WAITING, "C")
        said = Said(report, Addressed(patient, PLANTED["number"], "1.2.3", PLANTED["reported-of"]))
        tx.report_deliveries.add(DeliveryRow(*place, NOW, NOW), said, PLANTED["given-on"].encode())
        tx.reports.add_piece(A, PARCEL, "v", 0, report.document)
        tx.audit.append(given.event(patient=PLANTED["logged"], study_uid=PLANTED["logged-study"]))


def test_planted_identity_stands_only_in_the_search_columns(vault: Vault) -> None:
    _plant(vault)
    found = set()
    with reading(vault.engine) as connection:
        for table in VAULT.sorted_tables:
            for column in table.columns:
                if not isinstance(column.type, Text | LargeBinary):
                    continue
                for value in connection.execute(select(column)).scalars():
                    content = value.encode() if isinstance(value, str) else bytes(value or b"")
                    if any(word.casefold().encode() in content.lower() for word in PLANTED.values()):
                        found.add(f"{table.name}.{column.name}")
    assert found == SEARCH_COLUMNS


def test_the_file_and_its_journal_hold_nothing_else(tmp_path: Path, vault: Vault) -> None:
    if vault.engine.dialect.name != "sqlite":
        return
    _plant(vault)
    files = sorted(tmp_path.glob("vault.sqlite*"))
    assert len(files) == 3, "the file, its journal and the index of that"
    content = b"".join(path.read_bytes() for path in files)
    shown = {name for name, word in PLANTED.items() if word.encode() in content}
    assert shown == {"name", "number"}
