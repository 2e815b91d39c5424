"""What the lists saw, put to the model: certain phrases stand, others are weighed, the kind is the one that fits."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from bot.nlu.danger_model import DangerModel
from bot.nlu.intent_classifier import IntentClassifier
from bot.nlu.listed import name_of
from bot.safety.rules import Danger

BLEEDING, HITTING = Danger("crisis_medical", "en", "bleed*"), Danger("crisis_domestic_abuse", "en", "hits me")


@pytest.fixture
def confirm():
    """The classifier's answer, by the chance that its model sees, the crisis that fits best, and what is certain."""

    def answer(found, chance, crisis="crisis_domestic_abuse", certain=()):
        log_odds = np.log(chance / (1 - chance))
        danger = DangerModel((1.0, 0.0), 0.0, (0.9,), 0.2, frozenset(map(name_of, certain)))
        understood = SimpleNamespace(readings=np.array([log_odds]), crisis=crisis)
        model = SimpleNamespace(danger=danger, understand=lambda text, encoder: understood)
        return IntentClassifier(None, None, None, model).confirm("a message", found)

    return answer


def test_what_the_model_finds_likely_enough_is_danger_of_the_kind_that_fits(confirm):
    assert confirm([BLEEDING, HITTING], chance=0.3) == HITTING
    assert confirm([BLEEDING], chance=0.3) == BLEEDING


def test_what_it_finds_unlikely_is_none(confirm):
    assert confirm([BLEEDING, HITTING], chance=0.1) is None


def test_a_certain_phrase_needs_no_model(confirm):
    assert confirm([BLEEDING, HITTING], chance=0.001, certain=[BLEEDING]) == BLEEDING
