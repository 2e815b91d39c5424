"""Letter sequences of a text as a sparse vector: for spelling slips, names, Roman Urdu."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.base.text import fold


class Letters:
    """Weighted letter n-grams within words, learned from the training messages.

    Args:
        shortest, longest: lengths of the sequences in letters.
        least: a sequence must occur in so many messages.
    """

    def __init__(self, shortest: int = 2, longest: int = 5, least: int = 3) -> None:
        self._vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(shortest, longest), min_df=least, sublinear_tf=True, preprocessor=fold, dtype=np.float32
        )
        self._bounds = (shortest, longest, least)

    def fit(self, texts: Sequence[str]) -> csr_matrix:
        """Learn the sequences; rows of length 1 (0 for a text without any)."""
        return self._vectorizer.fit_transform(texts)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Rows of length 1 in the space that was learned."""
        # The same as the vectorizer's own `transform`, which spends most of its time on checking a single message.
        known, weights = self._vectorizer.vocabulary_, self._weights
        values, columns, ends = [], [], [0]
        for text in texts:
            times = Counter(gram for gram in self._grams(text) if gram in known)
            at = np.fromiter((known[gram] for gram in times), dtype=np.int32, count=len(times))
            row = (1.0 + np.log(np.fromiter(times.values(), dtype=np.float64, count=len(times)))) * weights[at]
            values.append(row / (np.linalg.norm(row) or 1.0))
            columns.append(at)
            ends.append(ends[-1] + len(at))
        # In the type of the weights on top: else scipy makes a copy of all of them for every message.
        data = np.concatenate(values).astype(np.float32)
        return csr_matrix((data, np.concatenate(columns), np.array(ends)), shape=(len(texts), len(known)))

    @cached_property
    def _grams(self) -> Callable[[str], list[str]]:
        return self._vectorizer.build_analyzer()

    @cached_property
    def _weights(self) -> npt.NDArray[np.float64]:
        return np.asarray(self._vectorizer.idf_, dtype=np.float64)

    def saved(self) -> tuple[dict[str, Any], npt.NDArray[np.float32]]:
        """What `restored` needs: plain values and the weights."""
        vocabulary = sorted(self._vectorizer.vocabulary_, key=self._vectorizer.vocabulary_.__getitem__)
        return {"bounds": list(self._bounds), "vocabulary": vocabulary}, self._vectorizer.idf_.astype(np.float32)

    @classmethod
    def restored(cls, values: Mapping[str, Any], weights: npt.NDArray[np.float32]) -> Letters:
        """The same letters as were saved."""
        letters = cls(*values["bounds"])
        letters._vectorizer.vocabulary_ = {gram: at for at, gram in enumerate(values["vocabulary"])}
        letters._vectorizer.idf_ = weights.astype(np.float64)
        return letters
