"""PDUs come back as they went, are read by another implementation, and arbitrary bytes are at worst malformed."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynetdicom.pdu import A_ASSOCIATE_AC, A_ASSOCIATE_RQ

from beeldbrug.model.errors import Malformed
from beeldbrug.node.protocols.dimse import pdu
from beeldbrug.node.protocols.dimse.pdu import (
    AnsweredContext,
    AssociateAc,
    AssociateRq,
    ProposedContext,
    Role,
    UserInformation,
)

uids = st.from_regex(r"[1-9](\.[1-9][0-9]{0,5}){1,8}", fullmatch=True)
titles = st.from_regex(r"[A-Z0-9_]{1,16}", fullmatch=True)
users = st.builds(
    UserInformation,
    st.integers(0, 2**32 - 1),
    uids,
    st.from_regex(r"[A-Z]{1,16}", fullmatch=True),
    st.none() | st.tuples(st.integers(0, 65535), st.integers(0, 65535)),
    st.lists(st.builds(Role, uids, st.booleans(), st.booleans()), max_size=3).map(tuple),
)
ids = st.lists(st.integers(0, 127).map(lambda number: 2 * number + 1), unique=True, max_size=5)


@given(titles, titles, ids, st.lists(uids, min_size=1, max_size=3), users)
def test_a_request_comes_back_as_it_went(
    called: str, calling: str, numbers: list[int], syntaxes: list[str], user: UserInformation
) -> None:
    contexts = tuple(ProposedContext(number, syntaxes[0], tuple(syntaxes)) for number in numbers)
    request = AssociateRq(called, calling, contexts, user)
    assert pdu.decode_associate_rq(pdu.encode_associate_rq(request)[6:]) == request


@given(titles, ids, uids, st.integers(0, 4), users)
def test_an_acceptance_comes_back_as_it_went(
    title: str, numbers: list[int], syntax: str, result: int, user: UserInformation
) -> None:
    contexts = tuple(AnsweredContext(number, result, syntax) for number in numbers)
    acceptance = AssociateAc(title, title, contexts, user)
    assert pdu.decode_associate_ac(pdu.encode_associate_ac(acceptance)[6:]) == acceptance


def test_pynetdicom_reads_what_we_write() -> None:
    user = pdu.own_information(16384, (1, 1), (Role("1.2.3", True, False),))
    request = A_ASSOCIATE_RQ()
    request.decode(pdu.encode_associate_rq(AssociateRq("HERE", "THERE", (ProposedContext(1, "1.2", ("1.3",)),), user)))
    assert request.called_ae_title.strip() == "HERE"
    assert request.presentation_context[0].abstract_syntax == "1.2"
    assert request.user_information.maximum_length == 16384
    acceptance = A_ASSOCIATE_AC()
    acceptance.decode(pdu.encode_associate_ac(AssociateAc("HERE", "THERE", (AnsweredContext(1, 0, "1.3"),), user)))
    assert acceptance.presentation_context[0].transfer_syntax == "1.3"
    assert acceptance.user_information.implementation_class_uid == pdu.IMPLEMENTATION_CLASS_UID


DECODERS = [pdu.decode_associate_rq, pdu.decode_associate_ac, pdu.decode_associate_rj, pdu.decode_abort]
GOOD = pdu.encode_associate_rq(
    AssociateRq("HERE", "THERE", (ProposedContext(1, "1.2", ("1.3",)),), pdu.own_information(9, (1, 1)))
)[6:]


@pytest.mark.parametrize("decode", DECODERS)
@given(data=st.binary(max_size=400), flips=st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255))))
def test_arbitrary_bytes_are_at_worst_malformed(decode, data: bytes, flips: list[tuple[int, int]]) -> None:
    broken = bytearray(GOOD)
    for place, value in flips:
        broken[place] = value
    for candidate in (data, bytes(68) + data, bytes(broken)):
        with contextlib.suppress(Malformed):
            decode(candidate)


def test_user_identity_is_noticed_and_not_kept() -> None:
    body = b"\x02\x00\x00\x05alice\x00\x06secret"
    item = b"\x58\x00" + len(body).to_bytes(2, "big") + body
    information = b"\x50\x00" + len(item).to_bytes(2, "big") + item
    request = pdu.decode_associate_rq(GOOD[:68] + information)
    assert request.user.identity
    assert "secret" not in repr(request)
