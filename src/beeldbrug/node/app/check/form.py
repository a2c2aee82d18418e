"""What a PACS vendor has to enter to send to this node: titles, address, port, TLS, syntaxes, from the settings."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom._uid_dict import UID_dictionary

from beeldbrug.dicom.syntax import TABLE
from beeldbrug.model.exchange import Ground, Urgency
from beeldbrug.node.app.check.ports import reachable_at
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.protocols.dimse.sop_classes import is_storage


@dataclass(frozen=True, slots=True)
class Title:
    """A called AE title and what sending to it means; ``receiver`` is empty for the title that takes anything."""

    ae_title: str
    receiver: str
    receiver_name: str
    department: str
    urgency: Urgency
    ground: Ground | None
    callers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The form. ``calling_ae`` is what this node calls the PACS with, which the PACS must allow; ``retrieve_ae`` where
    it sends what was asked of it (C-MOVE). Both are empty without a PACS."""

    host: str
    port: int
    tls: str
    titles: tuple[Title, ...]
    calling_ae: str
    retrieve_ae: str
    transfer_syntaxes: tuple[str, ...]
    storage_classes: int


def vendor_form(settings: NodeSettings) -> Form:
    """The form for these settings."""
    titles = [
        Title(
            rule.ae_title,
            rule.receiver,
            rule.receiver_name,
            rule.department,
            rule.urgency,
            rule.ground,
            tuple(caller.ae_title for caller in rule.callers),
        )
        for rule in settings.rules
    ]
    general = settings.general
    callers = tuple(caller.ae_title for caller in general.callers)
    titles.append(Title(general.ae_title, "", "", "", Urgency.ROUTINE, None, callers))
    return Form(
        host=reachable_at(settings),
        port=settings.dimse.port,
        tls=_tls(settings),
        titles=tuple(titles),
        calling_ae=settings.pacs.calling_ae if settings.pacs is not None else "",
        retrieve_ae=settings.retrieve.ae_title if settings.pacs is not None else "",
        transfer_syntaxes=tuple(uid for uid, row in TABLE.items() if row.registered),
        storage_classes=sum(row[1] == "SOP Class" and is_storage(uid) for uid, row in UID_dictionary.items()),
    )


def _tls(settings: NodeSettings) -> str:
    section = settings.dimse
    if section.certificate is None:
        return "off"
    if section.client_authorities is None or section.client_certificates == "none":
        return "server certificate"
    return f"server and client certificates ({section.client_certificates})"
