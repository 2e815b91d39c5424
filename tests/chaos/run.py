"""Random `kill -9` during traffic: nothing lost, nothing doubled. `make chaos` kills 200 times; a test does 20.

Prints one line with what was counted; exit code 1 when a message was lost or doubled.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.channels.fakes import Call, FakeGraph, FakeTelegram
from tests.chaos.lives import Lives, deliver, telegram_text, whatsapp_text

SAYINGS = [
    "where is the food bank", "what is on for my 2 year old on thursday", "how much is healthy start", "gdzie jest bank żywności", "hello",
    "what can you do", "my baby cries all night", "وين بنك الطعام", "thank you", "menu",
]  # fmt: skip
DANGER = "i want to kill myself"
_DRAIN_S = 240
_MOST_WAITING = 12


@dataclass(frozen=True)
class Found:
    """What was counted.

    Attributes:
        uncertain: killed between a send and its record; not sent again but listed, and asked about.
        danger_again: danger replies that were sent again on purpose.
    """

    kills: int
    accepted: int
    sent: int
    lost: list[str]
    doubled: list[str]
    disordered: list[str]
    uncertain: int
    danger_again: int
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, doubled or out of order."""
        return not (self.lost or self.doubled or self.disordered) and self.accepted > 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.accepted} messages taken in, {self.sent} replies sent: {len(self.lost)} lost, {len(self.doubled)} doubled, "
            f"{len(self.disordered)} out of order; {self.uncertain} uncertain (listed apart), {self.danger_again} danger replies sent again; "
            f"{self.seconds:.0f} s"
        )


def chaos(folder: Path, kills: int, seed: int, parents: int = 40) -> Found:
    """Kill and start the service while parents on both messengers write to it."""
    telegram, graph = FakeTelegram(), FakeGraph()
    begun = time.monotonic()
    lives = Lives(folder, telegram.address, graph.address)
    try:
        lives.begin()
        accepted = asyncio.run(_traffic(lives, kills, random.Random(seed), parents))
        drained = _drain(folder)
    finally:
        lives.end()
        telegram.close()
        graph.close()
    return _count(folder, kills, accepted, drained, telegram, graph, time.monotonic() - begun)


async def _traffic(lives: Lives, kills: int, chance: random.Random, parents: int) -> int:
    stopped = asyncio.Event()
    taken = 0

    async def write(number: int) -> None:
        nonlocal taken
        async with httpx.AsyncClient(base_url=lives.address, timeout=20) as client:
            count = 0
            while not stopped.is_set():
                await may_write.wait()
                count += 1
                text = DANGER if chance.random() < 0.04 else chance.choice(SAYINGS)
                if number % 2:
                    await deliver(client, "telegram", telegram_text(1000 + number, number * 100_000 + count, text))
                else:
                    await deliver(client, "whatsapp", whatsapp_text(f"4477{number:08d}", f"wamid.{number}.{count}", text))
                taken += 1
                await asyncio.sleep(chance.uniform(3.0, 12.0))

    async def watch() -> None:
        # As fast as this machine answers, and no faster: what is tested is kills, not a queue that only grows.
        while not stopped.is_set():
            with sqlite3.connect(lives.folder / "kinline.db", timeout=30) as database:
                waiting = database.execute("SELECT count(*) FROM inbox WHERE state = 'waiting'").fetchone()[0]
            (may_write.set if waiting < _MOST_WAITING else may_write.clear)()
            await asyncio.sleep(0.25)
        may_write.set()

    may_write = asyncio.Event()
    watching = asyncio.ensure_future(watch())
    writers = [asyncio.ensure_future(write(number)) for number in range(parents)]
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0.2, 2.5))
        lives.kill()
        await asyncio.to_thread(lives.begin)
    stopped.set()
    await asyncio.gather(*writers, watching)
    return taken


def _drain(folder: Path) -> bool:
    deadline = time.monotonic() + _DRAIN_S
    while time.monotonic() < deadline:
        with sqlite3.connect(folder / "kinline.db", timeout=30) as database:
            inbox = database.execute("SELECT count(*) FROM inbox WHERE state = 'waiting'").fetchone()[0]
            outbox = database.execute("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')").fetchone()[0]
        if not inbox and not outbox:
            return True
        time.sleep(0.2)
    return False


def _count(folder: Path, kills: int, accepted: int, drained: bool, telegram: FakeTelegram, graph: FakeGraph, seconds: float) -> Found:
    with sqlite3.connect(folder / "kinline.db") as database:
        inbox = database.execute("SELECT id, state FROM inbox").fetchall()
        outbox = database.execute(
            "SELECT id, inbox_id, channel, purpose, state, json_extract(body, '$.text') FROM outbox ORDER BY id"
        ).fetchall()
    lost = [] if drained else ["not everything was answered in time"]
    if len(inbox) != accepted:
        lost.append(f"{accepted} were taken in, {len(inbox)} are in the inbox")
    answered = {row[1] for row in outbox if row[3] != "danger"}
    lost += [f"message {number} is {state}" for number, state in inbox if state != "answered" or number not in answered]
    lost += [f"reply {row[0]} is {row[4]}" for row in outbox if row[4] not in ("sent", "uncertain", "asked")]

    danger = {str(row[0]) for row in outbox if row[3] == "danger"}
    arrived = Counter(_number(call) for call in graph.messages())
    doubled = [f"reply {number} on WhatsApp, {times} times" for number, times in arrived.items() if times > 1 and number not in danger]
    lost += [
        f"reply {row[0]} never reached WhatsApp"
        for row in outbox
        if row[2] == "whatsapp" and row[4] == "sent" and str(row[0]) not in arrived
    ]
    again = sum(times - 1 for number, times in arrived.items() if number in danger)

    # Telegram's messages carry no reference: what arrived must be what was sent, and perhaps what is uncertain.
    at_telegram = Counter(call.body["text"] for call in telegram.messages())
    surely = Counter(row[5] for row in outbox if row[2] == "telegram" and row[4] == "sent")
    perhaps = Counter(row[5] for row in outbox if row[2] == "telegram" and row[4] in ("uncertain", "asked"))
    danger_texts = {row[5] for row in outbox if row[3] == "danger"}
    for text, times in at_telegram.items():
        extra = times - surely[text] - perhaps[text]
        if extra > 0 and text in danger_texts:
            again += extra
        elif extra > 0:
            doubled.append(f"a text on Telegram {extra} times too often")
    lost += [f"a text never reached Telegram ({surely[text] - at_telegram[text]})" for text in surely if surely[text] > at_telegram[text]]

    return Found(
        kills, accepted, sum(row[4] == "sent" for row in outbox), lost, doubled, _disordered(graph, danger),
        sum(row[4] in ("uncertain", "asked") for row in outbox), again, seconds,
    )  # fmt: skip


def _number(call: Call) -> str:
    return str(call.body["biz_opaque_callback_data"]).partition("-")[0]


def _disordered(graph: FakeGraph, danger: set[str]) -> list[str]:
    last: dict[str, int] = {}
    found = []
    for call in graph.messages():
        if _number(call) in danger:
            continue
        number, to = int(_number(call)), call.body["to"]
        if number < last.get(to, 0):
            found.append(f"reply {number} after {last[to]}")
        last[to] = number
    return found


def main() -> int:
    """Run, print, and say whether all was well."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = chaos(Path(folder), options.kills, options.seed)
    print(f"seed {options.seed}: {found}")
    for problem in [*found.lost, *found.doubled, *found.disordered][:40]:
        print(f"  {problem}")
    return 0 if found.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
