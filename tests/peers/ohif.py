"""OHIF, another house's viewer, as its npm package ships it built; served on loopback before a node's DICOMweb.

Fetched once with npm into ``.peers/``; without npm or its registry the tests skip and say so. MIT licence; only tests
and benches use it. OHIF knows nothing of tokens here: the small server adds the one it was given, as a hospital's proxy
would, and keeps what was asked of the node and how it answered.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.peers.processes import PEERS

PACKAGE = "@ohif/app"
VERSION = "3.13.2"
FETCH_SECONDS = 600.0
NPM = Path(__file__).parents[2] / ".venv" / "bin" / "npm"

CONFIG = {
    "routerBasename": "/",
    "showStudyList": True,
    "extensions": [],
    "modes": [],
    "customizationService": {},
    "investigationalUseDialog": {"option": "never"},
    "maxNumberOfWebWorkers": 2,
    "showWarningMessageForCrossOrigin": False,
    "defaultDataSourceName": "node",
    "dataSources": [
        {
            "namespace": "@ohif/extension-default.dataSourcesModule.dicomweb",
            "sourceName": "node",
            "configuration": {
                "friendlyName": "node",
                "name": "node",
                "wadoUriRoot": "/dicomweb",
                "qidoRoot": "/dicomweb",
                "wadoRoot": "/dicomweb",
                "qidoSupportsIncludeField": False,
                "imageRendering": "wadors",
                "thumbnailRendering": "wadors",
                "enableStudyLazyLoad": True,
                "supportsFuzzyMatching": False,
                "supportsWildcard": True,
                "omitQuotationForMultipartRequest": True,
            },
        }
    ],
}
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".wasm": "application/wasm"}


@dataclass
class Ohif:
    """A running viewer. ``asked`` are paths below /dicomweb with query, and the status of each answer."""

    url: str
    asked: list[tuple[str, int]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    """Answers of searches."""


@pytest.fixture(scope="session")
def ohif_site() -> Path:
    """OHIF's pages; skips when they cannot be had."""
    return fetched()


def fetched() -> Path:
    """OHIF's pages, fetched at the first use."""
    site = PEERS / f"ohif-{VERSION}"
    if not (site / "index.html").exists():
        _fetch(site)
    return site


def _fetch(site: Path) -> None:
    npm = str(NPM) if NPM.exists() else shutil.which("npm")
    if npm is None:
        pytest.skip("OHIF is not here and npm is not installed")
    folder = PEERS / f"ohif-{VERSION}.part"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [npm, "pack", f"{PACKAGE}@{VERSION}", "--silent", "--ignore-scripts"]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        timeout=FETCH_SECONDS,
        check=False,
        # the rest as it is: a certificate or a registry of one's own stands in it
        env={**os.environ, "PATH": f"{NPM.parent}:/usr/bin:/bin"},
    )
    packed = next(folder.glob("*.tgz"), None)
    if done.returncode or packed is None:
        pytest.skip("OHIF is not here and could not be fetched with npm")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    (folder / "package" / "dist").rename(site)
    shutil.rmtree(folder)


@contextmanager
def served(site: Path, dicomweb: str, token: str) -> Iterator[Ohif]:
    """OHIF before the DICOMweb at this URL, with this bearer token."""
    ohif = Ohif("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site, dicomweb, token, ohif))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    ohif.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield ohif
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def _handler(site: Path, dicomweb: str, token: str, ohif: Ohif) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path.startswith("/dicomweb/"):
                self._pass_on(self.path.removeprefix("/dicomweb"))
            elif self.path.split("?")[0] == "/app-config.js":
                self._answer(200, "text/javascript", f"window.config = {json.dumps(CONFIG)};".encode())
            else:
                self._file(self.path.split("?")[0].lstrip("/"))

        def _file(self, name: str) -> None:
            path = site / name
            if not path.is_file():
                path = site / "index.html"
            kept = "no-cache" if path.name == "index.html" else "public, max-age=31536000, immutable"
            self._answer(200, _TYPES.get(path.suffix, "application/octet-stream"), path.read_bytes(), kept)

        def _pass_on(self, path: str) -> None:
            headers = {"Authorization": f"Bearer {token}", "Accept": self.headers.get("Accept", "*/*")}
            try:
                with urlopen(Request(dicomweb + path, headers=headers), timeout=60) as answer:  # noqa: S310 - loopback
                    status, kind, body = answer.status, answer.headers.get("content-type", ""), answer.read()
            except HTTPError as error:
                with error:
                    status, kind, body = error.code, error.headers.get("content-type", ""), error.read()
            ohif.asked.append((path, status))
            if "json" in kind:
                ohif.bodies.append(body)
            self._answer(status, kind, body)

        def _answer(self, status: int, kind: str, body: bytes, kept: str = "no-store") -> None:
            self.send_response(status)
            self.send_header("cache-control", kept)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # the page was closed while it came
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing to the terminal."""

    return Handler
