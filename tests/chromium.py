"""The real browser that tests and benches drive."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--host-resolver-rules=MAP localhost 127.0.0.1"]


def find_chromium() -> str:
    """A Chromium; a machine without one fails here, loudly."""
    for name in (os.environ.get("KINLINE_BROWSER", ""), "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise RuntimeError("no Chromium: run deploy/find-browser.sh")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium. Meanwhile an event loop runs in this thread: a fixture must not outlive its file, or no other test could run one."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()
