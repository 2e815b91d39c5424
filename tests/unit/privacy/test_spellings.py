"""Numbers in every spelling that a phone's keyboard allows, and figures that are no such numbers."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.privacy.numbers import phone_tokens, protect, refused_in

FIGURES = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９"]
BETWEEN = ["", " ", "-", ".", "–", "—", "/", ":", "\u00a0", "\u202f", "_", ", ", " - ", "\n", "·", "*"]
AROUND = ["{}", "it is {}", "{} thanks", "here:{}.", "moj numer {}", "یہ ہے {} شکریہ"]


def kept(text, earlier=frozenset()):
    phones = []

    def keep(digits):
        phones.append(digits)
        return "ABCDEFGH"

    return protect(text, keep, earlier), phones


def figures_in(protected):
    return [c for c in protected.text if c.isdecimal()]


def spelt(parts, sign, figures="0123456789", around="{}"):
    return around.format(sign.join(parts).translate(str.maketrans("0123456789", figures)))


def with_check_figure(digits):
    doubled = [int(figure) * (2 - at % 2) for at, figure in enumerate(reversed(digits))]
    return digits + str(-sum(value - 9 * (value > 9) for value in doubled) % 10)


def cut(digits, sizes):
    parts = []
    for size in sizes:
        parts.append(digits[:size])
        digits = digits[size:]
    return [part for part in [*parts, digits] if part]


six_figures = st.text("0123456789", min_size=6, max_size=6)
prefixes = st.tuples(st.sampled_from("ABCEGHJKLMNOPRSTWXYZ"), st.sampled_from("ABCEGHJKLMNPRSTWXYZ")).map("".join) | st.just("QQ")


@given(prefixes, six_figures, st.sampled_from("ABCD"), st.sampled_from(BETWEEN), st.sampled_from(FIGURES), st.sampled_from(AROUND))
def test_a_national_insurance_number_with_any_signs_in_it(prefix, digits, suffix, sign, figures, around):
    for parts in ([prefix, digits, suffix], [prefix, *cut(digits, (2, 2)), suffix], [*prefix, *digits, suffix]):
        protected, _ = kept(spelt(parts, sign, figures, around))
        assert protected.refused == ("national_insurance",)
        assert not figures_in(protected)


@given(prefixes, six_figures.filter(lambda d: d.count("0") < 3), st.sampled_from(["", " ", "-"]))
def test_a_national_insurance_number_in_small_letters_with_o_for_nought(prefix, digits, sign):
    typed = spelt([prefix, *cut(digits, (2, 2)), "C"], sign).replace("0", "O").lower()
    protected, _ = kept(f"my ni number is {typed}")
    assert protected.refused == ("national_insurance",)
    assert not figures_in(protected)


@given(prefixes, six_figures, st.sampled_from(["", " ", "-", "."]))
@pytest.mark.parametrize(
    "words", ["my NI number is {}", "national insurance {} ok", "NI: {}", "numer ubezpieczenia {}", "nino {}", "نیشنل انشورنس {}"]
)
def test_after_its_name_it_needs_no_last_letter(words, prefix, digits, sign):
    protected, _ = kept(words.format(spelt([prefix, *cut(digits, (2, 2))], sign)))
    assert protected.refused == ("national_insurance",)
    assert not figures_in(protected)


def test_after_its_name_the_figures_alone_are_refused():
    for typed in ("my NI number is 123456C", "NI number: 12 34 56"):
        protected, _ = kept(typed)
        assert protected.refused == ("national_insurance",)
        assert not figures_in(protected)


cards = st.tuples(st.sampled_from("3456"), st.text("0123456789", min_size=14, max_size=14)).map("".join)


@given(cards, st.sampled_from(BETWEEN), st.sampled_from(FIGURES), st.sampled_from(AROUND), st.booleans())
def test_a_card_number_with_any_signs_in_it(begins, sign, figures, around, is_right):
    digits = with_check_figure(begins) if is_right else begins + "0"
    for sizes in ((16,), (4, 4, 4), (2,) * 7, (8,), (1,) * 15, (6, 4)):
        protected, phones = kept(spelt(cut(digits, sizes), sign, figures, around))
        assert protected.refused == ("card",), sizes
        assert not figures_in(protected)
        assert not phones


@pytest.mark.parametrize(
    "typed", ["5355:2200:1234:5678", "5355 2200 1234 5678 12/29 123", "3782 822463 10005", "card 5355 2200", "6335 9700 1234 5678 901"]
)
def test_a_card_number_beside_other_figures(typed):
    protected, _ = kept(typed)
    assert protected.refused == ("card",)
    assert not figures_in(protected)


@given(cards, st.sampled_from([" ", "-", "", "–"]))
def test_a_card_number_in_several_messages_after_a_refusal(digits, sign):
    stored = [kept("5355 2200 1234 5678")[0].text]
    for half in cut(digits, (8,)):
        protected, phones = kept(spelt(cut(half, (4,)), sign), refused_in(stored))
        assert not figures_in(protected)
        assert not phones
        stored.append(protected.text)


sort_codes = st.text("0123456789", min_size=6, max_size=6)
accounts = st.text("123456789", min_size=8, max_size=8)


@given(
    sort_codes,
    accounts,
    st.sampled_from(["-", " ", "–", ".", "/", ""]),
    st.sampled_from([" ", "\n", " - ", ", ", " account ", " acc "]),
    st.sampled_from(FIGURES),
)
def test_a_sort_code_with_its_account(code, account, sign, between, figures):
    protected, phones = kept(spelt([sign.join(cut(code, (2, 2))) + between + account], "", figures, "my sort code is {}"))
    assert protected.refused == ("bank",)
    assert not figures_in(protected)
    assert not phones


@pytest.mark.parametrize(
    "typed", ["20–45–67", "20-45-67", "20.45.67", "20/45/67", "20 45 67", "sort code 12-10-26", "204567 is my sort code"]
)
def test_a_sort_code_alone(typed):
    protected, _ = kept(typed)
    assert protected.refused == ("bank",)
    assert not figures_in(protected)


@pytest.mark.parametrize("typed", ["12345678", "it is 12345678", "1234 5678", "12-34-56-78"])
def test_the_account_in_the_message_after_a_sort_code(typed):
    first, _ = kept("20–45–67")
    protected, phones = kept(typed, refused_in([first.text]))
    assert protected.refused == ("bank",)
    assert not figures_in(protected)
    assert not phones


@pytest.mark.parametrize("sign", ["", " ", "-", "."])
@pytest.mark.parametrize("iban", ["GB29NWBK60161331926819", "PL61109010140000071219812874", "RO49AAAA1B31007593840000"])
@pytest.mark.parametrize("change", [str, str.lower])
def test_an_iban(iban, sign, change):
    protected, _ = kept(f"send it to {change(sign.join(cut(iban, (4,) * 8)))}")
    assert protected.refused == ("bank",)
    assert not figures_in(protected)


days = st.dates(date(1950, 1, 1), date(2035, 12, 31))
hours = st.times().map(lambda t: time(t.hour, t.minute))
DAYS = [
    "{d:%d/%m/%Y}",
    "{d:%d.%m.%Y}",
    "{d:%d-%m-%Y}",
    "{d:%d/%m/%y}",
    "{d:%d.%m.%y}",
    "{d:%Y-%m-%d}",
    "{d.day}.{d.month}.{d.year}",
    "{d:%d %m %Y}",
]
SENTENCES = [
    "{day}", "born {day}", "on {day} a friend came", "by {day}", "BY {day}", "from {day} to {day}", "{day} {hour}", "{day}, {hour}-{hour}",
    "{hour} - {hour}, {hour}-{hour}", "at {hour} 12 or 10", "la {day} a venit", "do {day} r.", "pe {day} la {hour}", "{day} at {hour} on line 17", "2 kids {day} {day}",
]  # fmt: skip


@settings(max_examples=20)
@given(day=days, hour=hours, how=st.sampled_from(["%H:%M", "%H.%M"]), figures=st.sampled_from(FIGURES))
@pytest.mark.parametrize("shape", DAYS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_days_and_hours_stay(sentence, shape, how, figures, day, hour):
    typed = sentence.format(day=shape.format(d=day), hour=hour.strftime(how)).translate(str.maketrans("0123456789", figures))
    protected, phones = kept(typed)
    assert protected.text == typed
    assert not phones


national = st.sampled_from(["7400", "7912", "20", "113", "1204", "800", "121"])
PHONE_SIGNS = ["", " ", "-", "–", ".", "\u00a0", "/", " – "]


@settings(max_examples=20)
@given(national, st.text("0123456789", min_size=10, max_size=10), st.sampled_from(PHONE_SIGNS), st.sampled_from(FIGURES))
@pytest.mark.parametrize(
    "sentence",
    [
        "{}",
        "ring {} please",
        "tel. {} or {}",
        "{}, {}",
        "{} after 10:30",
        "{} 10:30",
        "2, {}",
        "my card is lost ring {}",
        "on 12/10/2026 {}",
        "bank said to ring {}",
    ],
)
@pytest.mark.parametrize("front", ["0", "(0", "+44 ", "+44 (0)", "0044"])
def test_a_phone_number_is_kept_as_one(front, sentence, area, digits, sign, figures):
    rest = digits[: 10 - len(area)]
    number = front + area + (")" if front == "(0" else "") + sign + sign.join(cut(rest, (3, 3)))
    typed = sentence.replace("{}", number).translate(str.maketrans("0123456789", figures))
    protected, phones = kept(typed)
    assert protected.refused == ()
    assert {phone[-10:] for phone in phones} == {area + rest}
    assert len(phone_tokens(protected.text)) == sentence.count("{}")


@pytest.mark.parametrize("typed", ["447400123456", "44 7400 123456", "44 7400 123456 10:30", "7400 123456", "7400–123–456"])
def test_a_phone_number_without_its_beginning(typed):
    protected, phones = kept(typed)
    assert protected.refused == ()
    assert [phone[-10:] for phone in phones] == ["7400123456"]


@pytest.mark.parametrize(
    "typed",
    [
        "£1,200.50 - £1,350.00 a month", "408.01", "between 1200.00 and 1500.00", "1,200 - 1,500", "SS3 9AA", "SE15 10:30", "SE15 10 30 12", "HP21 8AB 12/10/2026",
        "my reference is K7M2QX", "reference AB2345", "ages 12, 24, 36 months", "kids 1, 3, 5, 7, 9, 11, 13", "ages 2 4 6", "2019, 2021 and 2023",
        "born 2021 and 2023-2024", "between 9.30 and 11, 13.00-14.30", "mon 10.00-11.30, 13.00-14.30", "bus 17, 21, 25 at 10:15", "week 10-12", "my card expires 12/28",
        "bank holiday 25/12/2026", "the bank was shut on 12.10.26", "12 34", "24 36 48 months", "at 10 30 11 30", "is it 10-11-30 or so", "50 000", "10000 steps",
    ],
)  # fmt: skip
def test_other_figures_stay(typed):
    protected, phones = kept(typed)
    assert protected.text == typed
    assert not phones


@pytest.mark.parametrize("typed", ["2 years", "on 12/10/2026", "HP21 8AB", "10:30", "£8.50", "07400 123456", "2023", "12 and 36 months"])
def test_after_a_refusal_the_conversation_goes_on(typed):
    protected, _ = kept(typed, frozenset({"card", "bank", "national_insurance"}))
    assert protected.refused == ()


def test_a_token_of_figures_is_not_taken_for_a_number():
    stored = "ring [phone-23456789] [card-removed]"
    assert kept(stored, frozenset({"card", "bank"}))[0].text == stored
