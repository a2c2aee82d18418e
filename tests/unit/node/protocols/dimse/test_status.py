"""Every kind of error has a status; comments are short, and hold only the error's own text."""

from beeldbrug.model.errors import Kind, Malformed, Unavailable
from beeldbrug.node.protocols.dimse.status import STATUS_BY_CODE, STATUS_BY_KIND, status_of


def test_every_kind_has_a_failure_status() -> None:
    assert set(STATUS_BY_KIND) == set(Kind)
    for status in (*STATUS_BY_KIND.values(), *STATUS_BY_CODE.values()):
        assert status >> 12 in (0xA, 0xC) or status >> 8 in (0x01, 0x02)


def test_full_disk_is_out_of_resources() -> None:
    assert status_of(Unavailable("disk-full", "The disk is full."))[0] == 0xA700


def test_a_code_goes_before_its_kind() -> None:
    assert status_of(Malformed("dataset-does-not-match", "Other class."))[0] == 0xA900


def test_comment_is_at_most_64_plain_characters() -> None:
    _, comment = status_of(Malformed("x", "ë\\" * 100))
    assert len(comment) == 64
    assert comment.isascii()
    assert "\\" not in comment
