"""Answers to the check for Healthy Start that one word alone would misread."""

from __future__ import annotations

import pytest

from bot.flows.check_said import ages_today, begins_with_no, is_held, is_not_pregnant, is_under_18, is_unsure
from bot.flows.check_words import load_check_words
from tests.conftest import ROOT

UNSURE = {
    "en": ["not sure", "i don't know", "I don't think so", "no idea"], "pl": ["nie wiem", "nie jestem pewna"],
    "ur": ["پتا نہیں", "معلوم نہیں", "pata nahi"], "ar": ["لا أعرف", "مش متأكدة"], "ro": ["nu știu", "nu sunt sigură"], "ckb": ["نازانم", "دڵنیا نیم"],
}  # fmt: skip
NOT_PREGNANT = {
    "en": ["i'm not pregnant", "no, I'm not pregnant", "we are not pregnant", "my wife is not pregnant"], "pl": ["nie jestem w ciąży", "nie, nie jestem w ciąży"],
    "ur": ["میں حاملہ نہیں ہوں", "main pregnant nahi hun"], "ar": ["لست حاملا", "أنا مش حامل"], "ro": ["nu sunt însărcinată"], "ckb": ["دووگیان نیم"],
}  # fmt: skip
MAY_BE_PREGNANT = [
    ("en", "i'm not pregnant but my wife is"), ("en", "no, I'm pregnant"), ("en", "pregnant, no kids"), ("en", "I'm pregnant but haven't had a scan"),
    ("en", "not sure if I'm pregnant"), ("en", "no"), ("pl", "nie, jestem w ciąży"), ("ar", "انا حامل"),
]  # fmt: skip
NEARLY_FOUR = {
    "en": ["nearly 4", "she is almost 4", "she turns 4 tomorrow", "4 tomorrow", "she will be 4 in march", "she's 4 next week", "4 on friday"],
    "pl": ["prawie 4 lata", "jutro kończy 4 lata"], "ur": ["وہ 4 سال کی ہونے والی ہے", "4 saal ki hone wali hai"],
    "ar": ["رح يصير عمره 4 سنوات بكرا", "ستبلغ 4 سنوات"], "ro": ["aproape 4 ani", "împlinește 4 ani mâine"], "ckb": ["سبەی دەبێتە 4 ساڵ"],
}  # fmt: skip


@pytest.fixture(scope="module")
def words():
    return load_check_words(ROOT / "content")


@pytest.mark.parametrize("code", UNSURE)
def test_not_to_know_is_no_no(words, code):
    assert all(is_unsure(text, words[code]) for text in UNSURE[code])
    assert not is_unsure({"en": "no", "pl": "nie", "ur": "نہیں", "ar": "لا", "ro": "nu", "ckb": "نەخێر"}[code], words[code])


def test_a_no_stands_for_itself(words):
    assert begins_with_no("no she isn't", words["en"])
    assert begins_with_no("nie, nie jest", words["pl"])
    assert not begins_with_no("nie jestem tego pewna", words["pl"])
    assert not begins_with_no("not sure", words["en"])


@pytest.mark.parametrize("code", NOT_PREGNANT)
def test_not_pregnant_in_every_language(words, code):
    assert {text: is_not_pregnant(text, words[code]) for text in NOT_PREGNANT[code]} == dict.fromkeys(NOT_PREGNANT[code], True)


@pytest.mark.parametrize(("code", "text"), MAY_BE_PREGNANT)
def test_who_may_be_pregnant_is_asked_again(words, code, text):
    assert not is_not_pregnant(text, words[code])


@pytest.mark.parametrize(
    ("text", "under"),
    [
        ("17", True), ("i'm 17", True), ("no i'm 17", True), ("i am 16 years old", True), ("under 18", True), ("18 next month", True), ("not yet 18", True),
        ("not over 18", True), ("nearly 18", True), ("18", False), ("i'm 25", False), ("over 18", False), ("not under 18", False), ("19 tomorrow", False),
        ("under 20", None), ("over 16", None), ("17 weeks", None), ("about 18", None), ("i'm not 17", None), ("not sure, 17", None), ("yes", None),
        ("my partner is 30 and i'm 17", None),
    ],
)  # fmt: skip
def test_an_age_says_who_is_under_18(words, text, under):
    assert is_under_18(text, words["en"]) is under


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("pl", "mam 17 lat"),
        ("ur", "میں 17 سال کی ہوں"),
        ("ur", "18 se kam"),
        ("ar", "عمري 17"),
        ("ro", "am 17 ani"),
        ("ckb", "تەمەنم 17 ساڵە"),
    ],
)
def test_an_age_under_18_in_every_language(words, code, text):
    assert is_under_18(text, words[code])


