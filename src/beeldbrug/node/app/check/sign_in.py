"""Checks of the ways in through other systems: does each provider answer, with what this node needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from beeldbrug.kit.clock import SystemClock
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.app.check.findings import Finding, Level, of_error
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.app.sign_in_settings import LEVELS, LaunchSection, OidcSection, ProviderSection, SmartSection
from beeldbrug.node.policy.sign_in import enough
from beeldbrug.node.protocols.oidc.client import OidcProvider, read_secret
from beeldbrug.node.protocols.oidc.tokens import KEY_TYPES
from beeldbrug.node.usecases.sign_in.launch import SECRET_CHARACTERS

AREA = "sign-in"


def check_sign_in(settings: NodeSettings, dry: bool) -> Iterator[Finding]:
    """All of it; in a dry run nothing is contacted."""
    portal = settings.portal
    if not (portal.oidc or portal.smart or portal.launch):
        return
    yield from _own_address(settings)
    for system in portal.launch:
        yield from _launcher(system)
    providers: tuple[OidcSection | SmartSection, ...] = (*portal.oidc, *portal.smart)
    for one in providers:
        yield from _levels(one.id, one)
        if dry:
            yield Finding(AREA, Level.NOTE, "provider-not-asked", f"{one.id} was not contacted (dry run).")
        else:
            yield from check_provider(one.id, OidcProvider(one.registration(), SystemClock().now), one)


def _own_address(settings: NodeSettings) -> Iterator[Finding]:
    web = settings.web
    host = urlsplit(web.public_url).hostname or web.host
    safe = web.public_url.startswith("https:") or web.certificate is not None or host in ("127.0.0.1", "localhost")
    if not safe:
        text = "People come in by another system, and the portal is not known to be under https."
        remedy = 'Set [web] certificate and key, or public_url = "https://..." where a proxy does TLS.'
        yield Finding(AREA, Level.WARNING, "portal-without-tls", text, remedy)


def _launcher(one: LaunchSection) -> Iterator[Finding]:
    for file in (one.secret_file, one.link_key_file):
        if file is not None:
            yield from _secret(one.id, file)


def _secret(id: str, file: Path) -> Iterator[Finding]:
    try:
        short = len(read_secret(file)) < SECRET_CHARACTERS
    except BeeldbrugError as error:
        yield Finding(AREA, Level.FAULT, error.code, f"{id}: {error.text}", error.remedy)
        return
    if short:
        text = f"{id}: a secret of this system is shorter than {SECRET_CHARACTERS} characters; it opens nothing."
        yield Finding(AREA, Level.FAULT, "launch-secret-short", text, "Make a longer one, at random.")


def _levels(id: str, one: ProviderSection) -> Iterator[Finding]:
    sure = any(enough(LEVELS[level]) for level in one.assurance.values())
    if sure:
        return
    if one.second_factor == "refuse":
        text = f"{id}: nobody can come in: no value of acr or amr stands for substantial or high."
        yield Finding(AREA, Level.FAULT, "provider-no-level", text, "Set the table assurance.")
    else:
        text = f"{id}: everybody types a second factor of Beeldbrug too: no value stands for substantial or high."
        yield Finding(AREA, Level.NOTE, "provider-no-level", text, "Set the table assurance if the provider asks one.")


def check_provider(id: str, provider: OidcProvider, one: ProviderSection) -> Iterator[Finding]:
    """Secret, discovery, PKCE and keys."""
    try:
        provider.secret()
        known = provider.discover()
        keys = provider.read_keys(known)
    except BeeldbrugError as error:
        found = of_error(AREA, error)
        yield Finding(AREA, found.level, found.code, f"{id}: {found.text}", found.remedy)
        return
    if known.proofs and "S256" not in known.proofs:
        text = f"{id}: the provider does not say that it takes PKCE with S256."
        yield Finding(AREA, Level.WARNING, "provider-no-pkce", text, "Have PKCE (S256) switched on there.")
    types = {KEY_TYPES[algorithm] for algorithm in one.algorithms}
    fit = [key for key in keys if key.get("kty") in types and key.get("use", "sig") == "sig"]
    if not fit:
        text = f"{id}: the provider has no key for the algorithms of the settings."
        yield Finding(AREA, Level.FAULT, "provider-no-key", text, "Set algorithms as the provider signs.")
        return
    yield Finding(AREA, Level.OK, "provider-answers", f"{id}: the provider answers, with {len(fit)} keys.")
