"""OpenSSH's own programs: keys, certificates, the client ``sftp`` and the server ``sshd``."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from beeldbrug.kit.ports import free_port
from tests.peers.processes import Finished, die_with_tests, run, running, tool, wait_for_port

SECONDS = 60.0


@dataclass(frozen=True)
class Client:
    """``sftp`` with a key, at a port. ``known`` is its known_hosts file."""

    folder: Path
    key: Path
    account: str
    port: int
    more: tuple[str, ...] = ()

    def command(self, *more: str) -> list[str]:
        """The command that reads its commands from standard input."""
        options = {
            "IdentityFile": self.key,
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "UserKnownHostsFile": self.folder / "known_hosts",
            "GlobalKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "accept-new",
            "PreferredAuthentications": "publickey",
            "ConnectTimeout": "10",
        }
        given = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        where = f"sftp://{self.account}@127.0.0.1:{self.port}"
        return [tool("sftp", "openssh-client"), "-F", "none", *given, *self.more, *more, "-b", "-", where]

    def do(self, *commands: str, seconds: float = SECONDS) -> Finished:
        """These commands, until one fails."""
        done = subprocess.run(
            self.command(),
            input="\n".join(commands).encode() + b"\n",
            capture_output=True,
            cwd=self.folder,
            timeout=seconds,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
        return Finished(done.returncode, (done.stdout + done.stderr).decode(errors="replace"))

    def start(self, *commands: str, hold: bool = False) -> subprocess.Popen[bytes]:
        """The same, under way; ``hold``: it then waits for more until its input is closed, or it is killed."""
        process = subprocess.Popen(
            self.command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            preexec_fn=die_with_tests,
        )
        if process.stdin is not None:
            process.stdin.write("\n".join(commands).encode() + b"\n")
            process.stdin.flush()
            if not hold:
                process.stdin.close()
        return process


def make_key(path: Path, kind: str = "ed25519") -> Path:
    """A key pair; the public part has ``.pub``."""
    _keygen("-q", "-t", kind, "-N", "", "-C", "partner", "-f", str(path))
    return path


def sign(authority: Path, key: Path, principals: Sequence[str], validity: str = "-5m:+1h", *more: str) -> Path:
    """A user certificate over the key, beside it, where the client finds it."""
    names = ["-n", ",".join(principals)] if principals else []
    _keygen("-q", "-s", str(authority), "-I", "test", *names, "-V", validity, *more, str(key) + ".pub")
    return Path(str(key) + "-cert.pub")


def fingerprint(path: Path) -> str:
    """As ``ssh-keygen -l`` has it."""
    return _keygen("-l", "-f", str(path)).split()[1]


def _keygen(*arguments: str) -> str:
    done = run([tool("ssh-keygen", "openssh-client"), *arguments])
    if done.code:
        pytest.fail(f"ssh-keygen: {done.output}")
    return done.output


@contextmanager
def sshd(folder: Path, key: Path) -> Iterator[int]:
    """OpenSSH's server for this user with its internal SFTP server; its port."""
    program = tool("sshd", "openssh-server")
    folder.mkdir()
    make_key(folder / "host")
    port = free_port()
    lines = [
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        f"HostKey {folder / 'host'}",
        f"AuthorizedKeysFile {key}.pub",
        f"PidFile {folder / 'pid'}",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "UsePAM no",
        "StrictModes no",
        "Subsystem sftp internal-sftp",
    ]
    (folder / "sshd_config").write_text("\n".join(lines) + "\n")
    Path("/run/sshd").mkdir(exist_ok=True)
    command = [program, "-D", "-e", "-f", str(folder / "sshd_config")]
    with running(command, folder / "log") as process:
        wait_for_port(port, process, folder / "log")
        yield port
