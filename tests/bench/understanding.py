"""How well messages are understood, on messages that were never trained on: `make evaluate`.

Reads `tests/nlu` (or a folder of one's own: `make evaluate MESSAGES=folder`) through the path of a real
message, prints tables and writes a dated report under `results/`. Languages are found without context.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rasa.core.channels.channel import UserMessage
from rich.console import Console
from rich.table import Table

from bot.base.encoder import Encoder, load_encoder
from bot.base.settings import ROOT, load_settings
from bot.nlu.training_texts import message_key
from bot.safety.rules import findings
from tests.bench.figures import accuracy, calibration_error, macro_f1, rate, thieves, weakest
from tests.nlu.held_out import CODES, FOLDER, HeldOut, read_set
from tests.nlu.named import built_reader, cases, named_in

SETS = ("intents", "dangers", "alarming_harmless", "ordinary")
KNOWN_FAILURES = FOLDER / "_known_failures.yml"
LONG_ENOUGH_TO_TELL = 4
"""Words from which on a message should show its language."""


@dataclass(frozen=True)
class Reading:
    """What became of one message.

    Attributes:
        listed: a danger list saw danger; `modelled`: the model does without the lists.
        seconds: for the whole reading; `forward` for the encoder's pass alone, right after it.
    """

    message: HeldOut
    found: str
    confidence: float
    asks_back: bool
    language: str
    listed: bool
    modelled: bool
    seconds: float
    forward: float

    @property
    def alarmed(self) -> bool:
        """Whether the parent gets the danger reply: both lines together, which is not either of them (docs/adr/0013)."""
        return self.found.startswith("crisis_")


class Reader:
    """Reads messages as the service does.

    Args:
        closely: read each a second time for what the model says without the lists and for what the encoder's pass alone costs;
            else `modelled` is what both say, and the pass costs nothing.
    """

    def __init__(self, assistant: Any, house: Any, encoder: Encoder, *, closely: bool = True) -> None:
        self._assistant, self._house, self._encoder, self._closely = assistant, house, encoder, closely
        self.left_out = 0

    async def read(self, messages: list[HeldOut]) -> list[Reading]:
        """All but those that the encoder was tuned on, which would prove nothing."""
        unseen = [m for m in messages if not self._encoder.has_learned(message_key(m.text))]
        self.left_out += len(messages) - len(unseen)
        return [await self._read(message) for message in unseen]

    async def _read(self, message: HeldOut) -> Reading:
        begun = time.perf_counter()
        parsed = await self._assistant.understand(message.text)
        seconds = time.perf_counter() - begun
        begun = time.perf_counter()
        if self._closely:
            self._encoder.encode([message.text])
        forward = time.perf_counter() - begun
        listed = bool(findings(message.text, self._house.phrases))
        alone = parsed
        if listed and self._closely:
            quiet = UserMessage(message.text, metadata={"language_so_far": None, "danger": None})
            alone = await self._assistant._agent.processor.parse_message(quiet)
        intent = parsed["intent"]
        return Reading(
            message, intent["name"], float(intent["confidence"]), bool(parsed.get("fallback")), parsed["language"],
            listed, alone["intent"]["name"].startswith("crisis_"), seconds, forward,
        )  # fmt: skip


def failed(reading: Reading, name: str) -> bool:
    """Whether a message of the set `name` was read wrongly: another intent, a danger missed, an alarm for nothing."""
    return reading.found != reading.message.intent if name == "intents" else reading.alarmed != reading.message.is_danger


def intents_of(readings: list[Reading]) -> dict[str, Any]:
    """The figures of one language's intents."""
    pairs = [(r.message.intent, r.found) for r in readings]
    answered = [r for r in readings if not r.asks_back]
    return {
        "messages": len(pairs),
        "macro_f1": round(macro_f1(pairs), 3),
        "accuracy": rate(sum(g == f for g, f in pairs), len(pairs)),
        "asks_back": round(1 - len(answered) / len(readings), 3),
        "right_when_it_answers": round(accuracy([(r.message.intent, r.found) for r in answered]), 3),
        "calibration_error": round(calibration_error([r.confidence for r in readings], [r.message.intent == r.found for r in readings]), 3),
        "any_crisis_recall": _alarms([r for r in readings if r.message.is_danger]),
        "weakest": weakest(pairs),
        "thieves": thieves(pairs),
    }


def dangers_of(sets: dict[str, list[Reading]]) -> dict[str, Any]:
    """Dangers found and harmless messages taken for danger, by the lists, by the model and by both."""
    dangers = sets["dangers"] or [r for r in sets["intents"] if r.message.is_danger]
    found = {kind: _alarms([r for r in dangers if r.message.kind == kind]) for kind in sorted({r.message.kind for r in dangers})}
    return {
        "found": {
            "lists": rate(sum(r.listed for r in dangers), len(dangers)),
            "model": rate(sum(r.modelled for r in dangers), len(dangers)),
            "both": _alarms(dangers),
            **{f"both, {kind}": share for kind, share in found.items() if kind},
        },
        "false_alarms": {
            name: {
                "lists": rate(sum(r.listed for r in sets[name]), len(sets[name])),
                "model": rate(sum(r.modelled for r in sets[name]), len(sets[name])),
                "both": _alarms(sets[name]),
            }
            for name in ("alarming_harmless", "ordinary")
        },
    }


