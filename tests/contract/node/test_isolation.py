"""One vault, two organisations: every method that takes an organisation, called with the other's, gives nothing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from beeldbrug.model.account import (
    Account,
    Assurance,
    Factor,
    FactorKind,
    Role,
    SessionRow,
    Stage,
    Ticket,
    TicketKind,
)
from beeldbrug.model.answer import Answerer, AnswerKind, AnswerOutcome
from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import NotFound
from beeldbrug.model.exchange import Direction, Party, Route, State, Urgency
from beeldbrug.model.figures import BsnFinding, Dose
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.model.image_request import RequestState, Want
from beeldbrug.model.importing import Code, ImportPlan, Left, Order, OrderForm
from beeldbrug.model.notice import Cause, Channel, Contact, Matter, Notice, NoticeChoice, Waking
from beeldbrug.model.report import Report, ReportKey, ReportSource, ReportStatus, ReportSubject
from beeldbrug.model.roster import Roster, Shift
from beeldbrug.node.ports import vault as ports
from beeldbrug.node.ports.administration import Department
from beeldbrug.node.ports.committing import Commitment, Rejection
from beeldbrug.node.ports.consult import AnswerRow, ShareRow
from beeldbrug.node.ports.image_requests import ImageRequestRow
from beeldbrug.node.ports.importing import Claim, Undone
from beeldbrug.node.ports.listing import Wanted
from beeldbrug.node.ports.ordering import Asked, MadeOrder, OrderState
from beeldbrug.node.ports.own_patients import OwnCounts, OwnPatient, Told
from beeldbrug.node.ports.partners import Delivery, Partner
from beeldbrug.node.ports.pictures import PictureRow, TextFound
from beeldbrug.node.ports.records import OWN, AlertRow, ImportRow, PartRow, TransportKeyRow
from beeldbrug.node.ports.rekeying import Rekeying, RekeyState
from beeldbrug.node.ports.report_delivery import Addressed, DeliveryRow, DeliveryState, Outlet, Said
from beeldbrug.node.ports.report_documents import DocumentVersion
from beeldbrug.node.ports.reports import ReportRow, ReportState, Travelled, VersionHead
from beeldbrug.node.ports.saved import SavedKind, SavedRow
from beeldbrug.node.ports.sender_rejections import SenderRejection
from beeldbrug.node.ports.sending import AddressEntry, Enclosure, Gathering, GatherState, Source
from beeldbrug.node.ports.trail import TrailQuery
from beeldbrug.node.ports.upload_requests import RequestRow
from beeldbrug.node.ports.uploads import ChunkRow, UploadRow, UploadState
from beeldbrug.node.stores.sql.database import Vault, VaultTransaction
from tests.contract.node import given
from tests.contract.node.given import NOW, PACK, PARCEL, A, B

Call = Callable[[Any, str, int], Any]

MARK = b"document"
REPORT = Report(
    ReportKey(A, "RIS", "V1"), ReportStatus.FINAL, ReportSource.HL7_ORU, ReportSubject("7001", "1.2.9"), text="tekst"
)
TICKET = b"t" * 32
OWN_PATIENT = Patient("Vries^Els^^de", "19700201", "F", PatientNumber("7001"), (PatientNumber("999990019", "BSN"),))

NOTHING: dict[str, Call] = {
    "accounts.get": lambda tx, o, i: tx.accounts.get(o, "account"),
    "accounts.by_login": lambda tx, o, i: tx.accounts.by_login(o, "arts"),
    "accounts.by_subject": lambda tx, o, i: tx.accounts.by_subject(o, "provider", "subject"),
    "accounts.all": lambda tx, o, i: tx.accounts.all(o),
    "accounts.count": lambda tx, o, i: tx.accounts.count(o),
    "accounts.own": lambda tx, o, i: tx.accounts.own(o),
    "accounts.credential": lambda tx, o, i: tx.accounts.credential(o, "account").hash,
    "accounts.set_password": lambda tx, o, i: tx.accounts.set_password(o, "account", "other"),
    "accounts.tried": lambda tx, o, i: tx.accounts.tried(o, "account", 9, NOW),
    "factors.of_account": lambda tx, o, i: tx.factors.of_account(o, "account"),
    "factors.by_handle": lambda tx, o, i: tx.factors.by_handle(o, b"handle"),
    "factors.used": lambda tx, o, i: tx.factors.used(o, "factor", 99, NOW),
    "factors.delete": lambda tx, o, i: tx.factors.delete(o, "account", "factor"),
    "factors.delete_kind": lambda tx, o, i: tx.factors.delete_kind(o, "account", ""),
    "sessions.end_of": lambda tx, o, i: tx.sessions.end_of(o, "account"),
    "sessions.sweep": lambda tx, o, i: tx.sessions.sweep(o, NOW * 2, NOW * 2),
    "sessions.drop_tickets": lambda tx, o, i: tx.sessions.drop_tickets(o, TicketKind.SETUP, "account"),
    "listings.page": lambda tx, o, i: tx.listings.page(o, Wanted(), None, 10),
    "listings.changed": lambda tx, o, i: tx.listings.changed(o, 0.0),
    "listings.counts": lambda tx, o, i: tx.listings.counts(o),
    "listings.count_at_desk": lambda tx, o, i: tx.listings.count_at_desk(o),
    "gatherings.get": lambda tx, o, i: tx.gatherings.get(o, PARCEL),
    "gatherings.of_bundle": lambda tx, o, i: tx.gatherings.of_bundle(o, "bundle"),
    "gatherings.fetching": lambda tx, o, i: tx.gatherings.fetching(o, given.STUDY),
    "gatherings.claim": lambda tx, o, i: tx.gatherings.claim(o, PARCEL, NOW),
    "gatherings.update": lambda tx, o, i: tx.gatherings.update(o, PARCEL, NOW, state=GatherState.FAILED),
    "gatherings.enclosure": lambda tx, o, i: tx.gatherings.enclosure(o, "report"),
    "gatherings.entitle": lambda tx, o, i: tx.gatherings.entitle(o, "report", "x"),
    "gatherings.drop_enclosure": lambda tx, o, i: tx.gatherings.drop_enclosure(o, "report"),
    "gatherings.drop_enclosures": lambda tx, o, i: tx.gatherings.drop_enclosures(o, NOW * 2),
    "addresses.get": lambda tx, o, i: tx.addresses.get(o, "door"),
    "addresses.all": lambda tx, o, i: tx.addresses.all(o),
    "addresses.delete": lambda tx, o, i: tx.addresses.delete(o, "door"),
    "addresses.recipients": lambda tx, o, i: tx.addresses.recipients(o, "account", 10),
    "own_patients.merge": lambda tx, o, i: tx.own_patients.merge(o, "7001", "7001", Told.HL7, NOW),
    "own_patients.remove": lambda tx, o, i: tx.own_patients.remove(o, "7001", NOW + 9),
    "own_patients.retain": lambda tx, o, i: tx.own_patients.retain(o, (), NOW + 9),
    "own_patients.get": lambda tx, o, i: tx.own_patients.get(o, "7001"),
    "own_patients.standing": lambda tx, o, i: tx.own_patients.standing(o, "7000") != "7000",
    "own_patients.numbers": lambda tx, o, i: tx.own_patients.numbers(o, "7000") != ("7000",),
    "own_patients.find": lambda tx, o, i: tx.own_patients.find(o, OWN_PATIENT),
    "own_patients.counts": lambda tx, o, i: tx.own_patients.counts(o) != OwnCounts(),
    "settings.revision": lambda tx, o, i: tx.settings.revision(o),
    "settings.present": lambda tx, o, i: tx.settings.present(o),
    "settings.last": lambda tx, o, i: tx.settings.last(o, "rules", "NAAR_B"),
    "settings.history": lambda tx, o, i: tx.settings.history(o),
    "departments.all": lambda tx, o, i: tx.departments.all(o),
    "departments.get": lambda tx, o, i: tx.departments.get(o, "department"),
    "departments.by_name": lambda tx, o, i: tx.departments.by_name(o, "Radiologie"),
    "queue.rows": lambda tx, o, i: tx.queue.rows(o),
    "queue.get": lambda tx, o, i: tx.queue.get(o, 1),
    "queue.count": lambda tx, o, i: tx.queue.count(o),
    "figures.moments": lambda tx, o, i: tx.figures.moments(o, 0, NOW * 2),
    "figures.newest_of_peer": lambda tx, o, i: tx.figures.newest_of_peer(o, B),
    "figures.judged": lambda tx, o, i: tx.figures.judged(o, 0, NOW * 2) != (0, 0),
    "figures.judgement": lambda tx, o, i: tx.figures.judgement(o, PARCEL),
    "figures.uncounted": lambda tx, o, i: tx.figures.uncounted(o),
    "figures.doses": lambda tx, o, i: tx.figures.doses(o, "2000-01", "2099-12"),
    "figures.stored_bytes": lambda tx, o, i: tx.figures.stored_bytes(o),
    "bsn_quality.counts": lambda tx, o, i: tx.bsn_quality.counts(o, 0, NOW * 2),
    "partners.get": lambda tx, o, i: tx.partners.get(o, "noord"),
    "partners.all": lambda tx, o, i: tx.partners.all(o),
    "partners.delete": lambda tx, o, i: tx.partners.delete(o, "noord"),
    "deliveries.of": lambda tx, o, i: tx.deliveries.of(o, PARCEL),
    "deliveries.standing": lambda tx, o, i: tx.deliveries.standing(o),
    "deliveries.note": lambda tx, o, i: tx.deliveries.note(o, PARCEL, Delivery(7, 0, "", NOW)),
    "deliveries.forget_refused": lambda tx, o, i: tx.deliveries.forget_refused(o, PARCEL),
    "plans.get": lambda tx, o, i: tx.plans.get(o, PARCEL) != ImportPlan(),
    "plans.left": lambda tx, o, i: tx.plans.left(o, [PARCEL]),
    "claims.get": lambda tx, o, i: tx.claims.get(o, PARCEL),
    "claims.of": lambda tx, o, i: tx.claims.of(o, [PARCEL], 0.0),
    "made_orders.current": lambda tx, o, i: tx.made_orders.current(o, PARCEL),
    "made_orders.last": lambda tx, o, i: tx.made_orders.last(o, PARCEL),
    "made_orders.cancelling": lambda tx, o, i: tx.made_orders.cancelling(o, "d" * 32),
    "commitments.get": lambda tx, o, i: tx.commitments.get(o, "2.25.1"),
    "commitments.of": lambda tx, o, i: tx.commitments.of(o, PARCEL, 0.0),
    "commitments.note": lambda tx, o, i: tx.commitments.note(o, replace(COMMITMENT, failed=9)),
    "rejections.waiting": lambda tx, o, i: tx.rejections.waiting(o, PARCEL),
    "rejections.answered": lambda tx, o, i: tx.rejections.answered(o, replace(REJECTION, status=0, sent=NOW)),
    "rejections.last": lambda tx, o, i: tx.rejections.last(o, PARCEL),
    "rekeyings.get": lambda tx, o, i: tx.rekeyings.get(o, PARCEL),
    "rekeyings.of": lambda tx, o, i: tx.rekeyings.of(o, [PARCEL]),
    "rekeyings.under": lambda tx, o, i: tx.rekeyings.under(o, "SPOED1"),
    "rekeyings.unkept": lambda tx, o, i: tx.rekeyings.unkept(o, 9),
    "sender_rejections.of": lambda tx, o, i: tx.sender_rejections.of(o, PARCEL),
    "undone.last": lambda tx, o, i: tx.undone.last(o, PARCEL),
    "saved.picture": lambda tx, o, i: tx.saved.picture(o, PARCEL),
    "saved.get": lambda tx, o, i: tx.saved.get(o, "saved"),
    "saved.of_study": lambda tx, o, i: tx.saved.of_study(o, OWN, given.STUDY),
    "instances.with_number": lambda tx, o, i: tx.instances.with_number(o, "999990019", 9),
    "instances.study": lambda tx, o, i: tx.instances.study(o, 1),
    "instances.find": lambda tx, o, i: tx.instances.find(o, OWN, "1.2.3.1.1", given.instance().hash),
    "instances.has_other_content": lambda tx, o, i: tx.instances.has_other_content(o, OWN, "1.2.3.1.1", b"x"),
    "instances.get": lambda tx, o, i: tx.instances.get(o, [i]),
    "instances.header": lambda tx, o, i: tx.instances.header(o, i),
    "instances.headers": lambda tx, o, i: tx.instances.headers(o, [i]),
    "instances.delete_origin": lambda tx, o, i: tx.instances.delete_origin(o, OWN),
    "instances.delete": lambda tx, o, i: tx.instances.delete(o, [i]),
    "instances.packs_used": lambda tx, o, i: tx.instances.packs_used(o, OWN, given.STUDY),
    "instances.studies": lambda tx, o, i: tx.instances.studies(o, None, {"PatientName": "vries"}, 0, 9),
    "instances.search_patients": lambda tx, o, i: tx.instances.search_patients(o, "vries", 9),
    "instances.series": lambda tx, o, i: tx.instances.series(o, OWN, given.STUDY, {}),
    "instances.instances": lambda tx, o, i: tx.instances.instances(o, OWN, given.STUDY, None, {}),
    "packs.key": lambda tx, o, i: tx.packs.key(o, PACK),
    "packs.line": lambda tx, o, i: tx.packs.line(o, PACK),
    "packs.of_origin": lambda tx, o, i: tx.packs.of_origin(o, OWN),
    "packs.origins": lambda tx, o, i: tx.packs.origins(o, PACK),
    "packs.grow_segment": lambda tx, o, i: tx.packs.grow_segment(o, PACK, 1, 9999),
    "packs.segment": lambda tx, o, i: tx.packs.segment(o, PACK, 2),
    "packs.segments": lambda tx, o, i: [row for row in tx.packs.segments(o, PACK) if row.organisation != o],
    "packs.delete_keys": lambda tx, o, i: tx.packs.delete_keys(o, OWN),
    "packs.delete_origin": lambda tx, o, i: tx.packs.delete_origin(o, OWN),
    "packs.delete": lambda tx, o, i: tx.packs.delete(o, OWN, [PACK]) == [PACK],
    "exchanges.get": lambda tx, o, i: tx.exchanges.get(o, PARCEL),
    "exchanges.find_open": lambda tx, o, i: tx.exchanges.find_open(o, "rule-1", given.STUDY),
    "exchanges.arrivals": lambda tx, o, i: tx.exchanges.arrivals(o, "1.2.9"),
    "exchanges.hold": lambda tx, o, i: tx.exchanges.hold(o, PARCEL),
    "exchanges.listing": lambda tx, o, i: tx.exchanges.listing(o),
    "exchanges.expired": lambda tx, o, i: tx.exchanges.expired(o, NOW + 1e9),
    "exchanges.full": lambda tx, o, i: tx.exchanges.full(o, Direction.OUT, tuple(State), NOW + 1e9),
    "exchanges.empty": lambda tx, o, i: tx.exchanges.empty(o, PARCEL, NOW + 1e9, NOW),
    "exchanges.leave": lambda tx, o, i: tx.exchanges.leave(o, PARCEL, [i]),
    "exchanges.study_is_fed": lambda tx, o, i: tx.exchanges.study_is_fed(o, given.STUDY),
    "exchanges.silent": lambda tx, o, i: tx.exchanges.silent(o, tuple(State), NOW + 1e9),
    "exchanges.exchanges_of": lambda tx, o, i: tx.exchanges.exchanges_of(o, i),
    "parcels.part": lambda tx, o, i: tx.parcels.part(o, PARCEL, B, 1),
    "parcels.last_part": lambda tx, o, i: tx.parcels.last_part(o, PARCEL, B),
    "parcels.unsent_parts": lambda tx, o, i: tx.parcels.unsent_parts(o, PARCEL, B),
    "parcels.part_done": lambda tx, o, i: tx.parcels.part_done(o, PARCEL, B, 1, NOW),
    "parcels.count_parts": lambda tx, o, i: tx.parcels.count_parts(o, PARCEL, B),
    "parcels.retract": lambda tx, o, i: tx.parcels.retract(o, PARCEL, B),
    "parcels.delete_sendings": lambda tx, o, i: tx.parcels.delete_sendings(o, PARCEL),
    "parcels.only_here": lambda tx, o, i: tx.parcels.only_here(o, PARCEL),
    "parcels.delete": lambda tx, o, i: tx.parcels.delete(o, PARCEL),
    "imports.fix": lambda tx, o, i: tx.imports.fix(o, [ImportRow(PARCEL, i, b"x", (), "1.2")]),
    "imports.rewrite": lambda tx, o, i: tx.imports.rewrite(o, [ImportRow(PARCEL, i, b"y", (), "1.2")]),
    "imports.other_content": lambda tx, o, i: tx.imports.other_content(o, "1.2.3.1.1", b"x"),
    "imports.undo": lambda tx, o, i: tx.imports.undo(o, PARCEL, PARCEL + "~1"),
    "claims.drop": lambda tx, o, i: tx.claims.drop(o, PARCEL),
    "undone.removed": lambda tx, o, i: tx.undone.removed(o, PARCEL, "arts", NOW),
    "imports.forget": lambda tx, o, i: tx.imports.forget(o, PARCEL),
    "keys.transport": lambda tx, o, i: tx.keys.transport(o),
    "keys.destroy_transport": lambda tx, o, i: tx.keys.destroy_transport(o, "1" * 32, NOW),
    "keys.statement": lambda tx, o, i: tx.keys.statement(o, A),
    "audit.head": lambda tx, o, i: tx.audit.head(o),
    "audit.events": lambda tx, o, i: tx.audit.events(o),
    "audit.search": lambda tx, o, i: tx.audit.search(TrailQuery(o)),
    "audit.hash_at": lambda tx, o, i: tx.audit.hash_at(o, 1),
    "alerts.open": lambda tx, o, i: tx.alerts.open(o),
    "alerts.clear": lambda tx, o, i: tx.alerts.clear(o, PARCEL, None, NOW),
    "tokens.revoke": lambda tx, o, i: tx.tokens.revoke(o, "gebruiker-7"),
    "traffics.arrivals": lambda tx, o, i: tx.traffics.arrivals(o, 0.0),
    "traffics.oldest_at_desk": lambda tx, o, i: tx.traffics.oldest_at_desk(o),
    "ways.of": lambda tx, o, i: tx.ways.of(o, PARCEL),
    "ways.since": lambda tx, o, i: tx.ways.since(o, 0.0),
    "facts.get": lambda tx, o, i: tx.facts.get(o, "cursor"),
    "answers.of": lambda tx, o, i: tx.answers.of(o, [PARCEL]),
    "answers.last": lambda tx, o, i: tx.answers.last(o, PARCEL),
    "answers.untold": lambda tx, o, i: tx.answers.untold(o, PARCEL),
    "answers.told": lambda tx, o, i: tx.answers.told(o, PARCEL, 1, 9),
    "answers.heard": lambda tx, o, i: tx.answers.heard(o, PARCEL, NOW),
    "live_secrets.get": lambda tx, o, i: tx.live_secrets.get(o, PARCEL),
    "live_secrets.delete": lambda tx, o, i: tx.live_secrets.delete(o, PARCEL),
    "image_requests.get": lambda tx, o, i: tx.image_requests.get(o, PARCEL, 1),
    "image_requests.of": lambda tx, o, i: tx.image_requests.of(o, [PARCEL]),
    "image_requests.in_state": lambda tx, o, i: tx.image_requests.in_state(o, RequestState.ASKED),
    "shares.get": lambda tx, o, i: tx.shares.get(o, "f" * 32, NOW),
    "shares.of_account": lambda tx, o, i: tx.shares.of_account(o, "host", NOW),
    "shares.end": lambda tx, o, i: tx.shares.end(o, "f" * 32, NOW),
    "reports.find": lambda tx, o, i: tx.reports.find(o, Direction.IN, PARCEL, REPORT.key),
    "reports.get": lambda tx, o, i: tx.reports.get(o, "9" * 32),
    "reports.same": lambda tx, o, i: tx.reports.same(o, "9" * 32, REPORT),
    "reports.statuses": lambda tx, o, i: tx.reports.statuses(o, [PARCEL]),
    "reports.heads": lambda tx, o, i: tx.reports.heads(o, "9" * 32),
    "reports.version": lambda tx, o, i: tx.reports.version(o, "9" * 32, 1),
    "reports.marked": lambda tx, o, i: tx.reports.marked(o, REPORT.subject, ReportState.WAITING),
    "reports.of_study": lambda tx, o, i: tx.reports.of_study(o, given.STUDY),
    "reports.of_exchange": lambda tx, o, i: tx.reports.of_exchange(o, PARCEL),
    "reports.in_state": lambda tx, o, i: tx.reports.in_state(o, ReportState.WAITING),
    "reports.count": lambda tx, o, i: tx.reports.count(o, ReportState.WAITING),
    "reports.listing": lambda tx, o, i: tx.reports.listing(o),
    "reports.counts": lambda tx, o, i: tx.reports.counts(o, [PARCEL]),
    "reports.followers": lambda tx, o, i: tx.reports.followers(o, given.STUDY),
    "reports.travelled": lambda tx, o, i: tx.reports.travelled(o, PARCEL),
    "reports.piece": lambda tx, o, i: tx.reports.piece(o, PARCEL, "p", 0),
    "reports.pieces": lambda tx, o, i: tx.reports.pieces(o, PARCEL, "p"),
    "reports.drop_pieces": lambda tx, o, i: tx.reports.drop_pieces(o, PARCEL, "p"),
    "reports.over": lambda tx, o, i: tx.reports.over(o, NOW + 1e9),
    "reports.delete": lambda tx, o, i: tx.reports.delete(o, "9" * 32),
    "reports.forget": lambda tx, o, i: tx.reports.forget(o, PARCEL),
    "report_deliveries.get": lambda tx, o, i: tx.report_deliveries.get(o, "7" * 32),
    "report_deliveries.of_exchange": lambda tx, o, i: tx.report_deliveries.of_exchange(o, PARCEL),
    "report_deliveries.opened": lambda tx, o, i: tx.report_deliveries.opened(o, "7" * 32),
    "report_deliveries.settle": lambda tx, o, i: tx.report_deliveries.settle(
        o, ["7" * 32], DeliveryState.REFUSED, "x", NOW
    ),
    "report_deliveries.remove": lambda tx, o, i: tx.report_deliveries.remove(o, "7" * 32),
    "report_deliveries.forget": lambda tx, o, i: tx.report_deliveries.forget(o, PARCEL),
    "report_documents.kin": lambda tx, o, i: tx.report_documents.kin(o, MARK)[1:],
    "report_documents.versions": lambda tx, o, i: tx.report_documents.versions(o, [MARK]),
    "report_documents.of_report": lambda tx, o, i: tx.report_documents.of_report(o, "9" * 32),
    "report_documents.forget": lambda tx, o, i: tx.report_documents.forget(o, NOW + 1e9),
    "rosters.all": lambda tx, o, i: tx.rosters.all(o),
    "rosters.get": lambda tx, o, i: tx.rosters.get(o, "roster"),
    "rosters.of_department": lambda tx, o, i: tx.rosters.of_department(o, "radiologie"),
    "rosters.delete": lambda tx, o, i: tx.rosters.delete(o, "roster"),
    "wakings.of": lambda tx, o, i: tx.wakings.of(o, PARCEL),
    "wakings.get": lambda tx, o, i: tx.wakings.get(o, PARCEL, Matter.ARRIVAL),
    "wakings.notice": lambda tx, o, i: tx.wakings.notice(o, "notice"),
    "wakings.notices": lambda tx, o, i: tx.wakings.notices(o, PARCEL),
    "wakings.touch": lambda tx, o, i: tx.wakings.touch(o, PARCEL, Matter.ARRIVAL, NOW + 9),
    "wakings.changed": lambda tx, o, i: tx.wakings.changed(o, 0.0),
    "wakings.open_for": lambda tx, o, i: tx.wakings.open_for(o, "account"),
    "wakings.prune": lambda tx, o, i: tx.wakings.prune(o, NOW + 1e9),
    "contacts.of": lambda tx, o, i: tx.contacts.of(o, "account"),
    "contacts.put": lambda tx, o, i: tx.contacts.put(o, Contact("account", Channel.SMS, "other")),
    "contacts.delete": lambda tx, o, i: tx.contacts.delete(o, "account", Channel.SMS),
    "contacts.choice": lambda tx, o, i: not tx.contacts.choice(o, "account").sound,
    "uploads.get": lambda tx, o, i: tx.uploads.get(o, "u" * 32),
    "uploads.secret": lambda tx, o, i: tx.uploads.secret(o, "u" * 32),
    "uploads.same": lambda tx, o, i: tx.uploads.same(o, "account", "", "mark"),
    "uploads.of_request": lambda tx, o, i: tx.uploads.of_request(o, ""),
    "uploads.open_of": lambda tx, o, i: tx.uploads.open_of(o, "account"),
    "uploads.expired": lambda tx, o, i: tx.uploads.expired(o, NOW + 1e9),
    "uploads.update": lambda tx, o, i: tx.uploads.update(o, "u" * 32, UploadState.CLOSED, "", ""),
    "uploads.touch": lambda tx, o, i: tx.uploads.touch(o, "u" * 32, NOW + 9, NOW + 9),
    "uploads.writers": lambda tx, o, i: tx.uploads.writers(o, "u" * 32),
    "uploads.chunks": lambda tx, o, i: tx.uploads.chunks(o, "u" * 32),
    "uploads.weight": lambda tx, o, i: tx.uploads.weight(o, "u" * 32)[0],
    "uploads.forget": lambda tx, o, i: tx.uploads.forget(o, "u" * 32),
    "uploads.ids": lambda tx, o, i: tx.uploads.ids(o),
    "uploads.prune": lambda tx, o, i: tx.uploads.prune(o, NOW + 1e9),
    "upload_requests.get": lambda tx, o, i: tx.upload_requests.get(o, "r" * 32),
    "upload_requests.by_token": lambda tx, o, i: tx.upload_requests.by_token(o, b"token"),
    "upload_requests.is_code": lambda tx, o, i: tx.upload_requests.is_code(o, "r" * 32, "12345678"),
    "upload_requests.all": lambda tx, o, i: tx.upload_requests.all(o, 0.0),
    "upload_requests.tried": lambda tx, o, i: tx.upload_requests.tried(o, "r" * 32, 3, NOW, NOW),
    "upload_requests.change": lambda tx, o, i: tx.upload_requests.change(o, "r" * 32, NOW + 5, NOW),
    "upload_requests.of_pass": lambda tx, o, i: tx.upload_requests.of_pass(o, b"pass", NOW),
    "upload_requests.sweep": lambda tx, o, i: tx.upload_requests.sweep(o, NOW + 1e9, NOW + 1e9),
    "contacts.choose": lambda tx, o, i: tx.contacts.choose(o, "account", NoticeChoice(Channel.SMS)),
}

COMMITMENT = Commitment(PARCEL, "2.25.1", NOW, instances=3)
REJECTION = Rejection(PARCEL, "2.25.2", NOW, "113001", 3, b"note")

ADDS = {
    "packs.add", "exchanges.add", "exchanges.add_member", "exchanges.association_opened", "parcels.want_sending",
    "keys.remember_statement", "work.add", "facts.set", "settings.add", "figures.judge", "figures.count_dose",
    "bsn_quality.note", "live_secrets.put", "addresses.used", "addresses.mark", "factors.add",
    "own_patients.put", "uploads.add_writer", "upload_requests.add_pass", "ways.note", "plans.put", "plans.count",
    "claims.put", "undone.add", "rekeyings.put", "sender_rejections.add", "made_orders.next_number", "made_orders.put",
    "commitments.add", "rejections.add",
    "report_documents.mark", "report_documents.note", "report_documents.note_version",
    "reports.add_version", "reports.mark", "reports.note_travelled", "reports.add_piece"}  # fmt: skip
"""They make rows of the organisation that they are given, and read none."""

ELSEWHERE = {"audit.verify"}
"""Its answer for an unknown organisation, an empty chain that holds, is in test_audit."""


def _made_order(exchange: str, state: OrderState) -> MadeOrder:
    asked = Asked(
        OrderForm.ORM,
        "NW",
        "",
        f"B{exchange[:8]}",
        "BB1",
        NOW,
        "7001",
        "ZHB",
        "",
        "",
        "",
        "",
        Code("IMP", "L", "Import"),
        "CT",
        "",
        False,
        "",
    )
    return MadeOrder(exchange, "ris", state, asked, Order("BB1"), PatientNumber("7001"), False, b"MSH", NOW, NOW)


def _fill(tx: VaultTransaction) -> int:
    id_ = tx.instances.add(given.instance())
    person = Account("account", A, "arts", "Arts", (Role.CLINICIAN,), provider="provider", subject="subject")
    tx.accounts.add(person, "hash")
    tx.factors.add(A, Factor("factor", "account", FactorKind.PASSKEY, "", b"key", b"handle"))
    tx.sessions.add(TICKET, SessionRow(A, "account", Stage.IN, Assurance.SUBSTANTIAL, NOW, NOW, NOW + 9))
    tx.sessions.add_ticket(TICKET, Ticket(A, TicketKind.SETUP, "account", NOW + 9))
    picture = (b"h" * 32, 1, "image/png", TextFound.NONE, 0, 0, NOW)
    tx.saved.add_picture(PictureRow(PARCEL, A, "account", "1.2.3", 1, *picture))
    tx.saved.add(SavedRow("saved", A, id_, given.SERIES, "account", SavedKind.KEY_OBJECTS, NOW))
    tx.packs.add(given.pack())
    tx.packs.grow_segment(A, PACK, 1, 10)
    tx.packs.put_segment(given.segment(2))
    tx.exchanges.add(given.exchange())
    disc = replace(given.exchange(), id="d" * 32, direction=Direction.IN, route=Route.DISC, study_uid="1.2.9")
    tx.exchanges.add(disc)
    tx.exchanges.add_member(PARCEL, A, id_)
    tx.exchanges.association_opened(PARCEL, A, "association", "process", NOW)
    tx.parcels.add_part(PartRow(A, PARCEL, B, 1, "parcel", "e", b"body"))
    tx.parcels.want_sending(PARCEL, A, PACK, 1)
    tx.imports.fix(A, [ImportRow(PARCEL, id_, b"x", (), "1.2")])
    tx.imports.answered(PARCEL, id_, 0, "", NOW)
    tx.plans.put(A, PARCEL, ImportPlan(ordered=True))
    tx.plans.count(A, PARCEL, Left(3, 1, 2))
    tx.claims.put(A, Claim(PARCEL, "arts", NOW, NOW + 9))
    tx.made_orders.put(A, _made_order(PARCEL, OrderState.PLACED))
    tx.made_orders.put(A, _made_order("d" * 32, OrderState.CANCELLING))
    tx.rekeyings.put(A, Rekeying(PARCEL, "SPOED1^^^SPOED", RekeyState.STANDS, NOW))
    tx.sender_rejections.add(A, PARCEL, [SenderRejection("1.2.9", "1.2.3.1.1", given.SERIES, "113001", NOW)])
    tx.undone.add(A, Undone(PARCEL, NOW, "arts", "wrong-patient", "7001", "", 1))
    tx.keys.add_transport(TransportKeyRow(A, "1" * 32, "age1", "AGE-SECRET-KEY-1", NOW, NOW))
    tx.keys.remember_statement(A, A, 1, "s", NOW)
    tx.audit.append(given.event())
    tx.alerts.raise_(AlertRow(0, A, PARCEL, "x", "", "", "", "", NOW))
    tx.facts.set(A, "cursor", "1")
    tx.ways.note(A, PARCEL, "hub", NOW)
    tx.gatherings.add(
        Gathering(PARCEL, A, "bundle", "arts", given.STUDY, Source.PACS, NOW, NOW, state=GatherState.FETCHING)
    )
    tx.gatherings.enclose(Enclosure("report", A, "account", "Verslag", b"%PDF", NOW))
    tx.addresses.put(AddressEntry("door", A, Party(B), NOW))
    tx.addresses.used(A, "account", Party(B), NOW)
    tx.uploads.add(
        UploadRow("u" * 32, A, "account", "age1", NOW, NOW + 9, mark="mark", choice="{}"), "AGE-SECRET-KEY-1"
    )
    tx.uploads.add_writer(A, "u" * 32, "w" * 32, b"sealed")
    tx.uploads.add_chunk(ChunkRow("u" * 32, A, "w" * 32, Line.PIXEL, 0, 9, b"contents", NOW))
    request = RequestRow("r" * 32, A, "account", b"token", "{}", NOW, NOW + 9, 3)
    tx.upload_requests.add(request, "12345678")
    tx.upload_requests.add_pass(A, "r" * 32, b"pass", NOW + 9)
    tx.own_patients.put(A, [OwnPatient("7001", "999990019", "Vries^Els^^de", "19700201", "F", Told.HL7, NOW)])
    tx.own_patients.merge(A, "7000", "7001", Told.HL7, NOW)
    tx.partners.put(Partner(A, "noord", "Noord", changed=NOW))
    tx.deliveries.note(A, PARCEL, Delivery(7, 0xC000, "", NOW))
    tx.settings.add(A, "rules", "NAAR_B", "{}", "ada", NOW)
    tx.departments.add(Department("department", A, "Radiologie"))
    tx.figures.judge(A, PARCEL, True, "ada", NOW)
    tx.bsn_quality.note(A, PARCEL, B, BsnFinding.ABSENT, NOW)
    tx.figures.count_dose(A, PARCEL, "2026-11", [Dose("CT", 1, 1.0, 0.0)])
    tx.answers.add(
        AnswerRow(A, PARCEL, 1, AnswerKind.CALL_ME, AnswerOutcome.DONE, Answerer("arts"), NOW, "tekst", "0305550100")
    )
    tx.live_secrets.put(A, PARCEL, b"l" * 32)
    for number, direction, exchange in (("9", Direction.IN, PARCEL), ("8", Direction.OUT, "")):
        tx.reports.add(
            ReportRow(A, number * 32, direction, REPORT.key, ReportState.WAITING, NOW, exchange, given.STUDY)
        )
        tx.reports.add_version(A, VersionHead(number * 32, 1, REPORT.status, NOW, NOW), REPORT)
        tx.reports.mark(A, number * 32, REPORT.subject)
        tx.report_documents.note_version(A, DocumentVersion(number * 32, 1, MARK))
    tx.report_documents.note(A, MARK, b"before", NOW)
    place = (A, "7" * 32, PARCEL, "9" * 32, 1, Outlet.HL7, "", DeliveryState.DELIVERED, "C")
    said = Said(REPORT, Addressed(OWN_PATIENT, "", given.STUDY))
    tx.report_deliveries.add(DeliveryRow(*place, NOW, NOW), said, b"message")
    tx.reports.note_travelled(A, PARCEL, Travelled("8" * 32, 1, 3, NOW))
    tx.reports.add_piece(A, PARCEL, "p", 0, b"piece")
    tx.commitments.add(A, COMMITMENT)
    tx.rejections.add(A, REJECTION)
    tx.image_requests.add(
        ImageRequestRow(A, PARCEL, 1, RequestState.ASKED, Urgency.STAT, NOW, Want(text="x"), Answerer("dr. Bakker"))
    )
    tx.shares.add(ShareRow("f" * 32, A, "exchanges", PARCEL, "host", "", NOW, NOW + 9e9))
    tx.rosters.add(Roster("roster", A, "Radiologie", shifts=(Shift(1, "account", 0, 0, 0),)))
    tx.wakings.begin(Waking(A, PARCEL, Matter.ARRIVAL, Cause.VERIFIED, NOW), False)
    where = (A, PARCEL, Matter.ARRIVAL, 1, 1, "account", Channel.BROWSER, Cause.VERIFIED)
    tx.wakings.add(Notice("notice", *where, NOW, NOW))
    tx.contacts.put(A, Contact("account", Channel.SMS, "+31305550100", NOW))
    tx.contacts.choose(A, "account", NoticeChoice(Channel.MAIL, False))
    return id_


@pytest.mark.parametrize("name", sorted(NOTHING))
def test_another_organisation_gets_and_changes_nothing(vault: Vault, name: str) -> None:
    with vault.write() as tx:
        id_ = _fill(tx)
        before = _state(tx, id_)
        try:
            answer = NOTHING[name](tx, B, id_)
        except NotFound:
            answer = None
        assert not answer
        assert _state(tx, id_) == before


def test_every_method_that_takes_an_organisation_is_tried() -> None:
    taking = set()
    for store, port in inspect.getmembers(ports.Transaction, lambda member: isinstance(member, property)):
        kind = getattr(inspect.getmodule(port.fget), inspect.signature(port.fget).return_annotation)
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            if "organisation" in inspect.signature(method).parameters:
                taking.add(f"{store}.{name}")
    assert taking <= set(NOTHING) | ADDS | ELSEWHERE


def _state(tx: VaultTransaction, id_: int) -> list[Any]:
    return [
        tx.accounts.all(A),
        tx.accounts.credential(A, "account"),
        tx.factors.of_account(A, "account"),
        tx.sessions.get(TICKET),
        tx.sessions.peek_ticket(TICKET, TicketKind.SETUP, NOW),
        tx.instances.get(A, [id_]),
        tx.packs.key(A, PACK),
        tx.packs.segments(A, PACK),
        tx.exchanges.get(A, PARCEL),
        tx.exchanges.members(PARCEL),
        tx.parcels.part(A, PARCEL, B, 1),
        tx.parcels.sendings(PARCEL),
        tx.imports.all(PARCEL),
        tx.plans.get(A, PARCEL),
        tx.plans.left(A, [PARCEL]),
        tx.claims.of(A, [PARCEL], 0.0),
        tx.made_orders.last(A, PARCEL),
        tx.report_documents.kin(A, MARK),
        tx.report_documents.of_report(A, "9" * 32),
        tx.made_orders.cancelling(A, "d" * 32),
        tx.rekeyings.get(A, PARCEL),
        tx.sender_rejections.of(A, PARCEL),
        tx.undone.last(A, PARCEL),
        tx.keys.transport(A),
        tx.audit.head(A),
        tx.alerts.open(A),
        tx.gatherings.get(A, PARCEL),
        tx.gatherings.enclosure(A, "report"),
        tx.own_patients.get(A, "7000"),
        tx.own_patients.get(A, "7001"),
        tx.partners.all(A),
        tx.deliveries.of(A, PARCEL),
        tx.upload_requests.get(A, "r" * 32),
        tx.upload_requests.of_pass(A, b"pass", NOW),
        tx.uploads.get(A, "u" * 32),
        tx.uploads.secret(A, "u" * 32),
        tx.uploads.writers(A, "u" * 32),
        tx.uploads.chunks(A, "u" * 32),
        tx.addresses.all(A),
        tx.addresses.recipients(A, "account", 10),
        tx.rosters.all(A),
        tx.wakings.of(A, PARCEL),
        tx.wakings.notices(A, PARCEL),
        tx.contacts.of(A, "account"),
        tx.contacts.choice(A, "account"),
        tx.answers.of(A, [PARCEL]),
        tx.live_secrets.get(A, PARCEL),
        tx.image_requests.of(A, [PARCEL]),
        tx.saved.picture(A, PARCEL),
        tx.commitments.get(A, "2.25.1"),
        tx.rejections.waiting(A, PARCEL),
        tx.shares.get(A, "f" * 32, NOW),
        tx.report_deliveries.of_exchange(A, PARCEL),
        tx.report_deliveries.opened(A, "7" * 32),
        tx.reports.listing(A),
        tx.reports.version(A, "9" * 32, 1),
        tx.reports.marked(A, REPORT.subject, ReportState.WAITING),
        tx.reports.travelled(A, PARCEL),
        tx.reports.pieces(A, PARCEL, "p"),
    ]
