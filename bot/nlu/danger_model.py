"""The second line of danger: how likely a message speaks of danger, from all that has been read of it.

It weighs the encoder's alarm (trained on dangers and on alarming-looking harmless messages), how far
the crises lead the other intents, and whether a danger list saw something. It raises an alarm of its
own, and it confirms or calms what a list saw. See docs/adr/0013.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

Floats = npt.NDArray[np.float32]

_ALARMS_ALONE = 0.02
"""The share of harmless messages, many of them written to look alarming, that it may take for danger where the lists see nothing."""
_MOST_WINDOWS = 20
_CALMED = 0.01
"""The share of dangers seen by a list that it may take for harmless."""
_CERTAIN_AFTER = 5
"""A phrase that so many dangers contain and no harmless training message is believed whatever the model says."""
_FURTHEST, _LONGEST = 8.0, 120


@dataclass(frozen=True)
class DangerModel:
    """Logistic regression on a handful of readings.

    Attributes:
        weights, offset: of `readings` and of having been seen by a list.
        alone: the least chance for an alarm where the lists saw nothing, by the number of windows that a message is read in: with
            two, each may err half as often.
        listed: the least chance to confirm what they saw.
        certain: the lists' phrases (`language kind phrase`) that need no confirmation.
    """

    weights: tuple[float, ...]
    offset: float
    alone: tuple[float, ...]
    listed: float
    certain: frozenset[str]

    def chance(self, readings: Floats, *, listed: bool) -> float:
        """From 0 to 1."""
        return float(_chance(np.append(readings, float(listed)) @ np.array(self.weights) + self.offset))

    def loudest(self, windows: Floats) -> tuple[int, bool]:
        """Of the windows of a message, shape (n, 3), the one that sounds most like danger, and whether it sees danger there by itself."""
        chances = [self.chance(window, listed=False) for window in windows]
        loudest = int(np.argmax(chances))
        return loudest, chances[loudest] >= self.alone[min(len(windows), len(self.alone)) - 1]

    def confirms(self, readings: Floats) -> bool:
        """Whether what an uncertain phrase of the lists saw is danger."""
        return self.chance(readings, listed=True) >= self.listed

    def trusting(self, phrases: Iterable[str]) -> DangerModel:
        """The same model, for which these phrases of the lists are certain too."""
        return replace(self, certain=self.certain | frozenset(phrases))

    def saved(self) -> dict[str, Any]:
        """Plain values for `restored`."""
        return asdict(self) | {"weights": list(self.weights), "alone": list(self.alone), "certain": sorted(self.certain)}

    @classmethod
    def restored(cls, values: Mapping[str, Any]) -> DangerModel:
        """The same model as was saved."""
        whole = {"weights": tuple(values["weights"]), "alone": tuple(values["alone"]), "certain": frozenset(values["certain"])}
        return cls(**{**values, **whole})


def readings(alarms: Floats, scores: Floats, crisis: npt.NDArray[np.bool_], lengths: Sequence[int]) -> Floats:
    """What is weighed, one row a message, shape (n, 3).

    Args:
        alarms: log odds from the encoder, shape (n,).
        scores: of the intents, shape (n, k); `crisis`: which of them are crises, shape (k,).
        lengths: of the messages in words; the alarm is louder in long ones, whatever they say.
    """
    lead = scores[:, crisis].max(axis=1) - scores[:, ~crisis].max(axis=1)
    loud = np.clip(alarms, -_FURTHEST, _FURTHEST) / 4.0
    longish = np.log2(np.minimum(np.asarray(lengths), _LONGEST) + 1.0) / 2.0
    return np.stack((loud, lead * 2.0, longish), axis=1).astype(np.float32)


def fit_danger_model(
    seen: Floats, is_listed: npt.NDArray[np.bool_], is_danger: npt.NDArray[np.bool_], certain: frozenset[str]
) -> DangerModel:
    """Fit on messages that neither the encoder nor (by leaving each out) the head has learned.

    Args:
        seen: `readings` of them; `is_listed`: whether a list saw danger, shape (n,).
    """
    found = LogisticRegression(C=1.0, max_iter=1000).fit(np.column_stack([seen, is_listed]), is_danger)
    weights, offset = found.coef_[0], float(found.intercept_[0])
    chances = _chance(np.column_stack([seen, is_listed]) @ weights + offset)
    harmless, confirmed = chances[~is_danger & ~is_listed], chances[is_danger & is_listed]
    return DangerModel(
        tuple(float(weight) for weight in weights),
        offset,
        tuple(float(np.quantile(harmless, 1.0 - _ALARMS_ALONE / n)) if len(harmless) else 0.5 for n in range(1, _MOST_WINDOWS + 1)),
        min(float(np.quantile(confirmed, _CALMED)), 0.5) if len(confirmed) else 0.0,
        certain,
    )


def certain_phrases(found: Sequence[Sequence[str]], is_danger: Sequence[bool]) -> frozenset[str]:
    """Phrases of the lists that in all the training messages stand in dangers alone, and often enough.

    Args:
        found: for each message, the phrases that the lists found in it.
    """
    right: Counter[str] = Counter()
    wrong: set[str] = set()
    for phrases, danger in zip(found, is_danger, strict=True):
        if danger:
            right.update(set(phrases))
        else:
            wrong.update(phrases)
    return frozenset(phrase for phrase, times in right.items() if times >= _CERTAIN_AFTER and phrase not in wrong)


def _chance(log_odds: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))
