"""The one classifier for all languages: intents, danger, confidence, a second request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.base.encoder import Encoder, Vectors
from bot.nlu.head import (
    Fitting,
    Floats,
    KernelHead,
    KernelSettings,
    best_temperature,
    softmax,
    threshold_for,
    threshold_for_rate,
)
from bot.nlu.letters import Letters

CRISIS = "crisis_"
_PRECISION_ANSWERED = 0.85
"""Below the confidence at which so many answers are right, the assistant asks back."""
_ORDINARY_ALARMS = 0.01
"""The share of harmless messages (new to the encoder, many written to look alarming) that the danger score alone may take for danger."""
_ORDINARY_ALARMS_AGREED = 0.02
"""The same where the intent that fits best is a crisis too."""
_ALSO_SCORE = 0.18
_ALSO_WORDS = 6


@dataclass(frozen=True)
class Thresholds:
    """All read off the leave-one-out scores of training messages that the encoder was not tuned on.

    Attributes:
        temperature: of the confidences.
        sure: least confidence for an answer without asking back.
        danger: least danger score for an alarm of the second line.
        danger_agreed: the same when the intent that fits best is a crisis.
    """

    temperature: float
    sure: float
    danger: float
    danger_agreed: float


@dataclass(frozen=True)
class Understood:
    """What a message means.

    Attributes:
        ranking: (intent, confidence), best first.
        unsure: whether to ask back.
        also: intents of a second request.
    """

    ranking: tuple[tuple[str, float], ...]
    unsure: bool
    also: tuple[str, ...]
    danger_score: float

    @property
    def intent(self) -> str:
        """The best intent."""
        return self.ranking[0][0]


class IntentModel:
    """Encoder vectors and letters in, intents out."""

    def __init__(self, names: Sequence[str], head: KernelHead, letters: Letters, thresholds: Thresholds) -> None:
        self.names = tuple(names)
        self._head, self._letters, self.thresholds = head, letters, thresholds
        self._crisis = np.array([name.startswith(CRISIS) for name in self.names])

    def understand(self, text: str, encoder: Encoder) -> Understood:
        """Read one message: one pass of the encoder."""
        scores = self._head.scores(encoder.encode([text]), self._letters.transform([text]))[0]
        return self.judge(scores, len(text.split()))

    def judge(self, scores: Floats, length: int) -> Understood:
        """Turn a row of scores (one an intent, danger last) into a reading.

        Args:
            length: words in the message; a short one holds no second request.
        """
        of_intents, danger = scores[:-1].copy(), float(scores[-1])
        confidences = softmax(of_intents, self.thresholds.temperature)
        order = np.argsort(-confidences)
        alarmed = danger >= (self.thresholds.danger_agreed if self._crisis[order[0]] else self.thresholds.danger)
        if alarmed != bool(self._crisis[order[0]]):
            # The second line has the last word: an alarm moves the crises up, no alarm moves them down.
            wanted = self._crisis if alarmed else ~self._crisis
            order = np.concatenate([order[wanted[order]], order[~wanted[order]]])
        best = int(order[0])
        sure = alarmed or float(confidences[best]) >= self.thresholds.sure
        also = tuple(
            self.names[at]
            for at in order[1:3]
            if length >= _ALSO_WORDS and of_intents[at] >= _ALSO_SCORE and not self._crisis[at] and self.names[at].startswith(_REQUESTS)
        )
        ranking = tuple((self.names[at], float(confidences[at])) for at in order[:10])
        return Understood(ranking, not sure and not also, also[:1], danger)

    def saved(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        """Plain values and arrays for `restored`."""
        letters, weights = self._letters.saved()
        values: dict[str, Any] = {
            "names": list(self.names), "letters": letters, "thresholds": asdict(self.thresholds),
            "settings": asdict(self._head.settings), "scale": self._head.scale,
        }  # fmt: skip
        arrays: dict[str, npt.NDArray[Any]] = {
            "idf": weights, "centre": self._head.centre, "landmarks": self._head.landmarks.astype(np.float16),
            "alpha": self._head.alpha.astype(np.float32), "letter_weights": self._head.letter_weights.astype(np.float16),
        }  # fmt: skip
        return values, arrays

    @classmethod
    def restored(cls, values: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> IntentModel:
        """The same model as was saved."""
        head = KernelHead(
            KernelSettings(**values["settings"]), arrays["centre"], float(values["scale"]),
            arrays["landmarks"].astype(np.float32), arrays["alpha"].astype(np.float32), arrays["letter_weights"].astype(np.float32),
        )  # fmt: skip
        return cls(values["names"], head, Letters.restored(values["letters"], arrays["idf"]), Thresholds(**values["thresholds"]))


_REQUESTS = ("find_", "healthy_start_", "request_callback", "ask_privacy", "change_language")


def train_intent_model(
    texts: Sequence[str], intents: Sequence[str], vectors: Vectors, unseen: Sequence[bool], settings: KernelSettings | None = None
) -> IntentModel:
    """Fit the head and read the thresholds off what the encoder has not learned from.

    Args:
        vectors: of the texts, shape (n, size of the encoder).
        unseen: for each text, whether it is new to the encoder; where none is, all are taken, and the thresholds are too hopeful.
    """
    settings = settings or KernelSettings()
    names = sorted(set(intents))
    gold = np.array([names.index(intent) for intent in intents], dtype=np.int64)
    is_danger = np.array([intent.startswith(CRISIS) for intent in intents])
    wanted = np.zeros((len(texts), len(names)), dtype=np.float32)
    wanted[np.arange(len(texts)), gold] = 1.0
    rows = np.flatnonzero(np.asarray(unseen)) if any(unseen) else np.arange(len(texts))
    letters = Letters()
    fitting = Fitting(vectors, letters.fit(texts), settings)
    alpha, scores = fitting.solve(wanted, np.ones(len(texts), dtype=np.float32), rows)
    weights = np.where(is_danger, settings.danger_weight, 1.0).astype(np.float32)
    alpha_danger, danger = fitting.solve(is_danger[:, None].astype(np.float32), weights, rows)
    head = fitting.head(np.hstack([alpha, alpha_danger]))
    return IntentModel(names, head, letters, _thresholds(scores, gold[rows], danger[:, 0], is_danger[rows]))


def _thresholds(scores: Floats, gold: npt.NDArray[np.int64], danger: Floats, is_danger: npt.NDArray[np.bool_]) -> Thresholds:
    temperature = best_temperature(scores, gold)
    confidences = softmax(scores, temperature)
    return Thresholds(
        temperature,
        threshold_for(confidences.max(axis=1), confidences.argmax(axis=1) == gold, _PRECISION_ANSWERED),
        threshold_for_rate(danger[~is_danger], _ORDINARY_ALARMS),
        threshold_for_rate(danger[~is_danger], _ORDINARY_ALARMS_AGREED),
    )
