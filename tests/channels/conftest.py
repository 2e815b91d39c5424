"""The real service as `make run` starts it, on a free loopback port."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bot.base.sealing import new_key
from bot.base.settings import ROOT
from tests.channels.fakes import FakeGraph, FakeTelegram, FakeTwilio
from tests.waiting import until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


TELEGRAM_SECRET, APP_SECRET, VERIFY_TOKEN = "telegram-secret-for-tests", "app-secret-for-tests", "verify-for-tests"
TWILIO_ACCOUNT, TWILIO_TOKEN, PUBLIC_URL = "AC" + "0" * 32, "twilio-token-for-tests", "https://chat.example.org"


def channel_environment(telegram: str, graph: str) -> dict[str, str]:
    return {
        "TELEGRAM_BOT_TOKEN": "1:token", "TELEGRAM_WEBHOOK_SECRET": TELEGRAM_SECRET, "TELEGRAM_API_URL": telegram,
        "WHATSAPP_GRAPH_URL": f"{graph}/v23.0", "WHATSAPP_PHONE_NUMBER_ID": "106540352242922", "WHATSAPP_ACCESS_TOKEN": "token",
        "WHATSAPP_APP_SECRET": APP_SECRET, "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
    }  # fmt: skip


@pytest.fixture(scope="session")
def providers():
    """Telegram, WhatsApp and Twilio on loopback."""
    made = SimpleNamespace(telegram=FakeTelegram(), whatsapp=FakeGraph(), twilio=FakeTwilio())
    yield made
    for one in (made.telegram, made.whatsapp, made.twilio):
        one.close()


@contextmanager
def running_service(folder: Path, **settings: str) -> Iterator[dict[str, Any]]:
    """Address, folder and log of a running service."""
    port, key = free_port(), new_key()
    environment = os.environ | {
        "KINLINE_KEY": key,
        "DATABASE_URL": f"sqlite:///{folder}/kinline.db",
        "KINLINE_PORT": str(port),
        "KINLINE_CLOCK_STOPPED_AT": "2026-11-24T10:00",
        "KINLINE_MODEL_DIR": str(ROOT / "models"),
        "NO_PROXY": "127.0.0.1",
        **settings,
    }
    log = (folder / "log.txt").open("w")
    process = subprocess.Popen([sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            if process.poll() is not None:
                raise RuntimeError((folder / "log.txt").read_text()[-2000:])
            try:
                if httpx.get(f"{address}/healthz", timeout=2).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.5)
        else:
            raise RuntimeError("the service did not start: " + (folder / "log.txt").read_text()[-2000:])
        # Until then a search ranks otherwise, and two services would not answer alike.
        until(lambda: "indexed by meaning" in (folder / "log.txt").read_text(), 60)
        yield {"address": address, "folder": folder, "log": folder / "log.txt", "port": port, "key": key}
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


@pytest.fixture(scope="session")
def running(tmp_path_factory, providers):
    """A service with Telegram and Meta's WhatsApp."""
    channels = channel_environment(providers.telegram.address, providers.whatsapp.address)
    with running_service(tmp_path_factory.mktemp("running"), **channels) as service:
        yield service


@pytest.fixture(scope="session")
def running_twilio(tmp_path_factory, providers):
    """A service whose WhatsApp is Twilio's: there is one way to WhatsApp."""
    settings = {
        "TWILIO_API_URL": providers.twilio.address, "TWILIO_ACCOUNT_SID": TWILIO_ACCOUNT, "TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
        "TWILIO_WHATSAPP_NUMBER": "+447400000000", "KINLINE_PUBLIC_URL": PUBLIC_URL,
    }  # fmt: skip
    with running_service(tmp_path_factory.mktemp("twilio"), **settings) as service:
        yield service


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """A Chromium; a machine without one fails here, loudly."""
    for name in (os.environ.get("KINLINE_BROWSER", ""), "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise RuntimeError("no Chromium: run deploy/find-browser.sh")