@pytest.mark.parametrize("code", NEARLY_FOUR)
def test_who_is_nearly_four_is_not_four(words, code):
    for text in NEARLY_FOUR[code]:
        assert ages_today(text, [48], words[code]) == [47], text
        assert ages_today(text, [], words[code]) == [47], text


@pytest.mark.parametrize(
    ("text", "named", "today"),
    [
        ("just turned 4", [48], [48]), ("4", [48], [48]), ("2 and nearly 4", [24, 48], [24, 47]), ("3 and nearly 4", [36, 48], [36, 47]),
        ("3 years, 4 next week", [36], [36]), ("nearly 12 months", [12], [11]), ("3 and a half, nearly 4", [42, 48], None), ("3, nearly 4", [36, 48], None),
        ("not 4 yet", [48], [47]), ("she was 4 in june", [48], [48]), ("he turned 4 in june", [48], [48]),
        ("about 4", [48], None), ("about 3", [36], [36]), ("2 years", [24], [24]), ("no", [], []),
    ],
)  # fmt: skip
def test_ages_are_those_of_today(words, text, named, today):
    assert ages_today(text, named, words["en"]) == today


@pytest.mark.parametrize(
    ("code", "text", "benefit", "held"),
    [
        ("en", "universal credit", "universal_credit", True), ("en", "i'm a single mum on universal credit", "universal_credit", True),
        ("en", "my husband gets income support", "income_support", True), ("en", "i get uc and pip", "universal_credit", True),
        ("en", "no recourse to public funds", "no_recourse", True), ("en", "no, i have no recourse to public funds", "no_recourse", True),
        ("en", "i don't work, we get uc", "universal_credit", True), ("en", "UC nothing else", "universal_credit", True),
        ("en", "I don't work and don't get uc", "universal_credit", False), ("pl", "nie pracuję, mam universal credit", "universal_credit", True),
        ("ar", "لا أعمل، عندي universal credit", "universal_credit", True), ("ro", "nu lucrez, primesc universal credit", "universal_credit", True),
        ("en", "i don't get universal credit", "universal_credit", False), ("en", "no universal credit", "universal_credit", False),
        ("en", "i applied for universal credit but was refused", "universal_credit", False), ("en", "i used to get income support", "income_support", False),
        ("en", "my mum gets pension credit", "pension_credit_child", False), ("en", "not sure, maybe universal credit", "universal_credit", False),
        ("pl", "nie dostaję universal credit", "universal_credit", False), ("pl", "dostaję universal credit", "universal_credit", True),
        ("ur", "مجھے universal credit نہیں ملتا", "universal_credit", False), ("ur", "میری امی کو pension credit ملتا ہے", "pension_credit_child", False),
        ("ur", "mujhe universal credit milta hai", "universal_credit", True), ("ar", "لا أحصل على universal credit", "universal_credit", False),
        ("ar", "أمي تحصل على pension credit", "pension_credit_child", False), ("ar", "عندي universal credit", "universal_credit", True),
        ("ro", "nu primesc universal credit", "universal_credit", False), ("ro", "sunt mamă singură, primesc universal credit", "universal_credit", True),
        ("ckb", "universal credit وەرناگرم", "universal_credit", False), ("ckb", "دایکم pension credit وەردەگرێت", "pension_credit_child", False),
        ("ckb", "universal credit وەردەگرم", "universal_credit", True),
    ],
)  # fmt: skip
def test_a_benefit_is_held_only_when_nothing_speaks_against_it(words, code, text, benefit, held):
    assert is_held(text, benefit, words[code]) is held
