"""Alerts to humans: always a log line; where set, a web hook (JSON) and mail (RFC 5322 over SMTP with STARTTLS).

What goes out is the code, the texts and the remedies of the alert, and the exchange's random id: never identity.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

from beeldbrug.kit.http import Client
from beeldbrug.kit.log import get
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.records import AlertRow
from beeldbrug.node.protocols.notices.hook import Hook

MAIL_SECONDS = 15.0

log = get("alert")


class Notices:
    """Implements ``ports.notices.Notifier``."""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self._client = Client(hook.webhook) if hook.webhook else None

    def notify(self, alert: AlertRow) -> None:
        """Tell by every way that is set. Raises Unavailable when one of them fails."""
        log.warning(
            "alert", code=alert.code, exchange=alert.exchange, organisation=alert.organisation, remedy=alert.remedy_en
        )
        if self._client is not None:
            self._client.request("POST", "", content=_content(alert))
        if self._hook.mail_server and self._hook.mail_to:
            self._mail(alert)

    def _mail(self, alert: AlertRow) -> None:
        message = EmailMessage()
        message["Subject"] = f"Beeldbrug: {alert.code}"
        message["From"] = self._hook.mail_from
        message["To"] = ", ".join(self._hook.mail_to)
        lines = (alert.text_nl, alert.remedy_nl, "", alert.text_en, alert.remedy_en, "", alert.exchange)
        message.set_content("\n".join(lines))
        host, _, port = self._hook.mail_server.partition(":")
        try:
            with smtplib.SMTP(host, int(port or 25), timeout=MAIL_SECONDS) as server:
                if server.has_extn("starttls"):
                    server.starttls(context=ssl.create_default_context())
                server.send_message(message)
        except (OSError, smtplib.SMTPException):
            raise Unavailable(
                "mail-not-sent", "An alert could not be mailed.", "Check the mail server in the settings."
            ) from None


def _content(alert: AlertRow) -> dict[str, str | float]:
    return {
        "code": alert.code,
        "exchange": alert.exchange,
        "organisation": alert.organisation,
        "text_nl": alert.text_nl,
        "text_en": alert.text_en,
        "remedy_nl": alert.remedy_nl,
        "remedy_en": alert.remedy_en,
        "raised": alert.raised,
    }
