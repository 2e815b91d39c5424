"""Training messages: enough of them, of the right script, none twice, none that is also a test."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.base.text import words
from bot.base.yaml_files import read_yaml
from bot.checks.finding import Finding
from bot.nlu.training_texts import read_messages

_LEAST = {"en": 15, "ur-Latn": 5}
_LEAST_OTHERWISE = 8
_SCRIPT = {"ar": "ARABIC", "ur": "ARABIC", "ckb": "ARABIC"}
_WRONG_SCRIPTS = {"CYRILLIC", "GREEK"}
"""Letters that look like Latin ones and are none."""


def check_messages(root: Path) -> Iterator[Finding]:
    """All of `data/nlu` and its distance from `tests/nlu`."""
    messages = read_messages(root / "data" / "nlu")
    counts = Counter((language, intent) for language, intent, _ in messages)
    intents = {intent for _, intent, _ in messages}
    for language in sorted({language for language, _, _ in messages}):
        least = _LEAST.get(language, _LEAST_OTHERWISE)
        for intent in sorted(intents):
            if counts[(language, intent)] < least:
                yield Finding("error", f"data/nlu/{language}/{intent}.yml", f"fewer than {least} messages")
    yield from _twice(messages)
    yield from _wrong_letters(messages)
    yield from _also_tests(root, messages)


def _twice(messages: list[tuple[str, str, str]]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], str] = {}
    for language, intent, text in messages:
        key = (language, " ".join(words(text)) or text)
        before = seen.setdefault(key, intent)
        if before != intent:
            yield Finding("error", f"data/nlu/{language}/{intent}.yml", f"stands under {before} as well: {text[:50]!r}")


def _wrong_letters(messages: list[tuple[str, str, str]]) -> Iterator[Finding]:
    for language, intent, text in messages:
        scripts = {unicodedata.name(c, "").split(" ")[0] for c in text if c.isalpha()}
        if scripts & _WRONG_SCRIPTS or (language not in _SCRIPT and "ARABIC" in scripts and language != "ur-Latn"):
            yield Finding("error", f"data/nlu/{language}/{intent}.yml", f"letters of another script: {text[:50]!r}")


def _also_tests(root: Path, messages: list[tuple[str, str, str]]) -> Iterator[Finding]:
    trained = {" ".join(words(text)) for _, _, text in messages if len(words(text)) >= 4}
    for path in sorted((root / "tests" / "nlu").glob("*/*.yml")):
        for message in (read_yaml(path) or {}).get("messages") or ():
            if " ".join(words(message["text"])) in trained:
                yield Finding("error", str(path.relative_to(root)), f"is also a training message: {message['text'][:50]!r}")
