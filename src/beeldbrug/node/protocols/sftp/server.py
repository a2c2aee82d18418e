"""What one connection may do: put files into the partner's own place (draft-ietf-secsh-filexfer-02, SFTP version 3).

Names and sizes of what lies there can be seen, so that clients resume and rename; content never. Links, permissions,
times and everything else that a file server does are refused, or taken without effect where clients send them along.
"""

from __future__ import annotations

import asyncio
import posixpath
import stat
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from asyncssh import (
    FXF_APPEND,
    FXF_CREAT,
    FXF_EXCL,
    FXF_READ,
    FXF_TRUNC,
    FXF_WRITE,
    SFTPAttrs,
    SFTPName,
    SFTPOpUnsupported,
    SFTPPermissionDenied,
    SFTPServer,
)
from asyncssh.constants import FILEXFER_TYPE_DIRECTORY, FILEXFER_TYPE_REGULAR

from beeldbrug.kit import log
from beeldbrug.model.errors import BeeldbrugError, TooLarge
from beeldbrug.node.ports.drop import Drop, DropFile, Parts, Placed
from beeldbrug.node.protocols.sftp.status import wire_error
from beeldbrug.node.protocols.sftp.visit import Visit

if TYPE_CHECKING:
    from asyncssh import SSHServerChannel

_log = log.get("sftp")

_FILE_MODE, _FOLDER_MODE = stat.S_IFREG | 0o200, stat.S_IFDIR | 0o700


class Uploaded:
    """A file that is open; ``append``: every write goes to its end."""

    def __init__(self, file: DropFile, append: bool) -> None:
        self.file = file
        self.append = append
        self.failed = False
        self.began = file.size

    def seek(self, offset: int, whence: int) -> int:
        """Which ranges hold data is not told."""
        raise SFTPOpUnsupported("Nothing can be read here.")


