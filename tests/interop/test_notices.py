"""Notices over the wire: a mail server with STARTTLS, TLS and sign-in, a gateway, and a web service that takes POSTs.

The standard library's own SMTP server is among them where this Python still has it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from beeldbrug.kit.ports import free_port
from beeldbrug.model.errors import BeeldbrugError, Denied, Malformed, Unavailable
from beeldbrug.node.ports.waking import Letter
from beeldbrug.node.protocols.notices.mail import MailCourier, MailServer
from beeldbrug.node.protocols.notices.sms import GatewayCourier, WebCourier, WebService
from tests.peers.certificates import Authority, make_authority
from tests.peers.smtp import mail_server

LETTER = Letter("ab" * 16, "arts@ziekenhuis.example", "SPOED: Ziekenhuis Ä", "SPOED: Ziekenhuis Ä.\nBel 030 555 0100")
SENDER = "beeldbrug@ziekenhuis.example"
"""Nobody's domain (RFC 2606)."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Issues the server's certificate."""
    return make_authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def files(authority: Authority) -> tuple[Path, Path]:
    """Certificate and key for localhost."""
    return authority.issue("localhost")


@pytest.mark.parametrize("password", ["geheim", "geheim é"])
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_out_over_tls_with_sign_in_and_an_id_of_its_own(
    security: str, password: str, authority: Authority, files: tuple[Path, Path]
) -> None:
    with mail_server(security, files) as server:  # type: ignore[arg-type]  # a Literal
        server.secret = ("beeldbrug", password)
        one = MailServer(
            f"localhost:{server.port}",
            SENDER,
            security,  # type: ignore[arg-type]  # a Literal
            "beeldbrug",
            password,
            authority.certificate,
        )
        MailCourier(one, time.time).deliver(LETTER)
    (message,) = server.messages
    assert server.recipients == [LETTER.address] and server.encrypted == [True]
    assert message["Subject"] == LETTER.subject and message["From"] == SENDER
    assert message["Message-ID"] == f"<{LETTER.id}@ziekenhuis.example>"
    assert message.get_content().splitlines() == LETTER.text.splitlines()


def test_where_tls_is_set_nothing_goes_out_without_it(authority: Authority, files: tuple[Path, Path]) -> None:
    with mail_server("none") as server:
        one = MailServer(f"localhost:{server.port}", SENDER, "starttls", authority=authority.certificate)
        with pytest.raises(Unavailable, match="mail-server-away"):
            MailCourier(one, time.time).deliver(LETTER)
        assert server.messages == []
    with mail_server("starttls", files) as server:
        stranger = MailServer(f"localhost:{server.port}", SENDER, "starttls")
        with pytest.raises(Unavailable, match="mail-server-away"):
            MailCourier(stranger, time.time).deliver(LETTER)
        assert server.messages == []


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        ("550 5.1.1 nobody", Malformed, "mail-address-refused"),
        ("450 4.2.0 later", Unavailable, "mail-not-taken"),
        ("530 5.7.0 sign in", Denied, "mail-sign-in-refused"),
    ],
)
def test_what_the_server_refuses_is_told_apart(reply: str, kind: type[BeeldbrugError], code: str) -> None:
    with mail_server() as server:
        server.refuse = reply
        with pytest.raises(kind) as caught:
            MailCourier(MailServer(f"127.0.0.1:{server.port}", SENDER, "none"), time.time).deliver(LETTER)
    assert caught.value.code == code
    assert LETTER.address not in str(caught.value)


def test_a_wrong_password_is_told_as_such(authority: Authority, files: tuple[Path, Path]) -> None:
    with mail_server("tls", files) as server:
        server.secret = ("beeldbrug", "right")
        one = MailServer(f"localhost:{server.port}", SENDER, "tls", "beeldbrug", "wrong", authority.certificate)
        with pytest.raises(Denied, match="mail-sign-in-refused"):
            MailCourier(one, time.time).deliver(LETTER)


def test_a_server_that_is_away_may_be_tried_again() -> None:
    with pytest.raises(Unavailable, match="mail-server-away"):
        MailCourier(MailServer(f"127.0.0.1:{free_port()}", SENDER, "none"), time.time).deliver(LETTER)


def test_an_address_cannot_bring_a_header_of_its_own() -> None:
    with mail_server() as server:
        courier = MailCourier(MailServer(f"127.0.0.1:{server.port}", SENDER, "none"), time.time)
        hostile = Letter("x", "a@b.example\r\nBcc: c@d.example", "s", "t")
        with pytest.raises(Malformed):
            courier.deliver(hostile)
        assert server.messages == []


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Python has no mail server of its own any more")
def test_pythons_own_mail_server_takes_it() -> None:
    port = free_port()
    command = [sys.executable, "-u", "-W", "ignore", "-m", "smtpd", "-n", "-c", "DebuggingServer", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        try:
            _deliver_once_it_is_there(MailCourier(MailServer(f"127.0.0.1:{port}", SENDER, "none"), time.time))
        finally:
            server.terminate()
        told = server.communicate(timeout=20)[0]
    assert LETTER.id.encode() in told and b"030 555 0100" in told


def _deliver_once_it_is_there(courier: MailCourier) -> None:
    for _ in range(100):
        try:
            return courier.deliver(LETTER)
        except Unavailable:
            time.sleep(0.1)
    pytest.fail("the mail server did not start")


def test_a_gateway_gets_the_number_in_the_address() -> None:
    with mail_server() as server:
        mail = MailCourier(MailServer(f"127.0.0.1:{server.port}", SENDER, "none"), time.time)
        GatewayCourier(mail, "{number}@sms.example", "00").deliver(Letter("i", "+31305550100", "s", "SPOED"))
    assert server.recipients == ["0031305550100@sms.example"]


@dataclass
class Service:
    """A web service that keeps what is posted and answers with ``status``."""

    url: str = ""
    status: int = 202
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def web_service() -> Iterator[Service]:
    """Run one."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(service.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.url = f"http://127.0.0.1:{server.server_address[1]}/v1/sms?account=7"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join(10)


