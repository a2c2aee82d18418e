"""``beeldbrug keys rotate``: make the next transport key now, and publish the statement that offers it."""

from __future__ import annotations

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.app.base import Base, connect_hub
from beeldbrug.node.usecases.own_keys import current_statement, publish
from beeldbrug.node.usecases.rotate import rotate


def command(settings: Settings, json: Json = False) -> None:
    """Make a new transport key; senders use it as soon as they see the statement."""
    output = Output(json)
    with open_node(settings) as base:
        key_id = rotate(base.database, base.own.ura, actor(), base.clock.now())
        published = _published(base)
    output.say(f"New transport key {key_id}.")
    if not published:
        output.say("The hub could not be told; the running node does so when it answers.")
    output.done({"key": key_id, "published": published})


def _published(base: Base) -> bool:
    now = base.clock.now()
    try:
        hub = connect_hub(base)
        try:
            publish(base.own, base.database, hub, now)
        finally:
            hub.close()
    except Unavailable:
        current_statement(base.own, base.database, now)
        return False
    return True
