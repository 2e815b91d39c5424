"""How much a parent's phone has to fetch, and how soon something stands on its screen: `make bench`.

Sizes of scripts and style sheets, gzipped at level 9, beside two widgets of others, fetched from the npm registry where it
can be reached (else the figures of 27 November 2026, said so in the table). First paint and the transfer of a turn in a
real Chromium at 400 kbit/s and 400 ms of latency, and what axe finds in both directions, light and dark. Exit code 1 when a bound of the issue is not met.
"""

from __future__ import annotations

import gzip
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from rich.console import Console
from rich.table import Table

from tests.chromium import chromium
from tests.running import running_service
from tests.widget.page import ChatPage

MOST_BYTES = 12_000
MOST_PAINT_S = 1.5
MOST_TURN_BYTES = 2000
SLOW_LINE = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
MESSAGES = ["food bank near HP21", "what is healthy start", "how much is it", "i want to talk to a person"]
PEERS = {
    "deep-chat": ("2.4.2", "package/dist/deepChat.bundle.js", 110_637),
    "botframework-webchat": ("4.18.1", "package/dist/webchat-minimal.js", 482_757),
}
"""Version, its smallest bundle for a script tag, and what was measured on 27 November 2026 in bytes."""


def peer_bytes(name: str, folder: Path) -> tuple[int, str]:
    """The gzipped size of a peer's bundle, and where the figure is from."""
    version, bundle, recorded = PEERS[name]
    try:
        subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True, capture_output=True, timeout=120)
        with tarfile.open(folder / f"{name}-{version}.tgz") as packed:
            file = packed.extractfile(bundle)
            assert file is not None
            return len(gzip.compress(file.read(), 9)), f"npm, {version}, this run"
    except (OSError, subprocess.SubprocessError):
        return recorded, f"npm, {version}, recorded on 27 November 2026 (no registry in this run)"


def own_bytes(address: str) -> dict[str, int]:
    """What our page and a partner's site fetch of scripts and style, packed as the peers' are: by gzip at level 9."""
    with httpx.Client(base_url=address, headers={"accept-encoding": "identity"}) as client:
        paths = ["/widget.js", *re.findall(r'<(?:script|link rel="stylesheet") (?:src|href)="([^"]+)"', client.get("/").text)]
        return {path.split("?")[0]: len(gzip.compress(client.get(path).content, 9)) for path in paths}


def first_paint_seconds(browser: Browser, address: str, line: dict | None = None) -> float:
    """From navigation to the first contentful paint, nothing in the cache; without `line` as fast as this machine can."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    if line:
        context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)
    page.goto(address)
    for _ in range(100):
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
        if paint:
            break
        page.wait_for_timeout(50)
    context.close()
    return float(paint) / 1000


def turn_bytes(browser: Browser, address: str) -> list[int]:
    """What each turn sends and receives, headers included, on the wire."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    chat = ChatPage(context.new_page(), address)
    line = context.new_cdp_session(chat.page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW_LINE)
    turns: dict[str, int] = {}

    def sent(event: dict) -> None:
        if event["request"]["url"].endswith("/chat/turn"):
            turns[event["requestId"]] = len(event["request"].get("postData", ""))

    def headers(event: dict) -> None:
        if event["requestId"] in turns:
            turns[event["requestId"]] += sum(len(k) + len(v) + 4 for k, v in event["headers"].items())

    def received(event: dict) -> None:
        if event["requestId"] in turns:
            turns[event["requestId"]] += int(event["encodedDataLength"])

    line.on("Network.requestWillBeSent", sent)
    line.on("Network.requestWillBeSentExtraInfo", headers)
    line.on("Network.loadingFinished", received)
    chat.page.goto(address)
    for message in MESSAGES:
        chat.say(message)
    chat.page.wait_for_timeout(500)
    context.close()
    return list(turns.values())


def violations(browser: Browser, address: str) -> dict[str, int]:
    """What axe finds in a page with cards, from left to right and from right to left, light and dark."""
    found = {}
    for language in ("en", "ur"):
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme, reduced_motion="reduce")
            chat = ChatPage(context.new_page(), address)
            chat.page.goto(f"{address}/?lang={language}")
            chat.say(MESSAGES[0])
            direction = chat.page.get_attribute("html", "dir")
            found[f"{direction} {scheme}"] = int(Axe().run(chat.page).violations_count)
            context.close()
    return found


def main() -> int:
    """Measure, print, judge."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_service(folder) as running, chromium() as browser:
            address = running["address"]
            own = own_bytes(address)
            at_once = statistics.median(first_paint_seconds(browser, address) for _ in range(5))
            paint = statistics.median(first_paint_seconds(browser, address, SLOW_LINE) for _ in range(5))
            turns = turn_bytes(browser, address)
            faults = violations(browser, address)
        peers = {peer: peer_bytes(peer, folder) if shutil.which("npm") else (PEERS[peer][2], "recorded, no npm here") for peer in PEERS}
    table = Table(
        "widget", "scripts and style, KB (1000 bytes) gzipped", "times ours", "from", title="What the chat costs a parent's phone"
    )
    total = sum(own.values())
    table.add_row("Kinline", f"{total / 1000:.1f}", "1", ", ".join(f"{path} {size / 1000:.1f}" for path, size in own.items()))
    for peer, (size, source) in peers.items():
        table.add_row(peer, f"{size / 1000:.0f}", f"{size / total:.0f}", source)
    lines = Table("at 400 kbit/s, 400 ms; in Chromium", "measured", "bound")
    lines.add_row("first paint, median of 5", f"{paint:.2f} s (on the bare machine {at_once:.2f} s)", f"{MOST_PAINT_S} s")
    lines.add_row(
        "a turn, both ways, largest of 4", f"{max(turns)} bytes (median {statistics.median(turns):.0f})", f"{MOST_TURN_BYTES} bytes"
    )
    lines.add_row("violations that axe finds", ", ".join(f"{where} {count}" for where, count in faults.items()), "0")
    Console(width=150).print(table, lines)
    return int(total > MOST_BYTES or paint > MOST_PAINT_S or max(turns) > MOST_TURN_BYTES or any(faults.values()))


if __name__ == "__main__":
    sys.exit(main())