def test_a_web_service_gets_the_template_filled_in_with_its_secret() -> None:
    letter = Letter("i1", "+31305550100", "s", 'Zeg "kom" {number} \\ é')
    with web_service() as service:
        WebCourier(
            WebService(
                service.url,
                '{"to":"{number}","text":"{text}","reference":"{id}"}',
                secret_header="X-Key",  # noqa: S106 - a header's name
                secret="s3",  # noqa: S106 - of this test
            )
        ).deliver(letter)
    ((path, headers, body),) = service.got
    assert path == "/v1/sms?account=7" and headers["x-key"] == "s3" and headers["idempotency-key"] == "i1"
    assert json.loads(body) == {"to": "+31305550100", "text": 'Zeg "kom" {number} \\ é', "reference": "i1"}


def test_a_form_is_escaped_as_a_form() -> None:
    form = "application/x-www-form-urlencoded"
    with web_service() as service:
        one = WebService(service.url, "to={number}&text={text}", form, international="00")
        WebCourier(one).deliver(Letter("i", "+31305550100", "s", "a&b=c é"))
    fields = parse_qs(service.got[0][2].decode())
    assert fields == {"to": ["0031305550100"], "text": ["a&b=c é"]}


@pytest.mark.parametrize(("status", "kind"), [(503, Unavailable), (429, Unavailable), (401, Denied), (400, Malformed)])
def test_a_service_that_is_busy_is_tried_again_and_one_that_refuses_is_not(
    status: int, kind: type[BeeldbrugError]
) -> None:
    with web_service() as service:
        service.status = status
        with pytest.raises(kind):
            WebCourier(WebService(service.url, "{number}{text}", "text/plain")).deliver(LETTER)
    assert len(service.got) == 1
