"""Letters by SMS or pager: through a mail gateway, or as a POST to a web service (RFC 9110) by a template.

Which service a hospital has differs; the template says how it wants to be asked. What goes out is the number, the text
and the letter's own id, which is sent as ``Idempotency-Key`` too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

from beeldbrug.kit.http import Client, Timeouts, Trust
from beeldbrug.node.ports.waking import Courier, Letter

ANSWER_BYTES = 64 * 1024

ESCAPES: dict[str, Callable[[str], str]] = {
    "application/json": lambda value: json.dumps(value)[1:-1],
    "application/x-www-form-urlencoded": quote_plus,
    "text/plain": lambda value: value,
}


@dataclass(frozen=True, slots=True)
class GatewayCourier:
    """Implements ``ports.waking.Courier`` by a gateway that takes mail. ``address`` holds ``{number}``."""

    mail: Courier
    address: str
    international: str = "+"

    def deliver(self, letter: Letter) -> None:
        """Hand it to the gateway. Raises as ``mail`` does."""
        number = letter.address.replace("+", self.international)
        self.mail.deliver(replace(letter, address=self.address.replace("{number}", number)))


@dataclass(frozen=True, slots=True)
class WebService:
    """How a service is asked."""

    url: str
    template: str
    content_type: str = "application/json"
    secret_header: str = ""
    secret: str = ""
    international: str = "+"
    authority: Path | None = None


class WebCourier:
    """Implements ``ports.waking.Courier`` by a web service."""

    def __init__(self, service: WebService) -> None:
        self._service = service
        parts = urlsplit(service.url)
        self._path = service.url.partition("://")[2].removeprefix(parts.netloc)
        trust = Trust(authority=service.authority) if service.authority else None
        self._client = Client(f"{parts.scheme}://{parts.netloc}", trust=trust, timeouts=Timeouts(5.0, 10.0))

    def deliver(self, letter: Letter) -> None:
        """Post it. Raises by status, as ``kit.http`` does, or Unavailable."""
        service = self._service
        headers = {"Content-Type": service.content_type, "Idempotency-Key": letter.id}
        if service.secret:
            headers[service.secret_header] = service.secret
        body = filled(service.template, letter, service.content_type, service.international)
        self._client.request("POST", self._path, headers=headers, body=body.encode(), limit=ANSWER_BYTES)


def filled(template: str, letter: Letter, content_type: str, international: str = "+") -> str:
    """The template with the letter's values in it, each filled in once: a text that holds ``{number}`` stays text."""
    escape = ESCAPES[content_type]
    values = {
        "{number}": escape(letter.address.replace("+", international)),
        "{text}": escape(letter.text),
        "{id}": escape(letter.id),
    }
    out, rest = "", template
    while rest:
        at, name = min(((rest.find(name), name) for name in values if name in rest), default=(-1, ""))
        if at < 0:
            return out + rest
        out += rest[:at] + values[name]
        rest = rest[at + len(name) :]
    return out
