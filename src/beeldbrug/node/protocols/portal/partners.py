"""Routes of the own list of partners that no hub knows: kept by administrators, tried, and read in from a file."""

from __future__ import annotations

from typing import Final

from beeldbrug.model.errors import BeeldbrugError, Malformed
from beeldbrug.node.policy.delivering import trouble
from beeldbrug.node.policy.fingerprint import fingerprints
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.ports.partners import Standing
from beeldbrug.node.protocols.portal.exchange_wire import reason_object
from beeldbrug.node.protocols.portal.partners_wire import (
    HostKeyAsked,
    HostKeyShown,
    KeptPartner,
    KeptPartners,
    ListedPartner,
    PartnerChange,
    PartnerFile,
    PartnersKept,
    PartnerTried,
    PartnerWay,
    kept_partner,
    partner_of,
    partner_value,
    way_of,
)
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.usecases.partners.compare import Change, compare, keep_compared
from beeldbrug.node.usecases.partners.keep import change, remove, way_faults
from beeldbrug.node.usecases.partners.read_file import read_partners

FILE_BYTES: Final = 4 * 1024 * 1024
"""Of a list in CSV or JSON; 2000 partners are less."""


def _all(portal: Portal, call: Call) -> KeptPartners:
    with portal.database.read() as tx:
        partners = tx.partners.all(portal.organisation)
        standing = tx.deliveries.standing(portal.organisation)
    return KeptPartners([kept_partner(one, standing.get(one.address, Standing())) for one in partners])


def _keep(portal: Portal, call: Call) -> KeptPartner:
    body: PartnerChange = call.body
    partner = partner_of(body.value, portal.organisation)
    kept = change(portal.database, partner, body.seen, _actor(call), call.now)
    with portal.database.read() as tx:
        standing = tx.deliveries.standing(portal.organisation)
    return kept_partner(kept, standing.get(kept.address, Standing()))


def _remove(portal: Portal, call: Call) -> None:
    remove(portal.database, portal.organisation, call.variables["partner"], _actor(call), call.now)


def _try(portal: Portal, call: Call) -> PartnerTried:
    way = way_of(call.body)
    if found := list(way_faults(way)):
        raise Malformed("partner-malformed", f"This way cannot be tried: {'; '.join(found)}.", "Fill it in first.")
    try:
        return PartnerTried(portal.administration.outlets.try_out(way), None)
    except BeeldbrugError as error:
        return PartnerTried(0.0, reason_object(trouble(error.code, error.text, error.remedy)))


def _host_key(portal: Portal, call: Call) -> HostKeyShown:
    body: HostKeyAsked = call.body
    if not body.host.strip() or not 0 <= body.port <= 65535:
        raise Malformed("partner-malformed", "A host and a port between 1 and 65535 are needed.", "Fill them in first.")
    shown = portal.administration.outlets.host_key(body.host.strip(), body.port)
    return HostKeyShown(shown, next(iter(fingerprints(shown)), ""))


def _look(portal: Portal, call: Call) -> PartnerFile:
    read = read_partners(call.body, portal.organisation)
    found = compare(portal.database, portal.organisation, read)
    return PartnerFile([_listed(one) for one in found.changes], found.untouched, found.basis)


def _read(portal: Portal, call: Call) -> PartnersKept:
    read = read_partners(call.body, portal.organisation)
    basis = call.query.get("basis", "")
    return PartnersKept(keep_compared(portal.database, portal.organisation, read, basis, _actor(call), call.now))


def _listed(one: Change) -> ListedPartner:
    before = None if one.before is None else partner_value(one.before)
    after = partner_value(one.partner)
    return ListedPartner(one.partner.id, one.partner.name, one.fate.value, list(one.fields), before, after)


def _actor(call: Call) -> str:
    return call.session.account.login


_ROOT: Final = "/administration/partners"
_MAY: Final = Permission.ADMINISTER

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", _ROOT, _MAY, _all, answer=KeptPartners),
    Route("POST", _ROOT, _MAY, _keep, body=PartnerChange, answer=KeptPartner),
    Route("DELETE", _ROOT + "/{partner}", _MAY, _remove),
    Route("POST", _ROOT + "/try", _MAY, _try, body=PartnerWay, answer=PartnerTried),
    Route("POST", _ROOT + "/host-key", _MAY, _host_key, body=HostKeyAsked, answer=HostKeyShown),
    Route("POST", _ROOT + "/file", _MAY, _look, body=bytes, answer=PartnerFile, body_bytes=FILE_BYTES),
    Route("POST", _ROOT + "/file/keep", _MAY, _read, body=bytes, answer=PartnersKept, body_bytes=FILE_BYTES),
)
