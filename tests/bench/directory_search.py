"""How long a search takes among 1,000 and among 100,000 services, on both databases: `make bench`.

Also what the full-text index saves over a LIKE scan of the same words. All services lie in one area of some thirty kilometres,
so that nothing is narrowed for free. One table, one run; the ratios count. Exit code 1 when a bound is not met.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, text

from bot.base.clock import LONDON, StoppedClock
from bot.base.db import Database, open_database
from bot.base.encoder import Encoder, Vectors, load_encoder
from bot.base.settings import ROOT
from bot.directory import store
from bot.directory.directory import Directory
from bot.directory.finding.store import matching
from bot.directory.index import store as index
from bot.directory.model import Point, Query, Schedule, Service
from bot.directory.terms import Match, phrase
from tests.databases import migrate, postgresql_server
from tests.quality.family_directory import TODAY, make
from tests.quality.wording import KINDS

SMALL, LARGE = 1_000, 100_000
MOST_GROWTH, LEAST_GAIN, MOST_PASSES = 3.0, 20.0, 1
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=LONDON)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PLACES = (Point(51.541, 0.650), Point(51.535, 0.795), Point(51.555, 0.707), Point(51.558, 0.600))
_AREA = "southend"
_TOPICS = sorted({wording.topic for wording in KINDS.values()})


class Counting:
    """The real encoder, counting its passes."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.name, self.size, self.passes = encoder, encoder.name, encoder.size, 0

    def encode(self, texts: Any) -> Vectors:
        self.passes += len(texts)
        return self._encoder.encode(texts)


def services(number: int) -> Iterator[Service]:
    """Made-up services of the quality directory, all open and in one area."""
    for truth, record in make(number, seed=7):
        closes = (datetime.combine(TODAY, truth.opens_at) + timedelta(minutes=90)).time()
        days = tuple(_DAYS[day] for day in truth.weekdays)
        schedule = Schedule("weekly", truth.opens_at, closes, days, (), 2 if truth.fortnightly else 1, truth.begins, truth.ends)
        yield Service(
            id=truth.id, area=_AREA, name=record["name"], topics=(truth.topic,), status="open", offered=True, source="bench",
            checked_on=date.fromisoformat(record["assured_date"]), summary=record["description"], organisation=record["organization"]["name"],
            min_age_months=truth.low, max_age_months=truth.high, cost_pence=truth.pence, is_free=truth.pence == 0 if truth.pence is not None else None,
            latitude=truth.latitude, longitude=truth.longitude, booking_needed=None if truth.drop_in is None else not truth.drop_in,
            languages=truth.languages, step_free=truth.step_free, schedules=(schedule,) if days else (),
        )  # fmt: skip


def fill(database: Database, number: int, encoder: Encoder) -> None:
    """Write so many services, a few thousand at once, with vectors that mean nothing but cost the same."""
    chance = np.random.default_rng(7)
    vectors = [row.tobytes() for row in chance.integers(-127, 128, (500, encoder.size), dtype=np.int8)]
    batch: list[Service] = []
    for at, service in enumerate(services(number), start=1):
        batch.append(service)
        if len(batch) == 5_000 or at == number:
            with database.session() as session:
                store.put(session, "bench", batch)
                rows = [{"service_id": s.id, "encoder": encoder.name, "stamp": 0, "vector": vectors[n % 500]} for n, s in enumerate(batch)]
                session.execute(insert(index.vector_table), rows)
            batch = []
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def queries() -> list[Query]:
    """Questions of every kind in the shares in which parents ask them."""
    chance = random.Random(3)
    words = [Query((), _AREA, words=tuple(one.split())) for one in ("messy", "tongue tie", "ballet", "forest school", "toy library")]
    return [*(_query(chance, number) for number in range(60)), *words]


def _query(chance: random.Random, number: int) -> Query:
    said = ("baby massage", "swimming", "messy play", "stories", "debt", "cot and pram", "first aid", "football")
    vague = ("somewhere to burn off energy", "I do not know anybody here", "we are bored at home", "my child is shy")
    return Query(
        topics=("find_activities" if number % 2 else chance.choice(_TOPICS),),
        area=_AREA,
        near=chance.choice(_PLACES) if number % 3 else None,
        age_months=chance.choice([None, 3, 10, 24, 40]),
        on=TODAY + timedelta(days=chance.randrange(14)) if number % 4 == 1 else None,
        weekday=chance.randrange(6) if number % 4 == 2 else None,
        part_of_day=chance.choice([None, None, "morning"]),
        free=number % 7 == 0,
        step_free=number % 11 == 0,
        text=chance.choice(said) if number % 5 == 1 else chance.choice(vague) if number % 5 == 2 else None,
    )


