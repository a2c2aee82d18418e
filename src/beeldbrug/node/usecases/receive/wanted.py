"""What the own PACS sends because somebody asked for it: which exchange each instance is for (PS3.4 section C.4.2).

Only what a gathering fetches now is taken, by study and series: an archive that sends more than it was asked for, or
whoever else calls this title, brings nothing in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from beeldbrug.model.errors import Denied
from beeldbrug.model.identity import InstanceIndex
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.receive.keep import Feed


@dataclass
class Wanted:
    """For one association; ``feed`` is what it would feed without being asked: nothing."""

    feed: Feed
    _feeds: dict[str, Feed] = field(default_factory=dict)

    def feed_for(self, tx: Transaction, index: InstanceIndex) -> Feed:
        """What this instance feeds. Raises Denied ``not-asked-for``."""
        organisation = self.feed.organisation
        gathering = tx.gatherings.fetching(organisation, index.study_uid)
        if gathering is None or not gathering.takes(index.series_uid, index.modality):
            raise _not_asked_for()
        feed = self._feeds.get(gathering.exchange)
        if feed is None:
            exchange = tx.exchanges.get(organisation, gathering.exchange)
            if exchange is None:
                raise _not_asked_for()
            feed = replace(self.feed, rule=exchange.rule, terms=exchange.terms, exchange=exchange.id)
            self._feeds[gathering.exchange] = feed
        return feed


def _not_asked_for() -> Denied:
    return Denied(
        "not-asked-for",
        "Nobody asked for this study or series.",
        "Choose it in the portal, or send it to a title with a sending rule.",
    )
