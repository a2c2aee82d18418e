"""A small mail server on loopback for tests: SMTP with STARTTLS or TLS and AUTH PLAIN/LOGIN, that keeps what it gets.

RFC 5321, RFC 3207, RFC 4954; as much as a client needs that hands in mail. It refuses what it is told to refuse.
"""

from __future__ import annotations

import base64
import email
import email.policy
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

TIMEOUT = 10.0


@dataclass
class MailServer:
    """What it got, and how it behaves. ``refuse`` answers a recipient with this reply; ``secret`` is (user, password)
    that a client must prove."""

    port: int = 0
    security: Literal["starttls", "tls", "none"] = "none"
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: str = ""
    secret: tuple[str, str] | None = None
    encrypted: list[bool] = field(default_factory=list)
    """Of each message, whether it came over TLS."""


@contextmanager
def mail_server(
    security: Literal["starttls", "tls", "none"] = "none", files: tuple[Path, Path] | None = None
) -> Iterator[MailServer]:
    """Run one; ``files`` are certificate and key."""
    kept = MailServer(security=security)
    context = None
    if files is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(TIMEOUT)
            with suppress(OSError, EOFError), closing(_Talk(self.request, kept, context)) as talk:
                talk.run()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join(TIMEOUT)


class _Talk:
    """One connection."""

    def __init__(self, connection: Any, kept: MailServer, context: ssl.SSLContext | None) -> None:
        self.connection, self.kept, self.context = connection, kept, context
        self.secure = self.known = False
        if kept.security == "tls":
            self._encrypt()
        self.file = self.connection.makefile("rb")

    def close(self) -> None:
        self.file.close()
        self.connection.close()

    def run(self) -> None:
        self._say("220 test")
        recipients: list[str] = []
        while True:
            line = self._line()
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                offers = ["250-test", "250-AUTH PLAIN LOGIN"] if self.secure else ["250-test"]
                if self.kept.security == "starttls" and not self.secure:
                    offers.append("250-STARTTLS")
                self._say("\r\n".join([*offers, "250 8BITMIME"]))
            elif verb == "STARTTLS" and self.kept.security == "starttls":
                self._say("220 go")
                self._encrypt()
                self.file = self.connection.makefile("rb")
            elif verb == "AUTH":
                self._authenticate(line)
            elif verb == "MAIL" and self.kept.secret is not None and not self.known:
                self._say("530 5.7.0 Authentication required")
            elif verb == "RCPT" and self.kept.refuse:
                self._say(self.kept.refuse)
            elif verb == "RCPT":
                recipients.append(line.partition("<")[2].partition(">")[0])
                self._say("250 ok")
            elif verb == "DATA":
                self._say("354 go on")
                self._take(recipients)
                recipients = []
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self, recipients: list[str]) -> None:
        lines = []
        while (line := self._raw()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.kept.messages.append(message)
        self.kept.recipients.extend(recipients)
        self.kept.encrypted.append(self.secure)

    def _authenticate(self, line: str) -> None:
        _, method, *first = line.split(" ")
        if method.upper() == "PLAIN":
            told = first[0] if first else self._ask("")
            _, user, password = base64.b64decode(told).decode().split("\0")
        else:
            user = base64.b64decode(first[0] if first else self._ask("VXNlcm5hbWU6")).decode()
            password = base64.b64decode(self._ask("UGFzc3dvcmQ6")).decode()
        self.known = (user, password) == self.kept.secret
        self._say("235 welcome" if self.known else "535 5.7.8 no")

    def _ask(self, challenge: str) -> str:
        self._say(f"334 {challenge}")
        return self._line()

    def _encrypt(self) -> None:
        assert self.context is not None
        self.connection = self.context.wrap_socket(self.connection, server_side=True)
        self.secure = True

    def _raw(self) -> bytes:
        line: bytes = self.file.readline(4096)
        if not line:
            raise EOFError
        return line

    def _line(self) -> str:
        return self._raw().decode("utf-8", "replace").rstrip("\r\n")

    def _say(self, text: str) -> None:
        self.connection.sendall(text.encode() + b"\r\n")
