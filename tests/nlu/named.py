"""Sentences in which things are named, `tests/nlu/<language>/entities.yml`: for the tests and for the report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bot.base.settings import ROOT
from bot.base.yaml_files import read_yaml
from bot.nlu.entity_reader import EntityReader, build_pipeline, load_reader
from bot.nlu.training_texts import read_messages
from bot.nlu.word_lists import familiar_words, patterns
from tests.nlu.held_out import FOLDER

TODAY = date(2026, 11, 24)
"""The day on which the sentences were written, a Tuesday."""

Named = dict[str, list[str]]


def built_reader(folder: Path) -> EntityReader:
    """The reader as training builds it, saved in a folder."""
    build_pipeline(patterns(ROOT / "content"), folder, familiar_words(read_messages(ROOT / "data" / "nlu")))
    return load_reader(folder)


def cases(code: str, folder: Path = FOLDER) -> Iterator[tuple[str, Named]]:
    """The sentences of a language with all that is named in each, by kind; none where a folder holds no such file."""
    path = folder / code / "entities.yml"
    for case in read_yaml(path)["sentences"] if path.exists() else ():
        yield case["text"], {kind: _sorted(value if isinstance(value, list) else [value]) for kind, value in case["find"].items()}


def named_in(reader: EntityReader, text: str, code: str) -> Named:
    """What the reader finds, in the same shape."""
    found: dict[str, list[Any]] = {}
    for one in reader.read(text, code, TODAY):
        found.setdefault(one.kind, []).append(one.value)
    return {kind: _sorted(values) for kind, values in found.items()}


def _sorted(values: list[Any]) -> list[str]:
    return sorted(map(str, values))
