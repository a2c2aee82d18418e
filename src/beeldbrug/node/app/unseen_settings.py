"""Settings of what may wait how long before a human is told, and of the daily summary; see ``app.settings``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from beeldbrug.kit.settings import Section
from beeldbrug.node.policy.unseen import DAY, Patience


class Unseen(Section):
    """Nothing waits unseen: after how long a human is told, and the summary that goes out every day."""

    urgent_minutes: Annotated[float, Field(ge=1, le=1440)] = 15.0
    """Minutes after which it is told that nobody has opened an urgent exchange (stat, asap), at either end."""
    desk_days: Annotated[float, Field(ge=0.04, le=90)] = 3.0
    """Days after which it is told that an arrival still waits at the image desk."""
    silent_days: Annotated[float, Field(ge=1, le=90)] = 4.0
    """Days without anything from a partner that sends regularly, before that is told; and not before eight times its
    usual pause."""
    mail_to: tuple[str, ...] = ()
    """Who gets the daily summary; none means no summary. It goes out by the server in ``notices.mail``."""
    mail_at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "07:30"
    """When it goes out, by the clock of ``notices.time_zone``."""
    language: Literal["nl", "en"] = "nl"
    """Its language."""

    @field_validator("mail_to")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any("@" not in one or not one.isprintable() or " " in one for one in value):
            raise ValueError("give mail addresses")
        return value

    @property
    def patience(self) -> Patience:
        """As policy has it."""
        return Patience(self.urgent_minutes * 60.0, self.desk_days * DAY, self.silent_days * DAY)

    @property
    def minute(self) -> int:
        """``mail_at`` in minutes after midnight."""
        hours, minutes = self.mail_at.split(":")
        return int(hours) * 60 + int(minutes)
