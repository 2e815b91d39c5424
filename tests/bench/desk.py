"""How the queue opens with 100,000 requests beside 100, on SQLite and PostgreSQL: part of `make bench`.

Both databases are measured in one run, pages in turn, so that the ratios count. Exit code 1 when a bound of the issue is not met.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.callbacks.request_table import request_table
from bot.callbacks.rules import KINDS
from bot.flows.house import House
from bot.staff.model import ROLES
from tests.databases import migrate, postgresql_server
from tests.desk.running import house_on, member, seat

FEW, MANY = 100, 100_000
ROUNDS = 60
MOST = 2.0
AREAS = {"borsetshire": 90, "bradford": 5, "lambeth": 3, "blackpool": 1, "southend": 1}
"""How many of a hundred requests are of each; the last area of the editor and the coordinator has none."""
SIX = (*AREAS, "nottingham")
SEATS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "everything": (tuple(ROLES), ()), "coordinator": (("coordinator",), SIX), "editor": (("editor",), SIX), "small area": (("connector",), ("southend",)),
}  # fmt: skip
"""Who looks: roles and areas."""
PAGES = {
    "queue": ("everything", "/desk/queue"),
    "mine": ("everything", "/desk/queue?show=mine"),
    "unclaimed": ("everything", "/desk/queue?show=unclaimed"),
    "late": ("everything", "/desk/queue?show=late"),
    "one language": ("everything", "/desk/queue?language=ckb"),
    "one topic": ("everything", "/desk/queue?topic=find_food_help"),
    "one kind": ("everything", "/desk/queue?kind=idea"),
    "six areas": ("coordinator", "/desk/queue"),
    "six areas, unclaimed": ("coordinator", "/desk/queue?show=unclaimed"),
    "six areas, editor": ("editor", "/desk/queue"),
    "a small area": ("small area", "/desk/queue?show=unclaimed"),
}


def fill(house: House, number: int, owner: str) -> None:
    """Open requests of all kinds, languages and topics; every fiftieth is somebody's own."""
    chosen = random.Random(7)
    now = house.clock.now()
    kinds = [kind for kind in KINDS if kind not in ("danger", "concern")]
    rows: list[dict[str, Any]] = []
    for index in range(number):
        asked = now - timedelta(minutes=chosen.randrange(60 * 24 * 20))
        kind = kinds[0] if chosen.random() < 0.7 else chosen.choice(kinds)
        mine = index % 50 == 0
        topic = chosen.choice(["find_food_help", "find_activities", "healthy_start_apply", "other"])
        rows.append({
            "reference": f"R{index:07d}", "kind": kind, "state": "claimed" if mine else "new", "tray": "open", "sender": f"{index:032d}",
            "area": chosen.choices([*AREAS], [*AREAS.values()])[0], "language": chosen.choice(["en", "pl", "ur", "ar", "ro", "ckb"]), "topic": topic,
            "about": topic if topic != "other" else "in my own words", "interpreter": False, "wish": "{}", "details": "{}",
            "sealed_contact": "x" * 200, "created_at": asked, "promised_by": asked + timedelta(days=1),
            "due_at": asked + timedelta(minutes=chosen.randrange(60 * 24 * 30)), "claimed_by": owner if mine else "",
        })  # fmt: skip
    with house.database.session() as session:
        for start in range(0, number, 5000):
            session.execute(request_table.insert(), rows[start : start + 5000])
        if house.settings.database_url.startswith("postgresql"):
            from sqlalchemy import text

            session.execute(text("ANALYZE request"))


def p95(seconds: list[float]) -> float:
    """The 95th percentile."""
    return sorted(seconds)[int(len(seconds) * 0.95)]


def measure(urls: dict[int, str]) -> dict[str, dict[int, float]]:
    """p95 of each page with few and with many requests, taken in turn."""
    sitting = {}
    for number, url in urls.items():
        house = house_on(url)
        team = {name: member(house, name.title(), *roles, areas=areas) for name, (roles, areas) in SEATS.items()}
        fill(house, number, team["everything"].id)
        sitting[number] = {name: seat(house, who) for name, who in team.items()}
    taken: dict[str, dict[int, list[float]]] = {page: {number: [] for number in urls} for page in PAGES}
    for turn in range(ROUNDS + 5):
        for page, (who, path) in PAGES.items():
            for number, seated in sitting.items():
                begun = time.perf_counter()
                answer = seated[who].get(path)
                passed = time.perf_counter() - begun
                assert answer.status_code == 200, answer.text
                if turn >= 5:
                    taken[page][number].append(passed)
    return {page: {number: p95(times) for number, times in numbers.items()} for page, numbers in taken.items()}


def main() -> int:
    """Measure and print."""
    table = Table("database", "page", f"{FEW} requests, p95", f"{MANY:,} requests, p95", "ratio", "at most")
    worst = 0.0
    with tempfile.TemporaryDirectory() as name, postgresql_server() as server:
        files = {number: f"sqlite:///{Path(name)}/{number}.db" for number in (FEW, MANY)}
        for url in files.values():
            migrate(url)
        for kind, urls in (("SQLite", files), ("PostgreSQL", {number: server.fresh() for number in (FEW, MANY)})):
            for page, times in measure(urls).items():
                ratio = times[MANY] / times[FEW]
                worst = max(worst, ratio)
                print(f"{kind}, {page}: {ratio:.2f}", flush=True)
                table.add_row(kind, page, f"{times[FEW] * 1000:.1f} ms", f"{times[MANY] * 1000:.1f} ms", f"{ratio:.2f}", f"{MOST}")
    Console(width=110).print(table)
    return 0 if worst <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
