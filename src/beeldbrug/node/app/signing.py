"""Plugs the vault into signing in: for the portal, and for the commands that make accounts."""

from __future__ import annotations

from beeldbrug.node.app.base import Base
from beeldbrug.node.usecases.sign_in.signing import Signing


def make_signing(base: Base) -> Signing:
    """Whom people sign in to."""
    limits = base.settings.portal.limits()
    return Signing(base.database, base.own.ura, base.own.name, base.clock.now, limits)
