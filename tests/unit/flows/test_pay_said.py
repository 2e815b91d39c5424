"""Pay as it is typed: what is known of a month."""

from __future__ import annotations

import pytest

from bot.flows.answer_words import load_answer_words
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
]


@pytest.mark.parametrize(("code", "text", "pay"), PAY)
def test_what_a_month_brings(code, text, pay):
    assert pay_said(text, load_answer_words(ROOT / "content")[code]) == pay


def test_no_amount_is_no_pay():
    assert pay_said("it changes", load_answer_words(ROOT / "content")["en"]) is None
