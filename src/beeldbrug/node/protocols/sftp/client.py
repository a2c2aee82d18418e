"""SFTP client to a partner's server (draft-ietf-secsh-filexfer-02, RFC 4253): the port ``ports.partners.Shelf``.

Our key, the partner's known key, and nothing else: no password, no agent, no configuration of the account that runs
this. Writes of one file go in order, one block at a time, so that what the server has of it is a beginning without
holes. Several files are under way at once: else each would wait for the answers about the one before. It decides
nothing about names and repeats.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any, Final, TypeVar

import asyncssh

from beeldbrug.kit.log import get
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.partners import Leaf, Way, other_size
from beeldbrug.node.protocols.sftp.packets import send_no_empty_packets

T = TypeVar("T")

PORT: Final = 22
CONNECT_SECONDS: Final = 20.0
STEP_SECONDS: Final = 60.0
"""How long a server may leave one request unanswered."""

BLOCK_BYTES: Final = 2 * 1024 * 1024
"""Written at once, as several requests in a row."""

LEAVES_AT_ONCE: Final = 8
"""Files under way at once; each holds two blocks at most."""

LEAST_FREE: Final = 16 * 1024 * 1024
"""A server that fails a write with less room than this is full: version 3 of the protocol has no word for it."""

# AES-GCM first: several times as fast as ChaCha20 with the processor's own instructions
CIPHERS: Final = (
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes256-ctr",
    "aes128-ctr",
)

TRIAL: Final = ".beeldbrug-trial"

log = get("sftp")


class SftpShelf:
    """One connection; use it from one thread."""

    def __init__(self, runner: asyncio.Runner, client: asyncssh.SFTPClient, directory: str) -> None:
        self._runner = runner
        self._client = client
        self._directory = PurePosixPath(directory or ".")
        self._made: set[str] = set()

    def sizes(self, folder: str) -> dict[str, int]:
        """Files of a folder with their bytes; none where there is no folder."""
        return self._run(self._sizes(folder))

    def append(self, name: str, start: int, chunks: Iterator[bytes]) -> int:
        """Write from this byte on."""
        return self._run(self._append(name, start, chunks), limit=None)

    def lay(self, leaves: Iterator[Leaf]) -> Iterator[Leaf]:
        """Several at once, each whole under its name when it is given back."""
        under_way = _UnderWay(self._lay, leaves)
        try:
            while laid := self._run(under_way.some(), limit=None):
                yield from laid
        finally:
            self._run(under_way.stop(), limit=None)
        with _errors():
            under_way.raise_failure()

    def rename(self, name: str, to: str) -> None:
        """Give a file its final name."""
        self._run(self._rename(self._path(name), self._path(to)))

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        self._run(self._remove(self._path(name)))

    def _path(self, name: str) -> str:
        return str(self._directory / name)

    def _run(self, deed: Coroutine[Any, Any, T], limit: float | None = STEP_SECONDS) -> T:
        with _errors():
            return self._runner.run(asyncio.wait_for(deed, limit))

    async def _sizes(self, folder: str) -> dict[str, int]:
        try:
            found = [one async for one in self._client.scandir(self._path(folder))]
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            return {}
        return {str(one.filename): one.attrs.size or 0 for one in found if one.filename not in (".", "..")}

    async def _lay(self, leaf: Leaf) -> None:
        if await self._append(leaf.part, leaf.start, leaf.read()) != leaf.size:
            raise other_size()
        async with asyncio.timeout(STEP_SECONDS):
            await self._rename(self._path(leaf.part), self._path(leaf.name))

    async def _append(self, name: str, start: int, chunks: Iterator[bytes]) -> int:
        await self._make_folders(PurePosixPath(self._path(name)).parent)
        flags = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | (0 if start else asyncssh.FXF_TRUNC)
        async with asyncio.timeout(STEP_SECONDS):
            file = await self._client.open(self._path(name), flags, encoding=None)
        try:
            if start:
                async with asyncio.timeout(STEP_SECONDS):
                    await file.truncate(start)
            await self._write(file, start, chunks)
            async with asyncio.timeout(STEP_SECONDS):
                attributes = await file.stat()
        finally:
            async with asyncio.timeout(STEP_SECONDS):
                await file.close()
        return attributes.size or 0

    async def _write(self, file: asyncssh.SFTPClientFile, start: int, chunks: Iterator[bytes]) -> None:
        """The next block is made ready in a thread while the one before is on its way."""
        loop, blocks, at = asyncio.get_running_loop(), _blocks(chunks), start
        block = await loop.run_in_executor(None, next, blocks, b"")
        while block:
            written = asyncio.ensure_future(asyncio.wait_for(file.write(block, at), STEP_SECONDS))
            try:
                following = await loop.run_in_executor(None, next, blocks, b"")
            except BaseException:
                written.cancel()
                raise
            try:
                await written
            except asyncssh.SFTPFailure:
                await self._told_full()
                raise
            at += len(block)
            block = following

    async def _told_full(self) -> None:
        """Raises Unavailable ``partner-disk-full`` when that is what the failure means."""
        try:
            room = await asyncio.wait_for(self._client.statvfs(str(self._directory)), STEP_SECONDS)
        except (asyncssh.SFTPError, TimeoutError):
            return
        if (room.bavail or 0) * (room.frsize or room.bsize or 0) < LEAST_FREE:
            raise _full()

    async def _make_folders(self, folder: PurePosixPath) -> None:
        if str(folder) in self._made or str(folder) in (".", "/"):
            return
        if not await self._client.isdir(str(folder)):
            await self._make_folders(folder.parent)
            try:
                await self._client.mkdir(str(folder))
            except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                if not await self._client.isdir(str(folder)):  # somebody else may have made it a moment ago
                    raise
        self._made.add(str(folder))

    async def _rename(self, name: str, to: str) -> None:
        try:
            await self._client.posix_rename(name, to)
        except asyncssh.SFTPOpUnsupported:
            await self._remove(to)
            await self._client.rename(name, to)

    async def _remove(self, path: str) -> None:
        try:
            await self._client.remove(path)
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            return


class _UnderWay:
    """Files that are being laid. After the first failure no more are begun, and the others come to their end."""

    def __init__(self, lay: Callable[[Leaf], Coroutine[Any, Any, None]], leaves: Iterator[Leaf]) -> None:
        self._lay, self._leaves = lay, leaves
        self._tasks: dict[asyncio.Task[None], Leaf] = {}
        self._failure: BaseException | None = None
        self._ended = False

    async def some(self) -> list[Leaf]:
        """Those that ended well since the last call, one at least; none when nothing is left."""
        laid: list[Leaf] = []
        while not laid:
            while not self._ended and len(self._tasks) < LEAVES_AT_ONCE:
                await self._begin()
            if not self._tasks:
                break
            done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            laid = [leaf for leaf in map(self._outcome, done) if leaf is not None]
        return laid

    def raise_failure(self) -> None:
        """What went wrong first."""
        if self._failure is not None:
            raise self._failure

    async def stop(self) -> None:
        """Whoever asked goes away: nothing is left under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _begin(self) -> None:
        asked = asyncio.get_running_loop().run_in_executor(None, next, self._leaves, None)
        await asyncio.wait({asked})
        if not self._failed(asked.exception()):
            leaf = asked.result()
            self._ended = leaf is None
            if leaf is not None:
                self._tasks[asyncio.ensure_future(self._lay(leaf))] = leaf

    def _outcome(self, task: asyncio.Task[None]) -> Leaf | None:
        leaf = self._tasks.pop(task)
        return None if self._failed(task.exception()) else leaf

    def _failed(self, error: BaseException | None) -> bool:
        if error is not None:
            self._ended = True
            self._failure = self._failure or error
        return error is not None


