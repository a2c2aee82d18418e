"""Opens what somebody brings by what it is: a folder (or mounted disc), a ZIP file or an ISO file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from beeldbrug.model.errors import Unsupported
from beeldbrug.node.ports.carrier import Carrier, CarrierLimits
from beeldbrug.node.stores.carrier.disc_image import ImageCarrier
from beeldbrug.node.stores.carrier.folder import FolderCarrier, unreadable
from beeldbrug.node.stores.carrier.zip_file import ZipCarrier

_ISO_AT = 32_768
"""Where the volume descriptors of ISO 9660 and UDF begin, in bytes (ECMA-119 section 6.2.1)."""

_ISO_MARKS = (b"CD001", b"BEA01")


@contextmanager
def open_carrier(path: Path, limits: CarrierLimits = CarrierLimits()) -> Iterator[Carrier]:  # noqa: B008 - frozen
    """The carrier. Raises Unsupported ``carrier-unknown``, Unavailable ``carrier-unreadable``, Malformed, TooLarge."""
    carrier = FolderCarrier(path, limits) if path.is_dir() else _file(path, limits)
    with closing(carrier):
        yield carrier


def _file(path: Path, limits: CarrierLimits) -> ZipCarrier | ImageCarrier:
    try:
        with path.open("rb") as file:
            first = file.read(4)
            file.seek(_ISO_AT + 1)
            mark = file.read(5)
    except OSError as error:
        raise unreadable(error) from None
    if first[:2] == b"PK" or path.suffix.lower() == ".zip":
        return ZipCarrier(path, limits)
    if mark in _ISO_MARKS or path.suffix.lower() == ".iso":
        return ImageCarrier(path, limits)
    raise Unsupported(
        "carrier-unknown",
        "This is no folder, ZIP file or ISO file.",
        "Give the folder of the disc, or a file that ends in .zip or .iso; send single files by `beeldbrug send`.",
    )
