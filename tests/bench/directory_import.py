"""How long an import takes beside plain `executemany` of the same rows, and how its memory grows: `make bench`.

A made-up feed of saved pages (v3, whole records, 2.5 opening times a service) is imported in a process of its own; then the
rows that it wrote are written once more into the same, empty tables with `executemany`. Both in one run on one machine, so
that the ratios count. Exit code 1 when a bound of the issue is not met.

    python -m tests.bench.directory_import [--services 100000] [--database sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, select

from bot.base.clock import LONDON, StoppedClock
from bot.base.db import Database, metadata, open_database
from bot.base.settings import ROOT
from bot.directory.directory import Directory
from bot.directory.feeds.importer import FeedName
from bot.directory.feeds.pages import SavedPages
from tests.databases import migrate, postgresql_server

MOST_TIMES = 5.0
MOST_GROWTH = 1.3
SMALL = 10_000
PER_PAGE = 500
_SPACE = UUID("3f0f3b0e-0b7f-5c53-8b57-6a3c1f0a9f11")
_KINDS = ["Stay and Play", "Baby Massage", "Toddler Time", "Messy Play", "Story Time", "Food Bank", "Breastfeeding Support", "Parenting Course",
          "Childminder", "Speech and Language Drop-in", "Dads Group", "Swim School", "Soft Play", "Family Hub", "Antenatal Class"]  # fmt: skip
_DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def write_feed(folder: Path, services: int) -> None:
    """Saved pages of a made-up feed."""
    for number in range(0, services, PER_PAGE):
        rows = [service(n) for n in range(number, min(number + PER_PAGE, services))]
        page = {"total_items": services, "page_number": number // PER_PAGE + 1, "size": len(rows), "contents": rows}
        (folder / f"services_page_{number // PER_PAGE + 1}.json").write_text(json.dumps(page), encoding="utf-8")


def service(number: int) -> dict[str, Any]:
    """A record, always the same for a number."""
    draw = random.Random(number)
    kind = draw.choice(_KINDS)
    own = str(uuid5(_SPACE, str(number)))
    latitude, longitude = 51.5 + draw.random(), -2 + draw.random()
    times = 2 + number % 2
    return {
        "id": own, "name": f"{kind} {number}", "status": "active",
        "description": f"<p>{kind} for babies, toddlers and their grown-ups at our centre. <strong>Everyone is welcome.</strong> "
        "Come and play, meet other families and talk to our friendly team about sleep, feeding and your child's development.</p>",
        "url": f"https://feed.example/services/{number}", "email": "hello@feed.example", "fees": "",
        "minimum_age": draw.randint(0, 2), "maximum_age": draw.randint(3, 5),
        "assured_date": (date(2026, 11, 1) - timedelta(days=draw.randint(0, 150))).isoformat(), "last_modified": "2026-11-01T10:00:00Z",
        "organization": {"id": str(uuid5(_SPACE, f"o{number % 500}")), "name": f"Provider {number % 500}", "description": "A provider"},
        "schedules": [
            {"id": str(uuid5(_SPACE, f"s{number}-{n}")), "freq": "WEEKLY", "interval": 1, "byday": draw.choice(_DAYS),
             "opens_at": f"{draw.randint(9, 15):02}:00", "closes_at": f"{draw.randint(16, 18):02}:30", "valid_from": "2026-09-01"}
            for n in range(times)
        ],
        "cost_options": [{"id": str(uuid5(_SPACE, f"c{number}")), "option": "per child", "amount": draw.choice([0, 2, 3.5])}],
        "contacts": [{"id": str(uuid5(_SPACE, f"p{number}")), "name": "Somebody", "phones": [{"number": f"0117 4{number // 4:06}"}]}],
        "service_at_locations": [{"id": str(uuid5(_SPACE, f"l{number}")), "location": {
            "id": str(uuid5(_SPACE, f"m{number}")), "location_type": "physical", "name": f"Centre {number % 900}",
            "latitude": latitude, "longitude": longitude,
            "addresses": [{"address_1": f"{number % 200} High Street", "city": "Felpersham", "postal_code": "HP21 7AA", "country": "GB"}],
            "accessibility": [{"description": "Step-free access and baby changing."}]}}],
        "attributes": [{"id": str(uuid5(_SPACE, f"a{number}")), "taxonomy_term": {"name": "Early years"}}],
    }  # fmt: skip


def import_once(url: str, folder: Path) -> None:
    """In the child: import, and say how long it took and how large the process grew."""
    database = open_database(url)
    clock = StoppedClock(datetime(2026, 11, 24, 10, 0, tzinfo=LONDON))
    importer = Directory(database, clock, ROOT / "content").importer("borsetshire")
    begun, used = time.perf_counter(), time.process_time()
    report = importer.run(FeedName("feed:borsetshire:bench", "borsetshire", "bench"), SavedPages(folder))
    taken = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    used = time.process_time() - used
    print(json.dumps({"seconds": taken, "processor": used, "memory_kb": memory, "added": report.added, "complete": report.complete}))


def plain_seconds(source: Database, target: Database) -> tuple[float, int]:
    """The time to write the rows of all tables of the directory again, a thousand at a time; reading is not counted."""
    taken, rows = 0.0, 0
    names = ("service", "service_topic", "service_origin", *sorted(t for t in metadata.tables if t.startswith("service_") and t not in
             {"service_topic", "service_origin", "service_correction", "service_edit"}))  # fmt: skip
    for name in names:
        table = metadata.tables[name]
        with source.engine.connect() as reading:
            found = reading.execution_options(stream_results=True).execute(select(table))
            while chunk := [dict(row._mapping) for row in found.fetchmany(1000)]:
                begun = time.perf_counter()
                with target.engine.begin() as writing:
                    writing.execute(insert(table), chunk)
                taken += time.perf_counter() - begun
                rows += len(chunk)
    return taken, rows


@contextmanager
def empty_databases(kind: str, folder: Path) -> Iterator[list[str]]:
    """URLs of three migrated databases without rows."""
    if kind == "sqlite":
        urls = [f"sqlite:///{folder / name}.db" for name in ("small", "large", "plain")]
        for url in urls:
            migrate(url)
        yield urls
        return
    with postgresql_server() as server:
        yield [server.fresh() for _n in range(3)]


def measure(url: str, folder: Path) -> dict[str, Any]:
    """An import in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "tests.bench.directory_import", "--child", url, "--folder", str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def run(services: int, kind: str) -> bool:
    """Measure, print, and say whether the bounds are met."""
    with tempfile.TemporaryDirectory(prefix="kinline-bench-") as kept:
        root = Path(kept)
        small, large = root / "small", root / "large"
        for folder, number in ((small, min(SMALL, services)), (large, services)):
            folder.mkdir()
            write_feed(folder, number)
        with empty_databases(kind, root) as (small_url, large_url, plain_url):
            first = measure(small_url, small)
            whole = measure(large_url, large)
            source, target = open_database(large_url), open_database(plain_url)
            used = time.process_time()
            plain, rows = plain_seconds(source, target)
            used = time.process_time() - used
            source.close()
            target.close()
    times, growth = whole["seconds"] / plain, whole["memory_kb"] / first["memory_kb"]
    table = Table(title=f"Import of {services:,} services into {kind}")
    for column in ("", "measured", "bound"):
        table.add_column(column)
    table.add_row("import", f"{whole['seconds']:.1f} s, {whole['added']:,} services", "")
    table.add_row("executemany of the same rows", f"{plain:.1f} s, {rows:,} rows", "")
    table.add_row("times", f"{times:.2f}", f"{MOST_TIMES}")
    table.add_row("processor time: import, executemany with reading", f"{whole['processor']:.1f} s, {used:.1f} s", "")
    table.add_row("memory at 10,000", f"{first['memory_kb'] / 1024:.0f} MB", "")
    table.add_row("memory at the end", f"{whole['memory_kb'] / 1024:.0f} MB", "")
    table.add_row("growth", f"{growth:.2f}", f"{MOST_GROWTH}")
    Console().print(table)
    return times <= MOST_TIMES and growth <= MOST_GROWTH and whole["complete"] and whole["added"] == services


def main() -> int:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, default=100_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--child")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.child:
        import_once(options.child, options.folder)
        return 0
    kinds = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    met = [run(options.services, kind) for kind in kinds]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
