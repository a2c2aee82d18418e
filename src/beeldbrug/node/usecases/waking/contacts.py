"""Where somebody is reached by mail or SMS: given by whom it is, and proven by a code that arrives there.

Nobody is woken at an address that nobody proved: an SMS to a wrong number at night is noticed by nobody. Codes are six
digits, live some minutes, and may be tried a few times.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from beeldbrug.model.account import Account
from beeldbrug.model.errors import Denied, Malformed, NotFound, Unavailable, Unsupported
from beeldbrug.model.notice import Channel, Contact, NoticeChoice
from beeldbrug.node.policy.notice_text import code_subject, code_text, test_subject, test_text
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.waking import Courier, Letter

CODE_SECONDS = 15 * 60.0
CODE_TRIES = 5
ASK_SECONDS = 30.0
"""Least time between two codes to one address: SMS cost money, and a telephone can be flooded."""

ADDRESS_CHARACTERS = 200

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class Reach:
    """How one account is reached: its addresses, its choice, and the ways that are set up."""

    contacts: tuple[Contact, ...]
    choice: NoticeChoice
    offered: tuple[Channel, ...]


@dataclass(frozen=True)
class Contacting:
    """Of one organisation."""

    database: Database
    organisation: str
    clock: Callable[[], float]
    couriers: Mapping[Channel, Courier]

    def reach(self, account: Account) -> Reach:
        """How it is now."""
        with self.database.read() as tx:
            return Reach(
                tuple(tx.contacts.of(self.organisation, account.id)),
                tx.contacts.choice(self.organisation, account.id),
                tuple(self.couriers),
            )

    def ask(self, account: Account, channel: Channel, address: str) -> None:
        """Send a code to an address. Raises Malformed ``mail-address-malformed``, ``phone-malformed``, Unsupported
        ``way-not-set-up``, Unavailable ``contact-just-asked``, what the way raises."""
        courier, address, now = self._courier(channel), as_address(channel, address), self.clock()
        code = f"{secrets.randbelow(10**6):06}"
        with self.database.write() as tx:
            known = self._known(tx, account, channel)
            _check_pause(known, now)
            hashed = _hash(self.organisation, account.id, channel, code)
            asked = replace(
                known, pending=address, code_hash=hashed, code_expires=now + CODE_SECONDS, code_tries=0, asked=now
            )
            tx.contacts.put(self.organisation, asked)
            tx.audit.append(_event(self, account, "contact-asked", channel))
        language = account.language
        letter = Letter(secrets.token_hex(16), address, code_subject(language), code_text(code, language))
        courier.deliver(letter)

    def confirm(self, account: Account, channel: Channel, code: str) -> None:
        """The code came back: this is the address now. Raises Denied ``contact-code-wrong``, ``contact-code-over``."""
        now = self.clock()
        with self.database.write() as tx:
            known = self._known(tx, account, channel)
            over = not known.pending or now > known.code_expires or known.code_tries >= CODE_TRIES
            given = _hash(self.organisation, account.id, channel, "".join(code.split()))
            right = not over and hmac.compare_digest(given, known.code_hash)
            if right:
                proven = replace(
                    known,
                    address=known.pending,
                    pending="",
                    code_hash=b"",
                    code_expires=0.0,
                    verified=now,
                    enabled=True,
                )
                tx.contacts.put(self.organisation, proven)
            elif not over:
                tx.contacts.put(self.organisation, replace(known, code_tries=known.code_tries + 1))
            outcome = "success" if right else "failure"
            tx.audit.append(_event(self, account, "contact-confirmed", channel, outcome))
        if over:
            raise Denied("contact-code-over", "This code was used up or has expired.", "Ask for a new code.")
        if not right:
            raise Denied("contact-code-wrong", "This is not the code.", "Read it again, or ask for a new one.")

    def remove(self, account: Account, channel: Channel) -> None:
        """Forget an address. Raises NotFound ``contact-unknown``."""
        with self.database.write() as tx:
            if not tx.contacts.delete(self.organisation, account.id, channel):
                raise _unknown()
            tx.audit.append(_event(self, account, "contact-removed", channel))

    def enable(self, account: Account, channel: Channel, enabled: bool) -> None:
        """Use an address, or leave it alone for a while. Raises NotFound ``contact-unknown``."""
        with self.database.write() as tx:
            known = self._known(tx, account, channel)
            if known.verified is None:
                raise _unknown()
            tx.contacts.put(self.organisation, replace(known, enabled=enabled))
            tx.audit.append(_event(self, account, "contact-used", channel, "success" if enabled else "off"))

    def choose(self, account: Account, choice: NoticeChoice) -> None:
        """Which way first, and whether stat makes a sound."""
        with self.database.write() as tx:
            tx.contacts.choose(self.organisation, account.id, choice)

    def test(self, account: Account, channel: Channel) -> None:
        """Send a trial. Raises NotFound ``contact-unknown``, Unavailable ``contact-just-asked``, what the way does."""
        courier, now = self._courier(channel), self.clock()
        with self.database.write() as tx:
            known = self._known(tx, account, channel)
            if known.verified is None:
                raise _unknown()
            _check_pause(known, now)
            tx.contacts.put(self.organisation, replace(known, asked=now))
            tx.audit.append(_event(self, account, "notice-tested", channel))
        language = account.language
        courier.deliver(Letter(secrets.token_hex(16), known.address, test_subject(language), test_text(language)))

    def _courier(self, channel: Channel) -> Courier:
        if channel not in self.couriers:
            raise Unsupported(
                "way-not-set-up", "This way is not set up here.", "Ask your administrator for mail or SMS notices."
            )
        return self.couriers[channel]

    def _known(self, tx: Transaction, account: Account, channel: Channel) -> Contact:
        found = (one for one in tx.contacts.of(self.organisation, account.id) if one.channel is channel)
        return next(found, Contact(account.id, channel))


def as_address(channel: Channel, text: str) -> str:
    """A mail address, or a phone number as +31612345678 (ITU-T E.164; without country code it is Dutch). Raises
    Malformed."""
    if channel is Channel.MAIL:
        address = text.strip()
        if len(address) > ADDRESS_CHARACTERS or _MAIL.fullmatch(address) is None:
            raise Malformed("mail-address-malformed", "This is no mail address.", "Correct it.")
        return address
    number = re.sub(r"[\s().-]", "", text.replace("(0)", ""))
    number = re.sub(r"^00", "+", number)
    number = re.sub(r"^0", "+31", number)
    if _NUMBER.fullmatch(number) is None:
        raise Malformed("phone-malformed", "This is no phone number.", "Write it like 06 12345678 or +31 6 12345678.")
    return number


def _check_pause(known: Contact, now: float) -> None:
    if now - known.asked < ASK_SECONDS:
        raise Unavailable("contact-just-asked", "A message was sent just now.", "Wait half a minute and try again.")


def _hash(organisation: str, account: str, channel: Channel, code: str) -> bytes:
    return hashlib.sha256("\0".join((organisation, account, channel, code)).encode()).digest()


def _unknown() -> NotFound:
    return NotFound("contact-unknown", "There is no such proven address.", "Add it and prove it with the code.")


def _event(of: Contacting, account: Account, event: str, channel: Channel, outcome: str = "success") -> AuditEvent:
    role = " ".join(account.roles)
    details: dict[str, str | int | float | bool] = {"channel": channel.value}
    return AuditEvent(of.organisation, event, "U", outcome, account.login, role=role, details=details, at=of.clock())
