import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.numbers import phone_tokens, protect, with_hidden


def kept(text):
    phones = []

    def keep(digits):
        phones.append(digits)
        return "ABCD2345"

    return protect(text, keep), phones


@pytest.mark.parametrize(
    "typed",
    [
        "QQ123456C",
        "my ni is QQ 12 34 56 C thanks",
        "qq-12-34-56-c",
        "AB 123456 D",
        "JG103759A",
        "jg 10 37 59",
        "JG١٠٣٧٥٩A",
        "J G 1 0 3 7 5 9 A",
    ],
)
def test_a_national_insurance_number_is_refused(typed):
    protected, _ = kept(typed.replace("QQ", "JG").replace("qq", "jg"))
    assert protected.refused == ("national_insurance",)
    assert "1" not in protected.text
    assert "١" not in protected.text


@pytest.mark.parametrize(
    "typed",
    [
        "5325 1234 5678 9012",
        "card 5325123456789012 is lost",
        "5325-1234-5678-9012",
        "٥٣٢٥١٢٣٤٥٦٧٨٩٠١٢",
        "5325.1234.5678.9012",
        "3782 822463 10005",
    ],
)
def test_a_card_number_is_refused(typed):
    protected, _ = kept(typed)
    assert protected.refused == ("card",)
    assert not any(c.isdigit() for c in protected.text)


@pytest.mark.parametrize(
    "typed",
    [
        "sort code 12-34-56 account 12345678",
        "my bank account is 12345678",
        "acc no 12345678",
        "GB29 NWBK 6016 1331 9268 19",
        "konto 12345678",
        "mój numer konta to 12345678",
        "nr rachunku 12345678, kod 20 45 67",
        "numarul contului meu e 12345678",
        "ژمارەی حیسابم 12345678",
        "ژمارەی هەژمارەکەم 12345678",
        "میرا اکاونٹ نمبر 12345678",
        "میرا کھاتہ نمبر ۱۲۳۴۵۶۷۸",
        "mera account number 12345678 hai",
        "رقم حسابي ١٢٣٤٥٦٧٨",
    ],
)
def test_bank_details_are_refused(typed):
    protected, _ = kept(typed)
    assert "bank" in protected.refused
    assert not any(c.isdigit() for c in protected.text)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("07400 123456", "07400123456"),
        ("call +44 (0)7400 123456", "+4407400123456"),
        ("۰۷۴۰۰ ۱۲۳ ۴۵۶", "07400123456"),
        ("+48 601 234 567", "+48601234567"),
        ("07400 123 4567", "074001234567"),
    ],
)
def test_a_phone_number_becomes_a_token(typed, digits):
    protected, phones = kept(typed)
    assert phones == [digits]
    assert phone_tokens(protected.text) == ["ABCD2345"]
    assert "123" not in protected.text


@pytest.mark.parametrize(
    "typed",
    [
        "my son is 18 months",
        "SS3 9AA",
        "26/11/2026",
        "£408.01",
        "between 9.30 and 11",
        "call 999",
        "111 option 2",
        "ages 2, 4 and 6",
        "7 months 3 weeks",
    ],
)
def test_ordinary_numbers_stay(typed):
    protected, phones = kept(typed)
    assert protected.text == typed
    assert not phones
    assert not protected.refused


@given(st.text(max_size=200))
def test_never_fails_whatever_is_typed(text):
    protect(text, lambda _digits: "ABCD2345")


def test_who_wrote_a_number_reads_that_it_is_hidden():
    assert with_hidden("ring [phone-ABCD2345] or [phone-2345ABCD]", "(hidden)") == "ring (hidden) or (hidden)"
    assert with_hidden("[NI-removed], [card-removed] and [bank-removed]", "(hidden)") == "(hidden), (hidden) and (hidden)"
    assert with_hidden("[brackets] stay", "(hidden)") == "[brackets] stay"
