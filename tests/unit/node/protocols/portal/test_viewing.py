"""The viewer's routes over ASGI, without a socket: who gets what, with which headers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from beeldbrug.model.account import Account, Assurance, Role, Stage
from beeldbrug.model.exchange import State
from beeldbrug.node.protocols.portal.app import portal_app
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.viewing import ROUTES
from beeldbrug.node.usecases.sign_in.signing import Signing, begin
from beeldbrug.node.usecases.view.viewing import Viewing
from tests.ingest import HOME, NOW, Bench, add_exchange, bench_in
from tests.unit.node.usecases.view.conftest import EXCHANGE, STUDY, slice_file

PDF = b"%PDF-1.4 of a test" * 10_000


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def lines(self) -> list[Any]:
        return [msgspec.json.decode(line) for line in self.body.splitlines()]


@dataclass
class Site:
    """A portal on a bench, and people to ask it as."""

    bench: Bench
    app: Any
    signing: Signing
    row: int

    def session(self, *roles: Role, stage: Stage = Stage.IN, **limits: Any) -> str:
        with self.bench.vault.write() as transaction:
            account = Account(f"{len(roles)}{stage}{NOW}{limits}", HOME, f"{roles}{stage}{limits}", "Arts", roles)
            transaction.accounts.add(account, "")
            return begin(transaction, self.signing, account, Assurance.SUBSTANTIAL, stage=stage, **limits)[0]

    def get(self, path: str, cookie: str, **headers: str) -> Answer:
        path, _, query = path.partition("?")
        sent = [(b"host", b"node"), (b"cookie", f"beeldbrug={cookie}".encode())]
        sent += [(name.encode(), text.encode()) for name, text in headers.items()]
        scope = {
            "type": "http",
            "method": "GET",
            "path": f"/api/v1{path}",
            "query_string": query.encode(),
            "headers": sent,
            "scheme": "http",
            "client": ("192.0.2.1", 1),
        }
        answer = Answer()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = {name.decode(): text.decode() for name, text in message["headers"]}
            else:
                answer.body += message["body"]

        asyncio.run(self.app(scope, receive, send))
        return answer


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with bench_in(tmp_path) as bench:
        signing = Signing(bench.vault, HOME, "Home", bench.clock.now)
        viewing = Viewing(bench.reading._sources)
        parts: Any = SimpleNamespace(viewing=viewing, signing=signing, clock=bench.clock)
        add_exchange(bench.vault, EXCHANGE, HOME, STUDY, State.VERIFIED)
        ingest = bench.ingest(EXCHANGE)
        ingest.add(slice_file(1, EncapsulatedDocument=PDF))
        ingest.close()
        yield Site(bench, portal_app(cast(Portal, parts)), signing, ingest.ids[0])


def paths(site: Site) -> list[str]:
    """Every route of the viewer, filled in."""
    base = f"/exchanges/{EXCHANGE}/instances/{site.row}"
    return [
        f"/exchanges/{EXCHANGE}/study",
        f"{base}/values/00420011",
        f"{base}/document",
        f"{base}/frames/1/decoded",
        f"{base}/video",
        f"/sealed/{'ab' * 16}/1?from=0&to=10",
    ]


def test_a_plan_goes_out_as_lines_that_nobody_keeps(site: Site) -> None:
    answer = site.get(f"/exchanges/{EXCHANGE}/study", site.session(Role.CLINICIAN))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/x-ndjson")
    assert answer.headers["cache-control"] == "private, no-store"
    first, instance, last = answer.lines()
    assert first["instances"] == f"/api/v1/exchanges/{EXCHANGE}/instances"
    assert instance["metadata"]["00420011"]["BulkDataURI"].startswith(first["instances"])
    assert last["type"] == "end"


def test_sealed_bytes_go_out_by_query_and_by_range(site: Site) -> None:
    cookie = site.session(Role.CLINICIAN)
    opening = site.get(f"/exchanges/{EXCHANGE}/study", cookie).lines()[1]["pixels"]["opening"]
    path = f"/sealed/{opening['pack']}/1"
    whole = site.get(f"{path}?from=0&to=100", cookie)
    part = site.get(path, cookie, range="bytes=10-19")
    assert (whole.status, len(whole.body), part.status) == (200, 100, 206)
    assert part.body == whole.body[10:20]
    assert site.get(path, cookie).status == 400
    assert site.get(path, cookie, range="bytes=10-").status == 400


@pytest.mark.parametrize("roles", [(Role.ADMINISTRATOR,), (Role.PRIVACY_OFFICER,), (Role.COORDINATOR,)])
def test_roles_without_patients_see_nothing(site: Site, roles: tuple[Role, ...]) -> None:
    cookie = site.session(*roles)
    assert {site.get(path, cookie).status for path in paths(site)} == {403}


def test_nobody_and_who_has_not_finished_signing_in_see_nothing(site: Site) -> None:
    waiting = site.session(Role.CLINICIAN, stage=Stage.SECOND_FACTOR)
    for cookie in ("", "nonsense", waiting):
        assert {site.get(path, cookie).status for path in paths(site)} == {401}


def test_a_session_for_another_patient_sees_nothing(site: Site) -> None:
    for cookie in (
        site.session(Role.CLINICIAN, studies=("1.2.3",)),
        site.session(Role.CLINICIAN, exchanges=("cd" * 16,)),
    ):
        assert {site.get(path, cookie).status for path in paths(site)} == {404}


def test_a_document_opens_in_a_sandbox(site: Site) -> None:
    cookie = site.session(Role.CLINICIAN)
    answer = site.get(f"/exchanges/{EXCHANGE}/instances/{site.row}/document", cookie)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["content-disposition"] == 'inline; filename="document.pdf"'
    assert answer.body[: len(PDF)] == PDF


def test_values_go_out_by_range(site: Site) -> None:
    cookie = site.session(Role.CLINICIAN)
    path = f"/exchanges/{EXCHANGE}/instances/{site.row}/values/00420011"
    part = site.get(path, cookie, range="bytes=5-9")
    assert (part.status, part.body) == (206, PDF[5:10])
    assert part.headers["content-range"] == f"bytes 5-9/{len(site.get(path, cookie).body)}"
    assert site.get(path, cookie, range="bytes=99999999-").status in (413, 416)


def test_a_decoded_frame_says_what_it_is(site: Site) -> None:
    answer = site.get(f"/exchanges/{EXCHANGE}/instances/{site.row}/frames/1/decoded", site.session(Role.CLINICIAN))
    shape = msgspec.json.decode(answer.headers["x-beeldbrug-pixels"])
    assert shape | {"photometric": ""} == {
        "rows": 128,
        "columns": 128,
        "samples": 1,
        "kind": "i",
        "bits": 16,
        "photometric": "",
    }
    assert len(answer.body) == 128 * 128 * 2


def test_no_route_of_the_viewer_is_open_to_everybody() -> None:
    assert {route.permission.value if route.permission else None for route in ROUTES} == {"view"}
