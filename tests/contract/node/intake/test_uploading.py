"""What is brought by browser: sealed until somebody decides, resumed, taken whole, and swept, on each engine."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import Conflict, Malformed, NotFound, TooLarge
from beeldbrug.model.exchange import Route, State
from beeldbrug.node.app.intake import open_upload
from beeldbrug.node.ports.uploads import UploadRow, UploadState
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.stores.staging import StagingFolder
from beeldbrug.node.usecases.intake import upload as uploads
from beeldbrug.node.usecases.intake.upload import Bringing, Choice, Uploading
from beeldbrug.node.usecases.intake.uploaded import UploadStep, outcome_of, sweep_uploads
from tests.browser_seal import BrowserWriter, file_id, halves
from tests.contract.node.intake.desk import URA, Desk, files, patient

ANN = Bringing("account-ann", "ann")
BOB = Bringing("account-bob", "bob")
NOW = 1_000_000.0


@dataclass
class Page:
    """A browser's page and the node that it uploads to."""

    desk: Desk
    folder: Path
    now: float = NOW
    numbers: dict[Line, int] = field(default_factory=lambda: {line: 0 for line in Line})

    def __post_init__(self) -> None:
        self.staging = StagingFolder(self.folder / "uploads", 0)
        self.node = Uploading(URA, self.desk.vault, self.staging, self.opened, lambda: self.now)

        @contextmanager
        def receiving() -> Any:
            yield self.desk.receiving

        self.step = UploadStep(
            URA, "Ziekenhuis A", self.desk.vault, self.staging, self.opened, receiving, lambda: self.now
        )

    def opened(self, row: UploadRow) -> Any:
        return open_upload(self.desk.vault, self.staging, row)

    def begin(self, mark: str = "m", who: Bringing = ANN) -> UploadRow:
        self.row = self.node.begin(who, mark)
        self.writer = BrowserWriter(self.row.id, self.row.recipient)
        self.node.keep_writer(who, self.row.id, self.writer.id, self.writer.sealed_keys())
        return self.row

    def put(self, line: Line, messages: Sequence[tuple[str, int, bytes]]) -> None:
        number = self.numbers[line]
        self.numbers[line] += 1
        self.node.keep_chunk(ANN, self.row.id, self.writer.id, line, number, self.writer.chunk(messages))

    def headers(self, paths: Sequence[Path]) -> None:
        sealed = []
        for path in paths:
            content = path.read_bytes()
            head = halves(content)[0]
            sealed.append((path.name, 0, self.writer.part(Line.IDENTITY, path.name, 0, head, False, len(content))))
        self.put(Line.IDENTITY, sealed)

    def pixels(self, paths: Sequence[Path]) -> None:
        sealed = []
        for path in paths:
            content = path.read_bytes()
            bulk = halves(content)[1]
            sealed.append((path.name, 1, self.writer.part(Line.PIXEL, path.name, 1, bulk, True, len(content))))
        self.put(Line.PIXEL, sealed)

    def take(self, choice: Choice | None = None) -> UploadRow:
        self.node.take(ANN, self.row.id, choice or Choice(patient=1, brought_by="Kliniek Zuid", note="per post"))
        self.step.step(self.row.id)
        return self.node.get(ANN, self.row.id)


@pytest.fixture
def page(desk: Desk, tmp_path: Path) -> Page:
    """A page."""
    return Page(desk, tmp_path / "node")


