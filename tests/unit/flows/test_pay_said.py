"""Pay as it is typed: what is known of a month."""

from __future__ import annotations

import pytest

from bot.flows.check_words import load_check_words
from bot.flows.pay_said import Pay, pay_said
from tests.conftest import ROOT

PAY = [
    ("en", "£408.01", Pay(40801, 40801)),
    ("en", "about 300 a month", Pay(30000, 30000)),
    ("en", "400 a week", Pay(160000, 200000)),
    ("en", "£90 per week", Pay(36000, 45000)),
    ("en", "weekly 70", Pay(28000, 35000)),
    ("en", "£380 every 4 weeks", Pay(38000, 76000)),
    ("en", "200 every two weeks", Pay(40000, 60000)),
    ("en", "200 a fortnight", Pay(40000, 60000)),
    ("en", "£4800 a year", Pay(40000, 40000)),
    ("en", "£380 last month and £450 this month", Pay(38000, 83000)),
    ("pl", "400 funtów na tydzień", Pay(160000, 200000)),
    ("ur", "400 ہر ہفتے", Pay(160000, 200000)),
    ("ur", "400 har hafte", Pay(160000, 200000)),
    ("ar", "400 بالأسبوع", Pay(160000, 200000)),
    ("ro", "400 pe saptamana", Pay(160000, 200000)),
    ("ckb", "هەفتانە 400", Pay(160000, 200000)),
    ("en", "£150 pw", Pay(60000, 75000)),
    ("en", "£100 p/w", Pay(40000, 50000)),
    ("en", "£100 last week", Pay(40000, 50000)),
    ("en", "£350 pcm", Pay(35000, 35000)),
    ("en", "£24,000 pa", Pay(200000, 200000)),
    ("en", "24k a year", Pay(200000, 200000)),
    ("en", "1.2k", Pay(120000, 120000)),
    ("en", "£100 a week and £400 a month", Pay(40000, 90000)),
    ("pl", "2 tysiące", Pay(200000, 200000)),
    ("ur", "2 ہزار پاؤنڈ", Pay(200000, 200000)),
    ("ur", "2 hazar", Pay(200000, 200000)),
    ("ar", "٢ ألف", Pay(200000, 200000)),
    ("ar", "1،200", Pay(120000, 120000)),
    ("ro", "2 mii", Pay(200000, 200000)),
    ("ro", "1.200 lire pe lună", Pay(120000, 120000)),
    ("ckb", "٢ هەزار پاوەند", Pay(200000, 200000)),
    ("pl", "1.500,50", Pay(150050, 150050)),
]
MORE = {
    "en": ["more than £408", "over 408", "no, more than 408"], "pl": ["więcej niż 408", "ponad 408"],
    "ur": ["408 سے زیادہ", "408 پاؤنڈ سے زیادہ", "408 se zyada"], "ar": ["أكثر من 408"], "ro": ["peste 408"], "ckb": ["زیاتر لە 408"],
}  # fmt: skip
LESS = {
    "en": ["less than £408", "not more than 408", "up to 408"], "pl": ["mniej niż 408", "nie więcej niż 408", "do 408"],
    "ur": ["408 سے کم", "408 سے زیادہ نہیں", "408 se kam"], "ar": ["أقل من 408", "ليس أكثر من 408"], "ro": ["sub 408", "nu mai mult de 408"],
    "ckb": ["کەمتر لە 408"],
}  # fmt: skip
NOTHING = {
    "en": ["no, I don't work", "nothing, I don't work", "none", "zero", "nothing", "we are not working at the moment", "I don't earn anything",
           "no wages, just benefits", "I don't work, just UC"],
    "pl": ["nie, nie pracujemy", "nie pracuję", "nic", "zero"],
    "ur": ["نہیں، میں کام نہیں کرتی", "کچھ نہیں", "صفر", "main kaam nahi karti", "kuch nahi"],
    "ar": ["لا، لا أعمل", "لا نعمل", "صفر"], "ro": ["nu lucrez", "nu, nu lucrez", "nimic"], "ckb": ["نەخێر، کار ناکەم", "هیچ", "سفر"],
}  # fmt: skip
NOT_SAID = [
    ("en", "it changes"), ("en", "no"), ("pl", "nie"), ("ur", "نہیں"), ("ar", "لا"), ("ro", "nu"), ("ckb", "نەخێر"),
    ("en", "£12.21 an hour"), ("en", "£12 an hour, 20 hours a week"), ("en", "I work 16 hours a week"), ("en", "£80 a day"),
    ("pl", "12 funtów na godzinę"), ("ur", "12 pound ghante ke"), ("ar", "12 جنيه بالساعة"), ("ro", "12 lire pe oră"),
    ("ckb", "١٢ پاوەند لە کاتژمێرێکدا"), ("en", "I don't work much"), ("en", "I don't work but my husband does"), ("pl", "nie pracuję dużo"),
    ("en", "I don't earn enough"), ("en", "I have 2 jobs"), ("en", "£24,000 salary"), ("en", "£300 each"), ("en", "350 zł"),
    ("en", "£2,5000"), ("en", "since 12/03"), ("en", "20% of it"), ("en", "every week I get 100"), ("en", "every 2 weeks"),
    ("en", "wait, is it £408?"), ("en", "I get £900 from universal credit"), ("en", "my UC is 900"), ("en", "I don't work, I get 900 from UC"),
    ("en", "300 wages and 900 from benefits"), ("en", "my rent is 900"), ("pl", "900 z zasiłku"), ("pl", "nie pracuję, zasiłek 900"),
    ("ur", "یونیورسل کریڈٹ کے 900"), ("ur", "universal credit ke 900"), ("ar", "٩٠٠ من الإعانة"), ("ro", "900 din universal credit"),
    ("ro", "900 din ajutor social"), ("ckb", "٩٠٠ لە یارمەتیی دارایی"),
]  # fmt: skip


@pytest.fixture(scope="module")
def words():
    return load_check_words(ROOT / "content")


@pytest.mark.parametrize(("code", "text", "pay"), PAY)
def test_what_a_month_brings(words, code, text, pay):
    assert pay_said(text, words[code]) == pay


@pytest.mark.parametrize("code", NOTHING)
def test_nothing_is_nothing_in_every_language(words, code):
    read = {text: pay_said(text, words[code]) for text in NOTHING[code]}
    assert set(read.values()) == {Pay(0, 0)}, read


@pytest.mark.parametrize("code", MORE)
def test_more_and_less_than_an_amount_are_not_that_amount(words, code):
    assert {text: pay_said(text, words[code]) for text in MORE[code]} == dict.fromkeys(MORE[code], Pay(40801, None))
    assert {text: pay_said(text, words[code]) for text in LESS[code]} == dict.fromkeys(LESS[code], Pay(0, 40800))


def test_at_least_an_amount_may_be_that_amount(words):
    for text in ("at least 408", "£408 or more", "408+"):
        assert pay_said(text, words["en"]) == Pay(40800, None), text


@pytest.mark.parametrize(("code", "text"), NOT_SAID)
def test_what_says_nothing_of_a_month_is_asked_again(words, code, text):
    assert pay_said(text, words[code]) is None
