"""Messages as batches of word vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from bot.base.e5_file import E5File
from bot.base.wordpieces import WordPieces

LONGEST = 128
"""Tokens; hardly a training message is longer; joined ones may be, and are cut."""


class Batches:
    """Turns texts into what `Network.forward` takes."""

    def __init__(self, file: E5File) -> None:
        self._file, self._pieces = file, WordPieces(file)

    def length(self, text: str) -> int:
        """Tokens of a text, about."""
        return min(len(self._pieces.ids(text)) + 2, LONGEST)

    def batch(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Word vectors (batch, tokens, width) and which tokens are there (batch, tokens)."""
        rows = [self._pieces.windows(text, LONGEST)[0] for text in texts]
        tokens = max(map(len, rows))
        words = np.zeros((len(rows), tokens, self._file.width), dtype=np.float32)
        present = np.zeros((len(rows), tokens), dtype=np.float32)
        for at, ids in enumerate(rows):
            words[at, : len(ids)] = self._file.word_vectors(ids)
            present[at, : len(ids)] = 1.0
        return torch.from_numpy(words), torch.from_numpy(present)
