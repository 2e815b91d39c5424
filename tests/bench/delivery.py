"""Thirty messages a second for a minute on one process: acknowledged at once, answered soon, none lost, none twice. `make bench`.

The providers are fakes on loopback; the service is the real one. Beside it, in the same run and on the same disk, stand what a
commit and a turn take when nothing else happens. Exit code 1 when a bound of the issue is not met.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from tests.channels.fakes import FakeGraph, FakeTelegram
from tests.chaos.lives import Lives, deliver, telegram_text, whatsapp_text

SAYINGS = [
    "where is the food bank", "what is on for my 2 year old on thursday", "how much is healthy start", "gdzie jest bank żywności", "hello",
    "what can you do", "my baby cries all night", "وين بنك الطعام", "is there a group for dads", "czy jest grupa dla dzieci w piatek",
]  # fmt: skip
PARENTS = 200
MOST_ANSWER_S = 180.0
PROGRESS_EVERY_S = 5.0
AT_A_TIME = 100
"""Connections of the fake providers. What waits for one waits here: httpx's own pool takes time that grows with the square of it."""


@dataclass(frozen=True)
class Load:
    """One run.

    Attributes:
        acks_s: how long each acknowledgement took, from when the message was due.
        answered_s: from the first message to the last reply; infinite when something was never answered.
        replied_s: from each message's storing to its last reply at the provider.
        quiet_ack_s: the median acknowledgement when nothing else happens: request, commit, answer.
    """

    slow_s: float
    messages: int
    acks_s: list[float]
    quiet_ack_s: float
    turn_s: float
    answered_s: float
    replied_s: list[float]
    lost: int
    doubled: int
    disordered: int

    @property
    def ack_p95_s(self) -> float:
        """The 95th percentile."""
        return statistics.quantiles(self.acks_s, n=20)[-1]

    @property
    def reply_p95_s(self) -> float:
        """The 95th percentile of the way from a parent's message to the last reply; infinite when nothing was answered."""
        return statistics.quantiles(self.replied_s, n=20)[-1] if len(self.replied_s) > 1 else float("inf")

    def is_good(self, turn_s: float) -> bool:
        """Nothing lost, doubled or out of order, everything answered in time, acknowledged in a commit and a turn.

        Args:
            turn_s: the median turn without anything slow in it.
        """
        is_in_time = self.answered_s <= MOST_ANSWER_S and self.ack_p95_s <= self.quiet_ack_s + turn_s
        return is_in_time and not (self.lost or self.doubled or self.disordered)


def load(lives: Lives, telegram: FakeTelegram, graph: FakeGraph, seconds: float, a_second: float, slow_s: float, round_: int) -> Load:
    """Send at a steady rate, whatever the service does, and count what comes back."""
    lives.begin(slow_s)
    try:
        return asyncio.run(_load(lives, telegram, graph, seconds, a_second, slow_s, round_))
    finally:
        lives.stop()


async def _load(
    lives: Lives, telegram: FakeTelegram, graph: FakeGraph, seconds: float, a_second: float, slow_s: float, round_: int
) -> Load:
    chance, lines = random.Random(round_), asyncio.Semaphore(AT_A_TIME)
    limits = httpx.Limits(max_connections=AT_A_TIME, max_keepalive_connections=AT_A_TIME)
    async with httpx.AsyncClient(base_url=lives.address, timeout=30, limits=limits) as client:
        quiet, turn_s = await _alone(lives, client, round_)
        before = _last_number(lives.folder)
        begun, number, sending = time.monotonic(), 0, []
        telling = asyncio.ensure_future(_tell(lives.folder, begun))
        while (passed := time.monotonic() - begun) < seconds:
            if number < passed * a_second:
                sending.append(asyncio.ensure_future(_say(client, lines, round_, number, chance.choice(SAYINGS))))
                number += 1
            else:
                await asyncio.sleep(number / a_second - passed)
        acks = await asyncio.gather(*sending)
        answered_s = await _answered(lives.folder, begun, seconds + MOST_ANSWER_S)
        telling.cancel()
    lost, doubled, disordered = _count(lives.folder, telegram, graph)
    replied_s = _replied(lives.folder, before)
    return Load(slow_s, number, list(acks), statistics.median(quiet), turn_s, answered_s, replied_s, lost, doubled, disordered)


async def _tell(folder: Path, begun: float) -> None:
    """How it stands, every few seconds, for whoever watches."""
    while True:
        await asyncio.sleep(PROGRESS_EVERY_S)
        with _database(folder) as database:
            states = dict(database.execute("SELECT state, count(*) FROM inbox GROUP BY state"))
        waiting = states.pop("waiting", 0)
        print(f"{time.monotonic() - begun:5.0f} s: {sum(states.values())} answered, {waiting} wait", file=sys.stderr, flush=True)


def _last_number(folder: Path) -> int:
    with _database(folder) as database:
        return int(database.execute("SELECT coalesce(max(id), 0) FROM inbox").fetchone()[0])


def _replied(folder: Path, after: int) -> list[float]:
    """Seconds from the storing of each message of the inbox after a number to the record of its last reply."""
    asked = """
        SELECT (julianday(max(outbox.ended_at)) - julianday(inbox.received_at)) * 86400
        FROM inbox JOIN outbox ON outbox.inbox_id = inbox.id WHERE inbox.id > ? AND outbox.state = 'sent' GROUP BY inbox.id
    """
    with _database(folder) as database:
        return [float(seconds) for (seconds,) in database.execute(asked, (after,))]


