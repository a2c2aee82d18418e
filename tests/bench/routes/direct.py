"""Direct: sealed segments from a node's client into another node's door, against ``curl`` of the same bytes to nginx.

The door syncs each segment and checks its hash before it answers; nginx (WebDAV PUT, one file after the other on one
connection) does neither. ``curl_synced`` is the same with the machine's own sync at the end, for who wants to know what
safe on disk costs. ``back`` is what the receiver does: fetching the segments, against ``curl`` of the files.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from blake3 import blake3

from beeldbrug.kit.clock import SystemClock
from beeldbrug.kit.ports import free_port
from beeldbrug.node.app.compose import TRANSFERS
from beeldbrug.node.app.ways import DOOR_TIMEOUTS
from beeldbrug.node.protocols.hub.client import HttpHub
from tests.bench.measure import MEGABYTE, median, settle
from tests.bench.report import Report, rounded
from tests.interop.hub_process import running_hub
from tests.peers.processes import run, running, tool, wait_for_port
from tests.unit.hub.hospital import Hospital, new_id

SEGMENTS = int(os.environ.get("SEGMENTS", "40"))
SEGMENT_BYTES = 8 * 2**20
SECONDS = 600.0

NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/root;
    client_max_body_size 0;
    location / {{ dav_methods PUT; create_full_put_path on; }}
  }}
}}
"""


def bench(folder: Path, runs: int, report: Report) -> None:
    """Measure both directions, in turns."""
    if shutil.disk_usage(folder).free < 4 * runs * SEGMENTS * SEGMENT_BYTES:
        pytest.fail("not enough disk; set TMPDIR to a folder on a larger one")
    files = folder / "files"
    files.mkdir()
    for number in range(1, SEGMENTS + 1):
        (files / str(number)).write_bytes(os.urandom(SEGMENT_BYTES))
    taken: dict[str, list[float]] = {}
    (folder / "door").mkdir()
    with running_hub(folder / "door", open_enrolment=True) as door, _nginx(folder / "nginx") as plain:
        a, b = (door.authority.hospital(ura) for ura in ("00000001", "00000002"))
        for hospital in (a, b):
            door.client(hospital)
        address = f"http://127.0.0.1:{door.port}"
        for number in range(runs):
            pack = new_id()
            order = ("door", "curl") if number % 2 == 0 else ("curl", "door")
            for who in order:
                if who == "door":
                    taken.setdefault("put", []).append(_put(address, a, b, pack, files))
                    taken.setdefault("back", []).append(_fetch(address, b, pack, folder / "fetched"))
                else:
                    _curl(taken, plain, files, folder)
            print(f"run {number + 1}: " + ", ".join(f"{n} {t[-1]:.2f} s" for n, t in taken.items()), flush=True)
    size = SEGMENTS * SEGMENT_BYTES / MEGABYTE
    for name, seconds in taken.items():
        report.figures[f"direct_{name}_mb_per_second"] = rounded(size / median(seconds))
    report.ratios["direct_vs_curl"] = rounded(median(taken["curl"]) / median(taken["put"]))
    report.ratios["direct_vs_curl_synced"] = rounded(median(taken["curl_synced"]) / median(taken["put"]))
    report.ratios["direct_back_vs_curl"] = rounded(median(taken["curl_back"]) / median(taken["back"]))
    report.peers["curl"] = {"version": run([tool("curl", "curl"), "-V"]).output.split(" (")[0]}
    report.peers["nginx"] = {"version": run([tool("nginx", "nginx-light"), "-v"]).output.strip()}
    report.setting |= {"segments": SEGMENTS, "segment_bytes": SEGMENT_BYTES}


def _hub(address: str, hospital: Hospital) -> HttpHub:
    return HttpHub(address, hospital.ura, hospital.key, SystemClock(), None, DOOR_TIMEOUTS)


def _put(address: str, a: Hospital, b: Hospital, pack: str, files: Path) -> float:
    hub = _hub(address, a)
    bodies = [(number, (files / str(number)).read_bytes()) for number in range(1, SEGMENTS + 1)]
    hashes = {number: blake3(body).digest() for number, body in bodies}
    hub.grant_pack(pack, new_id(), b.ura, time.time() + 3600)
    settle()
    start = time.monotonic()
    with ThreadPoolExecutor(TRANSFERS) as lanes:
        done = [lanes.submit(hub.put_segment, pack, number, body, hashes[number]) for number, body in bodies]
        for one in done:
            one.result(SECONDS)
    seconds = time.monotonic() - start
    hub.close()
    return seconds


def _fetch(address: str, b: Hospital, pack: str, folder: Path) -> float:
    hub = _hub(address, b)
    folder.mkdir()
    settle()
    start = time.monotonic()
    with ThreadPoolExecutor(TRANSFERS) as lanes:
        done = [
            lanes.submit(hub.fetch_segment, pack, number, folder / str(number), SEGMENT_BYTES)
            for number in range(1, SEGMENTS + 1)
        ]
        for one in done:
            one.result(SECONDS)
    seconds = time.monotonic() - start
    hub.close()
    shutil.rmtree(folder)
    return seconds


def _curl(taken: dict[str, list[float]], plain: str, files: Path, folder: Path) -> None:
    curl, place = tool("curl", "curl"), new_id()
    settle()
    start = time.monotonic()
    done = run([curl, "-sS", "-f", "-T", f"{{{','.join(str(files / str(n)) for n in range(1, SEGMENTS + 1))}}}",
                f"{plain}/{place}/"], seconds=SECONDS)  # fmt: skip
    taken.setdefault("curl", []).append(time.monotonic() - start)
    os.sync()
    taken.setdefault("curl_synced", []).append(time.monotonic() - start)
    assert done.code == 0, done.output[-500:]
    back = folder / "curled"
    back.mkdir()
    start = time.monotonic()
    done = run([curl, "-sS", "-f", "-o", f"{back}/#1", f"{plain}/{place}/[1-{SEGMENTS}]"], seconds=SECONDS)
    taken.setdefault("curl_back", []).append(time.monotonic() - start)
    assert done.code == 0, done.output[-500:]
    assert sum(one.stat().st_size for one in back.iterdir()) == SEGMENTS * SEGMENT_BYTES
    shutil.rmtree(back)


@contextmanager
def _nginx(folder: Path) -> Iterator[str]:
    """A plain web server that takes files; its address."""
    folder.mkdir()
    for name in ("root", "body"):
        (folder / name).mkdir()
    port = free_port()
    (folder / "nginx.conf").write_text(f"user root;\n{NGINX.format(folder=folder, port=port)}")
    command = [tool("nginx", "nginx-light"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with running(command, folder / "nginx.log") as process:
        wait_for_port(port, process, folder / "nginx.log")
        yield f"http://127.0.0.1:{port}"
