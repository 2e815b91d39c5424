"""The first look: the lists propose, the second line may calm them, and nothing that fails silences a cry for help."""

from __future__ import annotations

from functools import cache

import pytest

from bot.flows.look_at import look_at
from tests.unit.safety.test_rules import book

DANGER = "he is going to kill me tonight"
phrases = cache(book)


def broken(text, found):
    raise RuntimeError(text)


def test_the_lists_alone(sealer):
    assert look_at(DANGER, phrases(), sealer).danger.kind == "crisis_domestic_abuse"


def test_the_second_line_is_asked_only_about_what_a_list_saw(sealer):
    asked = []
    look_at("where is the food bank", phrases(), sealer, lambda text, found: asked.append(text))
    assert asked == []


@pytest.mark.parametrize("choose", [lambda found: found[-1], lambda found: None])
def test_the_second_line_chooses_or_calms(sealer, choose):
    asked = []

    def confirm(text, found):
        asked.append(choose(found))
        return asked[0]

    seen = look_at(DANGER, phrases(), sealer, confirm)
    assert seen.danger == asked[0]
    assert seen.text == DANGER


def test_a_second_line_that_fails_leaves_the_lists_the_last_word(sealer, caplog):
    assert look_at(DANGER, phrases(), sealer, broken).danger is not None
    assert "RuntimeError" in caplog.text
    assert DANGER not in caplog.text


def test_danger_in_the_middle_of_a_very_long_message_is_seen(sealer):
    story = "we went to the park and then we had our lunch. " * 70
    seen = look_at(f"{story}{DANGER}. {story}", phrases(), sealer)
    assert seen.danger.kind == "crisis_domestic_abuse"
    assert DANGER not in seen.text, "else this is no message of which only the ends are kept"
