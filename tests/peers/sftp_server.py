"""OpenSSH's sshd as a partner's SFTP server: its own configuration, keys and port, run without any privilege.

Debian package openssh-server. Logging in is by key alone, into a folder of its own, over ``internal-sftp``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from beeldbrug.kit.ports import free_port
from beeldbrug.model.exchange import Route
from beeldbrug.node.ports.partners import Form, Way
from tests.peers.processes import run, running, tool, wait_for_port

_CONFIGURATION = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/authorised
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
LogLevel ERROR
Subsystem sftp internal-sftp {options}
ForceCommand internal-sftp {options}
"""


@dataclass(frozen=True)
class SftpServer:
    """A running server. What is put there lies in ``inbox``; ``stop`` ends it, with every connection."""

    port: int
    user: str
    folder: Path
    inbox: Path
    stop: Callable[[], None]

    def way(self, form: Form = Form.FILES, **changes: object) -> Way:
        """The way of a partner that leads here."""
        fields: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": self.user,
            "key": str(self.folder / "client"),
            "host_key": (self.folder / "host.pub").read_text(),
            "directory": str(self.inbox),
            "form": form,
        }
        return Way(Route.SFTP, **(fields | changes))  # type: ignore[arg-type]  # as the test wants it

    def files(self) -> dict[str, Path]:
        """What lies in the inbox, by name."""
        found = (path for path in self.inbox.rglob("*") if path.is_file())
        return {str(path.relative_to(self.inbox)): path for path in found}


StartSftp = Callable[..., SftpServer]


@contextmanager
def sftp_server(folder: Path, port: int = 0, options: str = "") -> Iterator[SftpServer]:
    """A server in this folder for as long as the block lasts; the folder may hold keys of one before it."""
    sshd, keygen = tool("sshd", "openssh-server"), tool("ssh-keygen", "openssh-client")
    user = "daemon" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for name in ("host", "client"):
        if not (folder / name).exists():
            made = run([keygen, "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)])
            assert made.code == 0, made.output
    shutil.copy(folder / "client.pub", folder / "authorised")
    port = port or free_port()
    (folder / "sshd.conf").write_text(_CONFIGURATION.format(port=port, folder=folder, options=options))
    if os.getuid() == 0:
        _give(folder, user)
    log = folder / "sshd.log"
    command = [sshd, "-D", "-e", "-f", str(folder / "sshd.conf")]
    with ExitStack() as stack:
        process = stack.enter_context(running(command, log, user=user if os.getuid() == 0 else None))
        wait_for_port(port, process, log)

        def stop() -> None:
            _hang_up(process.pid)
            stack.close()

        yield SftpServer(port, user, folder, inbox, stop)


def _hang_up(pid: int) -> None:
    """End the connections: sshd serves each in a process of its own, which outlives it."""
    with suppress(FileNotFoundError, ProcessLookupError):  # it may end by itself meanwhile
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            _hang_up(int(child))
            os.kill(int(child), signal.SIGKILL)


def _give(folder: Path, user: str) -> None:
    """The server's account owns its folder and may pass through those above."""
    account = pwd.getpwnam(user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)
    for above in folder.parents:
        if above.stat().st_uid == os.getuid() and not above.stat().st_mode & 0o001:
            above.chmod(above.stat().st_mode | 0o011)


@pytest.fixture
def sftp_folder() -> Iterator[Path]:
    """Outside pytest's own folder, which each start of pytest closes to other accounts."""
    with tempfile.TemporaryDirectory(prefix="beeldbrug-sftp-") as folder:
        yield Path(folder)


@pytest.fixture
def start_sftp(sftp_folder: Path) -> Iterator[StartSftp]:
    """Starts servers: ``start_sftp(port=..., options="-R")``; stopped at the end of the test."""
    with ExitStack() as stack:

        def start(name: str = "sftp", port: int = 0, options: str = "") -> SftpServer:
            return stack.enter_context(sftp_server(sftp_folder / name, port, options))

        yield start
