"""What a client asks for is what it gets, or a clear refusal."""

from __future__ import annotations

import pytest

from beeldbrug.model.errors import Malformed, Unsupported
from beeldbrug.node.protocols.dicomweb.accept import accepts_json, choose, parse_accept
from beeldbrug.node.protocols.dicomweb.media import (
    ENCAPSULATED_NATIVE,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    JSON_OFFERS,
    file_offers,
    frame_offers,
)

JPEG = "1.2.840.10008.1.2.4.70"
J2K = "1.2.840.10008.1.2.4.90"
PRIVATE = "1.2.3.4"
HEVC = "1.2.840.10008.1.2.4.107"


@pytest.mark.parametrize(
    ("accept", "stored", "single", "content_type", "multipart"),
    [
        ("", JPEG, True, f"image/jpeg; transfer-syntax={JPEG}", True),
        ("*/*", JPEG, True, f"image/jpeg; transfer-syntax={JPEG}", True),
        ('multipart/related; type="*/*"', J2K, True, f"image/jp2; transfer-syntax={J2K}", True),
        ('multipart/related; type="image/jpeg"', JPEG, False, f"image/jpeg; transfer-syntax={JPEG}", True),
        ("multipart/related; type=image/*; transfer-syntax=*", J2K, True, f"image/jp2; transfer-syntax={J2K}", True),
        (
            'multipart/related; type="application/octet-stream"; transfer-syntax=*',
            J2K,
            True,
            f"application/octet-stream; transfer-syntax={J2K}",
            True,
        ),
        (
            "multipart/related;type=application/octet-stream",
            IMPLICIT_LITTLE,
            True,
            f"application/octet-stream; transfer-syntax={EXPLICIT_LITTLE}",
            True,
        ),
        ("image/jpeg", JPEG, True, f"image/jpeg; transfer-syntax={JPEG}", False),
        ("VIDEO/h265", HEVC, True, f"video/H265; transfer-syntax={HEVC}", False),
        ("video/*", HEVC, True, f"video/H265; transfer-syntax={HEVC}", False),
        ("image/jp2;q=0.5, image/jpeg", JPEG, True, f"image/jpeg; transfer-syntax={JPEG}", False),
        (
            'image/jp2;q=0.9, multipart/related; type="image/jp2"; q=0.1',
            J2K,
            False,
            f"image/jp2; transfer-syntax={J2K}",
            True,
        ),
        (
            'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.3.4',
            PRIVATE,
            True,
            f"application/octet-stream; transfer-syntax={PRIVATE}",
            True,
        ),
    ],
)
def test_the_best_form_that_the_client_takes_is_chosen(
    accept: str, stored: str, single: bool, content_type: str, multipart: bool
) -> None:
    choice = choose(accept, frame_offers(stored), single)
    assert (choice.offer.content_type, choice.multipart) == (content_type, multipart)


@pytest.mark.parametrize(
    ("accept", "stored", "code"),
    [
        ('multipart/related; type="application/octet-stream"', JPEG, "transfer-syntax-not-stored"),
        (f'multipart/related; type="image/jpeg"; transfer-syntax={J2K}', JPEG, "transfer-syntax-not-stored"),
        ('multipart/related; type="image/png"', JPEG, "media-type-not-offered"),
        ("text/html", JPEG, "media-type-not-offered"),
        ("image/jpeg;q=0", JPEG, "media-type-not-offered"),
        ('*/*, multipart/related; type="image/jpeg"; q=0, multipart/related; type="application/octet-stream";'
         f" transfer-syntax={JPEG}; q=0", JPEG, "media-type-not-offered"),
    ],
)  # fmt: skip
def test_what_is_not_stored_is_refused_and_said(accept: str, stored: str, code: str) -> None:
    with pytest.raises(Unsupported) as caught:
        choose(accept, frame_offers(stored), single=True)
    assert caught.value.code == code
    assert caught.value.remedy


def test_single_part_is_refused_when_there_are_several_parts() -> None:
    with pytest.raises(Unsupported):
        choose("image/jpeg", frame_offers(JPEG), single=False)


def test_uncompressed_frames_go_out_in_explicit_vr_little_endian_whatever_they_are_stored_in() -> None:
    octets = 'multipart/related; type="application/octet-stream"'
    for accept in (octets, octets + "; transfer-syntax=*"):
        swapped = choose(accept, frame_offers(EXPLICIT_BIG)).offer
        assert swapped.swap and swapped.transfer_syntax == EXPLICIT_LITTLE
    for stored in (EXPLICIT_BIG, IMPLICIT_LITTLE):
        with pytest.raises(Unsupported, match="transfer-syntax-not-stored"):
            choose(f"{octets}; transfer-syntax={stored}", frame_offers(stored))


def test_native_frames_in_fragments_are_octets_as_any_uncompressed_ones() -> None:
    offers = frame_offers(ENCAPSULATED_NATIVE)
    octets = 'multipart/related; type="application/octet-stream"'
    assert choose(octets, offers).offer.transfer_syntax == EXPLICIT_LITTLE
    asked = f"{octets}; transfer-syntax={ENCAPSULATED_NATIVE}"
    assert choose(asked, offers).offer.transfer_syntax == ENCAPSULATED_NATIVE


def test_whole_instances_are_never_transcoded() -> None:
    accept = f'multipart/related; type="application/dicom"; transfer-syntax={EXPLICIT_LITTLE}'
    assert choose(accept, file_offers(EXPLICIT_LITTLE)).multipart
    with pytest.raises(Unsupported, match="transfer-syntax-not-stored"):
        choose(accept, file_offers(JPEG))
    assert choose('multipart/related; type="application/dicom"', file_offers(JPEG)).offer.transfer_syntax == JPEG


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/json", "application/dicom+json, application/json", "application/*"]
)
def test_json_is_given_to_who_takes_it(accept: str) -> None:
    assert accepts_json(accept, JSON_OFFERS).media_type in ("application/json", "application/dicom+json")


@pytest.mark.parametrize("accept", ["text/html", "application/dicom+xml", 'multipart/related; type="application/json"'])
def test_json_is_not_given_as_anything_else(accept: str) -> None:
    with pytest.raises(Unsupported, match="media-type-not-offered"):
        accepts_json(accept, JSON_OFFERS)


@pytest.mark.parametrize("accept", ["nonsense", "image/jpeg;q=2", "multipart/related; type=x", "a/b," * 2000])
def test_an_unreadable_accept_is_refused(accept: str) -> None:
    with pytest.raises(Malformed, match="accept-malformed"):
        parse_accept(accept)
