"""The classifier on top of the encoder: kernel ridge regression on meaning and letters together.

The kernel is `exp(-gamma |x - y|²)` on encoder vectors, seen along the axes in which messages differ most
and scaled, plus `beta` times the cosine of the letter vectors. It is spanned by some of the
training messages, the landmarks, so that reading a message costs the same however many messages there
are to learn from; the letters' part is linear and folds into plain weights. What a training message
would have scored without itself comes with the solution (leave-one-out). See docs/adr/0003 and 0014.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve, eigh, solve_triangular
from scipy.linalg.blas import dsyrk
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]
_AT_A_TIME = 4000
_SEED = 7


@dataclass(frozen=True)
class KernelSettings:
    """Chosen on the messages that the encoder has not learned from; docs/evaluation.md says how.

    Attributes:
        gamma: width of the meaning kernel, on vectors scaled to mean length 1.
        beta: weight of the letters.
        ridge: how much the solution is held back.
        landmarks: at most so many training messages span the kernel.
    """

    gamma: float = 0.5
    beta: float = 0.6
    ridge: float = 0.2
    landmarks: int = 8000


@dataclass(frozen=True)
class Axes:
    """Directions in which messages differ most (principal axes); the encoder's others say little and cost time (docs/adr/0014).

    Attributes:
        centre: the mean of the messages, shape (size,).
        directions: as columns, shape (size, d).
    """

    centre: Floats
    directions: Floats

    def along(self, vectors: Floats) -> Floats:
        """Encoder vectors, shape (n, size), along the axes, shape (n, d)."""
        return np.asarray((vectors - self.centre) @ self.directions, dtype=np.float32)

    @classmethod
    def of(cls, vectors: Floats, most: int = 256) -> Axes:
        """The `most` of these vectors."""
        centre = vectors.mean(axis=0)
        _, directions = eigh((vectors - centre).T @ (vectors - centre))
        return cls(centre, np.ascontiguousarray(directions[:, -most:], dtype=np.float32))


@dataclass(frozen=True)
class KernelHead:
    """A fitted head.

    Attributes:
        axes, scale: applied to encoder vectors before the kernel.
        landmarks: vectors after that, shape (m, d).
        alpha: shape (m, k); `letter_weights`: shape (v, k); k targets.
    """

    settings: KernelSettings
    axes: Axes
    scale: float
    landmarks: Floats
    alpha: Floats
    letter_weights: Floats

    def scores(self, vectors: Floats, letters: csr_matrix) -> Floats:
        """Shape (n, k): about 1 for the right target, about 0 for others."""
        x = self.axes.along(vectors) / np.float32(self.scale)
        kernel = _rbf(x, self.landmarks, self.settings.gamma, self._squares)
        return np.asarray(kernel @ self.alpha + letters @ self.letter_weights, dtype=np.float32)

    @cached_property
    def _squares(self) -> Floats:
        """The landmarks' squared lengths; worked out anew for each message they would cost as much as the kernel itself."""
        return np.asarray((self.landmarks * self.landmarks).sum(axis=1), dtype=np.float32)


class Fitting:
    """The kernel of a set of training messages, against which targets are solved.

    Args:
        seen: encoder vectors along the axes, shape (n, d); `letters` (n, v) with rows of length 1.
    """

    def __init__(self, axes: Axes, seen: Floats, letters: csr_matrix, settings: KernelSettings) -> None:
        self._settings, self._axes = settings, axes
        self._scale = float(np.linalg.norm(seen, axis=1).mean()) or 1.0
        count = min(settings.landmarks, len(seen))
        self._chosen = np.sort(np.random.default_rng(_SEED).permutation(len(seen))[:count])
        x = (seen / self._scale).astype(np.float32)
        self._landmarks, self._letters = x[self._chosen], letters[self._chosen]
        self._kernel = _rbf(x, self._landmarks, settings.gamma)
        for start in range(0, len(x), _AT_A_TIME):
            self._kernel[start : start + _AT_A_TIME] += settings.beta * (letters[start : start + _AT_A_TIME] @ self._letters.T).toarray()

    def solve(self, targets: Floats, unseen: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Solve for some targets.

        Args:
            targets: shape (n, k).
            unseen: rows whose leave-one-out scores are wanted.

        Returns:
            `alpha` (m, k) and the scores of the unseen rows as they would be without themselves (len(unseen), k).
        """
        kernel = self._kernel
        normal = np.asfortranarray(self._settings.ridge * kernel[self._chosen].astype(np.float64))
        # Summed with 32 bits over many messages it would not be sure to have a root.
        for start in range(0, len(kernel), _AT_A_TIME):
            some = kernel[start : start + _AT_A_TIME].astype(np.float64)
            normal = dsyrk(1.0, some, beta=1.0, c=normal, trans=1, lower=1, overwrite_c=1)
        normal[np.diag_indices_from(normal)] += _FLOOR
        factor = cho_factor(normal, lower=True, overwrite_a=True, check_finite=False)
        alpha = cho_solve(factor, (kernel.T @ targets).astype(np.float64), check_finite=False).astype(np.float32)
        rows = kernel[unseen]
        half = solve_triangular(factor[0], rows.T.astype(np.float64), lower=True, check_finite=False)
        own = (half * half).sum(axis=0)
        scores = rows @ alpha
        without = targets[unseen] - (targets[unseen] - scores) / np.maximum(1.0 - own, 1e-3)[:, None]
        return alpha, without.astype(np.float32)

    def head(self, alpha: Floats) -> KernelHead:
        """The head of solved targets."""
        weights = np.asarray(self._settings.beta * (self._letters.T @ alpha), dtype=np.float32)
        return KernelHead(self._settings, self._axes, self._scale, self._landmarks, alpha, weights)


_FLOOR = 1e-3
"""Added to the diagonal, so that landmarks that are the same message do no harm."""


def _rbf(x: Floats, y: Floats, gamma: float, squares: Floats | None = None) -> Floats:
    """`exp(-gamma |x - y|²)`; `squares` are the squared lengths of `y` where they are known."""
    of_y = (y * y).sum(axis=1) if squares is None else squares
    squared = (x * x).sum(axis=1)[:, None] - 2.0 * (x @ y.T) + of_y[None, :]
    np.maximum(squared, 0.0, out=squared)
    squared *= -gamma
    return np.asarray(np.exp(squared, out=squared), dtype=np.float32)


def softmax(scores: Floats, temperature: float) -> Floats:
    """Confidences that sum to 1 along the last axis."""
    scaled = scores / temperature
    exp = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(exp / exp.sum(axis=-1, keepdims=True), dtype=np.float32)


def best_temperature(scores: Floats, gold: npt.NDArray[np.int64]) -> float:
    """The temperature under which the gold targets are likeliest (least log loss on a grid)."""
    rows = np.arange(len(gold))

    def loss(temperature: float) -> float:
        return float(-np.log(np.maximum(softmax(scores, temperature)[rows, gold], 1e-9)).mean())

    grid: Sequence[float] = np.geomspace(0.01, 0.5, 40).tolist()
    return min(grid, key=loss)


def threshold_for(confidences: Floats, is_right: npt.NDArray[np.bool_], precision: float) -> float:
    """The lowest confidence from which on at least `precision` of the answers are right."""
    order = np.argsort(-confidences)
    share_right = np.cumsum(is_right[order]) / np.arange(1, len(order) + 1)
    good = np.nonzero(share_right >= precision)[0]
    return float(confidences[order[good[-1]]]) if len(good) else 1.0