def p95(directory: Directory, asked: list[Query]) -> tuple[float, float]:
    """95th percentile and median, milliseconds; each question three times, the middle one counts."""
    taken = []
    for query in asked:
        times = []
        for _round in range(3):
            begun = time.perf_counter_ns()
            directory.search(query)
            times.append((time.perf_counter_ns()) - begun)
        taken.append(sorted(times)[1] / 1e6)
    return sorted(taken)[int(len(taken) * 0.95)], statistics.median(taken)


_PHRASES = (
    "hydrotherapy",
    "tongue tie",
    "baby ballet",
    "sensory room",
    "debt clinic",
    "toy library",
    "rugby",
    "infant massage",
    "woodland",
    "latch",
)


def full_text_gain(database: Database) -> tuple[float, float]:
    """Median milliseconds of the index and of a LIKE scan over the same words."""
    indexed, scanned = [], []
    with database.session() as session:
        for words in _PHRASES:
            wanted = phrase(words)
            indexed.append(_middle(lambda wanted=wanted: matching(session, Match(((wanted,),)))))  # type: ignore[misc]
            scan = text("SELECT service_id FROM service_text WHERE words LIKE :wanted ORDER BY number DESC LIMIT 500")
            like = {"wanted": f"%{' '.join(wanted)}%"}
            scanned.append(_middle(lambda scan=scan, like=like: session.execute(scan, like).all()))  # type: ignore[misc]
    return statistics.median(indexed), statistics.median(scanned)


def _middle(run: Callable[[], object]) -> float:
    times = []
    for _round in range(3):
        begun = time.perf_counter_ns()
        run()
        times.append((time.perf_counter_ns() - begun) / 1e6)
    return sorted(times)[1]


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[tuple[Database, Database]]:
    """A small and a large one, migrated and empty."""
    if kind == "SQLite":
        urls = [f"sqlite:///{folder}/{name}.db" for name in ("small", "large")]
        for url in urls:
            migrate(url)
        yield open_database(urls[0]), open_database(urls[1])
        return
    with postgresql_server() as server:
        yield open_database(server.fresh()), open_database(server.fresh())


def main() -> int:
    """Measure and print."""
    table = Table("database", "measured", "small or indexed", "large or LIKE", "ratio", "bound")
    met = True
    encoder = Counting(load_encoder())
    asked = queries()
    for kind in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory() as name, databases(kind, Path(name)) as (small, large):
            fill(small, SMALL, encoder)
            fill(large, LARGE, encoder)
            directories = [Directory(database, StoppedClock(NOW), ROOT / "content", lambda: encoder) for database in (small, large)]
            for directory in directories:
                p95(directory, asked[:8])  # warm
            before = encoder.passes
            (p95_small, median_small), (p95_large, median_large) = (p95(directory, asked) for directory in directories)
            passes = (encoder.passes - before) / (2 * 3 * len(asked))
            indexed, scanned = full_text_gain(large)
            growth, gain = p95_large / p95_small, scanned / indexed
            table.add_row(
                kind,
                f"p95 of a search, {SMALL:,} and {LARGE:,}",
                f"{p95_small:.1f} ms",
                f"{p95_large:.1f} ms",
                f"{growth:.2f}",
                f"≤ {MOST_GROWTH}",
            )
            table.add_row(
                kind, "median of a search", f"{median_small:.1f} ms", f"{median_large:.1f} ms", f"{median_large / median_small:.2f}", ""
            )
            table.add_row(kind, "full text and LIKE scan", f"{indexed:.2f} ms", f"{scanned:.1f} ms", f"{gain:.0f}", f"≥ {LEAST_GAIN:.0f}")
            table.add_row(kind, "encoder passes a search", f"{passes:.2f}", "", "", f"≤ {MOST_PASSES}")
            met = met and growth <= MOST_GROWTH and gain >= LEAST_GAIN and passes <= MOST_PASSES
            small.close()
            large.close()
    Console(width=120).print(table)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
