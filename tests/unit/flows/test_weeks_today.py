"""Weeks that are no pregnancy, or not so many as they say."""

from __future__ import annotations

import pytest

from bot.flows.check_words import load_check_words
from bot.flows.weeks_today import are_of_a_child, tells_of_a_birth, tells_of_a_loss, weeks_today
from tests.conftest import ROOT

OF_A_CHILD = {
    "en": ["my baby is 12 weeks old", "no I have a 12 week old", "no, baby is 12 weeks", "12 weeks ago", "no I had a baby 12 weeks ago"],
    "pl": ["dziecko ma 12 tygodni", "urodziłam 12 tygodni temu"],
    "ur": ["میرا بچہ 12 ہفتے کا ہے", "12 hafte ka bacha hai"],
    "ar": ["عمره 12 أسبوع", "ولدت قبل 12 أسبوع"], "ro": ["bebelușul are 12 săptămâni", "am născut acum 12 săptămâni"],
    "ckb": ["تەمەنی 12 هەفتەیە", "12 هەفتە لەمەوبەر"],
}  # fmt: skip
DUE = {
    "en": ["due in 12 weeks", "baby is due in about 12 weeks", "12 weeks to go", "I have 12 weeks left", "pregnant, due in 12 weeks"],
    "pl": ["rodzę za 12 tygodni", "zostało 12 tygodni"], "ur": ["12 ہفتے باقی ہیں", "12 hafte baqi hain"], "ar": ["باقي 12 أسبوع", "الولادة بعد 12 أسبوع"],
    "ro": ["mai am 12 săptămâni", "nasc peste 12 săptămâni"], "ckb": ["12 هەفتەم ماوە"],
}  # fmt: skip
LOST = {
    "en": ["I lost my baby at 12 weeks", "miscarried at 12 weeks"], "pl": ["poroniłam w 12 tygodniu"], "ur": ["12 ہفتے پر حمل ضائع ہو گیا", "12 hafte pe bacha zaya ho gaya"],
    "ar": ["أجهضت في الأسبوع 12"], "ro": ["am pierdut sarcina la 12 săptămâni"], "ckb": ["لە 12 هەفتەدا لەبارچوو"],
}  # fmt: skip
PREGNANT = {
    "en": ["12", "12 weeks", "no but my partner is 12 weeks", "I'm 12 weeks pregnant and have a 3 year old", "12 weeks, my son is 2", "12 weeks, due in april"],
    "pl": ["12 tygodni", "jestem w 12 tygodniu"], "ur": ["12 ہفتے", "12 hafte ki pregnant hoon", "میں 12 ہفتے کی حاملہ ہوں"], "ar": ["12 أسبوع", "حامل منذ 12 أسبوع"],
    "ro": ["12 săptămâni", "peste 12 săptămâni"], "ckb": ["12 هەفتە", "زیاتر لە 12 هەفتە"],
}  # fmt: skip


@pytest.fixture(scope="module")
def words():
    return load_check_words(ROOT / "content")


@pytest.mark.parametrize("code", OF_A_CHILD)
def test_the_age_of_a_baby_is_no_pregnancy(words, code):
    for text in OF_A_CHILD[code]:
        assert weeks_today(text, 12, words[code]) is None, text
        assert are_of_a_child(text, 12, words[code]), text


@pytest.mark.parametrize("code", DUE)
def test_weeks_until_the_birth_are_counted_from_the_end(words, code):
    assert {text: weeks_today(text, 12, words[code]) for text in DUE[code]} == dict.fromkeys(DUE[code], 28)


@pytest.mark.parametrize("code", LOST)
def test_who_has_lost_a_pregnancy_is_not_told_how_far_it_is(words, code):
    assert {text: weeks_today(text, 12, words[code]) for text in LOST[code]} == dict.fromkeys(LOST[code], None)
    assert not any(are_of_a_child(text, 12, words[code]) for text in LOST[code])
    assert all(tells_of_a_loss(text, words[code]) for text in LOST[code])


def test_a_loss_before_is_no_loss_now(words):
    assert not tells_of_a_loss("I had a miscarriage last year and now I'm 12 weeks pregnant", words["en"])
    assert not tells_of_a_loss("I lost my job", words["en"])


@pytest.mark.parametrize("code", PREGNANT)
def test_weeks_of_a_pregnancy_stay(words, code):
    for text in PREGNANT[code]:
        assert weeks_today(text, 12, words[code]) == 12, text
        assert not are_of_a_child(text, 12, words[code]), text


def test_what_may_be_on_either_side_of_ten_weeks_is_asked_again(words):
    assert weeks_today("9 or 10 weeks", 10, words["en"]) is None
    assert weeks_today("8-12 weeks", 12, words["en"]) is None
    assert weeks_today("12 to 14 weeks", 14, words["en"]) == 14
    assert weeks_today("10 lub 11 tygodni", 11, words["pl"]) is None


def test_a_birth_is_told_of(words):
    both = "yes, 12 weeks, my first was born in 2024"
    assert weeks_today(both, 12, words["en"]) is None
    assert not are_of_a_child(both, 12, words["en"])
    assert tells_of_a_birth("I gave birth last week", words["en"])
    assert not tells_of_a_birth("I was born here and I am pregnant", words["en"])
