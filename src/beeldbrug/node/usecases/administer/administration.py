"""What the administration of one organisation works with, in one place. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.node.ports.configuration import Machine
from beeldbrug.node.ports.partners import Outlets
from beeldbrug.node.usecases.administer.configuration import Configuration
from beeldbrug.node.usecases.administer.health import Looking
from beeldbrug.node.usecases.desk.quality import Quality
from beeldbrug.node.usecases.figures.count import Counting


@dataclass(frozen=True, slots=True)
class Administration:
    """Settings, the machine, how it does, what can be counted, and the ways to partners."""

    configuration: Configuration
    machine: Machine
    looking: Looking
    counting: Counting
    quality: Quality
    outlets: Outlets
