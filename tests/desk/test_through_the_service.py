"""The desk as `make run` starts it: a process of its own, reached through the one public port, started again when it ends."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import httpx

from tests.channels.conftest import providers, running  # noqa: F401 - the real service and what it talks to


def get(address, path, **more):
    return httpx.get(address + path, trust_env=False, timeout=20, **more)


def until(condition, seconds=60):
    for _ in range(seconds * 4):
        try:
            if condition():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.25)
    raise AssertionError("it did not happen")


def desk_process(service):
    """Its id: the child of the service that runs the desk."""
    for pid in (path.name for path in Path("/proc").iterdir() if path.name.isdigit()):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            environment = Path(f"/proc/{pid}/environ").read_text()
        except OSError:
            continue
        if words[1:5] == ["-m", "bot", "desk", "serve"] and f"KINLINE_PORT={service['port']}\0" in environment:
            return int(pid)
    return 0


def test_the_desk_answers_on_the_public_port_and_says_how_to_get_in(running):  # noqa: F811
    address = running["address"]
    until(lambda: get(address, "/desk/healthz").text == "ok")
    page = get(address, "/desk/", follow_redirects=True)
    assert "Sign in to the desk" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert get(address, "/desk/static/desk.css").headers["content-type"].startswith("text/css")
    assert "create-administrator" in running["log"].read_text()


def test_a_form_goes_through_and_cookies_come_back(running):  # noqa: F811
    answer = httpx.post(running["address"] + "/desk/sign-in", data={"login": "x@example.org", "password": "wrong"}, trust_env=False, timeout=30)
    assert answer.status_code == 401


def test_a_desk_that_dies_is_started_again(running):  # noqa: F811
    before = desk_process(running)
    assert before
    os.kill(before, signal.SIGKILL)
    until(lambda: desk_process(running) not in (0, before))
    until(lambda: get(running["address"], "/desk/healthz").text == "ok")
