"""Plugs the vault into making discs: what the command and the portal write them with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from beeldbrug.model.errors import Malformed
from beeldbrug.model.exchange import Terms
from beeldbrug.node.app.base import Base
from beeldbrug.node.app.compose import make_trust
from beeldbrug.node.app.partners import made_by
from beeldbrug.node.app.ways import open_ways
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.stores.carrier.writing import File, write_file, write_folder, write_image
from beeldbrug.node.usecases.carry.contents import Contents, Entry, contents_of
from beeldbrug.node.usecases.carry.hand_out import begin, done, order
from beeldbrug.node.usecases.carry.zipped import zipped
from beeldbrug.node.usecases.send.decide import Decide
from beeldbrug.sealed.age_passphrase import sealed_with


def order_disc(base: Base, terms: Terms, study_uid: str, actor: str) -> ExchangeRow:
    """An exchange by disc with a study of the vault; policy decides."""
    decide = Decide(base.database, make_trust(base, open_ways(base)))
    return order(base.database, decide, terms, study_uid, actor, base.clock.now())


def write_disc(base: Base, exchange: str, to: Path, language: str, actor: str, passphrase: str | None = None) -> int:
    """Write it as a ``.zip`` (sealed: ``.zip.age``), ``.iso`` or folder; how many images. Raises as ``begin``."""
    if passphrase is not None and not to.name.endswith(".zip.age"):
        raise Malformed("disc-sealed-form", "What is sealed is one ZIP.", "Give a name that ends in .zip.age.")
    if passphrase is None and to.suffix == ".age":
        raise Malformed("disc-sealed-form", "Without a passphrase nothing is sealed.", "Give --passphrase-file.")
    now = base.clock.now()
    row = begin(base.database, base.own.ura, exchange, actor, now, passphrase is not None)
    contents = contents_of(base.sources, row, language, made_by())
    if passphrase is not None:
        write_file(to, sealed_with(passphrase, _zipped(contents)))
    elif to.suffix.lower() == ".zip":
        write_file(to, _zipped(contents))
    elif to.suffix.lower() == ".iso":
        write_image(to, map(_file, contents.entries()))
    else:
        write_folder(to, map(_file, contents.entries()))
    done(base.database, row, actor, len(contents.numbers), base.clock.now())
    return len(contents.numbers)


def _zipped(contents: Contents) -> Iterator[bytes]:
    return zipped(contents.entries(), contents.exchange.created)


def _file(entry: Entry) -> File:
    return entry.name, entry.size, entry.read
