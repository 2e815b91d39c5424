"""What services mean, as vectors made ahead, beside what a parent says: one pass of the encoder a question.

Vectors are kept as whole numbers from -127 to 127; their length does not matter.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np

from bot.base.encoder import Encoder, Vectors, parted
from bot.directory.model import Service

_LONGEST_TEXT = 300
_STEP = 0.03
"""Closer than this to the closest is as close as it: the encoder's cosines lie within a tenth of each other."""


def text_of(service: Service) -> str:
    """The text whose meaning is kept: the name, and how the description begins."""
    return f"{service.name}. {service.summary or ''}"[:_LONGEST_TEXT]


def stamp_of(text: str) -> int:
    """Says whether a text has changed."""
    return zlib.crc32(text.encode()) & 0x7FFFFFFF


def packed(vectors: Vectors) -> list[bytes]:
    """Rows as bytes."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
    return [row.tobytes() for row in np.round(vectors / largest * 127).astype(np.int8)]


class Meaning:
    """Compares texts with what is stored.

    Args:
        load: gives the encoder; only called when something is to be compared.
    """

    def __init__(self, load: Callable[[], Encoder]) -> None:
        self._load = load
        self._encoder: Encoder | None = None

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded once."""
        if self._encoder is None:
            self._encoder = self._load()
        return self._encoder

    def likeness(self, text: str, stored: dict[str, bytes]) -> dict[str, float]:
        """How close each is to the text, in coarse steps below the closest (0, -1, -2 …): one pass of the encoder."""
        if not stored:
            return {}
        asked = self._meant([text])[0]
        rows = np.stack([np.frombuffer(vector, dtype=np.int8) for vector in stored.values()]).astype(np.float32)
        close = rows @ asked / np.maximum(np.linalg.norm(rows, axis=1) * np.linalg.norm(asked), 1e-9)
        steps = np.floor((close.max() - close) / _STEP)
        return {one: -float(step) for one, step in zip(stored, steps)}

    def packed_of(self, services: Sequence[Service]) -> list[bytes]:
        """The vectors of services, in their order."""
        return packed(self._meant([text_of(service) for service in services]))

    def _meant(self, texts: Sequence[str]) -> Vectors:
        """What texts mean; how alarming they sound is no part of it."""
        return parted(self.encoder.encode(texts), self.encoder)[0]