@contextmanager
def open_shelf(way: Way) -> Iterator[SftpShelf]:
    """Log in with our key to the server whose key is known. Raises Unavailable."""
    with asyncio.Runner() as runner:
        with _errors():
            connection, client = runner.run(asyncio.wait_for(_connect(way), 2 * CONNECT_SECONDS))
        try:
            yield SftpShelf(runner, client, way.directory)
        finally:
            connection.abort()
            runner.run(_gone(connection))


def try_out(way: Way) -> float:
    """Log in, write a file of one byte and remove it; seconds it took. Raises Unavailable."""
    begun = time.monotonic()
    with open_shelf(way) as shelf:
        shelf.append(TRIAL, 0, iter([b"?"]))
        shelf.remove(TRIAL)
    return time.monotonic() - begun


def host_key(host: str, port: int) -> str:
    """The public key that a server shows, as in known_hosts without the host. Nobody has confirmed it. Raises
    Unavailable."""
    with asyncio.Runner() as runner, _errors():
        key = runner.run(asyncio.wait_for(_shown_key(host, port), 2 * CONNECT_SECONDS))
    return key.export_public_key("openssh").decode("ascii").strip()


async def _shown_key(host: str, port: int) -> asyncssh.SSHKey:
    key = await asyncssh.get_server_host_key(host, port or PORT, config=[])
    if key is None:
        raise asyncssh.HostKeyNotVerifiable("the server shows no key")
    return key


