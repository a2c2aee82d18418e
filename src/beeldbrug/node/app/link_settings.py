"""Settings of upload links; see ``app.settings``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from beeldbrug.kit.settings import Section
from beeldbrug.node.usecases.intake.guests import GuestLimits


class UploadLinks(Section):
    """What one network address may do at upload links, beyond the limits of each link. IPv6 counts by /64; behind a
    reverse proxy all callers have its address, so give room for all of them there."""

    tries: Annotated[int, Field(ge=5, le=1_000_000)] = 60
    """Codes given within ten minutes, right or wrong."""
    uploads: Annotated[int, Field(ge=1, le=1_000_000)] = 200
    """Uploads begun within a day."""
    gigabytes: Annotated[int, Field(ge=1, le=1_000_000)] = 500
    """GiB brought within a day."""

    def limits(self) -> GuestLimits:
        """As the use case takes them."""
        return GuestLimits(self.tries, self.uploads, self.gigabytes * 2**30)
