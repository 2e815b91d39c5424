"""The one classifier for all languages: intents, danger, confidence, a second request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.base.encoder import Encoder, Vectors, parted
from bot.nlu.danger_model import DangerModel, certain_phrases, fit_danger_model, readings
from bot.nlu.head import Axes, Fitting, Floats, KernelHead, KernelSettings, best_temperature, softmax, threshold_for
from bot.nlu.letters import Letters
from bot.nlu.remembered import Encoded
from bot.nlu.second_request import LEAST_WORDS, parts
from bot.nlu.windows import windows
from bot.safety.phrases import KINDS

_PRECISION_ANSWERED = 0.85
"""Below the confidence at which so many answers are right, the assistant asks back."""
_MARK = re.compile(r"[,.!?;:،؛۔؟\n–-]+\s*")
_GREETING_WORDS, _SENTENCE_WORDS = 5, 4
_ALSO_SCORE = 0.12
"""Where no second intent scores so much, the parts of a message are not read; see docs/evaluation.md."""


@dataclass(frozen=True)
class Thresholds:
    """Read off the leave-one-out scores of training messages that the encoder was not tuned on.

    Attributes:
        temperature: of the confidences.
        sure: least confidence for an answer without asking back.
    """

    temperature: float
    sure: float


@dataclass(frozen=True)
class Understood:
    """What a message means.

    Attributes:
        ranking: (intent, confidence), best first.
        unsure: whether to ask back.
        also: intents of a second request.
        crisis: the crisis that fits best, danger or not.
        may_hold_two: whether a second request scores enough to look for it.
        readings: what the danger model weighs, shape (3,); of a long message, in the window that sounds most like danger.
    """

    ranking: tuple[tuple[str, float], ...]
    unsure: bool
    also: tuple[str, ...]
    crisis: str
    readings: Floats
    may_hold_two: bool = False

    @property
    def intent(self) -> str:
        """The best intent."""
        return self.ranking[0][0]


class IntentModel:
    """Encoder vectors and letters in, intents out."""

    def __init__(self, names: Sequence[str], head: KernelHead, letters: Letters, thresholds: Thresholds, danger: DangerModel) -> None:
        self.names = tuple(names)
        self.thresholds, self.danger = thresholds, danger
        self._head, self._letters = head, letters
        self._crisis = np.array([name in KINDS for name in self.names])

    def understand(self, text: str, encoder: Encoder) -> Understood:
        """Read one message: one pass of the encoder; a second where more than a greeting is taken for one."""
        understood = self._read(text, encoder)
        rest = after_greeting(text) if understood.intent == "greet" else ""
        if rest:
            asked = self._read(rest, encoder)
            if asked.intent in KINDS or asked.intent.startswith(_REQUESTS):
                return asked
        return understood

    def with_second(self, text: str, language: str, understood: Understood, encoder: Encoder) -> Understood:
        """The same with the second request, where a message holds two: each is what one of its parts surely asks for."""
        pieces = parts(text, language) if understood.may_hold_two and understood.intent not in KINDS else []
        if not pieces:
            return understood
        confidences = softmax(self._weighed(pieces, encoder)[0], self.thresholds.temperature)
        asked = [self.names[int(row.argmax())] for row in confidences if row.max() >= self.thresholds.sure]
        requests = list(dict.fromkeys(name for name in asked if name.startswith(_REQUESTS)))
        if len(requests) < 2 or understood.intent not in requests:
            return understood
        return replace(understood, unsure=False, also=tuple(name for name in requests if name != understood.intent)[:1])

    def _read(self, text: str, encoder: Encoder) -> Understood:
        scores, seen = self._weighed([text], encoder)
        pieces = windows(text)
        if len(pieces) == 1:
            return self.judge(scores, seen[0], len(text.split()), alarmed=self.danger.loudest(seen)[1])
        of_pieces, seen_in_pieces = self._weighed(pieces, encoder)
        loudest, alarmed = self.danger.loudest(seen_in_pieces)
        # What kind of danger it is, is said in the piece that speaks of it.
        scores[:, self._crisis] = of_pieces[loudest, self._crisis] if alarmed else scores[:, self._crisis]
        return self.judge(scores, seen_in_pieces[loudest], len(text.split()), alarmed=alarmed)

    def readings_of(self, texts: Sequence[str], encoded: Vectors, encoder: Encoder) -> list[Floats]:
        """What the danger model weighs of each text, shape (3,), in the window that sounds most like danger; `encoded`: the texts."""
        _, seen = self._weighed(texts, encoder, encoded)
        return [row if len(windows(text)) == 1 else self._read(text, encoder).readings for text, row in zip(texts, seen, strict=True)]

    def _weighed(self, texts: Sequence[str], encoder: Encoder, encoded: Vectors | None = None) -> tuple[Floats, Floats]:
        """Scores of the intents, shape (n, k), and what the danger model weighs, shape (n, 3)."""
        vectors, alarms = parted(encoder.encode(texts) if encoded is None else encoded, encoder)
        scores = self._head.scores(vectors, self._letters.transform(texts))
        return scores, readings(alarms, scores, self._crisis, [len(text.split()) for text in texts])

    def judge(self, scores: Floats, seen: Floats, length: int, *, alarmed: bool) -> Understood:
        """Turn scores, shape (1, k), into a reading.

        Args:
            seen: what the danger model weighs, shape (3,), and `alarmed`: what came of it.
            length: words in the message; a short one holds no second request.
        """
        of_intents, of_confidences = scores[0], softmax(scores, self.thresholds.temperature)[0]
        order = np.argsort(-of_confidences)
        if alarmed != bool(self._crisis[order[0]]):
            # The second line has the last word: an alarm moves the crises up, no alarm moves them down.
            wanted = self._crisis if alarmed else ~self._crisis
            order = np.concatenate([order[wanted[order]], order[~wanted[order]]])
        best = int(order[0])
        sure = alarmed or float(of_confidences[best]) >= self.thresholds.sure
        may_hold_two = length >= LEAST_WORDS and any(
            of_intents[at] >= _ALSO_SCORE and self.names[at].startswith(_REQUESTS) for at in order[1:3]
        )
        ranking = tuple((self.names[at], float(of_confidences[at])) for at in order[:10])
        crisis = self.names[int(np.where(self._crisis, of_confidences, -1.0).argmax())]
        return Understood(ranking, not sure, (), crisis, seen, may_hold_two)

    def saved(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        """Plain values and arrays for `restored`."""
        letters, weights = self._letters.saved()
        values: dict[str, Any] = {
            "names": list(self.names), "letters": letters, "thresholds": asdict(self.thresholds), "danger": self.danger.saved(),
            "settings": asdict(self._head.settings), "scale": self._head.scale,
        }  # fmt: skip
        head, axes = self._head, self._head.axes
        arrays: dict[str, npt.NDArray[Any]] = {
            "idf": weights, "centre": axes.centre, "axes": axes.directions, "landmarks": head.landmarks.astype(np.float16),
            "alpha": head.alpha.astype(np.float32), "letter_weights": head.letter_weights.astype(np.float16),
        }  # fmt: skip
        return values, arrays

    @classmethod
    def restored(cls, values: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> IntentModel:
        """The same model as was saved."""
        head = KernelHead(
            KernelSettings(**values["settings"]), Axes(arrays["centre"], arrays["axes"]), float(values["scale"]),
            arrays["landmarks"].astype(np.float32), arrays["alpha"].astype(np.float32), arrays["letter_weights"].astype(np.float32),
        )  # fmt: skip
        letters = Letters.restored(values["letters"], arrays["idf"])
        return cls(values["names"], head, letters, Thresholds(**values["thresholds"]), DangerModel.restored(values["danger"]))


_REQUESTS = ("find_", "healthy_start_", "request_callback", "ask_privacy", "change_language")


def after_greeting(text: str) -> str:
    """What stands after a greeting; empty when it is hardly a sentence.

    A greeting ends at the first mark; where there is none near the beginning, it is one word.
    """
    first, _, rest = _MARK.sub("\n", text, count=1).partition("\n")
    if not rest or len(first.split()) > _GREETING_WORDS:
        rest = text.partition(" ")[2]
    return rest.strip() if len(rest.split()) >= _SENTENCE_WORDS else ""


@dataclass(frozen=True)
class Training:
    """Messages to learn from.

    Attributes:
        encoded: what the encoder says of the texts.
        unseen: for each text, whether it is new to the encoder; where none is, all are taken, and the thresholds are too hopeful.
        phrases: for each text, what the danger lists found in it.
    """

    texts: Sequence[str]
    intents: Sequence[str]
    encoded: Encoded
    unseen: Sequence[bool]
    phrases: Sequence[Sequence[str]]


def train_intent_model(given: Training, settings: KernelSettings | None = None) -> IntentModel:
    """Fit the head; read the thresholds and the danger model off what the encoder has not learned from."""
    settings = settings or KernelSettings()
    count, names = len(given.texts), sorted(set(given.intents))
    gold = np.array([names.index(intent) for intent in given.intents], dtype=np.int64)
    is_danger = np.array([intent in KINDS for intent in given.intents])
    wanted = np.zeros((count, len(names)), dtype=np.float32)
    wanted[np.arange(count), gold] = 1.0
    rows = np.flatnonzero(np.asarray(given.unseen)) if any(given.unseen) else np.arange(count)
    letters = Letters()
    fitting = Fitting(given.encoded.axes, given.encoded.seen, letters.fit(given.texts), settings)
    alpha, scores = fitting.solve(wanted, rows)
    crisis = np.array([name in KINDS for name in names])
    lengths = [len(given.texts[row].split()) for row in rows]
    seen = readings(given.encoded.alarms[rows], scores, crisis, lengths)
    is_listed = np.array([bool(given.phrases[row]) for row in rows])
    danger = fit_danger_model(seen, is_listed, is_danger[rows], certain_phrases(given.phrases, is_danger.tolist()))
    return IntentModel(names, fitting.head(alpha), letters, _thresholds(scores, gold[rows]), danger)


def _thresholds(scores: Floats, gold: npt.NDArray[np.int64]) -> Thresholds:
    temperature = best_temperature(scores, gold)
    confidences = softmax(scores, temperature)
    return Thresholds(temperature, threshold_for(confidences.max(axis=1), confidences.argmax(axis=1) == gold, _PRECISION_ANSWERED))
