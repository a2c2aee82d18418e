"""The page between a launch's link and what it opens: one button that posts, and a script that presses it.

A program that looks where links lead, as mail filters and chat programs do, makes a GET and no more; a browser that
somebody looks at goes on by itself, and without script by the button. The page names nobody, and posts to its own
address. Its policy lets nothing run but this script (Content Security Policy Level 3, hashes).
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html import escape
from typing import Final

_STYLE: Final = """
:root { color-scheme: light dark; font: 17px/1.5 "Segoe UI", system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; text-align: center;
  background: #f4f7f8; color: #182127 }
main { padding: 1.5rem; max-width: 30rem }
h1 { font-size: 1.4rem; margin: 0 0 .4rem }
p { margin: 0 0 1.4rem }
button { font: inherit; font-weight: 600; padding: .7rem 1.5rem; border: 0; border-radius: .4rem; cursor: pointer;
  background: #0b6e80; color: #fff }
button:focus-visible { outline: 3px solid #2f9cae; outline-offset: 3px }
@media (prefers-color-scheme: dark) { body { background: #12191f; color: #e3e9ec } }
"""
_SCRIPT: Final = """
var form = document.forms[0];
function go() { if (document.visibilityState === 'visible') form.submit(); }
if (document.prerendering) document.addEventListener('prerenderingchange', go, { once: true }); else go();
form.addEventListener('submit', function () { form.querySelector('button').disabled = true; });
"""


def _hash(text: str) -> str:
    return "'sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


HEADERS: Final = (
    (
        b"content-security-policy",
        f"default-src 'none'; script-src {_hash(_SCRIPT)}; style-src {_hash(_STYLE)}; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'".encode(),
    ),
    (b"vary", b"accept-language"),
)
TEXTS: Final = {
    "nl": ("Beeldbrug", "U komt uit een ander systeem. Deze link werkt één keer.", "Open de beelden"),
    "en": ("Beeldbrug", "You come from another system. This link works once.", "Open the images"),
}


def launch_page(asked: str) -> bytes:
    """The page, in the language that the browser asks for first (RFC 9110 section 12.5.4), as the portal chooses it."""
    language = _language(asked)
    title, lead, button = (escape(text) for text in TEXTS[language])
    return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>{title}</title><style>{_STYLE}</style></head>
<body><main><h1>{title}</h1><p>{lead}</p><form method="post"><button type="submit">{button}</button></form></main>
<script>{_SCRIPT}</script></body></html>
""".encode()


def _language(asked: str) -> str:
    first = asked.partition(",")[0].strip().lower()
    return "nl" if not first or first.startswith(("nl", "fy", "*")) else "en"
