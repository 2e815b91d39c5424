"""The second line of danger: what it weighs, when it calms a list, when it may not."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.danger_model import DangerModel, certain_phrases, fit_danger_model, readings

CRISIS = np.array([True, False, False])


def seen(alarm: float, *intents: float) -> np.ndarray:
    return readings(np.array([alarm], dtype=np.float32), np.array([intents], dtype=np.float32), CRISIS, [12])[0]


DANGEROUS, HARMLESS = seen(4.0, 0.9, 0.1, 0.0), seen(-5.0, 0.0, 0.9, 0.1)


@pytest.fixture(scope="module")
def model() -> DangerModel:
    rng = np.random.default_rng(3)
    is_danger = np.arange(600) % 3 == 0
    rows = np.where(is_danger[:, None], DANGEROUS, HARMLESS) + rng.normal(0, 0.8, (600, 3))
    is_listed = np.where(is_danger, rng.random(600) < 0.5, rng.random(600) < 0.05)
    return fit_danger_model(rows.astype(np.float32), is_listed, is_danger, frozenset({"en crisis_medical not breath*"}))


def test_it_raises_an_alarm_where_the_lists_see_nothing(model):
    assert model.loudest(np.stack([DANGEROUS])) == (0, True)
    assert model.loudest(np.stack([HARMLESS])) == (0, False)


def test_one_window_of_many_is_enough_but_must_be_surer(model):
    assert model.loudest(np.stack([HARMLESS] * 6 + [DANGEROUS])) == (6, True)
    assert list(model.alone) == sorted(model.alone)
    assert model.alone[0] < model.alone[5]
    assert model.loudest(np.stack([HARMLESS] * 40 + [DANGEROUS])) == (40, True), "more windows than thresholds"


def test_a_phrase_that_is_trusted_becomes_certain(model):
    assert model.trusting(["en crisis_medical kms"]).certain == model.certain | {"en crisis_medical kms"}


def test_what_a_list_saw_counts(model):
    between = (DANGEROUS + HARMLESS) / 2
    assert model.chance(between, listed=True) > model.chance(between, listed=False)


def test_it_confirms_or_calms_what_a_list_saw(model):
    assert model.confirms(DANGEROUS)
    assert not model.confirms(HARMLESS)


def test_the_same_after_storing(model):
    assert DangerModel.restored(model.saved()) == model


def test_a_wild_alarm_does_not_outweigh_everything():
    assert np.array_equal(seen(400.0, 0.0, 0.9, 0.1), seen(8.0, 0.0, 0.9, 0.1))


def test_a_phrase_is_certain_when_often_right_and_never_wrong():
    found = [["often", "sometimes wrong"]] * 6 + [["rare"]] + [["sometimes wrong"]] + [[]]
    assert certain_phrases(found, [True] * 7 + [False] * 2) == {"often"}
