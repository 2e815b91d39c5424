"""How well messages are understood, on messages that were never trained on: `make evaluate`.

Writes a dated report under `results/` and prints it. Languages are found without context.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import yaml

from bot.base.settings import ROOT, load_settings

CODES = ("en", "pl", "ur", "ar", "ro", "ckb", "ur-Latn")


def held_out(code: str) -> list[tuple[str, str]]:
    """(gold intent, text) of a language."""
    path = ROOT / "tests" / "nlu" / code / "messages.yml"
    return [(m["intent"], m["text"]) for m in yaml.safe_load(path.read_text())["messages"]]


def macro_f1(pairs: list[tuple[str, str]]) -> float:
    """Of (gold, predicted) pairs, over the gold intents."""
    right = Counter(g for g, p in pairs if g == p)
    gold, predicted = Counter(g for g, _ in pairs), Counter(p for _, p in pairs)
    return sum(2 * right[i] / (gold[i] + predicted[i]) for i in gold) / len(gold)


async def read_all(assistant: Any) -> dict[str, Any]:
    """Per language: accuracy, macro-F1, crisis recall, false alarms, language found, confusions, milliseconds."""
    report: dict[str, Any] = {}
    for code in CODES:
        pairs, languages, confusions, taken = [], [], Counter[str](), []
        for gold, text in held_out(code):
            begun = time.perf_counter()
            parsed = await assistant.understand(text)
            taken.append(time.perf_counter() - begun)
            found = parsed["intent"]["name"]
            pairs.append((gold, found))
            if len(text.split()) >= 4:
                languages.append(parsed["language"] == code)
            if gold != found:
                confusions[f"{gold} → {found}"] += 1
        crisis = [found.startswith("crisis_") for gold, found in pairs if gold.startswith("crisis_")]
        alarms = [found.startswith("crisis_") for gold, found in pairs if not gold.startswith("crisis_")]
        report[code] = {
            "messages": len(pairs),
            "accuracy": round(sum(g == p for g, p in pairs) / len(pairs), 3),
            "macro_f1": round(macro_f1(pairs), 3),
            "any_crisis_recall": round(sum(crisis) / len(crisis), 3),
            "false_alarms": round(sum(alarms) / len(alarms), 4),
            "language_found_from_four_words": round(sum(languages) / len(languages), 3),
            "milliseconds": round(sorted(taken)[len(taken) // 2] * 1000, 1),
            "confusions": confusions.most_common(12),
        }
    return report


async def danger_table(assistant: Any, book: Any) -> dict[str, Any]:
    """What the lists alone, and lists and classifier together, catch of their own examples."""
    from bot.safety.rules import assess

    table: dict[str, Any] = defaultdict(dict)
    for code, examples in book.examples.items():
        texts = [text for _, text in examples.must_catch]
        listed = [bool(assess(text, book)) for text in texts]
        both = [bool(assess(t, book)) or (await assistant.understand(t))["intent"]["name"].startswith("crisis_") for t in texts]
        harmless = [
            bool(assess(t, book)) or (await assistant.understand(t))["intent"]["name"].startswith("crisis_")
            for t in examples.must_not_catch
        ]
        table[code] = {
            "must_catch": len(texts), "lists": round(sum(listed) / len(texts), 3), "lists_and_classifier": round(sum(both) / len(texts), 3),
            "must_not_catch": len(harmless), "caught_all_the_same": round(sum(harmless) / len(harmless), 3),
        }  # fmt: skip
    return dict(table)


def main() -> int:
    """Measure, print, write."""
    from bot.serve.first_run import upgrade_database
    from bot.serve.start import build_assistant

    settings = load_settings()
    upgrade_database(settings)
    assistant, house, _store = build_assistant(settings)
    report = {"understanding": asyncio.run(read_all(assistant)), "danger": asyncio.run(danger_table(assistant, house.phrases))}
    text = yaml.safe_dump(report, allow_unicode=True, sort_keys=False, width=160)
    folder = Path(ROOT / "results")
    folder.mkdir(exist_ok=True)
    (folder / f"understanding-{house.clock.today().isoformat()}.yml").write_text(text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
