"""Letters by mail: RFC 5322 over SMTP submission (RFC 6409), with STARTTLS (RFC 3207) or TLS (RFC 8314) as set.

Where TLS is set nothing goes out without it, and the server's name is checked. The message id is the letter's own, so
that a mail server or reader can drop one that comes twice. Nothing of a letter or an address is logged.
"""

from __future__ import annotations

import smtplib
import ssl
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Literal

from beeldbrug.kit.http import Trust, client_context
from beeldbrug.model.errors import Denied, Malformed, Unavailable
from beeldbrug.node.ports.waking import Letter

SECONDS = 10.0
PORTS = {"starttls": 587, "tls": 465, "none": 25}
PERMANENT = 500
"""SMTP replies from here on will be the same next time (RFC 5321 section 4.2.1)."""

SIGNED_IN = 235
AUTHENTICATION = frozenset({530, 534, 535, 538})
"""Replies about signing in (RFC 4954 section 6): the settings are wrong, not the letter."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """How mail goes out."""

    server: str
    sender: str
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    authority: Path | None = None


class MailCourier:
    """Implements ``ports.waking.Courier`` by mail."""

    def __init__(self, server: MailServer, clock: Callable[[], float]) -> None:
        self._server = server
        self._clock = clock

    def deliver(self, letter: Letter) -> None:
        """Hand it to the mail server. Raises Unavailable ``mail-server-away``, ``mail-not-taken``, Denied
        ``mail-sign-in-refused``, Malformed ``mail-address-refused``."""
        message = self._message(letter)
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPAuthenticationError:
            raise _refused() from None
        except smtplib.SMTPRecipientsRefused as error:
            raise _of_codes([code for code, _ in error.recipients.values()]) from None
        except smtplib.SMTPResponseException as error:
            raise _of_codes([error.smtp_code]) from None
        except (OSError, smtplib.SMTPException):
            raise Unavailable(
                "mail-server-away", "The mail server is out of reach.", "Check the mail server in the settings."
            ) from None

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        domain = self._server.sender.rpartition("@")[2]
        try:
            message["Subject"] = letter.subject
            message["From"] = self._server.sender
            message["To"] = letter.address
            message["Date"] = formatdate(self._clock())
            message["Message-ID"] = f"<{letter.id}@{domain}>"
            message["Auto-Submitted"] = "auto-generated"
            message.set_content(letter.text)
        except (ValueError, MessageError):
            raise Malformed("mail-address-malformed", "This is no mail address.", "Correct it.") from None
        return message

    def _connected(self) -> smtplib.SMTP:
        one = self._server
        host, _, port = one.server.partition(":")
        where = (host, int(port) if port else PORTS[one.security])
        if one.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=SECONDS, context=self._context())
        else:
            server = smtplib.SMTP(*where, timeout=SECONDS)
        try:
            if one.security == "starttls":
                server.starttls(context=self._context())
            if one.user:
                _sign_in(server, one.user, one.password)
        except BaseException:
            server.close()
            raise
        return server

    def _context(self) -> ssl.SSLContext:
        return client_context(Trust(authority=self._server.authority))


def _sign_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """The library's own sign-in knows ASCII only; a password with other letters goes as PLAIN (RFC 4616)."""
    if (user + password).isascii():
        server.login(user, password)
        return
    server.ehlo_or_helo_if_needed()
    told = b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    code, text = server.docmd("AUTH", f"PLAIN {told}")
    if code != SIGNED_IN:
        raise smtplib.SMTPAuthenticationError(code, text)


def _of_codes(codes: list[int]) -> Unavailable | Denied | Malformed:
    if any(code in AUTHENTICATION for code in codes):
        return _refused()
    if codes and all(code >= PERMANENT for code in codes):
        return Malformed(
            "mail-address-refused", "The mail server does not take mail for this address.", "Correct the address."
        )
    return Unavailable("mail-not-taken", "The mail server did not take the mail now.", "It is tried again.")


def _refused() -> Denied:
    return Denied(
        "mail-sign-in-refused",
        "The mail server does not accept the account of the settings.",
        "Correct user and password in the settings.",
    )
