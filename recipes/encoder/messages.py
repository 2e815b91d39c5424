"""What is learned from: the training messages, those held out, and messages put together from them."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scipy.sparse import csr_matrix, vstack
from scipy.sparse.csgraph import connected_components

from bot.nlu.letters import Letters
from bot.nlu.training_texts import message_key, read_messages
from bot.safety.phrases import KINDS
from recipes.encoder.noise import noisy

HELD_OUT = 0.08
"""Share of the messages that the encoder never learns from: all choices and thresholds are read off them."""
_ALIKE = 0.7
"""Cosine of the letters from which on two messages are near-doubles and stay together."""
_NOISY, _JOINED, _BURIED = 0.4, 0.12, 0.35
"""Shares of the lessons that are misspelt; that are two messages in one; of the dangers that stand among other things."""
_LIGHT = {"greet", "goodbye", "thank", "affirm", "deny", "out_of_scope"}
_BETWEEN = (". ", "\n", " ", ", ", "! ", "... ")


@dataclass(frozen=True)
class Message:
    """A training message."""

    language: str
    intent: str
    text: str

    @property
    def is_danger(self) -> bool:
        """Whether its intent is one of the crises."""
        return self.intent in KINDS


@dataclass(frozen=True)
class Lesson:
    """What is shown to the network once: a text and the share of each intent in it."""

    text: str
    shares: tuple[tuple[str, float], ...]
    is_danger: bool


@dataclass(frozen=True)
class Parts:
    """Messages to learn from and messages held out."""

    learned: tuple[Message, ...]
    held_out: tuple[Message, ...]


def split(folder: Path, has_learned: Callable[[str], bool] = lambda key: False) -> Parts:
    """All messages under the folder, parted; the same for the same messages.

    Args:
        has_learned: whether the encoder that is gone on from has learned the message of a key: it stays learned, with its near-doubles.
    """
    messages = [Message(*found) for found in read_messages(folder)]
    groups = _near_doubles([m.text for m in messages])
    texts: dict[int, set[str]] = defaultdict(set)
    for message, group in zip(messages, groups, strict=True):
        texts[group].add(message.text)
    held_out = {
        group
        for group, found in texts.items()
        if _share(min(found)) < HELD_OUT and not any(has_learned(message_key(text)) for text in found)
    }
    return Parts(
        tuple(m for m, group in zip(messages, groups, strict=True) if group not in held_out),
        tuple(m for m, group in zip(messages, groups, strict=True) if group in held_out),
    )


def split_as_before(folder: Path, has_learned: Callable[[str], bool]) -> Parts:
    """The messages that an encoder has learned, in their order, to tune it again; all others are held out."""
    messages = [Message(*found) for found in read_messages(folder)]
    learned = [has_learned(message_key(message.text)) for message in messages]
    return Parts(
        tuple(m for m, known in zip(messages, learned, strict=True) if known),
        tuple(m for m, known in zip(messages, learned, strict=True) if not known),
    )


def _share(text: str) -> float:
    """A number from 0 to 1 that the text alone decides."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 2**32


def _near_doubles(texts: list[str]) -> list[int]:
    """A number for each text; those that are alike, or alike a third one, share it."""
    letters = Letters().fit(texts)
    alike = vstack([csr_matrix((letters[at : at + 500] @ letters.T) > _ALIKE) for at in range(0, len(texts), 500)])
    return [int(group) for group in connected_components(alike, directed=False)[1]]


def lessons(messages: Sequence[Message], rng: random.Random, known: frozenset[str] = frozenset(), share: float = 1.0) -> list[Lesson]:
    """One pass through the messages in random order, Roman Urdu twice; some noisy, some with another message joined to them.

    Args:
        known: texts of which only a `share`, drawn anew, is shown.
    """
    again = [message for message in messages if message.language == "ur-Latn"]
    shown = [message for message in [*messages, *again] if message.text not in known or rng.random() < share]
    rng.shuffle(shown)
    by_language: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_language[message.language].append(message)
    return [_lesson(message, by_language[message.language], rng) for message in shown]


def _lesson(message: Message, others: list[Message], rng: random.Random) -> Lesson:
    text, shares, is_danger = message.text, ((message.intent, 1.0),), message.is_danger
    if rng.random() < (_BURIED if message.is_danger else _JOINED):
        other = rng.choice(others)
        said = rng.sample([message.text, other.text], 2)
        shares, is_danger = _joined(message, other), message.is_danger or other.is_danger
        if message.is_danger and not other.is_danger and rng.random() < _BURIED:
            said = [other.text, message.text, rng.choice(others).text]
        text = rng.choice(_BETWEEN).join(said)
    if rng.random() < _NOISY:
        text = noisy(text, message.language, rng)
    return Lesson(text, shares, is_danger)


def _joined(one: Message, other: Message) -> tuple[tuple[str, float], ...]:
    """What two messages in one ask for: danger outranks all, a greeting counts for nothing beside a request."""
    for first, second in ((one, other), (other, one)):
        if first.is_danger and not second.is_danger:
            return ((first.intent, 1.0),)
        if second.intent in _LIGHT and first.intent not in _LIGHT:
            return ((first.intent, 1.0),)
    return ((one.intent, 0.5), (other.intent, 0.5))
