"""Composition of the ways in through other systems: the hospital's identity providers, PACS and EPD."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from beeldbrug.model.account import TicketKind
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.app.sign_in_settings import LEVELS, SmartSection
from beeldbrug.node.protocols.fhir.patient import FhirPatients
from beeldbrug.node.protocols.oidc.client import OidcProvider, read_secret
from beeldbrug.node.usecases.sign_in.by_provider import Door
from beeldbrug.node.usecases.sign_in.launch import Launcher
from beeldbrug.node.usecases.sign_in.smart import Ehr


def make_doors(settings: NodeSettings, now: Callable[[], float]) -> dict[str, Door]:
    """By id, in the order of the settings."""
    return {
        one.id: Door(
            one.id, one.name, one.issuer, OidcProvider(one.registration(), now), one.claims(), one.second_factor
        )
        for one in settings.portal.oidc
    }


def make_launchers(settings: NodeSettings) -> dict[str, Launcher]:
    """By id."""
    return {
        one.id: Launcher(one.id, _secret(one.secret_file), one.users, LEVELS[one.assurance], _secret(one.link_key_file))
        for one in settings.portal.launch
    }


def make_ehrs(settings: NodeSettings, now: Callable[[], float]) -> dict[str, Ehr]:
    """By id."""
    return {one.id: _ehr(one, now) for one in settings.portal.smart}


def _ehr(one: SmartSection, now: Callable[[], float]) -> Ehr:
    provider = OidcProvider(one.registration(), now)
    door = Door(
        one.id, one.id, one.token_issuer or one.issuer, provider, one.claims(), one.second_factor, TicketKind.SMART
    )
    return Ehr(door, one.issuer, FhirPatients(one.issuer, one.authority), one.number_system)


def _secret(file: Path | None) -> Callable[[], str] | None:
    return partial(read_secret, file) if file is not None else None
