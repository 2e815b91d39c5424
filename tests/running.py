"""The real service as `make run` starts it, in a process of its own on a free loopback port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bot.base.sealing import new_key
from bot.base.settings import ROOT
from tests.waiting import until


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_service(folder: Path, **settings: str) -> Iterator[dict[str, Any]]:
    """Address, folder, log, port and key of a running service, whose clock stands on Tuesday 24 November 2026."""
    port, key = free_port(), new_key()
    environment = os.environ | {
        "KINLINE_KEY": key, "DATABASE_URL": f"sqlite:///{folder}/kinline.db", "KINLINE_PORT": str(port),
        "KINLINE_CLOCK_STOPPED_AT": "2026-11-24T10:00", "KINLINE_MODEL_DIR": str(ROOT / "models"), "NO_PROXY": "127.0.0.1", **settings,
    }  # fmt: skip
    log, address = folder / "log.txt", f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(process, address, log)
            # Until then a search ranks otherwise, and two services would not answer alike.
            until(lambda: "indexed by meaning" in log.read_text(), why="the directory was not indexed")
            yield {"address": address, "folder": folder, "log": log, "port": port, "key": key}
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(log.read_text()[-2000:])
        try:
            if httpx.get(f"{address}/healthz", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise RuntimeError("the service did not start: " + log.read_text()[-2000:])
