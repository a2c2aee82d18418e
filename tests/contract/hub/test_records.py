"""The hub's database keeps the same promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

from beeldbrug.hub.ports.records import (
    Discard,
    Grant,
    Head,
    Organisation,
    Parcel,
    Part,
    PartState,
    Store,
    StoredSegment,
    Transaction,
    Upload,
)
from beeldbrug.hub.stores import schema
from beeldbrug.hub.stores.records.sql import SqlRecords
from beeldbrug.kit.sql import open_engine
from beeldbrug.model.errors import Denied
from beeldbrug.model.exchange import Urgency
from tests.unit.hub.hospital import Authority, new_id

A, B = "00000001", "00000002"


@pytest.fixture
def records(database_url: str) -> Iterator[SqlRecords]:
    opened = SqlRecords(database_url)
    yield opened
    opened.close()


def part(parcel: str, number: int, *, urgency: Urgency = Urgency.ROUTINE, expires: float = 1e9) -> Part:
    token = new_id()
    return Part(parcel, A, number, B, "parcel", urgency, 10, f"{token[:2]}/{token}", "e30.e30.e30", expires)


def segment(pack: str, number: int) -> StoredSegment:
    key = f"{pack[:2]}/{pack[2:4]}/{pack}/{number}.{new_id()[:16]}"
    return StoredSegment(pack, number, 100, "0" * 64, key)


def test_migrations_build_exactly_the_tables(records: SqlRecords, database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.METADATA) == []
        made = {name: {column["name"] for column in inspect(connection).get_columns(name)} for name in schema.COLUMNS}
    engine.dispose()
    assert made == {name: set(columns) for name, columns in schema.COLUMNS.items()}
    assert set(schema.METADATA.tables) | {"alembic_version"} == set(schema.COLUMNS)


def test_every_value_has_the_form_that_its_column_allows(records: SqlRecords, database_url: str) -> None:
    hospital = Authority(1_700_000_000.0).hospital(A, "Ziekenhuis 's-Gravenhage")
    key = hospital.caller.public_key.public_bytes_raw().hex()
    statement, directory = hospital.statement(1, 1_700_000_000.0), hospital.directory(1)
    own = Organisation(A, "Ziekenhuis", hospital.chain, key, 1.7e9, statement=statement, directory=directory)
    parcel, pack = new_id(), new_id()

    def fill(transaction: Transaction) -> None:
        transaction.organisations.put(own)
        transaction.parcels.add(Parcel(parcel, A, B, 1_800_000_000.25))
        for number in (1, 2):
            transaction.parcels.add_part(part(parcel, number, expires=1_800_000_000.25))
        transaction.parcels.end_parts([part(parcel, 1)], PartState.ACKNOWLEDGED)
        transaction.packs.add(pack, A)
        transaction.packs.put_grant(Grant(pack, B, parcel, 1e12))
        transaction.packs.add_segment(segment(pack, 0), A)
        one = segment(pack, 1)
        transaction.packs.put_upload(Upload(pack, 1, A, 5, one.hash, one.object, 1_700_000_000.0))
        transaction.heads.add(Head(A, 0, hospital.head(0, 1.7e9), 1_700_000_000.0))
        transaction.upkeep.take_lease("sweep", new_id(), 0.0, 1_700_000_000.0)

    records.write(fill)
    engine = open_engine(database_url)
    with engine.connect() as connection:
        for table in schema.METADATA.sorted_tables:
            rows = connection.execute(select(table)).mappings().all()
            assert rows, table.name
            for row in rows:
                for column, value in row.items():
                    form = schema.COLUMNS[table.name][column]
                    assert value is None or re.fullmatch(form, str(value)), (table.name, column, value)
    engine.dispose()


def test_a_failed_transaction_leaves_nothing(records: SqlRecords) -> None:
    parcel = new_id()

    def work(transaction: Transaction) -> None:
        transaction.parcels.add(Parcel(parcel, A, B, 1.0))
        raise Denied("no", "No.")

    with pytest.raises(Denied):
        records.write(work)
    assert records.read(lambda transaction: transaction.parcels.find(parcel)) is None


def test_cursors_become_visible_in_their_order_however_many_write(records: SqlRecords) -> None:
    parcels = [new_id() for _ in range(8)]
    seen: list[int] = []
    done = threading.Event()

    def write(parcel: str) -> None:
        for number in range(1, 11):
            records.write(lambda transaction, n=number: transaction.parcels.add_part(part(parcel, n)))

    def watch() -> None:
        while True:
            ended = done.is_set()  # before looking: what was written after a look is found by the next
            last = seen[-1] if seen else 0
            found = records.read(lambda transaction, after=last: transaction.parcels.mailbox(B, after, 7))
            seen.extend(one.cursor for one in found)
            if ended and not found:
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, parcels))
    done.set()
    watcher.join(30)
    assert seen == list(range(1, 81))


def test_two_processes_that_race_for_one_part_keep_it_once(records: SqlRecords, database_url: str) -> None:
    other = SqlRecords(database_url)
    parcel = new_id()
    kept: list[bool] = []

    def keep(store: SqlRecords, number: int) -> None:
        def work(transaction: Transaction) -> bool:
            if transaction.parcels.find(parcel, lock=True) is None:
                transaction.parcels.add(Parcel(parcel, A, B, 1e9))
            if transaction.parcels.part(parcel, A, number) is not None:
                return False
            transaction.parcels.add_part(part(parcel, number))
            return True

        kept.append(store.write(work))

    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(keep, store, number) for number in range(1, 21) for store in (records, other)]
        for job in jobs:
            job.result(60)
    other.close()
    assert sorted(kept) == [False] * 20 + [True] * 20
    assert len(records.read(lambda transaction: transaction.parcels.parts(parcel, A))) == 20
    assert records.read(lambda transaction: transaction.accounts.usage(A)).part_bytes == 200


def test_a_pack_and_all_it_holds_goes_with_its_last_grant(records: SqlRecords) -> None:
    pack, parcels = new_id(), [new_id(), new_id()]
    one, two = segment(pack, 0), segment(pack, 1)

    def fill(transaction: Transaction) -> None:
        transaction.packs.add(pack, A)
        for parcel in parcels:
            transaction.packs.put_grant(Grant(pack, B, parcel, 1e9))
        transaction.packs.add_segment(one, A)
        transaction.packs.put_upload(Upload(pack, 1, A, 50, two.hash, two.object, 0.0))

    records.write(fill)
    records.write(lambda transaction: transaction.packs.drop_grants(parcels[0], owner=A))
    assert records.read(lambda transaction: transaction.packs.segments(pack)) == [one]
    records.write(lambda transaction: transaction.packs.drop_grants(parcels[1], receiver=B))
    assert records.read(lambda transaction: transaction.packs.access(pack, A, 0.0)) is None
    gone = set(records.read(lambda transaction: transaction.upkeep.discards(10)))
    partial = {Discard(two.object, Store.PARTIAL), Discard(two.object, Store.SEGMENT)}
    assert gone == {Discard(one.object, Store.SEGMENT)} | partial
    assert records.read(lambda transaction: transaction.upkeep.referenced([one.object, "x"])) == {one.object}
    records.write(lambda transaction: transaction.upkeep.forget(gone))
    assert records.read(lambda transaction: transaction.upkeep.discards(10)) == []
    assert records.read(lambda transaction: transaction.accounts.usage(A)).used == 0


def test_a_newer_upload_of_a_segment_supersedes_the_older(records: SqlRecords) -> None:
    pack = new_id()
    old, new = (Upload(pack, 0, A, 50, "0" * 64, segment(pack, 0).object, 0.0) for _ in range(2))
    records.write(lambda transaction: transaction.packs.put_upload(old))
    records.write(lambda transaction: transaction.packs.put_upload(new))
    assert records.read(lambda transaction: transaction.packs.upload(pack, 0)) == new
    assert not records.write(lambda transaction: transaction.packs.end_upload(old, discard=False))
    assert records.read(lambda transaction: transaction.accounts.usage(A)).upload_bytes == 50
    assert records.write(lambda transaction: transaction.packs.end_upload(new, discard=False))
    assert records.read(lambda transaction: transaction.accounts.usage(A)).upload_bytes == 0


def test_expired_parcels_go_with_everything_of_theirs(records: SqlRecords) -> None:
    late, live, pack = new_id(), new_id(), new_id()

    def fill(transaction: Transaction) -> None:
        for parcel, expires in ((late, 10.0), (live, 100.0)):
            transaction.parcels.add(Parcel(parcel, A, B, expires))
            transaction.parcels.add_part(part(parcel, 1, expires=expires))
        transaction.packs.add(pack, A)
        transaction.packs.put_grant(Grant(pack, B, late, 10.0))

    records.write(fill)
    assert records.write(lambda transaction: transaction.parcels.drop_expired(10.0, 100)) == 1
    assert records.read(lambda transaction: transaction.parcels.find(late)) is None
    assert records.read(lambda transaction: transaction.packs.access(pack, A, 0.0)) is None
    assert [one.parcel for one in records.read(lambda transaction: transaction.parcels.mailbox(B, 0, 10))] == [live]
    assert len(records.read(lambda transaction: transaction.upkeep.discards(10))) == 1
