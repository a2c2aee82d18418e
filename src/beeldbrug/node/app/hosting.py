"""Several organisations on one node: each a vault, keys, spool and settings file of its own, behind the same two ports.

The file of the node that hosts lists the others (``hosted``), and each of those says by whom it is hosted
(``hosted_by``). What they share is the machine: processes, the DICOM port, where the called AE title says whose it is,
and the web port, where the host name does. Nothing else is shared, so nothing can be asked across
(docs/decisions/0010).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from beeldbrug.kit.settings import load
from beeldbrug.model.errors import Malformed
from beeldbrug.node.app.base import Base, open_base
from beeldbrug.node.app.settings import NodeSettings

SHARED = ("dimse", "restart_seconds", "log_level")
"""Settings of the machine, which are those of the node that hosts."""


def load_node(file: Path | None, overrides: Mapping[str, Any] | None = None) -> NodeSettings:
    """Settings of one organisation; for one that is hosted with the ports of the node that hosts it.

    The environment of a hosted one is ``BEELDBRUG_NODE<ura>_...``, so that no variable is meant for two.
    Raises Malformed with every fault.
    """
    prefix = _environment(file)
    settings = load(NodeSettings, file, overrides, prefix)
    if file is None or settings.hosted_by is None:
        return settings
    host = load(NodeSettings, _beside(file, settings.hosted_by))
    if file.resolve() not in _listed(_beside(file, settings.hosted_by), host):
        raise _fault("The node that hosts this organisation does not list it.", "Name its file in `hosted` there.")
    return _behind(host, settings)


def load_all(file: Path | None, overrides: Mapping[str, Any] | None = None) -> tuple[NodeSettings, ...]:
    """Settings of all organisations of a node, the one that hosts first.

    Raises Malformed, also ``hosting-invalid`` when two of them would share what is one's own.
    """
    own = load_node(file, overrides)
    if own.hosted_by is not None:
        raise _fault("This organisation runs on the node that hosts it.", "Start that node, with its own file.")
    if file is None or not own.hosted:
        return (own,)
    found = [own]
    for path in _listed(file, own):
        settings = load(NodeSettings, path, None, _environment(path))
        if settings.hosted_by is None or _beside(path, settings.hosted_by) != file.resolve():
            raise _fault(
                "A hosted organisation's file does not say who hosts it.", "Set `hosted_by` there to this node's file."
            )
        found.append(_behind(own, settings))
    _check(found)
    return tuple(found)


@contextmanager
def open_all(all_settings: Sequence[NodeSettings]) -> Iterator[tuple[Base, ...]]:
    """Everything that a process works with, organisation by organisation. Raises as ``open_base``."""
    with ExitStack() as stack:
        bases = tuple(stack.enter_context(open_base(settings)) for settings in all_settings)
        lives = [base.live for base in bases]
        for at, live in enumerate(lives):
            live.stand_beside(lives[:at], lives[at + 1 :])
        yield bases


def host_names(all_settings: Sequence[NodeSettings]) -> tuple[str, ...]:
    """The host name of each organisation's pages, in lower case."""
    return tuple((urlsplit(settings.web.public_url).hostname or "").lower() for settings in all_settings)


def _behind(host: NodeSettings, settings: NodeSettings) -> NodeSettings:
    """The settings of a hosted organisation with the ports and processes of the node that hosts."""
    shared: dict[str, Any] = {name: getattr(host, name) for name in SHARED}
    shared["web"] = host.web.model_copy(update={"public_url": settings.web.public_url})
    return settings.model_copy(update=shared)


def _check(found: Sequence[NodeSettings]) -> None:
    faults = [
        f"{one.organisation.name}: [web] public_url is missing; its host name says whose pages are asked for"
        for one, name in zip(found, host_names(found), strict=True)
        if not name
    ]
    own: dict[str, list[Any]] = {
        "organisation.ura": [one.organisation.ura for one in found],
        "organisation.signing_key": [one.organisation.signing_key.resolve() for one in found],
        "root_key": [one.root_key.resolve() for one in found],
        "database": [one.database_url for one in found],
        "store": [one.store for one in found if one.store is not None],
        "hl7.port": [one.hl7.port for one in found if one.hl7 is not None and one.hl7.port],
        "direct.port": [one.direct.port for one in found if one.direct is not None and one.direct.url],
        "sftp.port": [one.sftp.port for one in found if one.sftp is not None and one.sftp.port],
        "the host name in web.public_url": [name for name in host_names(found) if name],
    }
    faults += [f"{name} is the same for two organisations" for name, values in own.items() if _twice(values)]
    folders = [one.data.resolve() for one in found]
    if any(a.is_relative_to(b) for i, a in enumerate(folders) for j, b in enumerate(folders) if i != j):
        faults.append("data of one organisation lies in that of another")
    titles = [
        title
        for one in found
        for title in {one.general.ae_title, one.retrieve.ae_title, *(rule.ae_title for rule in one.rules)}
    ]
    faults += [f"the AE title {title} is that of two organisations" for title in _twice(titles)]
    if faults:
        raise _fault("\n".join(["Two organisations on one node share nothing:", *faults]), "Correct these settings.")


def _twice(values: Sequence[Any]) -> list[Any]:
    return sorted({value for value in values if values.count(value) > 1})


def _listed(file: Path, settings: NodeSettings) -> list[Path]:
    return [_beside(file, one) for one in settings.hosted]


def _beside(file: Path, other: Path) -> Path:
    return (file.resolve().parent / other).resolve()


def _environment(file: Path | None) -> str | None:
    """The prefix of a hosted organisation's environment; None for the usual one. A file that cannot be read is told of
    where it is loaded."""
    if file is None:
        return None
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    organisation = values.get("organisation")
    ura = organisation.get("ura") if isinstance(organisation, dict) else None
    return f"BEELDBRUG_NODE{ura}_" if "hosted_by" in values and isinstance(ura, str) else None


def _fault(text: str, remedy: str) -> Malformed:
    return Malformed("hosting-invalid", text, remedy)
