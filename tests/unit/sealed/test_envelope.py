"""Promises of envelopes and their chain: nothing altered, reused, left out, reordered or exchanged gets through."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest

from beeldbrug.model.errors import Conflict, Denied, Malformed, TooLarge, Unsupported
from beeldbrug.sealed import jws
from beeldbrug.sealed.envelope import (
    TYPE,
    Envelope,
    EnvelopeState,
    check_next,
    envelope_hash,
    peek_envelope,
    read_envelope,
    sign_envelope,
)
from tests.unit.sealed.makers import NOW, OTHER, OTHER_SIGNS, RECEIVER, SENDER, SENDER_SIGNS, an_envelope

PUBLIC = SENDER_SIGNS.public_key()


def a_chain(count: int, **fields: str) -> Iterator[tuple[Envelope, str]]:
    previous = ""
    for part in range(1, count + 1):
        envelope = an_envelope(b"part %d" % part, part, previous, **fields)  # type: ignore[arg-type]  # text fields only
        token = sign_envelope(envelope, SENDER_SIGNS)
        previous = envelope_hash(token)
        yield envelope, token


def state_after(chain: list[tuple[Envelope, str]]) -> EnvelopeState | None:
    state = None
    for envelope, token in chain:
        state = check_next(state, envelope, token)
    return state


def test_an_envelope_comes_back_and_can_be_read_before_its_key_is_known() -> None:
    envelope = an_envelope(b"sealed", previous="")
    token = sign_envelope(envelope, SENDER_SIGNS)
    assert read_envelope(token, PUBLIC) == envelope == peek_envelope(token)


def test_an_envelope_altered_anywhere_is_refused() -> None:
    token = sign_envelope(an_envelope(b"sealed"), SENDER_SIGNS)
    for at in range(len(token)):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises((Denied, Malformed)):
            read_envelope(changed, PUBLIC)


def test_an_envelope_signed_by_another_is_refused() -> None:
    with pytest.raises(Denied, match="signature-invalid"):
        read_envelope(sign_envelope(an_envelope(b"sealed"), OTHER_SIGNS), PUBLIC)


def test_a_signature_for_another_use_is_no_envelope() -> None:
    token = jws.sign("beeldbrug-head", an_envelope(b"sealed"), SENDER_SIGNS)
    with pytest.raises(Malformed, match="jws-malformed"):
        read_envelope(token, PUBLIC)


def encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"none","typ":"beeldbrug-envelope"}',
        b'{"alg":"HS256","typ":"beeldbrug-envelope"}',
        b'{"alg":"EdDSA"}',
        b'{"alg":"EdDSA","typ":"beeldbrug-envelope","crit":["x"]}',
        b'{"alg":"EdDSA","typ":"beeldbrug-envelope","jwk":{}}',
        b"[]",
        b"\xff",
    ],
)
def test_any_other_header_is_refused(header: bytes) -> None:
    payload = sign_envelope(an_envelope(b"sealed"), SENDER_SIGNS).split(".")[1]
    signed = f"{encoded(header)}.{payload}"
    with pytest.raises(Malformed, match="jws-malformed"):
        read_envelope(f"{signed}.{encoded(SENDER_SIGNS.sign(signed.encode()))}", PUBLIC)


def test_a_token_has_one_spelling_only() -> None:
    token = sign_envelope(an_envelope(b"sealed"), SENDER_SIGNS)
    for other in (token + "=", token + "\n", " " + token, token + ".", token.replace(".", ".."), token + "é"):
        with pytest.raises(Malformed, match="jws-malformed"):
            read_envelope(other, PUBLIC)


def test_an_endless_token_is_refused() -> None:
    with pytest.raises(TooLarge, match="jws-too-large"):
        peek_envelope("a" * 100_000)


@pytest.mark.parametrize(
    "change",
    [
        {"parcel": "Jansen"},
        {"part": 0},
        {"part": 2**31},
        {"part_hash": "00"},
        {"previous": "0"},
        {"sender": "1234567"},
        {"receiver": "ziekenhuis"},
        {"key_id": ""},
        {"kind": "Parcel"},
        {"kind": ""},
        {"time": -1.0},
    ],
)
def test_a_field_out_of_form_is_refused_by_signer_and_reader(change: dict[str, object]) -> None:
    envelope: Envelope = replace(an_envelope(b"sealed"), **change)  # type: ignore[arg-type]  # one field at a time
    with pytest.raises(Malformed, match="envelope-malformed"):
        sign_envelope(envelope, SENDER_SIGNS)
    with pytest.raises(Malformed, match="envelope-malformed"):
        read_envelope(jws.sign(TYPE, envelope, SENDER_SIGNS), PUBLIC)


def test_an_unknown_version_is_refused() -> None:
    token = jws.sign(TYPE, replace(an_envelope(b"sealed"), version=2), SENDER_SIGNS)
    with pytest.raises(Unsupported, match="envelope-version-unknown"):
        read_envelope(token, PUBLIC)


def test_claims_of_the_wrong_type_are_refused() -> None:
    wrong: list[object] = [{}, {"version": "1"}, [], {**vars_of(an_envelope(b"")), "part": "1"}]
    for claims in wrong:
        with pytest.raises(Malformed, match="jws-malformed"):
            read_envelope(jws.sign(TYPE, claims, SENDER_SIGNS), PUBLIC)


def vars_of(envelope: Envelope) -> dict[str, object]:
    return {name: getattr(envelope, name) for name in Envelope.__slots__}


def test_a_whole_chain_is_accepted() -> None:
    state = state_after(list(a_chain(5)))
    assert state is not None
    assert (state.part, state.sender, state.receiver, state.warnings) == (5, SENDER, RECEIVER, ())


def test_a_replayed_part_is_refused() -> None:
    chain = list(a_chain(3))
    for envelope, token in chain:
        with pytest.raises(Conflict, match="envelope-reused"):
            check_next(state_after(chain), envelope, token)


def test_a_dropped_part_is_refused() -> None:
    chain = list(a_chain(3))
    with pytest.raises(Conflict, match="envelope-gap"):
        check_next(state_after(chain[:1]), *chain[2])
    with pytest.raises(Conflict, match="envelope-gap"):
        check_next(None, *chain[1])


def test_reordered_parts_are_refused() -> None:
    chain = list(a_chain(4))
    with pytest.raises(Conflict):
        state_after([chain[0], chain[2], chain[1], chain[3]])


def test_a_part_that_follows_another_history_is_refused() -> None:
    chain = list(a_chain(2))
    other = an_envelope(b"other part 1", 1)
    state = check_next(None, other, sign_envelope(other, SENDER_SIGNS))
    with pytest.raises(Denied, match="envelope-previous-differs"):
        check_next(state, *chain[1])


def test_a_first_part_that_claims_a_history_is_refused() -> None:
    envelope = an_envelope(b"part", 1, "a" * 64)
    with pytest.raises(Denied, match="envelope-previous-differs"):
        check_next(None, envelope, sign_envelope(envelope, SENDER_SIGNS))


@pytest.mark.parametrize("change", [{"sender": OTHER}, {"receiver": OTHER}, {"parcel": "f" * 32}])
def test_a_part_of_another_stream_is_refused(change: dict[str, str]) -> None:
    chain = list(a_chain(2))
    envelope: Envelope = replace(chain[1][0], **change)  # type: ignore[arg-type]  # text fields only
    with pytest.raises(Denied, match="envelope-stream-differs"):
        check_next(state_after(chain[:1]), envelope, sign_envelope(envelope, SENDER_SIGNS))


def test_an_unknown_kind_is_kept_and_reported() -> None:
    envelope, token = next(a_chain(1, kind="hologram"))
    assert read_envelope(token, PUBLIC).kind == "hologram"
    assert check_next(None, envelope, token, NOW).warnings == ("envelope-kind-unknown",)


@pytest.mark.parametrize("hours", [-8, 8])
def test_a_clock_hours_away_is_reported_and_never_refused(hours: int) -> None:
    envelope, token = next(a_chain(1))
    assert check_next(None, envelope, token, NOW + hours * 3600).warnings == ("envelope-clock-skew",)
    assert check_next(None, envelope, token, NOW + 60).warnings == ()
