"""Describe an instance: its header as DICOM JSON, values that lie elsewhere by reference (PS3.18 Annex F).

A header whose pixels are still on their way describes as much as it holds. A deflated dataset is opened whole for it,
within a limit. AvailableTransferSyntaxUID (0008,3002) is added, because viewers choose by it, and the UIDs by which the
instance is known where its dataset lacks them.
"""

from __future__ import annotations

from typing import Any

from beeldbrug.dicom.elements import Header, parse_header
from beeldbrug.dicom.json_model import path_text, to_json
from beeldbrug.dicom.syntax import transfer_syntax
from beeldbrug.model.errors import TooLarge
from beeldbrug.node.ports.records import InstanceRow, InstanceState
from beeldbrug.node.usecases.read.part10 import read_header, read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources

DEFLATED_BYTES = 64 * 1024 * 1024
"""A deflated dataset larger than this is not opened for its metadata."""


def header_bytes(sources: Sources, places: Places, row: InstanceRow, header: bytes | None = None) -> bytes:
    """The header, or the whole of a deflated dataset, which has its header inside; ``header`` where it was read."""
    if not transfer_syntax(row.transfer_syntax).deflated or row.state is InstanceState.HEADER:
        return read_header(sources, places, row) if header is None else header
    if row.size > DEFLATED_BYTES:
        raise TooLarge(
            "deflated-too-large", "The deflated dataset is too large to describe.", "Retrieve the whole instance."
        )
    return b"".join(read_original(sources, places, row))


def open_header(sources: Sources, places: Places, row: InstanceRow) -> Header:
    """The header as a tree of elements."""
    return parse_header(header_bytes(sources, places, row), row.transfer_syntax, row.part10)


def metadata(sources: Sources, places: Places, row: InstanceRow, base: str) -> dict[str, Any]:
    """All attributes as DICOM JSON; BulkDataURIs lie below ``base``."""
    instance = f"{base}/studies/{row.study_uid}/series/{row.series_uid}/instances/{row.instance_uid}"
    header = header_bytes(sources, places, row)
    found = to_json(header, row.transfer_syntax, row.part10, lambda path: f"{instance}/bulkdata/{path_text(path)}")
    names = {
        "00080016": row.sop_class,
        "00080018": row.instance_uid,
        "0020000D": row.study_uid,
        "0020000E": row.series_uid,
        "00083002": row.transfer_syntax,
    }
    for tag, uid in names.items():
        if "Value" not in found.get(tag, {}) and uid:
            found[tag] = {"vr": "UI", "Value": [uid]}
    return dict(sorted(found.items()))


def attributes(
    sources: Sources,
    places: Places,
    row: InstanceRow,
    header: bytes | None = None,
    only: frozenset[int] | None = None,
) -> dict[str, Any]:
    """Attributes for the results of a search; no values that lie elsewhere. ``header`` where it was read before;
    ``only``: of the standard ones these."""
    header = header_bytes(sources, places, row, header)
    return to_json(header, row.transfer_syntax, row.part10, lambda path: "", only=only)
