"""What the encoder says of the training messages, along the axes of the head.

What it says of a message does not change, so `weights/remembered.npz`, which the recipe makes, holds it for the
messages of that day, and training reads the new ones alone. See docs/adr/0014.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.base.encoder import KEY_DIGITS, TUNED_FILE, Encoder, parted, verified, write_checksum
from bot.base.errors import EncoderUnavailable
from bot.nlu.head import Axes, Floats
from bot.nlu.training_texts import encode_with_memory, message_key

logger = logging.getLogger(__name__)

REMEMBERED_FILE = TUNED_FILE.with_name("remembered.npz")
_ENDS = 127
"""Along each axis a message is kept as a whole number from -127 to 127."""


@dataclass(frozen=True)
class Encoded:
    """What the encoder says of texts.

    Attributes:
        seen: their vectors along the axes, shape (n, d).
        alarms: shape (n,).
    """

    axes: Axes
    seen: Floats
    alarms: Floats


@dataclass(frozen=True)
class Remembered:
    """What an encoder said of training messages.

    Attributes:
        encoder: its name.
        keys: what stands for each message, `KEY_DIGITS` of its `message_key`.
        whole: shape (n, d), from -127 to 127, in `steps`, shape (d,).
        alarms: shape (n,).
    """

    encoder: str
    axes: Axes
    keys: tuple[str, ...]
    whole: npt.NDArray[np.int8]
    steps: Floats
    alarms: npt.NDArray[np.float16]

    @classmethod
    def of(cls, encoder: Encoder, texts: Sequence[str], memory: Path) -> Remembered:
        """What an encoder says of texts; `memory`: see `encode_with_memory`."""
        read = encode_anew(encoder, texts, memory)
        steps = np.maximum(np.abs(read.seen).max(axis=0), 1e-9) / _ENDS
        keys = tuple(message_key(text)[:KEY_DIGITS] for text in texts)
        return cls(encoder.name, read.axes, keys, np.round(read.seen / steps).astype(np.int8), steps, read.alarms.astype(np.float16))

    def save(self, path: Path) -> str:
        """Keep it, its checksum beside it; returns the checksum."""
        np.savez_compressed(
            path, encoder=self.encoder, centre=self.axes.centre, directions=self.axes.directions,
            keys=np.array(self.keys, dtype=f"S{KEY_DIGITS}"), whole=self.whole, steps=self.steps, alarms=self.alarms,
        )  # fmt: skip
        return write_checksum(path)

    @classmethod
    def load(cls, path: Path) -> Remembered:
        """What was kept.

        Raises:
            EncoderUnavailable: the file is missing or not the one that was kept.
        """
        with np.load(io.BytesIO(verified(path))) as kept:
            axes, keys = Axes(kept["centre"], kept["directions"]), tuple(kept["keys"].astype(str).tolist())
            return cls(str(kept["encoder"]), axes, keys, kept["whole"], kept["steps"], kept["alarms"])


def encode_messages(encoder: Encoder, texts: Sequence[str], memory: Path) -> Encoded:
    """What the encoder says of training messages; `memory`: see `encode_with_memory`."""
    remembered = _remembered_of(encoder)
    if remembered is None:
        return encode_anew(encoder, texts, memory)
    row_of = {key: row for row, key in enumerate(remembered.keys)}
    rows = np.array([row_of.get(message_key(text)[:KEY_DIGITS], -1) for text in texts], dtype=np.int64)
    is_new = rows < 0
    seen, alarms = remembered.whole[rows] * remembered.steps, remembered.alarms[rows].astype(np.float32)
    new = [text for text, wanted in zip(texts, is_new, strict=True) if wanted]
    vectors, alarms[is_new] = parted(encode_with_memory(encoder, new, memory), encoder)
    seen[is_new] = remembered.axes.along(vectors)
    return Encoded(remembered.axes, seen, alarms)


def encode_anew(encoder: Encoder, texts: Sequence[str], memory: Path) -> Encoded:
    """The same without what ships: every message is read, along axes of their own."""
    vectors, alarms = parted(encode_with_memory(encoder, texts, memory), encoder)
    axes = Axes.of(vectors)
    return Encoded(axes, axes.along(vectors), alarms)


def _remembered_of(encoder: Encoder) -> Remembered | None:
    """What was kept of what this encoder said, if anything."""
    try:
        remembered = Remembered.load(REMEMBERED_FILE)
        if remembered.encoder != encoder.name:
            raise EncoderUnavailable(f"{REMEMBERED_FILE.name} is of another encoder, {remembered.encoder}")
    except EncoderUnavailable as error:
        logger.warning("%s: every message is read anew, which takes a quarter of an hour", error)
        return None
    return remembered
