"""The docs are true as far as a program can tell: generated pages are in step, examples load, links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from beeldbrug.cli.words import GROUNDS, STATES, URGENCIES
from beeldbrug.hub.app.settings import HubSettings
from beeldbrug.hub.policy.reasons import REASONS as HUB_REASONS
from beeldbrug.hub.protocols.http import errors as hub_http
from beeldbrug.kit.settings import load
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.policy.admission import rule_for
from beeldbrug.node.protocols.dicomweb import status as dicomweb
from beeldbrug.node.protocols.dimse import negotiation, pdu
from beeldbrug.node.protocols.dimse import status as dimse
from tests.rules.docs.codes import found
from tests.rules.docs.settings import docstrings, fields
from tests.rules.docs.write import PAGES
from tests.rules.source import ROOT, shown

DOCS = ROOT / "docs"
EXAMPLES = DOCS / "reference"
OUTSIDE_DOCS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    return sorted([*DOCS.rglob("*.md"), *(ROOT / name for name in OUTSIDE_DOCS)])


def links(page: Path) -> Iterator[str]:
    text = re.sub(r"`[^`]*`", "", _FENCE.sub("", page.read_text(encoding="utf-8")))
    yield from (link for link in _LINK.findall(text) if not re.match(r"[a-z]+:", link))


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub and its like make them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(text))
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("path", PAGES)
def test_a_generated_page_is_in_step_with_the_code(path: str) -> None:
    remedy = "run: python -m tests.rules.docs.write"
    assert (ROOT / path).read_text(encoding="utf-8") == PAGES[path](), remedy


def test_every_link_leads_somewhere() -> None:
    broken = []
    for page in pages():
        for link in links(page):
            path, _, anchor = unquote(link).partition("#")
            target = (page.parent / path).resolve() if path else page
            there = target.exists() and ROOT in target.parents
            if not there or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
                broken.append(f"{shown(page)}: {link}")
    assert broken == []


def test_every_page_is_listed_in_the_readme_of_its_folder() -> None:
    missing = []
    for page in DOCS.rglob("*.md"):
        if page == DOCS / "README.md":
            continue
        folder = page.parent.parent if page.name == "README.md" else page.parent
        listed = {(folder / link.partition("#")[0]).resolve() for link in links(folder / "README.md")}
        if page.resolve() not in listed:
            missing.append(shown(page))
    assert sorted(missing) == []


def test_a_users_page_is_there_in_both_languages() -> None:
    alone = [
        shown(page)
        for page in DOCS.rglob("*.md")
        for own, other in ((".nl.md", ".en.md"), (".en.md", ".nl.md"))
        if page.name.endswith(own) and not page.with_name(page.name.removesuffix(own) + other).exists()
    ]
    assert sorted(alone) == []


@pytest.mark.parametrize("model", [NodeSettings, HubSettings])
def test_every_setting_says_what_it_means(model: type[NodeSettings] | type[HubSettings]) -> None:
    silent = [f"{owner.__name__}.{field}" for owner, field in fields(model) if field not in docstrings(owner)]
    assert silent == []


def test_the_example_of_a_node_loads_and_means_what_it_says() -> None:
    settings = load(NodeSettings, EXAMPLES / "node.example.toml")
    rules = settings.policy_rules()
    assert len(settings.rules) == 2
    assert settings.dimse.certificate is not None
    assert rule_for(rules, "PACS_NOORD", "ZUID_RAD", "10.20.0.5", "").ae_title == "ZUID_RAD"


def test_the_example_of_a_hub_loads() -> None:
    settings = load(HubSettings, EXAMPLES / "hub.example.toml")
    assert settings.certificate is not None
    assert not settings.open_enrolment


FAULTS_OF_THE_WIRE = {"pdu-unrecognized", "pdu-unexpected", "peer-silent"}
"""Codes of an association's end that no error carries."""


def test_a_status_table_names_only_codes_that_are_raised() -> None:
    raised = {one.code for one in found()[0]} | set(HUB_REASONS) | FAULTS_OF_THE_WIRE
    tables = (
        dimse.STATUS_BY_CODE,
        negotiation.REJECTION_BY_CODE,
        pdu.ABORT_REASON_BY_CODE,
        dicomweb.STATUS_BY_CODE,
        hub_http.STATUS_BY_CODE,
    )
    assert sorted(code for table in tables for code in table if code not in raised) == []


def test_the_glossary_has_the_words_of_the_screen() -> None:
    text = (DOCS / "reference" / "glossary.md").read_text(encoding="utf-8")
    states = [f"| {en} | {nl} |" for nl, en in STATES.values() if f"| {en} | {nl} |" not in text]
    others = [word for pairs in (GROUNDS, URGENCIES) for pair in pairs.values() for word in pair if word not in text]
    assert (states, others) == ([], [])
