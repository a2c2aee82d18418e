"""What a browser says of a picture without a name before it hands it out. Values and their limits only."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from beeldbrug.model.exchange import Ground, Purpose
from beeldbrug.node.ports.pictures import TextFound

FILE_BYTES_MOST = 200 * 1024 * 1024
BOXES_MOST = 10_000


class PictureAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``id`` is chosen by the asker, so that a repeat makes nothing new; it becomes the exchange's. ``receiver`` is to
    whom, in words. ``hash`` is the SHA-256 of the file. ``text``, ``spots`` and ``covered`` are what the check of the
    pixels said of the picture as it goes out; ``looked``: the human has confirmed that he has looked at all of it."""

    id: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
    frame: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    size: Annotated[int, Meta(ge=1, le=FILE_BYTES_MOST)]
    media_type: Literal["image/png", "image/jpeg"]
    receiver: Annotated[str, Meta(min_length=1, max_length=200)]
    responsible: Annotated[str, Meta(max_length=200)]
    purpose: Purpose
    ground: Ground
    text: TextFound
    spots: Annotated[int, Meta(ge=0, le=BOXES_MOST)]
    covered: Annotated[int, Meta(ge=0, le=BOXES_MOST)]
    looked: bool
    consent: Annotated[str, Meta(max_length=500)] = ""
