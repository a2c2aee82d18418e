"""Plugs HL7, the folder and the PACS into giving reports on."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from beeldbrug.node.app.outgoing import make_outgoing
from beeldbrug.node.app.report_settings import ReportDelivery
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.ports.pacs import Pacs
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.work import Step, WorkKind
from beeldbrug.node.protocols.hl7.oru import ReportSystem, TextForm
from beeldbrug.node.stores.report_folder import ReportFolder
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.reports.deliver import Outlets, ReportStep
from beeldbrug.node.usecases.reports.make import Maker
from beeldbrug.node.usecases.reports.print import Paper

FORMS = {"lines": TextForm.LINES, "formatted": TextForm.FORMATTED}


def report_steps(
    settings: NodeSettings, name: str, database: Database, sources: Sources, pacs: Pacs, clock: Callable[[], float]
) -> dict[tuple[str, str], Step]:
    """The work ``report``; ``name`` is the organisation's."""
    section, ura = settings.reports, settings.organisation.ura
    zone = ZoneInfo(settings.notices.time_zone)
    hospital = _hospital(settings, section, zone)
    folder = ReportFolder(section.folder) if section.folder is not None else None
    maker = Maker(Paper(name, section.language, zone), hospital, clock)
    step = ReportStep(ura, database, sources, section.rule(), maker, Outlets(pacs, hospital, folder), clock)
    return {(ura, WorkKind.ONWARD): step}


def _hospital(settings: NodeSettings, section: ReportDelivery, zone: ZoneInfo) -> ReportSystem | None:
    found = next((one for one in settings.hl7_out if one.name == section.hl7), None)
    return ReportSystem(found.peer(), make_outgoing(), zone, FORMS[section.text]) if found is not None else None
