"""Text that people typed, as DICOM can hold it: printable, without what a value representation forbids."""

from __future__ import annotations


def line(text: str) -> str:
    """One line, for LO (PS3.5 section 6.2): no control characters, no backslash."""
    return " ".join("".join(char if char.isprintable() and char != "\\" else " " for char in text).split())


def paragraph(text: str) -> str:
    """Lines, for ST, LT and UT: no control characters but the ends of lines."""
    lines = ("".join(char if char.isprintable() else " " for char in one).rstrip() for one in text.splitlines())
    return "\r\n".join(lines).strip()
