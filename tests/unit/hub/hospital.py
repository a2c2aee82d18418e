"""Made-up hospitals for tests of the hub: a certified key, access tokens, and chains of envelopes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from beeldbrug.hub.ports.hub import Caller
from beeldbrug.sealed import jws
from beeldbrug.sealed.access import sign_access
from beeldbrug.sealed.certificates import certificate_pem, issue, make_authority, make_request
from beeldbrug.sealed.envelope import Envelope, envelope_hash, part_hash, sign_envelope
from beeldbrug.sealed.head import AuditHead, sign_head
from beeldbrug.sealed.keys import new_signing_key, new_transport_key
from beeldbrug.sealed.statement import KeyStatement, TransportKeyEntry, sign_statement

HUB = "hub.test"


@dataclass
class Authority:
    """A root that certifies hospitals."""

    now: float
    pair: tuple[x509.Certificate, Ed25519PrivateKey] = field(init=False)

    def __post_init__(self) -> None:
        self.pair = make_authority("Test root", self.now)

    @property
    def pem(self) -> str:
        return certificate_pem(self.pair[0])

    def hospital(self, ura: str, name: str = "Testziekenhuis", now: float | None = None, days: int = 30) -> Hospital:
        key = new_signing_key()
        certificate = issue(self.pair, make_request(key, ura, name), ura, name, now or self.now, days)
        return Hospital(ura, key, certificate_pem(certificate, self.pair[0]))


@dataclass
class Hospital:
    """One organisation with its signing key."""

    ura: str
    key: Ed25519PrivateKey
    chain: str

    @property
    def caller(self) -> Caller:
        return Caller(self.ura, self.key.public_key())

    def token(self, now: float, hub: str = HUB, lifetime: float = 300.0) -> str:
        return sign_access(self.ura, hub, self.key, now, lifetime)

    def stream(self, parcel: str, receiver: str) -> Stream:
        return Stream(self, parcel, receiver)

    def statement(self, sequence: int, now: float) -> str:
        transport = new_transport_key()
        entry = TransportKeyEntry(transport.key_id, transport.recipient, now, now + 86400.0)
        return sign_statement(KeyStatement(1, self.ura, sequence, now, now + 86400.0, (entry,)), self.key)

    def directory(self, sequence: int, **more: object) -> str:
        place = {"id": "main", "name": "Hoofdlocatie", "departments": [{"id": "rad", "name": "Radiologie"}]}
        claims = {"organisation": self.ura, "sequence": sequence, "issued": 1_700_000_000, "locations": [place], **more}
        return jws.sign("beeldbrug-directory", claims, self.key)

    def head(self, sequence: int, now: float) -> str:
        return sign_head(AuditHead(self.ura, sequence, secrets.token_hex(32), now), self.key)


@dataclass
class Stream:
    """The envelopes of one sender in one parcel, each signed after the one before."""

    sender: Hospital
    parcel: str
    receiver: str
    envelopes: list[str] = field(default_factory=list)

    def sign(self, body: bytes, kind: str = "parcel", *, number: int | None = None, previous: str | None = None) -> str:
        """An envelope without adding it to the stream."""
        last = envelope_hash(self.envelopes[-1]) if self.envelopes else ""
        envelope = Envelope(
            version=1,
            kind=kind,
            parcel=self.parcel,
            part=len(self.envelopes) + 1 if number is None else number,
            part_hash=part_hash(body),
            previous=last if previous is None else previous,
            sender=self.sender.ura,
            receiver=self.receiver,
            key_id="0" * 32,
            time=1_700_000_000.0,
        )
        return sign_envelope(envelope, self.sender.key)

    def next(self, body: bytes, kind: str = "parcel") -> tuple[int, str]:
        """Number and envelope of the next part."""
        self.envelopes.append(self.sign(body, kind))
        return len(self.envelopes), self.envelopes[-1]


def new_id() -> str:
    """A random parcel or pack id."""
    return secrets.token_hex(16)
