"""Take in one segment of a pack: begin, append, and make it count when it is whole and has its hash.

Bytes go to a partial file as they come and are never held whole. The committed row is what makes a segment exist; it is
written after the bytes were synced and had their place. Create-only: what is kept is never changed. DESIGN section 2.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from blake3 import blake3

from beeldbrug.hub.policy import access
from beeldbrug.hub.ports.hub import Caller, Hub
from beeldbrug.hub.ports.objects import Partial
from beeldbrug.hub.ports.records import StoredSegment, Transaction, Upload
from beeldbrug.hub.usecases.refusal import demand
from beeldbrug.model.errors import Conflict, Denied, Malformed, NotFound, TooLarge


@dataclass(frozen=True, slots=True)
class SegmentOffer:
    """What a sender announces: length in bytes and BLAKE3-256 in hex of the whole segment."""

    pack: str
    number: int
    length: int
    hash: str


class Incoming:
    """A segment being written by one request; end it with ``finish`` or ``break_off``. Not safe for threads."""

    def __init__(self, hub: Hub, upload: Upload, partial: Partial) -> None:
        self._hub = hub
        self._partial = partial
        self.upload = upload

    def register(self) -> None:
        """Note it as under way, superseding what was partial; before ``finish``, and beside ``append`` if you like.

        Raises as ``begin_segment``, whose checks are made again here, where they count.
        """
        begun, earlier = self._hub.records.write(lambda transaction: _begin(self._hub, transaction, self.upload))
        if begun and earlier:
            self._hub.partials.delete([earlier])

    @property
    def offset(self) -> int:
        """Bytes written so far, over all requests."""
        return self._partial.offset

    @property
    def whole(self) -> bool:
        """Whether all bytes are there."""
        return self._partial.offset == self.upload.length

    def append(self, pieces: Sequence[bytes]) -> None:
        """Add bytes, in order. Raises TooLarge ``segment-too-large`` past the announced length, or ``disk-full``."""
        for data in pieces:
            if self._partial.offset + len(data) > self.upload.length:
                raise TooLarge("segment-too-large", "More bytes came than were announced.", "Start again with PUT.")
            self._partial.append(data)

    def break_off(self) -> None:
        """Keep what came, for a later request to go on with."""
        self._partial.close()

    def abandon(self) -> None:
        """Keep nothing: it could not be registered."""
        self._partial.close()
        self._hub.partials.delete([self.upload.object])

    def finish(self) -> bool:
        """Make it count; False when the same was kept meanwhile. Raises Denied ``hash-differs``, Conflict, NotFound."""
        digest = self._partial.digest()
        self._partial.close()
        if digest != self.upload.hash:
            self._drop()
            raise Denied(
                "hash-differs", "The bytes that came do not have the announced hash.", "Send the segment again."
            )
        try:
            self._hub.segments.keep(self.upload.object, self._partial.path)
        except NotFound:
            raise _superseded() from None
        try:
            fresh = self._hub.records.write(self._commit)
        except (Denied, Conflict, NotFound):
            # surely rolled back; after Unavailable it may still be committed, and the sweeper sorts that out
            self._hub.segments.delete([self.upload.object])
            raise
        if not fresh:
            self._hub.segments.delete([self.upload.object])
        return fresh

    def _drop(self) -> None:
        self._hub.records.write(lambda transaction: transaction.packs.end_upload(self.upload, discard=True))
        self._hub.partials.delete([self.upload.object])

    def _commit(self, transaction: Transaction) -> bool:
        upload = self.upload
        if transaction.packs.access(upload.pack, upload.owner, 0.0, lock=True) is None:
            raise _no_pack()
        mine = transaction.packs.end_upload(upload, discard=False)
        if _kept(transaction, SegmentOffer(upload.pack, upload.number, upload.length, upload.hash)):
            return False
        if not mine:
            raise _superseded()
        segment = StoredSegment(upload.pack, upload.number, upload.length, upload.hash, upload.object)
        transaction.packs.add_segment(segment, upload.owner)
        return True


def begin_segment(hub: Hub, caller: Caller, offer: SegmentOffer) -> Incoming | None:
    """Start from zero; ``register`` it before ``finish``. None when the same segment is kept already, and whole.

    Raises Malformed, TooLarge, Denied ``pack-not-yours``, NotFound ``pack-not-here``, Conflict ``segment-differs``,
    Unavailable ``quota-exceeded`` or ``disk-full``.
    """
    if offer.length < 1:
        raise Malformed("segment-empty", "A segment has at least one byte.")
    if offer.length > hub.limits.segment_bytes:
        raise TooLarge("segment-too-large", "The segment is larger than allowed.", "Close segments at a smaller size.")
    token = secrets.token_hex(8)
    key = f"{offer.pack[:2]}/{offer.pack[2:4]}/{offer.pack}/{offer.number}.{token}"
    upload = Upload(offer.pack, offer.number, caller.ura, offer.length, offer.hash, key, hub.clock.now())
    if hub.records.read(lambda transaction: _check(hub, transaction, upload)) is None and _mended(hub, upload):
        return None
    return Incoming(hub, upload, hub.partials.create(key))


def resume_segment(hub: Hub, caller: Caller, pack: str, number: int, offset: int) -> Incoming:
    """Go on with a partial one at ``offset``. Raises NotFound ``upload-not-here``, Conflict ``offset-differs`` or
    ``upload-busy``, Denied ``pack-not-yours``."""
    upload = hub.records.read(lambda transaction: _upload(transaction, caller, pack, number))
    if upload is None:
        raise NotFound("upload-not-here", "No upload of this segment is under way.", "Start it with PUT.")
    partial = hub.partials.reopen(upload.object)
    if partial.offset != offset:
        partial.close()
        raise Conflict(
            "offset-differs", "The upload stands at another offset.", "Ask for it with HEAD and go on there."
        )
    return Incoming(hub, upload, partial)


def upload_state(hub: Hub, caller: Caller, pack: str, number: int) -> tuple[int, int] | None:
    """Offset and full length of a partial segment, for the pack's owner; None when there is none."""
    upload = hub.records.read(lambda transaction: _upload(transaction, caller, pack, number))
    if upload is None:
        return None
    return hub.partials.offset(upload.object) or 0, upload.length


