"""What in a message says its language: words of its grammar, not names, addresses and amounts."""

from __future__ import annotations

import pytest

from bot.nlu.telling_words import leaves, telling, uncapitalised, without_addresses

ENGLISH = {"where": 0.05, "is": 0.2, "the": 0.3, "hub": 0.02, "free": 0.02, "for": 0.1}
POLISH = {"gdzie": 0.05, "jest": 0.1, "hub": 0.02, "free": 0.004}


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("write to ana.pop@mail.com please", "write to please"),
        ("see https://example.org/x?y=1 ok", "see ok"),
        ("I live at BD8 8AA now", "I live at now"),
        ("12 dec at 10am", "dec at"),
        ("majmo3a lal atfal", "majmo3a lal atfal"),
    ],
)
def test_addresses_and_amounts_say_nothing(typed: str, left: str) -> None:
    assert without_addresses(typed).split() == left.split()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Mary Jane Smith", []),
        ("Rhyme Time at the Library", []),
        ("Stay and Play at the Library", []),
        ("What is on at the Library", ["what", "is", "on", "at", "the"]),
        ("Where is the group Little Stars", ["where", "is", "the", "group"]),
        ("WHERE IS THE HUB", ["where", "is", "the", "hub"]),
        ("mary jane smith", ["mary", "jane", "smith"]),
    ],
)
def test_what_is_typed_as_a_name_is_none_of_the_words(typed: str, said: list[str]) -> None:
    assert uncapitalised(typed) == said


def test_a_word_tells_when_it_is_much_commoner_than_in_the_other_language() -> None:
    assert telling(["where", "is", "the", "hub", "free", "a"], ENGLISH, POLISH) == {"where", "is", "the"}


def test_one_word_or_borrowed_ones_do_not_leave_a_language() -> None:
    assert leaves({"where", "the"}, ["where", "the", "hub"], set(), answering=False)
    assert not leaves({"where"}, ["where", "hub", "hub"], set(), answering=False)
    assert not leaves({"road", "hill"}, ["road", "hill"], {"road", "hill"}, answering=False)
    assert not leaves({"where", "the"}, ["where", "the", "hub"], set(), answering=True)
    assert leaves({"where", "the", "is"}, ["where", "is", "the", "hub", "jane"], set(), answering=True)