def test_what_lies_there_is_sealed_and_becomes_an_arrival_when_somebody_says_so(page: Page, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", 3)
    page.begin()
    page.headers(made)
    listing, _ = page.node.look(ANN, page.row.id)
    assert (listing.instances, listing.lacking, len(listing.patients)) == (3, 0, 1)
    assert page.desk.exchanges() == []
    page.pixels(made)
    here = b"".join(path.read_bytes() for path in (tmp_path / "node" / "uploads").rglob("*") if path.is_file())
    for plain in (patient().surname.encode(), b"DICM", b"IM0000", halves(made[0].read_bytes())[1][:64]):
        assert plain not in here
    done = page.take()
    (row,) = page.desk.exchanges()
    assert (row.route, row.state, row.terms.sender.name, row.note) == (
        Route.DISC, State.VERIFIED, "Kliniek Zuid", "per post",
    )  # fmt: skip
    assert page.desk.originals(row) == {path.read_bytes() for path in made}
    assert (done.state, outcome_of(done).taken, outcome_of(done).exchanges) == (UploadState.TAKEN, 3, (row.id,))
    assert page.staging.uploads() == [] and done.choice == ""
    with page.desk.vault.read() as tx:
        assert tx.uploads.secret(URA, page.row.id) is None
        told = [one.event for _, one in tx.audit.events(URA)]
    assert told == ["disc-listed", "arriving", "verified", "upload-taken"]


def test_the_same_files_go_on_where_they_were_and_no_chunk_counts_twice(page: Page, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", 2)
    first = page.begin("same")
    page.headers(made)
    page.pixels(made[:1])
    assert page.node.begin(ANN, "same").id == first.id
    assert page.node.begin(ANN, "other").id != first.id
    assert page.node.begin(BOB, "same").id != first.id
    held = page.node.held(ANN, first.id)
    assert held == {file_id("IM000001").hex(): [0, 1], file_id("IM000002").hex(): [0]}
    page.begin("same")
    page.numbers = dict.fromkeys(Line, 0)
    page.pixels(made[1:])
    assert outcome_of(page.take()).taken == 2, "parts of two pages make one upload"


def test_a_chunk_again_is_nothing_to_do_and_another_in_its_place_is_refused(page: Page, tmp_path: Path) -> None:
    page.begin()
    body = page.writer.chunk([("a", 0, page.writer.part(Line.IDENTITY, "a", 0, b"x", True, 1))])
    for _ in range(2):
        page.node.keep_chunk(ANN, page.row.id, page.writer.id, Line.IDENTITY, 0, body)
    assert page.node.weight(page.row)[0] == 1
    other = page.writer.chunk([("b", 0, page.writer.part(Line.IDENTITY, "b", 0, b"xy", True, 2))])
    with pytest.raises(Conflict, match="upload-chunk-differs"):
        page.node.keep_chunk(ANN, page.row.id, page.writer.id, Line.IDENTITY, 0, other)
    with pytest.raises(Conflict, match="upload-writer-differs"):
        page.node.keep_writer(ANN, page.row.id, page.writer.id, page.writer.sealed_keys())


def test_pixels_that_did_not_come_are_told_and_taken_without_only_when_somebody_says_so(
    page: Page, tmp_path: Path
) -> None:
    made = files(tmp_path / "disc", 3)
    page.begin()
    page.headers(made)
    page.pixels(made[:2])
    again = page.take()
    assert (again.state, outcome_of(again).code, outcome_of(again).missing) == (UploadState.OPEN, "disc-incomplete", 1)
    done = page.take(Choice(patient=1, partly=True))
    (row,) = page.desk.exchanges()
    assert (done.state, row.state, row.missing) == (UploadState.TAKEN, State.VERIFIED, 1)


def test_what_the_browser_could_not_read_is_lacking(page: Page, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", 1)
    page.begin()
    page.headers(made)
    page.pixels(made)
    page.node.note(ANN, page.row.id, {"disc-file-unreadable": 2}, {"other": 5})
    listing, _ = page.node.look(ANN, page.row.id)
    assert (listing.lacking, listing.others["other"]) == (2, 5)
    assert outcome_of(page.take()).code == "disc-incomplete"
    with pytest.raises(Malformed, match="choice-unknown"):
        page.node.note(ANN, page.row.id, {"disc-duplicate": 1}, {})


def test_parts_that_changed_places_or_were_altered_do_not_open(page: Page, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", 2)
    page.begin()
    page.headers(made)
    first, second = [
        page.writer.part(Line.PIXEL, one.name, 1, halves(one.read_bytes())[1], True, one.stat().st_size) for one in made
    ]
    page.put(Line.PIXEL, [(made[0].name, 1, second), (made[1].name, 1, first)])
    assert outcome_of(page.take()).code == "disc-incomplete"
    assert page.desk.exchanges()[0].done == 0


def test_images_that_are_there_twice_are_compared_when_all_is_here(page: Page, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", 2)
    twin = tmp_path / "disc" / "COPY"
    twin.write_bytes(made[0].read_bytes())
    page.begin()
    page.headers([*made, twin])
    assert "disc-twice" in page.node.look(ANN, page.row.id)[0].findings
    page.pixels([*made, twin])
    assert outcome_of(page.take()).taken == 2


def test_nobody_else_reaches_an_upload_and_a_closed_one_takes_nothing(page: Page, tmp_path: Path) -> None:
    row = page.begin()
    with pytest.raises(NotFound, match="upload-unknown"):
        page.node.look(BOB, row.id)
    with pytest.raises(NotFound, match="upload-unknown"):
        page.node.get(Bringing("account-ann", "", "request"), row.id)
    page.node.close(ANN, row.id)
    with pytest.raises(Conflict, match="upload-not-open"):
        page.put(Line.IDENTITY, [("a", 0, b"x" * 100)])
    assert page.staging.uploads() == []


def test_limits_stand(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    page.begin()
    with pytest.raises(Malformed, match="chunk-malformed"):
        page.node.keep_chunk(ANN, page.row.id, page.writer.id, Line.PIXEL, 0, b"\0\0\0\x05abc")
    with pytest.raises(TooLarge, match="chunk-too-large"):
        page.node.keep_chunk(ANN, page.row.id, page.writer.id, Line.PIXEL, 0, b"\0" * (10 * 2**20))
    monkeypatch.setattr(uploads, "BYTES_MOST", 10)
    with pytest.raises(TooLarge, match="upload-too-large"):
        page.put(Line.PIXEL, [("a", 0, b"x" * 100)])
    monkeypatch.setattr(uploads, "OPEN_MOST", 1)
    with pytest.raises(TooLarge, match="uploads-open"):
        page.node.begin(ANN, "another")


def test_what_nobody_goes_on_with_is_swept_with_its_keys_and_so_are_orphans(page: Page) -> None:
    row = page.begin()
    page.put(Line.IDENTITY, [("a", 0, b"x" * 100)])
    page.staging.put("f" * 32, f"{'a' * 32}-pixel-0", b"left behind")
    sweep_uploads(page.desk.vault, URA, page.staging, NOW + 6 * 86400)
    assert page.staging.uploads() == [row.id]
    sweep_uploads(page.desk.vault, URA, page.staging, NOW + 8 * 86400)
    assert page.staging.uploads() == []
    with page.desk.vault.read() as tx:
        assert tx.uploads.chunks(URA, row.id) == [] and tx.uploads.secret(URA, row.id) is None
        assert [one.event for _, one in tx.audit.events(URA)] == ["upload-expired"]


def test_a_worker_that_was_killed_goes_on(page: Page, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", 2)
    page.begin()
    page.headers(made)
    page.pixels(made)
    page.node.take(ANN, page.row.id, Choice(patient=1))
    assert (WorkKind.UPLOAD, page.row.id) in page.desk.work()
    with page.desk.vault.write() as tx:
        tx.uploads.update(URA, page.row.id, UploadState.TAKING, tx.uploads.get(URA, page.row.id).choice, "")  # type: ignore[union-attr]  # it is there
    page.step.step(page.row.id)
    page.step.step(page.row.id)
    assert len(page.desk.exchanges()) == 1
