"""Closed segments in an object store (ports.segments.SegmentStore): S3, Azure Blob, Google Cloud Storage, by obstore.

One object a segment, ``<prefix>/<pack>/<number>``, put with create-only. Everything is sealed before it comes here.
Uploads from outside never go to the store directly: they pass our own server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError

from beeldbrug.kit.files import disk_errors
from beeldbrug.model.errors import Conflict, Malformed, NotFound, Unavailable
from beeldbrug.model.pack import SEGMENT_BYTES
from beeldbrug.sealed import forms

_SCHEMES = ("s3://", "az://", "gs://")
_DELETE_AT_ONCE = 500


class ObjectStore:
    """Segments as objects; thread-safe."""

    def __init__(self, store: Any, prefix: str = "packs") -> None:
        self._store = store
        self._prefix = prefix.strip("/")

    def put_file(self, pack: str, number: int, path: Path) -> None:
        """Upload, create-only; the file stays. Identical again is nothing to do.

        Raises Conflict ``segment-differs``, Malformed ``segment-too-long``, Unavailable ``object-store``.
        """
        key = self._key(pack, number)
        with disk_errors():
            content = path.read_bytes() if path.stat().st_size <= SEGMENT_BYTES else None
        if content is None:
            raise Malformed("segment-too-long", "A segment is longer than any may be.")
        with _in_tree():
            try:
                obstore.put(self._store, key, content, mode="create", use_multipart=False)
            except AlreadyExistsError:
                if bytes(obstore.get(self._store, key).bytes()) != content:
                    raise Conflict(
                        "segment-differs", "Another segment of this number is in the store.", "Make the pack anew."
                    ) from None

    def read(self, pack: str, number: int, offset: int, length: int) -> bytes:
        """Exactly this range. Raises NotFound ``segment-not-here``, Malformed ``file-short``."""
        if not length:
            return b""
        with _in_tree():
            data = bytes(obstore.get_range(self._store, self._key(pack, number), start=offset, length=length))
        if len(data) != length:
            raise Malformed("file-short", "A segment is shorter than it must be.", "Restore it from a backup.")
        return data

    def size(self, pack: str, number: int) -> int | None:
        """Length, or None when it is not there."""
        try:
            with _in_tree():
                return int(obstore.head(self._store, self._key(pack, number))["size"])
        except NotFound:
            return None

    def delete_pack(self, pack: str) -> None:
        """Delete all segments of a pack."""
        forms.check(pack, forms.ID, "pack-id-malformed")
        with _in_tree():
            keys = [
                str(meta["path"]) for metas in obstore.list(self._store, f"{self._prefix}/{pack}") for meta in metas
            ]
            for at in range(0, len(keys), _DELETE_AT_ONCE):
                obstore.delete(self._store, keys[at : at + _DELETE_AT_ONCE])

    def packs(self) -> Iterator[str]:
        """Ids of all packs that have a segment, sorted."""
        with _in_tree():
            found = obstore.list_with_delimiter(self._store, f"{self._prefix}/")
        names = (str(prefix).rstrip("/").rpartition("/")[2] for prefix in found["common_prefixes"])
        yield from sorted(name for name in names if forms.ID.fullmatch(name))

    def _key(self, pack: str, number: int) -> str:
        return f"{self._prefix}/{forms.check(pack, forms.ID, 'pack-id-malformed')}/{number:d}"


def open_objects(url: str, prefix: str = "packs", **options: Any) -> ObjectStore:
    """A store for ``s3://BUCKET``, ``az://CONTAINER`` or ``gs://BUCKET``; ``options`` are obstore's.

    Raises Malformed ``object-store-url``.
    """
    if not url.startswith(_SCHEMES):
        raise Malformed("object-store-url", "The object store is none of s3://, az://, gs://.", "Correct the setting.")
    return ObjectStore(obstore.store.from_url(url, **options), prefix)


@contextmanager
def _in_tree() -> Iterator[None]:
    """obstore's errors as the tree's; its texts, which hold keys and addresses, are left out."""
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise NotFound("segment-not-here", "The segment is not in the store.", "Fetch it again.") from None
    except (BaseError, OSError) as error:
        raise Unavailable(
            "object-store",
            f"The object store did not do what was asked ({type(error).__name__}).",
            "Check that it can be reached, its credentials and its quota.",
        ) from None