class DropServer(SFTPServer):
    """``asyncssh.SFTPServer`` without a file system: every method that would touch one is replaced."""

    def __init__(self, chan: SSHServerChannel[bytes], drop: Drop, visit: Visit, handles: int) -> None:
        super().__init__(chan)
        self._drop, self._visit, self._handles = drop, visit, handles
        self._open: set[Uploaded] = set()
        self.asked = False
        """Whether the client asked for what is being done, rather than the connection being cleared up."""

    def _met(self) -> None:
        self._visit.last = time.monotonic()

    def open(self, path: bytes, pflags: int, attrs: SFTPAttrs) -> Uploaded:
        """For writing only."""
        self._met()
        if pflags & FXF_READ or not pflags & (FXF_WRITE | FXF_APPEND):
            raise SFTPPermissionDenied("Nothing can be read here.")
        try:
            if len(self._open) >= self._handles:
                raise TooLarge("drop-too-many-open", "More files are open than allowed.", "Close some first.")
            file = self._drop.open(
                parts_of(path),
                create=bool(pflags & FXF_CREAT),
                cut=bool(pflags & FXF_TRUNC),
                exclusive=bool(pflags & FXF_EXCL),
            )
        except BeeldbrugError as error:
            raise self._refusal(error) from None
        opened = Uploaded(file, bool(pflags & FXF_APPEND))
        self._open.add(opened)
        return opened

    def open56(self, path: bytes, desired_access: int, flags: int, attrs: SFTPAttrs) -> Uploaded:
        """Of later versions, which are not spoken."""
        raise SFTPOpUnsupported("SFTP version 3 is spoken here.")

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Never."""
        raise SFTPPermissionDenied("Nothing can be read here.")

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Into the file's own bytes; a disk's buffer takes them at once."""
        self._met()
        opened = _opened(file_obj)
        try:
            opened.file.write(opened.file.size if opened.append else offset, data)
        except BeeldbrugError as error:
            opened.failed = True
            raise self._refusal(error) from None
        self._visit.bytes += len(data)
        return len(data)

    async def fsync(self, file_obj: object) -> None:
        """Its bytes to the disk."""
        self._met()
        await self._in_thread(_opened(file_obj).file.sync)

    async def close(self, file_obj: object) -> None:
        """Whole when the client says so, with nothing refused of it; else it stays unfinished."""
        self._met()
        opened = _opened(file_obj)
        self._open.discard(opened)
        whole = self.asked and not opened.failed
        try:
            await self._in_thread(lambda: opened.file.close(whole))
        except BaseException:
            self._visit.broken += 1
            raise
        self._visit.files += whole
        self._visit.broken += not whole
        _log.info("file came in" if whole else "file broke off", partner=self._visit.account, bytes=opened.file.size)

    async def _in_thread(self, deed: Any) -> None:
        try:
            await asyncio.to_thread(deed)
        except BeeldbrugError as error:
            raise self._refusal(error) from None

    def lstat(self, path: bytes) -> SFTPAttrs:
        """Kind, size and time."""
        self._met()
        try:
            return _attrs(self._drop.stat(parts_of(path)))
        except BeeldbrugError as error:
            raise wire_error(error) from None

    def stat(self, path: bytes) -> SFTPAttrs:
        """There are no links."""
        return self.lstat(path)

    def fstat(self, file_obj: object) -> SFTPAttrs:
        """Of a file that is open."""
        self._met()
        return _attrs(Placed("", False, _opened(file_obj).file.size, time.time()))

    def setstat(self, path: bytes, attrs: SFTPAttrs) -> None:
        """Permissions and times have no effect; a length is for who has it open."""
        self._met()
        if attrs.size is not None:
            raise SFTPOpUnsupported("Open the file to set its length.")

    def lsetstat(self, path: bytes, attrs: SFTPAttrs) -> None:
        """As ``setstat``."""
        self.setstat(path, attrs)

    async def fsetstat(self, file_obj: object, attrs: SFTPAttrs) -> None:
        """The length alone."""
        self._met()
        size = attrs.size
        if size is not None:
            await self._in_thread(lambda: _opened(file_obj).file.cut(size))

    async def scandir(self, path: bytes) -> AsyncIterator[SFTPName]:
        """The partner's own names that were not taken yet."""
        self._met()
        try:
            found = self._drop.names(parts_of(path))
        except BeeldbrugError as error:
            raise wire_error(error) from None
        for one in (Placed(".", True), Placed("..", True), *found):
            yield SFTPName(one.name.encode("utf-8", "surrogateescape"), attrs=_attrs(one))

    def remove(self, path: bytes) -> None:
        """A file that was not taken yet."""
        self._do(lambda: self._drop.remove(parts_of(path)))

    def mkdir(self, path: bytes, attrs: SFTPAttrs) -> None:
        """A folder."""
        self._do(lambda: self._drop.make(parts_of(path)))

    def rmdir(self, path: bytes) -> None:
        """An empty one."""
        self._do(lambda: self._drop.remove_folder(parts_of(path)))

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Not over another."""
        self._do(lambda: self._drop.rename(parts_of(oldpath), parts_of(newpath), False))

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Over another too."""
        self._do(lambda: self._drop.rename(parts_of(oldpath), parts_of(newpath), True))

    def realpath(self, path: bytes) -> bytes:
        """As the client sees it; there are no links."""
        self._met()
        return b"/" + "/".join(parts_of(path)).encode("utf-8", "surrogateescape")

    def readlink(self, path: bytes) -> bytes:
        """Never."""
        raise SFTPPermissionDenied("There are no links here.")

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        """Never."""
        raise SFTPPermissionDenied("There are no links here.")

    def link(self, oldpath: bytes, newpath: bytes) -> None:
        """Never."""
        raise SFTPPermissionDenied("There are no links here.")

    def lock(self, file_obj: object, offset: int, length: int, flags: int) -> None:
        """Who has a file open has it alone."""
        raise SFTPOpUnsupported("A file that is open is yours alone.")

    def unlock(self, file_obj: object, offset: int, length: int) -> None:
        """As ``lock``."""
        raise SFTPOpUnsupported("A file that is open is yours alone.")

    def statvfs(self, path: bytes) -> Any:
        """The disk is nobody's business."""
        raise SFTPOpUnsupported("The room on the disk is not told.")

    def fstatvfs(self, file_obj: object) -> Any:
        """As ``statvfs``."""
        raise SFTPOpUnsupported("The room on the disk is not told.")

    def exit(self) -> None:
        """Files that are open yet were closed already, as unfinished."""

    def _do(self, deed: Any) -> None:
        self._met()
        try:
            deed()
        except BeeldbrugError as error:
            raise self._refusal(error) from None

    def _refusal(self, error: BeeldbrugError) -> Exception:
        _log.info("request refused", partner=self._visit.account, code=error.code)
        return wire_error(error)


def parts_of(path: bytes) -> Parts:
    """A client's path below his root; what leads above the root is the root."""
    plain = posixpath.normpath(b"/" + path).decode("utf-8", "surrogateescape")
    return tuple(part for part in plain.split("/") if part)


def _opened(file_obj: object) -> Uploaded:
    if not isinstance(file_obj, Uploaded):
        raise AssertionError("no file of ours")
    return file_obj


def _attrs(one: Placed) -> SFTPAttrs:
    changed = int(one.changed)
    return SFTPAttrs(
        type=FILEXFER_TYPE_DIRECTORY if one.folder else FILEXFER_TYPE_REGULAR,
        size=one.size,
        permissions=_FOLDER_MODE if one.folder else _FILE_MODE,
        atime=changed,
        mtime=changed,
    )
