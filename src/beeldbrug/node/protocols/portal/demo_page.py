"""The mailbox and telephone of a demonstration, as one page without any script: whoever opens it reads what was sent.

It is there only where the setting ``notices.demo`` is on. Nothing on it names a patient, as no notice does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from html import escape
from typing import Final

import anyio.to_thread

from beeldbrug.kit.serve import Application, Message, Receive, Send
from beeldbrug.model.notice import Channel
from beeldbrug.node.ports.waking import ShownLetter

PATH: Final = "/demo/berichten"
SECONDS: Final = 3

_STYLE: Final = """
:root { color-scheme: light dark; font: 16px/1.45 system-ui, sans-serif }
body { margin: 0 auto; max-width: 70rem; padding: 1rem }
h1 { font-size: 1.3rem } h2 { font-size: 1rem; margin-top: 0 }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem }
section { border: 1px solid #8888; border-radius: 1rem; padding: 1rem }
article { border-top: 1px solid #8886; padding: .6rem 0; overflow-wrap: anywhere; white-space: pre-wrap }
small { display: block; opacity: .8 }
"""

_HEADERS: Final = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    ),
)


def demo_app(letters: Callable[[], Sequence[ShownLetter]], hospital: str, zone: tzinfo) -> Application:
    """The page as an ASGI application."""

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        shown = await anyio.to_thread.run_sync(letters)
        body = page(shown, hospital, zone).encode()
        headers = [*_HEADERS, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    return app


def page(letters: Sequence[ShownLetter], hospital: str, zone: tzinfo) -> str:
    """The page; it loads itself anew every few seconds."""
    title = f"Berichten van de demo: {escape(hospital)}"
    return f"""<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="{SECONDS}"><title>{title}</title><style>{_STYLE}</style></head>
<body><h1>{title}</h1><p>Zo komen berichten aan bij wie dienst heeft. <span lang="en">What reaches whoever is on
duty.</span></p><main class="two">{_box(letters, Channel.SMS, "Telefoon (SMS)", zone)}
{_box(letters, Channel.MAIL, "Mailbox", zone)}</main></body></html>
"""


def _box(letters: Sequence[ShownLetter], channel: Channel, title: str, zone: tzinfo) -> str:
    found = [one for one in letters if one.channel is channel]
    articles = "".join(_letter(one, zone) for one in found) or "<p>Nog niets. <span lang='en'>Nothing yet.</span></p>"
    return f"<section><h2>{title}</h2>{articles}</section>"


def _letter(one: ShownLetter, zone: tzinfo) -> str:
    at = datetime.fromtimestamp(one.at, zone).strftime("%H:%M:%S")
    subject = f"<strong>{escape(one.subject)}</strong>\n" if one.channel is Channel.MAIL else ""
    text = _linked(one.text)
    return f"<article><small>{at} · {escape(one.address)}</small>{subject}{text}</article>"


def _linked(text: str) -> str:
    words = []
    for line in text.split("\n"):
        parts = [
            f'<a href="{escape(word)}">{escape(word)}</a>' if word.startswith(("http://", "https://")) else escape(word)
            for word in line.split(" ")
        ]
        words.append(" ".join(parts))
    return "\n".join(words)