def _alarms(readings: list[Reading]) -> str:
    return rate(sum(r.alarmed for r in readings), len(readings))


def language_of(readings: list[Reading]) -> str:
    """How often the language of a message of four words or more is found."""
    long = [r for r in readings if len(r.message.text.split()) >= LONG_ENOUGH_TO_TELL]
    return rate(sum(r.language == r.message.language for r in long), len(long))


def cost_of(readings: list[Reading]) -> dict[str, float]:
    """Medians in milliseconds, and how much more than the encoder's forward pass a reading costs."""
    whole, forward = (statistics.median(getattr(r, part) for r in readings) * 1000 for part in ("seconds", "forward"))
    return {"reading_ms": round(whole, 1), "forward_ms": round(forward, 1), "ratio": round(whole / forward, 2)}


def entities_of(folder: Path) -> dict[str, str]:
    """How many sentences are read without a slip: everything that is named in them, with its value, and nothing else."""
    with tempfile.TemporaryDirectory() as made:
        reader = built_reader(Path(made) / "reader")
    right = {code: [named_in(reader, text, code) == named for text, named in cases(code, folder)] for code in CODES}
    return {code: rate(sum(of_code), len(of_code)) for code, of_code in right.items() if of_code}


async def own_examples(reader: Reader, book: Any) -> dict[str, Any]:
    """What the lists alone, and both lines together, make of the lists' own examples."""
    table: dict[str, Any] = {}
    for code, examples in book.examples.items():
        caught = await reader.read([HeldOut(code, kind, text) for kind, text in examples.must_catch])
        harmless = await reader.read([HeldOut(code, "", text) for text in examples.must_not_catch])
        table[code] = {
            "must_catch": {"lists": rate(sum(r.listed for r in caught), len(caught)), "both": _alarms(caught)},
            "must_not_catch": {"lists": rate(sum(r.listed for r in harmless), len(harmless)), "both": _alarms(harmless)},
        }
    return table


async def report_on(assistant: Any, house: Any, folder: Path, encoder: Encoder) -> dict[str, Any]:
    """The whole report as plain values."""
    reader = Reader(assistant, house, encoder)
    intents, dangers, languages, costs, failures, everything = {}, {}, {}, {}, {}, []
    for code in CODES:
        sets = {name: await reader.read(read_set(name, code, folder)) for name in SETS}
        if not sets["intents"]:
            continue
        together = [reading for name in SETS for reading in sets[name]]
        failures[code] = {name: [r.message.text for r in sets[name] if failed(r, name)] for name in SETS}
        intents[code], dangers[code], languages[code] = intents_of(sets["intents"]), dangers_of(sets), language_of(together)
        costs[code] = cost_of(together)
        everything += together
    return {
        "date": house.clock.today().isoformat(),
        "encoder": encoder.name,
        "intents": intents,
        "dangers": dangers,
        "language_found": languages,
        "entities": entities_of(folder),
        "cost": {"all": cost_of(everything), **costs},
        "examples_of_the_lists": await own_examples(reader, house.phrases),
        "left_out_because_tuned_on": reader.left_out,
        "failures": failures,
    }


def show(report: dict[str, Any]) -> None:
    """Two tables on the terminal; the rest is in the file."""
    console = Console(width=170)
    table = Table(
        "language",
        "messages",
        "macro-F1",
        "accuracy",
        "asks back",
        "right when it answers",
        "calibration",
        "language found",
        "entities",
        "ms",
    )
    for code, row in report["intents"].items():
        table.add_row(
            code, str(row["messages"]), f"{row['macro_f1']:.3f}", row["accuracy"].split("= ")[-1], f"{row['asks_back']:.3f}",
            f"{row['right_when_it_answers']:.3f}", f"{row['calibration_error']:.3f}", report["language_found"][code].split("= ")[-1],
            report["entities"].get(code, "").split("= ")[-1], str(report["cost"][code]["reading_ms"]),
        )  # fmt: skip
    console.print(table)
    table = Table("language", "dangers: lists", "model", "both", "alarming, harmless: both", "ordinary: both")
    for code, row in report["dangers"].items():
        alarms = [row["false_alarms"][name]["both"] for name in ("alarming_harmless", "ordinary")]
        table.add_row(code, *(row["found"][line] for line in ("lists", "model", "both")), *alarms)
    console.print(table)
    console.print(report["cost"]["all"])


def main() -> int:
    """Measure, print, write."""
    from bot.serve.first_run import upgrade_database
    from bot.serve.start import build_assistant

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=Path, default=FOLDER)
    parser.add_argument("--note-failures", action="store_true", help="write what failed to tests/nlu/_known_failures.yml")
    arguments = parser.parse_args()
    settings = load_settings()
    upgrade_database(settings)
    assistant, house, _store = build_assistant(settings)
    report = asyncio.run(report_on(assistant, house, arguments.messages, load_encoder()))
    into = ROOT / "results" / f"understanding-{report['date']}.yml"
    into.parent.mkdir(exist_ok=True)
    into.write_text(yaml.safe_dump(report, allow_unicode=True, sort_keys=False, width=160), encoding="utf-8")
    if arguments.note_failures:
        head = "# Read wrongly on the date of the newest report; see test_held_out.py. Written by `make evaluate`, not by hand.\n"
        KNOWN_FAILURES.write_text(
            head + yaml.safe_dump(report["failures"], allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8"
        )
    show(report)
    print(f"Written to {into.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