def _database(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{folder}/kinline.db?mode=ro", uri=True, timeout=30)


async def _say(client: httpx.AsyncClient, lines: asyncio.Semaphore, round_: int, number: int, text: str) -> float:
    parent, due = number % PARENTS, time.perf_counter()
    async with lines:
        waited = time.perf_counter() - due
        if parent % 2:
            return waited + await deliver(client, "telegram", telegram_text(round_ * 10_000 + parent, round_ * 1_000_000 + number, text))
        return waited + await deliver(client, "whatsapp", whatsapp_text(f"44{round_}{parent:08d}", f"wamid.{round_}.{number}", text))


async def _alone(lives: Lives, client: httpx.AsyncClient, round_: int) -> tuple[list[float], float]:
    """Acknowledgements with nothing else going on, and the median turn as the service measures it."""
    quiet = []
    for number in range(30):
        text = telegram_text(round_ * 10_000 + 9000 + number % 3, round_ * 1_000_000 + 900_000 + number, SAYINGS[number % len(SAYINGS)])
        quiet.append(await deliver(client, "telegram", text))
        await _answered(lives.folder, time.monotonic())
    figures = (await client.get("/metrics")).text
    return quiet, _median_turn_s(figures)


def _median_turn_s(figures: str) -> float:
    """The middle of the histogram of turns, between its bounds."""
    bounds = []
    for line in figures.splitlines():
        if line.startswith("kinline_turn_seconds_bucket"):
            bound = line.split('le="')[1].split('"')[0]
            bounds.append((float("inf") if bound == "+Inf" else float(bound), float(line.rsplit(" ", 1)[1])))
    total, below, lower = bounds[-1][1], 0.0, 0.0
    for bound, count in bounds:
        if count >= total / 2:
            return lower + (bound - lower) * (total / 2 - below) / (count - below)
        below, lower = count, bound
    return lower


async def _answered(folder: Path, begun: float, most_s: float = 400.0) -> float:
    while time.monotonic() - begun < most_s:
        with _database(folder) as database:
            inbox = database.execute("SELECT count(*) FROM inbox WHERE state = 'waiting'").fetchone()[0]
            outbox = database.execute("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')").fetchone()[0]
        if not inbox and not outbox:
            return time.monotonic() - begun
        await asyncio.sleep(0.05 if not inbox else 0.2)
    return float("inf")


def _count(folder: Path, telegram: FakeTelegram, graph: FakeGraph) -> tuple[int, int, int]:
    with sqlite3.connect(folder / "kinline.db") as database:
        unanswered = database.execute("SELECT count(*) FROM inbox WHERE state != 'answered'").fetchone()[0]
        sent = dict(database.execute("SELECT channel, count(*) FROM outbox WHERE state = 'sent' GROUP BY channel"))
        others = database.execute("SELECT count(*) FROM outbox WHERE state != 'sent'").fetchone()[0]
        replied = database.execute("SELECT count(DISTINCT inbox_id) FROM outbox").fetchone()[0]
        messages = database.execute("SELECT count(*) FROM inbox").fetchone()[0]
    references = Counter(call.body["biz_opaque_callback_data"] for call in graph.messages())
    doubled = sum(times - 1 for times in references.values()) + max(0, len(telegram.messages()) - sent.get("telegram", 0))
    lost = unanswered + others + (messages - replied) + max(0, sent.get("whatsapp", 0) - len(references))
    lost += max(0, sent.get("telegram", 0) - len(telegram.messages()))
    last: dict[str, int] = {}
    disordered = 0
    for call in graph.messages():
        number = int(call.body["biz_opaque_callback_data"].partition("-")[0])
        disordered += number < last.get(call.body["to"], 0)
        last[call.body["to"]] = number
    return lost, doubled, disordered


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--a-second", type=float, default=30)
    parser.add_argument("--slow", default="0,0.5", help="runs, by how long each turn waits for something slow, in seconds")
    options = parser.parse_args()
    slow = [float(seconds) for seconds in options.slow.split(",")]
    telegram, graph = FakeTelegram(), FakeGraph()
    with tempfile.TemporaryDirectory() as folder:
        lives = Lives(Path(folder), telegram.address, graph.address)
        try:
            runs = [load(lives, telegram, graph, options.seconds, options.a_second, slow_s, at) for at, slow_s in enumerate(slow, 1)]
        finally:
            lives.end()
            telegram.close()
            graph.close()
    turn_s = runs[0].turn_s
    table = Table(
        "a second · for",
        "messages",
        "ack median",
        "ack p95",
        "at most: ack alone + a turn",
        "all answered after",
        "reply p95",
        "lost",
        "twice",
        "order",
    )
    for run in runs:
        name = f"{options.a_second:.0f} · {options.seconds:.0f} s" + (f", turns wait {run.slow_s:.1f} s" if run.slow_s else "")
        table.add_row(
            name, str(run.messages), f"{statistics.median(run.acks_s) * 1000:.0f} ms", f"{run.ack_p95_s * 1000:.0f} ms",
            f"{run.quiet_ack_s * 1000:.0f} + {turn_s * 1000:.0f} ms", f"{run.answered_s:.0f} s (at most {MOST_ANSWER_S:.0f})",
            f"{run.reply_p95_s:.1f} s",
            str(run.lost), str(run.doubled), str(run.disordered),
        )  # fmt: skip
    Console(width=170).print(table)
    return 0 if all(run.is_good(turn_s) for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
