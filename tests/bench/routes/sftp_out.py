"""Ways out by SFTP, against OpenSSH's own client and the same server: what delivering costs beside the bare transfer.

Both put the same study into the same sshd over loopback, with the same cipher: ``sftp -b`` as files, ours out of the
vault, opened, joined and checked on the way. Target: 0.8 of OpenSSH's rate.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import State
from beeldbrug.node.ports.partners import Form
from tests.bench.measure import median
from tests.bench.report import Report, rounded
from tests.interop.sending_house import send, sending_house, study
from tests.peers.processes import run, tool
from tests.peers.sftp_server import SftpServer, sftp_server

SLICES = 200
PIXELS = 1024 * 1024


@dataclass(frozen=True)
class Rates:
    """Megabytes a second, medians."""

    openssh: float
    files: float
    zip: float

    @property
    def share(self) -> float:
        """Ours (files) of theirs."""
        return self.files / self.openssh


def bench(folder: Path, runs: int, report: Report) -> None:
    """Measure, and put it in the report; ``folder`` is empty and has room for some gigabytes."""
    rates = _measured(folder, runs)
    report.figures["sftp_out_mb_per_second"] = rounded(rates.files)
    report.figures["sftp_out_zip_mb_per_second"] = rounded(rates.zip)
    report.figures["sftp_out_openssh_mb_per_second"] = rounded(rates.openssh)
    report.ratios["sftp_out_vs_openssh"] = rounded(rates.share)


def _measured(folder: Path, runs: int) -> Rates:
    size = SLICES * PIXELS / 1e6
    found: dict[str, list[float]] = {"openssh": [], "files": [], "zip": []}
    for number in range(runs):
        with sftp_server(folder / f"server-{number}") as server:
            found["openssh"].append(size / _openssh(server, folder / f"files-{number}"))
        for form in Form:
            with sftp_server(folder / f"{form}-{number}") as server:
                found[form.value].append(size / _ours(server, folder / f"house-{form}-{number}", form))
    return Rates(*(median(found[name]) for name in ("openssh", "files", "zip")))


def _openssh(server: SftpServer, folder: Path) -> float:
    """Seconds of ``sftp -b`` for the same bytes."""
    folder.mkdir()
    for number, (_, _, _, content) in enumerate(study(SLICES, PIXELS)):
        (folder / f"IM{number:06d}").write_bytes(content)
    known = folder / "known"
    known.write_text(f"[127.0.0.1]:{server.port} {(server.folder / 'host.pub').read_text()}")
    batch = folder / "batch"
    batch.write_text(f"lcd {folder}\ncd {server.inbox}\nmput IM*\n")
    key = server.folder / "client-of-openssh"
    key.write_bytes((server.folder / "client").read_bytes())
    key.chmod(0o600)
    options = ("-o", f"UserKnownHostsFile={known}", "-c", "aes128-gcm@openssh.com", "-i", str(key))
    command = [tool("sftp", "openssh-client"), "-q", "-b", str(batch), *options, "-P", str(server.port)]
    begun = time.monotonic()
    done = run([*command, f"{server.user}@127.0.0.1"], seconds=300)
    assert done.code == 0, done.output
    return time.monotonic() - begun


def _ours(server: SftpServer, folder: Path, form: Form) -> float:
    """Seconds from the first byte that leaves to *delivered*."""
    folder.mkdir()
    with sending_house(folder, server.way(form)) as house:
        step = house.steps.pop("deliver")
        house.steps["deliver"] = _Waiting()
        exchange = send(house, study(SLICES, PIXELS))
        begun = time.monotonic()
        while step.step(exchange.id) is not None:
            continue
        seconds = time.monotonic() - begun
        assert house.exchange().state is State.DELIVERED
        return seconds


class _Waiting:
    """Holds delivering up until it is measured."""

    def step(self, subject: str) -> float | None:
        raise Unavailable("bench-waits", "It is measured later.")

    def failed(self, subject: str, error: object) -> float | None:
        return None