async def _connect(way: Way) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
    connection = await asyncssh.connect(
        way.host,
        way.port or PORT,
        username=way.user,
        client_keys=[_own_key(way.key)],
        known_hosts=(_host_keys(way.host_key), [], []),
        config=[],
        agent_path=None,
        password=None,
        preferred_auth=["publickey"],
        encryption_algs=list(CIPHERS),
        compression_algs=["none"],
        connect_timeout=CONNECT_SECONDS,
        login_timeout=CONNECT_SECONDS,
        keepalive_interval=15,
    )
    send_no_empty_packets(connection)
    try:
        return connection, await connection.start_sftp_client()
    except BaseException:
        connection.abort()
        raise


async def _gone(connection: asyncssh.SSHClientConnection) -> None:
    try:
        await asyncio.wait_for(connection.wait_closed(), 5.0)
    except (TimeoutError, OSError, asyncssh.Error):
        return


def _own_key(path: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.read_private_key(path)
    except (OSError, ValueError) as error:
        raise Unavailable(
            "partner-key-file",
            f"The private key for this receiver cannot be read ({type(error).__name__}).",
            "Mend the key file that the partner names: OpenSSH form, without passphrase, readable by the node.",
        ) from None


def _host_keys(text: str) -> list[asyncssh.SSHKey]:
    """One key a line, as ``ssh-keyscan`` prints them, with or without the host before it."""
    keys = []
    for line in text.splitlines():
        words = line.split()
        start = next((at for at, word in enumerate(words) if word.startswith(("ssh-", "ecdsa-", "sk-"))), None)
        if start is None or line.lstrip().startswith("#"):
            continue
        try:
            keys.append(asyncssh.import_public_key(" ".join(words[start : start + 2])))
        except ValueError:
            continue
    return keys


def _blocks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= BLOCK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _full() -> Unavailable:
    return Unavailable("partner-disk-full", "The receiver's disk is full.", "Have the receiver make room.")


AGAIN: Final = "It is tried again by itself."
BY_ERROR: Final[tuple[tuple[tuple[type[BaseException], ...], str, str], ...]] = (
    ((asyncssh.HostKeyNotVerifiable,), "partner-host-key", "The receiver's server shows another key than is known."),
    ((asyncssh.PermissionDenied,), "partner-log-in", "The receiver's server does not let us in."),
    (
        (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded),
        "partner-disk-full",
        "The receiver's disk is full.",
    ),
    (
        (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect),
        "partner-permission",
        "We may not write in the receiver's folder.",
    ),
    (
        (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory),
        "partner-permission",
        "The receiver's folder is not there, or we may not see it.",
    ),
    (
        (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.ConnectionLost),
        "partner-connection-lost",
        "The connection with the receiver broke off.",
    ),
    ((asyncssh.SFTPError,), "partner-refuses", "The receiver's server refuses the file."),
    ((asyncssh.DisconnectError, asyncssh.ChannelOpenError), "partner-connection-lost", "The receiver hung up."),
)


@contextmanager
def _errors() -> Iterator[None]:
    """Turn what the library raises into Unavailable; its texts may hold names, so they go no further."""
    try:
        yield
    except (asyncssh.Error, asyncssh.KeyImportError) as error:
        code, text = next(
            ((code, text) for kinds, code, text in BY_ERROR if isinstance(error, kinds)),
            ("partner-connection-lost", "The connection with the receiver broke off."),
        )
        log.warning("sftp", code=code, error=type(error).__name__)
        raise Unavailable(code, text, AGAIN) from None
    except (OSError, TimeoutError) as error:
        log.warning("sftp", code="partner-unreachable", error=type(error).__name__)
        raise Unavailable("partner-unreachable", "The receiver's server cannot be reached.", AGAIN) from None
