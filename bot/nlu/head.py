"""The classifier on top of the encoder: kernel ridge regression on meaning and letters together.

The kernel is `exp(-gamma |x - y|²)` on centred, scaled encoder vectors plus `beta` times the
cosine of the letter vectors; the second part is linear and folds into plain weights. What each
training message would have scored without itself comes with the solution (leave-one-out), and
from it the temperature of the confidence and all thresholds. See docs/adr/0003.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve, lapack
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class KernelSettings:
    """Tuned by cross-validation inside the training data; see `results/` of `make evaluate`.

    Attributes:
        gamma: width of the meaning kernel, on vectors scaled to mean length 1.
        beta: weight of the letters.
        ridge: how much the solution is held back.
    """

    gamma: float = 1.0
    beta: float = 0.6
    ridge: float = 0.2


@dataclass(frozen=True)
class KernelHead:
    """A fitted head.

    Attributes:
        centre, scale: applied to encoder vectors before the kernel.
        support: centred, scaled training vectors, shape (n, d).
        alpha: shape (n, k); `letter_weights`: shape (v, k); k targets.
    """

    settings: KernelSettings
    centre: Floats
    scale: float
    support: Floats
    alpha: Floats
    letter_weights: Floats

    def scores(self, vectors: Floats, letters: csr_matrix) -> Floats:
        """Shape (m, k): about 1 for the right target, about 0 for others."""
        x = (vectors - self.centre) / self.scale
        return np.asarray(_rbf(x, self.support, self.settings.gamma) @ self.alpha + letters @ self.letter_weights, dtype=np.float32)


def fit(vectors: Floats, letters: csr_matrix, targets: Floats, settings: KernelSettings) -> tuple[KernelHead, Floats]:
    """Fit a head.

    Args:
        vectors: encoder vectors, shape (n, d); `letters` (n, v) with rows of length 1.
        targets: shape (n, k).

    Returns:
        The head and the leave-one-out scores of the training messages, shape (n, k).
    """
    centre = vectors.mean(axis=0)
    centred = vectors - centre
    scale = float(np.linalg.norm(centred, axis=1).mean()) or 1.0
    x = (centred / scale).astype(np.float32)
    kernel = _rbf(x, x, settings.gamma)
    kernel += settings.beta * (letters @ letters.T).toarray()
    kernel[np.diag_indices_from(kernel)] += settings.ridge
    factor, lower = cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
    alpha = cho_solve((factor, lower), targets.astype(np.float32), check_finite=False)
    inverse, _info = lapack.spotri(factor, lower=1, overwrite_c=1)
    without_itself = targets - alpha / np.diagonal(inverse)[:, None]
    weights = np.asarray(settings.beta * (letters.T @ alpha), dtype=np.float32)
    head = KernelHead(settings, centre.astype(np.float32), scale, x, alpha.astype(np.float32), weights)
    return head, without_itself.astype(np.float32)


def _rbf(x: Floats, y: Floats, gamma: float) -> Floats:
    squared = (x * x).sum(axis=1)[:, None] - 2.0 * (x @ y.T) + (y * y).sum(axis=1)[None, :]
    np.maximum(squared, 0.0, out=squared)
    squared *= -gamma
    return np.exp(squared, out=squared)


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


def threshold_for_rate(scores: Floats, most: float) -> float:
    """The lowest score that at most a share `most` of these scores exceeds."""
    return float(np.quantile(scores, 1.0 - most))
