"""Where alerts go besides the log, as settings say it. Values only; ``notify`` sends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hook:
    """Where alerts go besides the log; empty means not."""

    webhook: str = ""
    mail_server: str = ""
    mail_from: str = ""
    mail_to: tuple[str, ...] = ()
