"""A hub in a process of its own for tests, and a client that speaks its API over plain HTTP (urllib3)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3
from blake3 import blake3

from beeldbrug.kit.ports import free_port
from tests.peers.processes import stop, wait_for_port
from tests.unit.hub.hospital import HUB, Authority, Hospital, Stream

START = (
    "import sys; from pathlib import Path; from beeldbrug.hub.app.process import run, serve; "
    "from beeldbrug.hub.app.settings import HubSettings; from beeldbrug.kit.settings import load; "
    "f = Path(sys.argv[1]); s = load(HubSettings, f); "
    "sys.exit(run(f)) if s.processes > 1 else serve(s)"
)


@dataclass
class HubProcess:
    """A hub's folder and its running process, if any."""

    folder: Path
    authority: Authority
    settings: dict[str, Any]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "hub"

    @property
    def log(self) -> Path:
        return self.folder / "hub.log"

    def start(self) -> None:
        """Start it and wait until it listens."""
        (self.folder / "roots.pem").write_text(self.authority.pem)
        wanted = {
            "id": HUB,
            "data": str(self.data),
            "roots": str(self.folder / "roots.pem"),
            "port": self.port,
            "open_enrolment": True,
            **self.settings,
        }
        file = self.folder / "hub.toml"
        tables = {name: value for name, value in wanted.items() if isinstance(value, dict)}
        lines = [f"{name} = {json.dumps(value)}" for name, value in wanted.items() if name not in tables]
        for name, table in tables.items():
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
        file.write_text("\n".join(lines))
        with self.log.open("ab") as output:
            command = [sys.executable, "-c", START, str(file)]
            self.process = subprocess.Popen(command, stdout=output, stderr=output)
        wait_for_port(self.port, self.process, self.log)

    def kill(self) -> None:
        """As a power switch would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(20)

    def stop(self) -> float:
        """Stop it in order; returns the seconds that took."""
        began = time.monotonic()
        if self.process is not None:
            stop(self.process, signal.SIGTERM)
        return time.monotonic() - began

    def client(self, hospital: Hospital) -> HubClient:
        """A client for an organisation, which is enrolled first."""
        client = HubClient(self.port, hospital)
        answer = client.send(
            "PUT", f"/v1/organisations/{hospital.ura}", content={"certificate_chain": [hospital.chain]}
        )
        assert answer.status in (200, 201), answer.data
        return client


class HubClient:
    """One organisation's requests."""

    def __init__(self, port: int, hospital: Hospital) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.hospital = hospital
        self._cached, self._made = "", -1000.0
        self.pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=5, read=30), maxsize=16)

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        content: Any = None,
        headers: dict[str, str] | None = None,
        token: str | None = None,
        **more: Any,
    ) -> urllib3.BaseHTTPResponse:
        """One request."""
        bearer = self._token() if token is None else token
        sent = {"Authorization": f"Bearer {bearer}", **(headers or {})}
        if content is not None:
            body = json.dumps(content).encode()
        return self.pool.request(method, self.base + path, body=body, headers=sent, **more)

    def _token(self) -> str:
        if time.monotonic() - self._made > 100:
            self._cached, self._made = self.hospital.token(time.time()), time.monotonic()
        return self._cached

    def post(self, stream: Stream, body: bytes, kind: str = "parcel", **more: Any) -> urllib3.BaseHTTPResponse:
        """The next part of a stream."""
        number, envelope = stream.next(body, kind)
        return self.post_as(stream.parcel, number, envelope, body, **more)

    def post_as(
        self, parcel: str, number: int, envelope: str, body: bytes, urgency: str = "routine", seconds: float = 3600.0
    ) -> urllib3.BaseHTTPResponse:
        """A part with this envelope."""
        headers = {
            "Beeldbrug-Envelope": envelope,
            "Beeldbrug-Urgency": urgency,
            "Beeldbrug-Expires": str(int(time.time() + seconds)),
        }
        return self.send("POST", f"/v1/parcels/{parcel}/parts/{number}", body=body, headers=headers)

    def grant(self, pack: str, parcel: str, receiver: str, seconds: float = 3600.0) -> urllib3.BaseHTTPResponse:
        """Create or grant a pack."""
        content = {"parcel": parcel, "receiver": receiver, "expires": time.time() + seconds}
        return self.send("PUT", f"/v1/packs/{pack}", content=content)

    def put(self, pack: str, number: int, body: bytes, digest: str | None = None) -> urllib3.BaseHTTPResponse:
        """A whole segment."""
        headers = {"Beeldbrug-Hash": digest or blake3(body).hexdigest()}
        return self.send("PUT", f"/v1/packs/{pack}/segments/{number}", body=body, headers=headers)

    def mailbox(self, query: str = "") -> list[dict[str, Any]]:
        """Entries of the own mailbox."""
        answer = self.send("GET", f"/v1/mailbox{query}")
        assert answer.status == 200, answer.data
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return entries


@contextmanager
def running_hub(folder: Path, **settings: Any) -> Iterator[HubProcess]:
    """A hub for as long as the block lasts."""
    hub = HubProcess(folder, Authority(time.time()), settings)
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()


def code(answer: urllib3.BaseHTTPResponse) -> tuple[int, str]:
    """Status and error code of a refusal."""
    return answer.status, answer.json()["code"]
