"""What a token for storing may be made for. Apart from what takes in: a command needs no more."""

from __future__ import annotations

from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.usecases.tokens.create import Targets


def store_targets(settings: NodeSettings) -> Targets:
    """What a token may be made for that stores."""
    titles = frozenset({settings.general.ae_title, *(rule.ae_title for rule in settings.rules)})
    return Targets(titles, frozenset(one.account for one in settings.stow.partners))
