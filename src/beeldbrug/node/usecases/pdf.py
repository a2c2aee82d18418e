"""Whether a file that a person gives is a whole PDF that others can open. Looks at its bytes; executes nothing."""

from __future__ import annotations

from typing import Final

from beeldbrug.model.errors import Malformed, TooLarge

PDF_BYTES: Final = 20 * 1024 * 1024


def check_pdf(content: bytes) -> None:
    """Raises TooLarge, Malformed (ISO 32000-1 section 7.5: header, trailer)."""
    if len(content) > PDF_BYTES:
        raise TooLarge(
            "report-too-large", "The report is larger than 20 MB.", "Export it at a lower quality, or in parts."
        )
    if b"%PDF-" not in content[:1024] or b"%%EOF" not in content[-2048:]:
        raise Malformed(
            "report-not-pdf", "This file is no whole PDF.", "Export the report as PDF, and choose that file."
        )
    if b"/Encrypt" in content:
        raise Malformed(
            "report-locked", "This PDF is locked with a password.", "Save it without a password, and choose that file."
        )
