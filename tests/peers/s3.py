"""A real S3 server: the Versity gateway with its POSIX backend, built by ``go install`` into ``.peers/``.

Built once with the Go toolchain and the Go module proxy; without them the tests skip and say so. Apache-2.0; only the
tests use it.
"""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.kit.ports import free_port
from tests.peers.processes import PEERS, running, wait_for_port

MODULE = "github.com/versity/versitygw/cmd/versitygw"
VERSION = "v1.8.0"
BUILD_SECONDS = 900.0


@dataclass(frozen=True)
class S3:
    """A running server. ``create`` makes a bucket; ``options`` is what obstore's S3Store wants for it."""

    endpoint: str
    folder: Path
    access_key: str
    secret_key: str
    region: str = "us-east-1"
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def create(self) -> str:
        """The name of a new, empty bucket; a bucket is a folder of the POSIX backend."""
        name = f"test-{next(self._numbers)}"
        (self.folder / name).mkdir()
        return name

    def options(self, bucket: str) -> dict[str, Any]:
        """Keyword arguments of ``obstore.store.S3Store``."""
        return {
            "bucket": bucket,
            "endpoint": self.endpoint,
            "region": self.region,
            "access_key_id": self.access_key,
            "secret_access_key": self.secret_key,
            "virtual_hosted_style_request": False,
            "client_options": {"allow_http": True},
        }


@pytest.fixture(scope="session")
def s3_program() -> Path:
    """The server's program, built at its first use; skips when it cannot be built. May take minutes, once."""
    program = PEERS / "bin" / f"versitygw-{VERSION}"
    if not program.exists():
        _build(program)
    return program


@pytest.fixture(scope="session")
def s3(s3_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """The S3 server of this test run, started at its first use."""
    with started_s3(s3_program, tmp_path_factory.mktemp("s3")) as server:
        yield server


@contextmanager
def started_s3(program: Path, parent: Path) -> Iterator[S3]:
    """A server for as long as the block lasts, its buckets under ``parent``."""
    folder, sidecar, log, port = parent / "buckets", parent / "sidecar", parent / "log", free_port()
    folder.mkdir()
    sidecar.mkdir()
    access, secret = "test", secrets.token_hex(16)
    # metadata beside the objects, because a temporary folder may be on a file system without extended attributes
    command = [str(program), "--port", f"127.0.0.1:{port}", "posix", "--sidecar", str(sidecar), str(folder)]
    environment = {"ROOT_ACCESS_KEY": access, "ROOT_SECRET_KEY": secret}
    with running(command, log, environment=environment) as process:
        wait_for_port(port, process, log)
        yield S3(f"http://127.0.0.1:{port}", folder, access, secret)


def _build(program: Path) -> None:
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin:/usr/lib/go/bin")
    if go is None:
        pytest.skip("S3 server is not built: no Go toolchain (apt-get install golang, 1.25 or later)")
    folder = program.parent / f"build-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        command = [go, "install", f"{MODULE}@{VERSION}"]
        environment = {**os.environ, "GOBIN": str(folder)}
        done = subprocess.run(command, env=environment, capture_output=True, timeout=BUILD_SECONDS, check=False)
        if done.returncode != 0:
            last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
            pytest.skip(f"S3 server is not built: go install failed: {' '.join(last)[:200]}")
        (folder / "versitygw").replace(program)
    except subprocess.TimeoutExpired:
        pytest.skip(f"S3 server is not built: go install took over {BUILD_SECONDS:.0f} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
