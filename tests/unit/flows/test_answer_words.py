"""Weeks and twins as they are typed in every language."""

from __future__ import annotations

import pytest

from bot.flows.answer_words import births_said, load_answer_words, weeks_said
from tests.conftest import ROOT

TWELVE = {
    "en": ["12 weeks", "twelve weeks", "im 12 weeks gone", "12wks", "12", "about 12"],
    "pl": ["12 tydzień", "12 tygodni", "w 12-tym tygodniu", "tydzień 12", "tak, 12"],
    "ur": ["12 ہفتے", "۱۲ ہفتے", "بارہ ہفتے", "12 hafte", "barah hafte", "12"],
    "ar": ["12 اسبوع", "١٢ أسبوع", "الأسبوع 12", "12"],
    "ro": ["12 saptamani", "12 săptămâni", "săptămâna 12", "12"],
    "ckb": ["12 هەفتە", "١٢ هەفتەم", "دوازدە هەفتە", "12"],
}
MORE_THAN_TEN = {
    "en": "more than 10 weeks", "pl": "ponad 10 tygodni", "ur": "10 ہفتے سے زیادہ", "ar": "أكثر من 10 أسابيع", "ro": "peste 10 saptamani",
    "ckb": "زیاتر لە 10 هەفتە",
}  # fmt: skip
LESS_THAN_TEN = {
    "en": "less than 10 weeks", "pl": "mniej niż 10 tygodni", "ur": "10 ہفتے سے کم", "ar": "أقل من 10 أسابيع", "ro": "sub 10 saptamani",
    "ckb": "کەمتر لە 10 هەفتە",
}  # fmt: skip


@pytest.fixture(scope="module")
def words():
    return load_answer_words(ROOT / "content")


@pytest.mark.parametrize("code", TWELVE)
def test_weeks_are_read_in_every_language(words, code):
    read = {text: weeks_said(text, words[code]) for text in TWELVE[code]}
    assert set(read.values()) == {12}, read
    assert weeks_said(MORE_THAN_TEN[code], words[code]) == 11
    assert weeks_said(LESS_THAN_TEN[code], words[code]) == 9


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("i'm 20 weeks and i have a 2 year old", 20),
        ("my son is 2 and i am twenty two weeks", 22),
        ("10 weeks", 10),
        ("over 10", 11),
        ("900 weeks", None),
        ("2 years", None),
        ("i have 2 kids", None),
        ("5 months", None),
        ("07400 123456", None),
        ("yes", None),
        ("12w", 12),
        ("im 9w2d", 9),
        ("10w3d", 11),
        ("10+3", 11),
        ("12+3 weeks", 12),
        ("10.5 weeks", 11),
        ("10½ weeks", 11),
        ("10 weeks and 3 days", 11),
        ("9 weeks 6 days", 9),
        ("10+", 11),
    ],
)
def test_what_is_weeks_and_what_is_not(words, text, weeks):
    assert weeks_said(text, words["en"]) == weeks


def test_twins_stand_for_two(words):
    assert births_said("twins of 6 months", words["en"], 1) == [2]
    assert births_said("newborn triplets", words["en"], 1) == [3]
    assert births_said("6 months old twins and a 3 year old", words["en"], 2) == [2, 1]
    assert births_said("a girl of 3 years and twins of 1 year", words["en"], 2) == [1, 2]
    assert births_said("bliźniaki 6 miesięcy", words["pl"], 1) == [2]
    assert births_said("توأم 6 أشهر", words["ar"], 1) == [2]
    assert births_said("8 months and 3 years", words["en"], 2) == [1, 1]
    assert births_said("twins and a toddler", words["en"], 2) is None
