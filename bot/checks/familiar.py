"""Words that parents use by themselves and that a danger list would take for slips of its own: `content/safety/familiar_words.txt`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.base.text import words
from bot.checks.finding import Finding
from bot.flows.house import load_safety
from bot.library.loader import load_library
from bot.nlu.training_texts import read_messages
from bot.safety.phrases import FAMILIAR_WORDS, KINDS


def familiar_words(root: Path) -> set[str]:
    """What the file must hold: of the training messages about anything but danger, and of the examples that must not be caught."""
    book = load_safety(root / "content", load_library(root / "content", []))
    texts = [text for _, intent, text in read_messages(root / "data" / "nlu") if intent not in KINDS]
    texts += [text for examples in book.examples.values() for text in examples.must_not_catch]
    used = {word for text in texts for word in words(text)}
    return {word for word in used if book.steps.has_slip(word)}


def check_familiar_words(root: Path) -> Iterator[Finding]:
    """A new phrase or a new message may bring words that are not in the file yet."""
    kept = set((root / "content" / "safety" / FAMILIAR_WORDS).read_text(encoding="utf-8").split())
    missing = sorted(familiar_words(root) - kept)
    if missing:
        what = f"{len(missing)} ordinary words would pass for danger, the first is {missing[0]!r}: run `python -m bot words`"
        yield Finding("error", f"content/safety/{FAMILIAR_WORDS}", what)


def update_familiar_words(root: Path) -> None:
    """Write the file anew."""
    found = "".join(f"{word}\n" for word in sorted(familiar_words(root)))
    (root / "content" / "safety" / FAMILIAR_WORDS).write_text(found, encoding="utf-8")
