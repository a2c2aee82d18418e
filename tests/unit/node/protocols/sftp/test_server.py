"""What the SFTP server relies on of its library, and what it refuses before any file is touched."""

from __future__ import annotations

import inspect

import asyncssh
import pytest
from asyncssh.sftp import SFTPServerHandler

from beeldbrug.node.protocols.sftp.server import DropServer, parts_of
from beeldbrug.node.protocols.sftp.session import REQUESTS

HARMLESS = {"channel", "connection", "convert_attrs", "env", "format_group", "format_longname", "format_user", "logger"}
"""Of the library's server; none of them touches a file."""

MAPPING = {"map_path", "reverse_map_path"}
"""Only used by methods that are replaced."""


def test_every_method_that_may_touch_a_file_is_replaced() -> None:
    public = {name for name, _ in inspect.getmembers(asyncssh.SFTPServer) if not name.startswith("_")}
    assert public - set(vars(DropServer)) == HARMLESS | MAPPING


def test_requests_that_are_parsed_are_known_to_the_library_and_those_that_are_not_stay_out() -> None:
    known = SFTPServerHandler._packet_handlers
    assert set(REQUESTS) <= set(known)
    dropped = {one for one in known if one not in REQUESTS}
    assert {b"copy-data", b"ranges@asyncssh.com", b"hardlink@openssh.com", b"statvfs@openssh.com"} <= dropped
    assert {19, 20} <= dropped, "readlink and symlink"


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        (b"", ()),
        (b"/", ()),
        (b".", ()),
        (b"a/b", ("a", "b")),
        (b"/a//b/./c/", ("a", "b", "c")),
        (b"../../etc/passwd", ("etc", "passwd")),
        (b"/a/../../..", ()),
        (b"//a", ("a",)),
        ("é".encode(), ("é",)),
        (b"\xe9", ("\udce9",)),
    ],
)
def test_a_path_never_leads_above_the_own_root(path: bytes, parts: tuple[str, ...]) -> None:
    assert parts_of(path) == parts
