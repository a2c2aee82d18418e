"""Composition of administration: the settings in force and the machine, behind the ports that the use cases know."""

from __future__ import annotations

from beeldbrug.node.app.base import Base
from beeldbrug.node.app.live import Models
from beeldbrug.node.app.machine import NodeMachine
from beeldbrug.node.policy.figures import Assumptions
from beeldbrug.node.usecases.administer.administration import Administration
from beeldbrug.node.usecases.administer.configuration import Configuration
from beeldbrug.node.usecases.administer.health import Looking
from beeldbrug.node.usecases.desk.quality import Quality
from beeldbrug.node.usecases.figures.count import Counting


def make_administration(base: Base) -> Administration:
    """Of the node's organisation."""
    from beeldbrug.node.app.partners import Ways  # with SFTP and DIMSE, which most commands never need

    ura, now = base.own.ura, base.clock.now
    configuration = Configuration(base.database, ura, now, Models(base.live))
    machine = NodeMachine(base)
    looking = Looking(base.database, ura, now, machine, configuration)
    counting = Counting(base.database, ura, lambda: assumptions(base))
    return Administration(configuration, machine, looking, counting, make_quality(base), Ways())


def make_quality(base: Base) -> Quality:
    """What counts where senders put the BSN."""
    return Quality(base.database, base.own.ura, base.own.name)


def assumptions(base: Base) -> Assumptions:
    """Of the figures, as they are in force."""
    section = base.live.now().figures
    return Assumptions(section.discs_per_exchange, section.repeat_share, section.repeat_source)
