"""Who may store with a token (STOW-RS, PS3.18 section 10.5), and what becomes of what he stores.

A token for a sending rule stands for an association that called the rule's AE title: the same ways, the same promises.
A token of a partner puts files into the partner's place, from which ``intake.drops`` takes them in. Neither can read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from beeldbrug.model.errors import Denied
from beeldbrug.node.policy.rules import GeneralRule, RetrieveRule, SendingRule
from beeldbrug.node.ports.reception import Peer
from beeldbrug.node.ports.records import AuditEvent, TokenRow
from beeldbrug.node.ports.storing import PartnerPlace, StoringSession
from beeldbrug.node.usecases.read.scope import find_token
from beeldbrug.node.usecases.receive.session import Receiving
from beeldbrug.node.usecases.store.partner import PartnerSession


@dataclass(frozen=True)
class Storing:
    """``ports.storing.Storing`` of one organisation; ``places`` of the partners, by account."""

    organisation: str
    receiving: Receiving
    places: Mapping[str, PartnerPlace]

    def open(self, token: str, address: str, tls: bool, study: str) -> StoringSession:
        """Whoever has this token stores."""
        with self.receiving.database.read() as tx:
            row = find_token(tx.tokens, token, self.receiving.clock())
        try:
            if row.organisation != self.organisation:
                raise _target_unknown()
            if row.sends:
                peer = Peer(row.user, row.sends, address, tls)
                return self.receiving.open(_rule(self.receiving.rules, row.sends), peer, study)
            return self._partner(row, address, study)
        except Denied as error:
            self._refused(row, address, error)
            raise

    def _partner(self, row: TokenRow, address: str, study: str) -> PartnerSession:
        if not row.brings:
            raise Denied("token-cannot-store", "This token is for reading alone.", "Ask for a token that stores.")
        place = self.places.get(row.brings)
        if place is None:
            raise _target_unknown()
        receiving = self.receiving
        return PartnerSession(receiving.database, self.organisation, row.brings, address, place, receiving.clock, study)

    def _refused(self, row: TokenRow, address: str, error: Denied) -> None:
        event = AuditEvent(
            self.organisation,
            "stow-stored",
            "E",
            error.code,
            actor=row.brings or row.user,
            details={"address": address},
            at=self.receiving.clock(),
        )
        self.receiving.database.submit(lambda tx: tx.audit.append(event))


def _rule(rules: Sequence[SendingRule | GeneralRule], title: str) -> SendingRule | GeneralRule:
    found = (rule for rule in rules if rule.ae_title == title and not isinstance(rule, RetrieveRule))
    rule = next(found, None)
    if rule is None:
        raise _target_unknown()
    return rule


def _target_unknown() -> Denied:
    return Denied(
        "stow-target-gone",
        "The sending rule or partner that this token was made for is not in the settings.",
        "Set the rule or partner again, or make a new token.",
    )
