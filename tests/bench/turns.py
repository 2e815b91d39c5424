"""How long a turn takes, beside the encoder's forward pass and the commits of that turn: `make bench`.

Prints one table; everything in one run on one machine, so that the ratios count. Exit code 1 when a
bound of the issue is not met.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.base.db import open_database
from bot.base.encoder import load_encoder
from bot.base.sealing import new_key
from bot.base.settings import ROOT, load_settings

MESSAGES = [
    "what is on for my 2 year old on thursday", "anything nearer to HP21", "is it free", "where can i get help with food this week",
    "how much is healthy start", "my baby cries all night and i am so tired", "is there a group where i can meet other mums",
    "czy jest grupa dla dzieci w piatek", "میرے بچے کے لیے کیا ہے", "وين بنك الطعام",
]  # fmt: skip
MOST_TURN = 2.0
MOST_GROWTH = 1.5


def commit_seconds(folder: Path) -> float:
    """The median of committing a row of the size of a conversation to SQLite."""
    from datetime import datetime, timezone

    from bot.delivery import conversations

    database = open_database(f"sqlite:///{folder}/commits.db")
    database.create_tables()
    taken = []
    for _number in range(60):
        begun = time.perf_counter()
        with database.session() as session:
            conversations.write(session, "s" * 32, "x" * 20_000, datetime.now(timezone.utc))
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def encoder_seconds() -> float:
    """The median forward pass over the same messages."""
    encoder = load_encoder()
    encoder.encode(["warm"])
    taken = []
    for _round in range(6):
        for text in MESSAGES:
            begun = time.perf_counter()
            encoder.encode([text])
            taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


async def turns(folder: Path) -> tuple[list[float], list[float], list[float], float]:
    """Seconds of all turns, of the turns around the fifth and around the hundredth, and commits a turn."""
    from bot.flows.exchange import Inbound
    from bot.serve.first_run import upgrade_database
    from bot.serve.start import build_assistant

    settings = load_settings({
        "KINLINE_KEY": new_key(), "DATABASE_URL": f"sqlite:///{folder}/turns.db", "KINLINE_MODEL_DIR": str(ROOT / "models"),
        "KINLINE_CLOCK_STOPPED_AT": "2026-11-24T10:00",
    })  # fmt: skip
    upgrade_database(settings)
    database = open_database(settings.database_url)
    assistant, _house, _store = build_assistant(settings, database)
    await assistant.answer(Inbound("warm" + "0" * 28, "hello"))
    everything: list[float] = []
    fifth: list[float] = []
    hundredth: list[float] = []
    before = database.commits
    for chat in range(10):
        sender = f"{chat:032d}"
        for number in range(1, 106):
            # The same ten messages come round, so that the fifth and the hundredth are of the same kind.
            text = MESSAGES[(number + chat) % len(MESSAGES)]
            begun = time.perf_counter()
            await assistant.answer(Inbound(sender, text))
            taken = time.perf_counter() - begun
            everything.append(taken)
            if 3 <= number <= 7:
                fifth.append(taken)
            if 98 <= number <= 102:
                hundredth.append(taken)
    return everything, fifth, hundredth, (database.commits - before) / len(everything)


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        forward, commit = encoder_seconds(), commit_seconds(folder)
        everything, fifth, hundredth, commits = asyncio.run(turns(folder))
        forward = statistics.median([forward, encoder_seconds()])
    median = statistics.median(everything)
    allowed = forward + commit * commits
    growth = statistics.median(hundredth) / statistics.median(fifth)
    table = Table("measured", "median", "beside", "ratio", "at most")
    table.add_row("encoder, forward pass", f"{forward * 1000:.1f} ms", "", "", "")
    table.add_row("commit of a conversation", f"{commit * 1000:.2f} ms", f"{commits:.2f} transactions a turn", "", "")
    table.add_row("a turn", f"{median * 1000:.1f} ms", f"{allowed * 1000:.1f} ms", f"{median / allowed:.2f}", f"{MOST_TURN}")
    table.add_row(
        "the hundredth turn",
        f"{statistics.median(hundredth) * 1000:.1f} ms",
        f"{statistics.median(fifth) * 1000:.1f} ms the fifth",
        f"{growth:.2f}",
        f"{MOST_GROWTH}",
    )
    Console(width=110).print(table)
    return 0 if median / allowed <= MOST_TURN and growth <= MOST_GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
