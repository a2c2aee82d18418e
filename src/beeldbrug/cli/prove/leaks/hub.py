"""The hub's whole state, looked through: every object a known sealed form, every column on the list, no value anywhere.

Objects in its folder and in its object store, the database by column and as raw bytes (rows that were deleted may still
stand in it), its logs, and all names of files. Signed texts are read decoded as well. It reads and changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any, Final

from blake3 import blake3
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, select

from beeldbrug.cli.prove.leaks.findings import Fault, Finding, Findings
from beeldbrug.cli.prove.leaks.search import Haystack
from beeldbrug.hub.app.settings import HubSettings
from beeldbrug.hub.stores.objects.bucket import BucketSegments
from beeldbrug.hub.stores.schema import COLUMNS, HEX32, JWS, NUMBER, PART_KEY, PEM, SEGMENT_KEY, TIME
from beeldbrug.model.capsule import PART_BYTES
from beeldbrug.sealed.padme import padme

STEP_BYTES = 1024 * 1024
SAMPLE_BYTES = 64 * 1024
BATCH = 1000
PARTIAL = re.compile(rf"partials/{HEX32}\.[0-9]+\.[0-9a-f]{{16}}\.partial")
PART = re.compile(rf"parts/{PART_KEY}")
SEGMENT = re.compile(rf"segments/{SEGMENT_KEY}")
DATABASE = re.compile(r"hub\.sqlite(-wal|-shm|-journal)?")
LOG = re.compile(r"log/[a-z0-9.-]+\.(log|out)")
AGE = re.compile(
    rb"age-encryption\.org/v1\n"
    rb"-> X25519 [A-Za-z0-9+/]{43}\n[A-Za-z0-9+/]{43}\n"
    # a stanza of random content that keeps readers tolerant (C2SP age, "grease")
    rb"(-> [!-~]{1,40}-grease( [!-~]{1,80}){0,8}\n([A-Za-z0-9+/]{64}\n){0,20}[A-Za-z0-9+/]{0,63}\n)?"
    rb"--- [A-Za-z0-9+/]{43}\n"
)
"""Header of a file for one X25519 recipient (C2SP age v1)."""

AGE_CHUNK, AGE_OVERHEAD, AGE_NONCE = 64 * 1024, 16, 16
RANDOM_RATIO = 0.99
"""Sealed bytes do not compress; anything that does is no sealed form."""

KnownSegments = Mapping[tuple[str, int], bytes]
"""Hashes of segments by pack and number, as a vault has them."""

MOMENTS: Final = frozenset({"time", "iat", "exp", "nbf", "issued", "expires", "not_before", "not_after", "at"})
"""Keys of times; digits of a time are no number of anybody."""


@dataclass(frozen=True, slots=True)
class HubState:
    """Where the state of a hub lies. ``bucket`` where segments are in an object store."""

    folder: Path
    database_url: str
    bucket: BucketSegments | None = None
    logs: tuple[Path, ...] = field(default=())


def hub_state(folder: Path, settings: HubSettings | None = None, logs: Iterable[Path] = ()) -> HubState:
    """The state below ``folder``; database and object store as the settings say, where they are given."""
    url = f"sqlite:///{folder / 'hub.sqlite'}" if settings is None else settings.database_url
    bucket = None
    if settings is not None and settings.store is not None:
        options = {name: value.get_secret_value() for name, value in settings.store_options.items()}
        bucket = BucketSegments(settings.store, options)
    return HubState(folder, url, bucket, tuple(logs))


def look_through(state: HubState, findings: Findings, known: KnownSegments) -> None:
    """Look at all of it. Segments of packs that a vault knows must be those that it knows, byte for byte."""
    lengths = _look_at_database(state, findings)
    for path in sorted(path for path in state.folder.rglob("*") if path.is_file()):
        _look_at_file(path, path.relative_to(state.folder).as_posix(), findings, known)
    for path in state.logs:
        _look_at_log(path, f"log {path.name}", findings)
    if state.bucket is not None:
        for key in sorted(state.bucket.strays(inf)):
            _look_at_object(state.bucket, key, lengths.get(key, STEP_BYTES), findings, known)


def address_book(state: HubState) -> list[str]:
    """Names of organisations as the hub shows them to all."""
    engine = _engine(state.database_url)
    try:
        with engine.connect() as connection:
            table = Table("organisations", MetaData(), autoload_with=connection)
            return [str(name) for (name,) in connection.execute(select(table.c.name))]
    finally:
        engine.dispose()


# Files


def _look_at_file(path: Path, name: str, findings: Findings, known: KnownSegments) -> None:
    findings.look("name of a file", [name.encode("utf-8", "surrogateescape")], Haystack.TEXT)
    if LOG.fullmatch(name):
        _look_at_log(path, name, findings)
    elif DATABASE.fullmatch(name):
        findings.look(f"file {name}", _chunks(path), Haystack.DATABASE)
    elif PART.fullmatch(name):
        _check(_is_part(path), f"part {name[-8:]}", findings)
        findings.look(f"part {name[-8:]}", _chunks(path), Haystack.SEALED)
    elif SEGMENT.fullmatch(name):
        place = f"segment {name.rpartition('.')[2]}"
        _check(_is_segment(_chunks(path), known.get(_segment_of(name))), place, findings)
        findings.look(place, _chunks(path), Haystack.SEALED)
    elif PARTIAL.fullmatch(name):
        _check(_is_random(_head(path)), "partial segment", findings)
        findings.look("partial segment", _chunks(path), Haystack.SEALED)
    else:
        findings.note(Finding(Fault.UNKNOWN_OBJECT, f"a file of {path.stat().st_size} bytes in the hub's folder"))
        findings.look("a file of no known form", _chunks(path), Haystack.TEXT)


def _look_at_object(bucket: BucketSegments, key: str, length: int, findings: Findings, known: KnownSegments) -> None:
    findings.look("key of an object", [key.encode()], Haystack.TEXT)
    place = f"object {key.rpartition('.')[2]}"
    content = b"".join(bucket.open(key).chunks(0, max(length, 1)))
    right = re.search(rf"(^|/){SEGMENT_KEY}$", key) is not None
    _check(right and _is_segment([content], known.get(_segment_of(key))), place, findings)
    findings.look(place, [content], Haystack.SEALED)


def _segment_of(key: str) -> tuple[str, int]:
    """Pack and number in the key of a segment."""
    pack, _, name = key.rpartition("/")
    number = name.partition(".")[0]
    return pack.rpartition("/")[2], int(number) if number.isdigit() else 0


def _check(known: bool, place: str, findings: Findings) -> None:
    if not known:
        findings.note(Finding(Fault.UNKNOWN_OBJECT, place))


def _is_part(path: Path) -> bool:
    """An age file for one recipient whose inside has a Padme size, not longer than a part may be."""
    content = path.read_bytes()
    header = AGE.match(content)
    if header is None or len(content) > PART_BYTES:
        return False
    sealed = len(content) - header.end() - AGE_NONCE
    inside = sealed - max(1, -(-sealed // (AGE_CHUNK + AGE_OVERHEAD))) * AGE_OVERHEAD
    return inside > 0 and inside == padme(inside)


def _is_segment(chunks: Iterable[bytes], known: bytes | None) -> bool:
    """RFC 8188 messages end to end, which begin in this segment or in the one before: nothing of them is in clear but
    21 bytes each, so its size is a Padme size, it does not compress, and it is the one that the vault knows."""
    digest, size, head = blake3(), 0, b""
    for chunk in chunks:
        head = head or chunk[:SAMPLE_BYTES]
        digest.update(chunk)
        size += len(chunk)
    return size == padme(size) and _is_random(head) and known in (None, digest.digest())


def _is_random(sample: bytes) -> bool:
    return len(zlib.compress(sample, 1)) >= RANDOM_RATIO * len(sample)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(SAMPLE_BYTES)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(STEP_BYTES):
            yield data


def _look_at_log(path: Path, place: str, findings: Findings) -> None:
    findings.look(place, (_without_moments(line) for line in path.read_bytes().splitlines()), Haystack.TEXT)


def _without_moments(line: bytes) -> bytes:
    """A log line with its times left out; as it is when it is no JSON."""
    try:
        read = json.loads(line)
    except ValueError:
        return line + b"\n"
    if isinstance(read, dict):
        read = {key: value for key, value in read.items() if key not in MOMENTS}
    return json.dumps(read, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


# Database


def _engine(url: str) -> Engine:
    return create_engine(url)


def _look_at_database(state: HubState, findings: Findings) -> dict[str, int]:
    """Look at every column; lengths of segments by object key."""
    engine = _engine(state.database_url)
    lengths: dict[str, int] = {}
    try:
        with engine.connect() as connection:
            metadata = MetaData()
            metadata.reflect(connection)
            for table in metadata.sorted_tables:
                _look_at_table(connection, table, findings)
            if "segments" in metadata.tables:
                rows = metadata.tables["segments"]
                lengths = {
                    str(key): int(size) for key, size in connection.execute(select(rows.c.object, rows.c.length))
                }
    finally:
        engine.dispose()
    return lengths


def _look_at_table(connection: Connection, table: Table, findings: Findings) -> None:
    listed = COLUMNS.get(table.name)
    findings.look("names of tables and columns", [_schema_text(table).encode()], Haystack.TEXT)
    if listed is None:
        findings.note(Finding(Fault.UNLISTED, "a table of the hub's database"))
    for column in table.columns:
        form = None if listed is None else listed.get(column.name)
        place = f"{table.name}.{column.name}" if form is not None else "a column that is not on the list"
        if listed is not None and form is None:
            findings.note(Finding(Fault.UNLISTED, f"a column of {table.name}"))
        findings.places += 1
        for (value,) in connection.execution_options(yield_per=BATCH).execute(select(column)):
            if value is not None:
                _look_at_value(value, form, place, findings)


def _schema_text(table: Table) -> str:
    return " ".join([table.name, *(column.name for column in table.columns)])


def _look_at_value(value: Any, form: str | None, place: str, findings: Findings) -> None:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    if form is not None and re.fullmatch(form, text) is None:
        findings.note(Finding(Fault.FORM, place))
        form = None
    if form == TIME or (form == NUMBER and isinstance(value, float)):
        return
    for decoded in (value if isinstance(value, bytes) else text.encode("utf-8", "replace"), *_decoded(text, form)):
        findings.take(place, findings.search.find(decoded, Haystack.TEXT))


def _decoded(text: str, form: str | None) -> Iterator[bytes]:
    """What stands inside signed texts and certificates."""
    if form == JWS:
        for part in text.split(".")[:2]:
            yield _without_moments(_base64url(part))
    elif form == PEM:
        for certificate in load_pem_x509_certificates(text.encode()):
            yield certificate.subject.rfc4514_string().encode()
            yield certificate.public_bytes(Encoding.DER)


def _base64url(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return text.encode()
