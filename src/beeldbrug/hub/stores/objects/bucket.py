"""Segments in an object store (S3, Azure Blob, Google Cloud Storage) through obstore.

Uploads go through the hub and are put as one object, create-only, when they are whole and checked; downloads stream
through the hub or go by a signed URL. Parts and partial segments stay on local disk. DESIGN section 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, S3Store, from_url

from beeldbrug.model.errors import Malformed, NotFound, Unavailable

CHUNK_BYTES = 1024 * 1024

Bucket = S3Store | AzureStore | GCSStore


class BucketReader:
    """Implements ``ports.objects.SegmentReader`` by one ranged request per call."""

    path: Path | None = None

    def __init__(self, store: Bucket, key: str) -> None:
        self._store = store
        self._key = key

    def chunks(self, start: int, length: int) -> Iterator[bytes]:
        """These bytes in order."""
        with _store_errors():
            answer = obstore.get(self._store, self._key, options={"range": (start, start + length)})
            for piece in answer.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(piece)

    def close(self) -> None:
        """Nothing is held."""


class BucketSegments:
    """Implements ``ports.objects.SegmentStore``."""

    def __init__(self, url: str, options: Mapping[str, str]) -> None:
        """``url`` as ``s3://bucket/prefix``; options are obstore's (keys, region). Malformed ``store-url``."""
        try:
            # obstore has a typed dictionary per store; which one it is, is the operator's choice
            config: Any = dict(options)
            store = from_url(url, config=config, client_options={"allow_http": _plain_http(options)})
        except (BaseError, ValueError) as error:
            raise Malformed(
                "store-url", "The object store's URL or options are wrong.", "Correct the settings."
            ) from error
        if not isinstance(store, S3Store | AzureStore | GCSStore):
            raise Malformed("store-url", "The object store is of an unknown sort.", "Use s3://, az:// or gs://.")
        self._store: Bucket = store

    def keep(self, key: str, partial: Path) -> None:
        """Put a finished local file and remove it here. Its key is random and used once."""
        try:
            with _store_errors():
                obstore.put(self._store, key, partial, mode="create", use_multipart=False)
        except NotFound:
            if not partial.exists():
                raise
            # the store, not the file, was not found: a wrong bucket or key
            raise _failed("not found") from None
        partial.unlink()

    def open(self, key: str) -> BucketReader:
        """The store is asked only when bytes are."""
        return BucketReader(self._store, key)

    def signed_url(self, key: str, seconds: int) -> str | None:
        """A URL from which anybody may read this object for so long."""
        with _store_errors():
            return str(obstore.sign(self._store, "GET", key, timedelta(seconds=seconds)))

    def delete(self, keys: Iterable[str]) -> None:
        """Delete; what is not there is fine."""
        for key in keys:
            try:
                with _store_errors():
                    obstore.delete(self._store, key)
            except NotFound:
                continue

    def strays(self, older_than: float) -> Iterator[str]:
        """Keys of all objects last written before that time."""
        with _store_errors():
            for page in obstore.list(self._store):
                yield from (item["path"] for item in page if item["last_modified"].timestamp() < older_than)


def _plain_http(options: Mapping[str, str]) -> bool:
    """Only where the operator wrote an http endpoint himself (a store on the same machine)."""
    return any(name.endswith("endpoint") and value.startswith("http://") for name, value in options.items())


@contextmanager
def _store_errors() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise NotFound("segment-not-here", "This segment is not in the object store.", "Ask again later.") from None
    except (BaseError, OSError) as error:
        raise _failed(type(error).__name__) from None


def _failed(reason: str) -> Unavailable:
    return Unavailable(
        "store-failed",
        f"The object store refused or failed ({reason}).",
        "Check the store, its credentials and the network; repeat later.",
    )
