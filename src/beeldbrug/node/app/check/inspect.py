"""``check``: looks at everything that a node needs, each fault with its remedy. Changes nothing.

A dry run contacts nobody: neither PACS nor hub nor own ports; it reads the settings, the disk and the vault.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from beeldbrug.kit.clock import SystemClock
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.app.base import open_base, own_organisation, pinned_roots
from beeldbrug.node.app.check.direct import check_direct
from beeldbrug.node.app.check.findings import Finding, Level, of_error
from beeldbrug.node.app.check.hl7 import check_hl7
from beeldbrug.node.app.check.hub import check_hub, check_way_to_hub
from beeldbrug.node.app.check.pacs import check_pacs
from beeldbrug.node.app.check.ports import check_ports
from beeldbrug.node.app.check.sftp import check_sftp
from beeldbrug.node.app.check.sign_in import check_sign_in
from beeldbrug.node.app.check.storage import check_storage
from beeldbrug.node.app.check.vault import check_vault
from beeldbrug.node.app.hosting import load_all
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.app.upkeep import vault_revision
from beeldbrug.node.ports.configuration import Clash


def inspect(settings: NodeSettings, dry: bool) -> Iterator[Finding]:
    """One finding after the other, as they are made."""
    settings, clashes = in_force(settings)
    yield Finding("settings", Level.OK, "settings-valid", f"{len(settings.rules)} sending rules.")
    for clash in clashes:
        text = f"What the portal keeps as {clash.kind} {clash.name}".rstrip() + f" serves nothing ({clash.code})."
        remedy = "The file goes before; take one of the two away, in the file or in the portal under administration."
        yield Finding("settings", Level.WARNING, "setting-clash", text, remedy)
    yield from check_storage(settings)
    yield from check_ports(settings, dry)
    yield from _vault_and_hub(settings, dry)
    yield from check_pacs(settings, dry)
    yield from check_hl7(settings, dry)
    yield from check_sftp(settings, dry)
    yield from check_sign_in(settings, dry)


def inspect_hosted(file: Path) -> Iterator[Finding]:
    """One finding for each organisation that this node hosts; what is theirs alone is checked with their own file."""
    try:
        everyone = load_all(file)
    except BeeldbrugError as error:
        yield of_error("hosting", error)
        return
    for one in everyone[1:]:
        text = f"{one.organisation.name} ({one.organisation.ura}) is hosted, with its own vault, keys and titles."
        yield Finding("hosting", Level.OK, "hosted", text, "Check the rest of it with its own settings file.")


def in_force(settings: NodeSettings) -> tuple[NodeSettings, tuple[Clash, ...]]:
    """The file's settings with those that the portal keeps in the vault, and what clashes; the file's alone where there
    is no vault that opens (which is told elsewhere)."""
    try:
        before, now = vault_revision(settings)
        if before != now or not settings.root_key.exists():
            return settings, ()
        with open_base(settings) as base:
            return base.live.now(), base.live.clashes()
    except BeeldbrugError:
        return settings, ()


def _vault_and_hub(settings: NodeSettings, dry: bool) -> Iterator[Finding]:
    try:
        own, clock = own_organisation(settings), SystemClock()
        pinned_roots(settings, own, clock)
        before, now = vault_revision(settings)
    except BeeldbrugError as error:
        yield of_error("keys", error)
        return
    yield from check_direct(settings, own, clock, dry)
    if before is None or not settings.root_key.exists():
        if before is None:
            yield Finding(
                "vault", Level.NOTE, "vault-new", "There is no vault yet; it is made when the node first starts."
            )
            yield from check_way_to_hub(settings, own, clock, dry)
        return
    if before != now:
        text = "The vault's schema is of another version than this program."
        yield Finding(
            "vault", Level.WARNING, "schema-differs", text, "beeldbrug upgrade; the node does so when it starts."
        )
        return
    try:
        with open_base(settings) as base:
            yield Finding("vault", Level.OK, "vault-opens", f"The vault opens; schema {now}.")
            yield from check_vault(base)
            yield from check_hub(base, dry)
    except BeeldbrugError as error:
        yield of_error("vault", error)
