"""rsyslog as the hospital's collector: syslog over TLS (its OpenSSL driver), written to a file, message by message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from beeldbrug.kit.ports import free_port
from tests.peers.certificates import Authority
from tests.peers.processes import running, tool, wait_for_port

DRIVERS = "*/rsyslog/lmnsd_ossl.so"
"""Below /usr/lib."""

CONFIGURATION = """\
global(workDirectory="{folder}" DefaultNetstreamDriver="ossl" maxMessageSize="256k"
  DefaultNetstreamDriverCAFile="{authority}" DefaultNetstreamDriverCertFile="{certificate}"
  DefaultNetstreamDriverKeyFile="{key}")
module(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="{mode}"
  PermittedPeer=["node"])
template(name="whole" type="string" string="%HOSTNAME%|%APP-NAME%|%PROCID%|%MSGID%|%PRI%|%msg%\\n")
input(type="imtcp" address="127.0.0.1" port="{port}")
action(type="omfile" file="{folder}/messages" template="whole" asyncWriting="off" flushOnTXEnd="on")
"""


@dataclass(frozen=True)
class Message:
    """One as rsyslog understood it."""

    host: str
    application: str
    number: int
    message_id: str
    priority: int
    content: str


@dataclass(frozen=True)
class Collector:
    """A running one, with what it has written."""

    port: int
    folder: Path

    def messages(self) -> list[Message]:
        """All that it has, in order."""
        file = self.folder / "messages"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        told = [line.split("|", 5) for line in lines]
        return [Message(one[0], one[1], int(one[2]), one[3], int(one[4]), one[5]) for one in told]


@contextmanager
def collector(folder: Path, authority: Authority, port: int = 0, with_certificate: bool = True) -> Iterator[Collector]:
    """rsyslog that asks for the certificate of ``node``."""
    program = tool("rsyslogd", "rsyslog")
    if not any(Path("/usr/lib").glob(DRIVERS)):
        pytest.skip("rsyslog has no OpenSSL driver: apt-get install rsyslog-openssl")
    folder.mkdir(exist_ok=True)
    certificate, key = authority.issue("localhost")
    port = port or free_port()
    settings = folder / "rsyslog.conf"
    settings.write_text(
        CONFIGURATION.format(
            folder=folder,
            authority=authority.certificate,
            certificate=certificate,
            key=key,
            port=port,
            mode="x509/name" if with_certificate else "anon",
        )
    )
    command = [program, "-n", "-f", str(settings), "-i", str(folder / "rsyslog.pid")]
    with running(command, folder / "rsyslog.log") as process:
        wait_for_port(port, process, folder / "rsyslog.log", 30)
        yield Collector(port, folder)
