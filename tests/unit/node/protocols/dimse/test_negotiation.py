"""What is accepted, what is rejected, and with which reason."""

import pytest

from beeldbrug.model.errors import Denied, Kind, Malformed, Unavailable
from beeldbrug.node.protocols.dimse import pdu
from beeldbrug.node.protocols.dimse.negotiation import (
    REJECTION_BY_KIND,
    negotiate,
    rejection,
    rejection_before_admission,
)
from beeldbrug.node.protocols.dimse.pdu import AssociateRj, AssociateRq, ProposedContext, Role, UserInformation
from tests.unit.node.protocols.dimse.peers import CT, EXPLICIT, IMPLICIT

VERIFICATION = "1.2.840.10008.1.1"


def answered(*contexts: tuple[str, tuple[str, ...]], user: UserInformation | None = None) -> list[tuple[int, str]]:
    proposed = tuple(ProposedContext(2 * at + 1, *context) for at, context in enumerate(contexts))
    agreement = negotiate(AssociateRq("HERE", "THERE", proposed, user or UserInformation()), 1000)
    assert [context.id for context in agreement.answer.contexts] == [context.id for context in proposed]
    return [(context.result, context.transfer_syntax) for context in agreement.answer.contexts]


def test_first_usable_syntax_is_taken_whatever_it_is() -> None:
    assert answered(
        (CT, (EXPLICIT, IMPLICIT)),
        (CT, ("1.2.3.4.999", EXPLICIT)),
        (CT, ("no uid", IMPLICIT)),
        (VERIFICATION, (IMPLICIT,)),
        ("1.2.3.4", (IMPLICIT,)),
    ) == [(0, EXPLICIT), (0, "1.2.3.4.999"), (0, IMPLICIT), (0, IMPLICIT), (0, IMPLICIT)]


def test_what_is_no_storage_is_refused_with_reason_3_and_no_syntax_with_4() -> None:
    results = answered(
        ("1.2.840.10008.5.1.4.1.2.2.1", (IMPLICIT,)), ("", (IMPLICIT,)), ("x" * 70, (IMPLICIT,)), (CT, ()), (CT, ("x",))
    )
    assert [result for result, _ in results] == [3, 3, 3, 4, 4]


def test_roles_are_scu_for_the_peer_only() -> None:
    user = UserInformation(roles=(Role(CT, True, True), Role("1.2.3", False, True)), window=(0, 0))
    proposed = (ProposedContext(1, CT, (IMPLICIT,)), ProposedContext(3, "1.2.3", (IMPLICIT,)))
    agreement = negotiate(AssociateRq("HERE", "THERE", proposed, user), 1000)
    assert agreement.answer.user.roles == (Role(CT, True, False), Role("1.2.3", False, False))
    assert agreement.answer.user.window == (1, 1)
    assert set(agreement.contexts) == {1}


def test_their_maximum_length_is_obeyed_and_a_useless_one_refused() -> None:
    assert negotiate(AssociateRq("A", "B", (), UserInformation(maximum_length=16000)), 1000).send_bytes == 16000
    with pytest.raises(Malformed):
        negotiate(AssociateRq("A", "B", (), UserInformation(maximum_length=10)), 1000)


def test_protocol_version_and_application_context_are_checked_first() -> None:
    assert rejection_before_admission(AssociateRq("A", "B", (), version=2)) == AssociateRj(1, 2, 2)
    assert rejection_before_admission(AssociateRq("A", "B", (), application_context="1.2")) == AssociateRj(1, 1, 2)
    assert rejection_before_admission(AssociateRq("A", "B", (), version=3)) is None


def test_every_kind_of_error_has_a_rejection() -> None:
    assert set(REJECTION_BY_KIND) == set(Kind)
    assert rejection(Denied("called-ae-unknown", "No.")) == AssociateRj(1, 1, 7)
    assert rejection(Unavailable("too-busy", "Later.")) == AssociateRj(2, 3, 1)
    assert rejection(Denied("something-else", "No.")) == AssociateRj(1, 1, 1)


def test_rejection_round_trip() -> None:
    for refusal in REJECTION_BY_KIND.values():
        assert pdu.decode_associate_rj(pdu.encode_associate_rj(refusal)[6:]) == refusal
