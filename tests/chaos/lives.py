"""Starts and kills the service, and writes to it as providers do: again and again until it says 200."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from bot.base.sealing import new_key
from bot.base.settings import ROOT
from tests.channels.conftest import APP_SECRET, TELEGRAM_SECRET, channel_environment
from tests.running import free_port


class Lives:
    """One zygote and the life that serves now."""

    def __init__(self, folder: Path, telegram: str, graph: str) -> None:
        self.folder, self.port = folder, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        environment = os.environ | {
            "KINLINE_KEY": new_key(), "DATABASE_URL": f"sqlite:///{folder}/kinline.db", "KINLINE_PORT": str(self.port),
            "KINLINE_MODEL_DIR": str(ROOT / "models"), "NO_PROXY": "127.0.0.1", "OMP_NUM_THREADS": "1", **channel_environment(telegram, graph),
        }  # fmt: skip
        self._log = (folder / "log.txt").open("ab")
        self._zygote = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.chaos.zygote"], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._log, text=True,
        )  # fmt: skip
        self.pid = 0
        self._expect("ready", 400)

    def _expect(self, wanted: str | None, seconds: float) -> str:
        assert self._zygote.stdout is not None
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if select.select([self._zygote.stdout], [], [], 1)[0]:
                line = self._zygote.stdout.readline().strip()
                if not line:
                    break
                if wanted is None or line == wanted:
                    return line
        raise RuntimeError("the service did not start: " + (self.folder / "log.txt").read_text()[-3000:])

    def begin(self, slow_s: float = 0.0) -> None:
        """Start a life and wait until it answers."""
        assert self._zygote.stdin is not None
        self._zygote.stdin.write(f"{slow_s}\n")
        self._zygote.stdin.flush()
        self.pid = int(self._expect(None, 30))
        for _ in range(1200):
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.address}/healthz", timeout=5).status_code == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError("a life did not begin: " + (self.folder / "log.txt").read_text()[-3000:])

    def kill(self) -> None:
        """kill -9."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Let the life end in order."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        for _ in range(300):
            try:
                os.kill(self.pid, 0)
            except ProcessLookupError:
                break
            time.sleep(0.1)
        else:
            self.kill()

    def end(self) -> None:
        """The life, and the zygote with it."""
        self.stop()
        assert self._zygote.stdin is not None
        self._zygote.stdin.close()
        self._zygote.wait(timeout=20)
        self._log.close()


def telegram_text(chat: int, number: int, text: str) -> dict[str, Any]:
    """An update with a text."""
    who = {"id": chat, "is_bot": False, "first_name": "Z"}
    message = {"message_id": number, "date": int(time.time()), "from": who, "chat": {"id": chat, "type": "private"}, "text": text}
    return {"update_id": number, "message": message}


def whatsapp_text(phone: str, message_id: str, text: str) -> dict[str, Any]:
    """A post with a text."""
    message = {"from": phone, "id": message_id, "timestamp": str(int(time.time())), "type": "text", "text": {"body": text}}
    value = {"messaging_product": "whatsapp", "contacts": [{"wa_id": phone}], "messages": [message]}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": value, "field": "messages"}]}]}


async def deliver(client: httpx.AsyncClient, channel: str, body: dict[str, Any], patience_s: float = 120) -> float:
    """Deliver until it is taken, as providers do; seconds that the last try took."""
    raw = json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    if channel == "telegram":
        path, headers["X-Telegram-Bot-Api-Secret-Token"] = "/webhooks/telegram/webhook", TELEGRAM_SECRET
    else:
        path = "/webhooks/whatsapp/webhook"
        headers["X-Hub-Signature-256"] = "sha256=" + hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        begun = time.perf_counter()
        try:
            answer = await client.post(path, content=raw, headers=headers)
            if answer.status_code == 200:
                return time.perf_counter() - begun
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError("never taken")
