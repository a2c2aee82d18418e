"""Settings of how people are woken: mail, SMS, time zone, and who is told when nobody else is. Off until they are set.

Who is on duty, and what a department wants to be told of, is kept in the vault: the portal's rosters.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator, model_validator

from beeldbrug.kit.settings import Section

NUMBER, TEXT, ID = "{number}", "{text}", "{id}"


class MailSection(Section):
    """The mail server that notices go out by."""

    server: str = ""
    """SMTP server, ``host`` or ``host:port`` (else 587, or 465 with ``tls``); empty sends no mail."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """STARTTLS (RFC 3207) or TLS from the first byte (RFC 8314): without it nothing is sent. ``none`` is for a relay on
    this machine."""
    authority: Path | None = None
    """PEM of the authority of the server's certificate; without it the system's."""
    user: str = ""
    """Account at the server; empty signs in nowhere."""
    password: SecretStr | None = None
    """Its password."""
    sender: str = ""
    """Address that the mail comes from."""

    @model_validator(mode="after")
    def _consistent(self) -> MailSection:
        if self.server and not self.sender:
            raise ValueError("a mail server needs a sender address")
        if self.user and self.security == "none":
            raise ValueError("a password is not sent without TLS: set security")
        return self


class SmsSection(Section):
    """How an SMS or a pager message goes out: by a mail gateway, or by a web service."""

    gateway: str = ""
    """Mail address of an SMTP-to-SMS gateway, with ``{number}`` where the phone number goes; it is sent by the mail
    server above."""
    international: Literal["+", "00", ""] = "+"
    """What stands before the country code in ``{number}``."""
    url: str = ""
    """URL of a web service that a POST goes to."""
    template: str = '{"to": "{number}", "text": "{text}", "reference": "{id}"}'
    """What is posted: ``{number}``, ``{text}`` and ``{id}`` are filled in, escaped as the content type asks."""
    content_type: Literal["application/json", "application/x-www-form-urlencoded", "text/plain"] = "application/json"
    """What the template is."""
    secret_header: str = "Authorization"  # noqa: S105 - a header's name
    """Header that carries the secret."""
    secret: SecretStr | None = None
    """The secret, with what the service wants before it, such as ``Bearer ...``."""
    authority: Path | None = None
    """PEM of the authority of the service's certificate; without it the system's."""

    @field_validator("gateway")
    @classmethod
    def _gateway(cls, value: str) -> str:
        if value and (NUMBER not in value or "@" not in value):
            raise ValueError("the gateway is a mail address with {number} in it")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> SmsSection:
        if self.gateway and self.url:
            raise ValueError("set a gateway or a url, not both")
        if self.url and not (NUMBER in self.template and TEXT in self.template):
            raise ValueError("the template needs {number} and {text}")
        if self.url and not self.url.startswith(("https://", "http://")):
            raise ValueError("the url is http or https")
        return self


class NoticeSection(Section):
    """How people are woken."""

    default_department: str = ""
    """Department whose roster is called when an exchange names none, or one without a roster."""
    time_zone: str = "Europe/Amsterdam"
    """Time zone of the rosters' clock (IANA), and of times in HL7 messages that name none."""
    keep_days: Annotated[float, Field(gt=0, le=3650)] = 90.0
    """Days after which it is forgotten who was told of what; the audit trail stays."""
    mail: MailSection = MailSection()
    """Notices by mail."""
    sms: SmsSection = SmsSection()
    """Notices by SMS or pager."""
    demo: bool = False
    """For demonstrations only: mail and SMS go to nobody, and anybody can read them at ``/demo/berichten``."""

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("there is no such time zone on this machine") from None
        return value

    @model_validator(mode="after")
    def _consistent(self) -> NoticeSection:
        if self.sms.gateway and not (self.mail.server or self.demo):
            raise ValueError("an SMS gateway needs a mail server")
        return self
