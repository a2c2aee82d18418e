"""Text that people type becomes text that DICOM can hold."""

from __future__ import annotations

from beeldbrug.node.usecases.save.dataset import Author, person_name
from beeldbrug.node.usecases.save.words import line, paragraph


def test_a_line_has_no_ends_no_control_characters_and_no_backslash() -> None:
    assert line(" a\\b\n\x1bc  d ") == "a b c d"


def test_a_paragraph_keeps_its_lines() -> None:
    assert paragraph("één\n  twee\x00 \r\ndrie\n\n") == "één\r\n  twee\r\ndrie"


def test_a_name_is_one_component_whatever_signs_are_in_it() -> None:
    assert person_name(Author("O^Brien=\\ 't\x07 Hart", "")) == "O Brien 't Hart"
