"""What the danger lists find in training messages."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from bot.flows.house import load_safety
from bot.library.loader import load_library
from bot.safety.phrases import PhraseBook
from bot.safety.rules import Danger, findings

_TEXTS_AT_A_TIME = 1000


def name_of(danger: Danger) -> str:
    """A phrase of the lists, told from all others."""
    return f"{danger.language} {danger.kind} {danger.phrase}"


def listed_phrases(texts: Sequence[str], content: Path) -> list[list[str]]:
    """For each text the phrases that the lists under a content folder find in it.

    Raises:
        ContentError: a list is broken.
    """
    _book(content)
    parts = [texts[start : start + _TEXTS_AT_A_TIME] for start in range(0, len(texts), _TEXTS_AT_A_TIME)]
    with ProcessPoolExecutor(max_workers=os.cpu_count(), mp_context=get_context("spawn")) as pool:
        return [phrases for part in pool.map(_of_part, parts, [content] * len(parts)) for phrases in part]


def must_catch_texts(content: Path) -> list[str]:
    """Examples of danger in all languages that must never be missed, those reported at the desk included.

    Raises:
        ContentError: a list is broken.
    """
    return [text for examples in _book(content).examples.values() for _, text in examples.must_catch]


def _of_part(texts: Sequence[str], content: Path) -> list[list[str]]:
    return [sorted({name_of(danger) for danger in findings(text, _book(content))}) for text in texts]


@cache
def _book(content: Path) -> PhraseBook:
    return load_safety(content, load_library(content, []))
