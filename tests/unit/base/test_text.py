import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.base.text import ascii_digits, clean, fold, has_letters, isolate, sentences, strip_marks, words


def test_control_and_direction_characters_go():
    assert clean("he\u202elp\u0000 me\u2066!") == "help me!"


def test_a_very_long_text_keeps_its_beginning_and_its_end():
    text = clean("a" * 60_000 + " where is the food bank", limit=4000)
    assert len(text) <= 4000
    assert text.startswith("aaa")
    assert text.endswith("where is the food bank")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Łódź ŻÓŁĆ", "lodz zolc"),
        ("Sâmbătă dimineaţa", "sambata dimineata"),
        ("بچّي", "بچی"),
        ("كوردي", "کوردی"),
        ("٢ و ۳", "2 و 3"),
        ("Don’t", "don't"),
    ],
)
def test_spelling_variants_fold_to_one_form(typed, meant):
    assert fold(typed) == fold(meant)


@given(st.text())
def test_digits_keep_the_length_of_a_text(text):
    assert len(ascii_digits(text)) == len(text)


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)


def test_sentences_are_cut_at_stops_of_every_script():
    assert sentences("Hello. How are you? مرحبا؟ ٹھیک۔ نعم") == ["Hello.", "How are you?", "مرحبا؟", "ٹھیک۔", "نعم"]


def test_isolated_text_reads_the_same_without_marks():
    assert strip_marks(isolate("0808 2000 247")) == "0808 2000 247"


@pytest.mark.parametrize(("text", "expected"), [("👍", False), ("…", False), ("ok", True), ("٢", True), ("", False)])
def test_knows_whether_there_is_a_word(text, expected):
    assert has_letters(text) is expected


def test_words_carry_no_punctuation():
    assert words("Hi, what's on?") == ["hi", "what", "s", "on"]