def _begin(hub: Hub, transaction: Transaction, upload: Upload) -> tuple[bool, str]:
    """Whether it is under way now, and the key of the partial that it superseded."""
    earlier = _check(hub, transaction, upload)
    if earlier is None:
        return False, ""
    transaction.packs.put_upload(upload)
    return True, earlier


def _check(hub: Hub, transaction: Transaction, upload: Upload) -> str | None:
    """Key of the partial that is under way, or empty; None when the same segment is kept already."""
    pack = transaction.packs.access(upload.pack, upload.owner, upload.started)
    if pack is None:
        raise _no_pack()
    demand(access.write_pack(upload.owner, pack.owner))
    if _kept(transaction, SegmentOffer(upload.pack, upload.number, upload.length, upload.hash)):
        return None
    earlier = transaction.packs.upload(upload.pack, upload.number)
    used = transaction.accounts.usage(upload.owner).used - (earlier.length if earlier else 0)
    demand(access.use_space(used, upload.length, hub.limits.quota))
    return earlier.object if earlier else ""


def _kept(transaction: Transaction, offer: SegmentOffer) -> bool:
    kept = transaction.packs.segment(offer.pack, offer.number)
    if kept is None:
        return False
    if (kept.length, kept.hash) != (offer.length, offer.hash):
        raise Conflict("segment-differs", "Another content is kept for this segment.", "Use a new segment number.")
    return True


def _mended(hub: Hub, upload: Upload) -> bool:
    """True when the kept segment is whole; else its row goes, so that the sender's bytes can take its place.

    Without this a segment that the store has lost or spoilt could never be sent again: its number is taken.
    """
    kept = hub.records.read(lambda transaction: transaction.packs.segment(upload.pack, upload.number))
    if kept is None:
        return False
    if _is_whole(hub, kept):
        return True
    hub.records.write(lambda transaction: transaction.packs.drop_segment(kept, upload.owner))
    return False


def _is_whole(hub: Hub, kept: StoredSegment) -> bool:
    digest, left = blake3(), kept.length
    try:
        reader = hub.segments.open(kept.object)
    except NotFound:
        return False
    try:
        for piece in reader.chunks(0, kept.length):
            digest.update(piece)
            left -= len(piece)
    except NotFound:
        return False
    finally:
        reader.close()
    return left == 0 and digest.hexdigest() == kept.hash


def _upload(transaction: Transaction, caller: Caller, pack: str, number: int) -> Upload | None:
    found = transaction.packs.access(pack, caller.ura, 0.0)
    if found is None:
        raise _no_pack()
    demand(access.write_pack(caller.ura, found.owner))
    return transaction.packs.upload(pack, number)


def _superseded() -> Conflict:
    return Conflict("upload-superseded", "The upload was started again by a newer request, or its pack went.")


def _no_pack() -> NotFound:
    return NotFound("pack-not-here", "No such pack is kept here.", "Create it first; it may also have expired.")
