from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.base.errors import ContentError
from bot.base.languages import load_languages
from bot.base.quantities import duration, localised
from bot.base.text import LRI, PDI, RLM
from bot.replies.catalogue import load_catalogue, load_english, load_po
from bot.replies.fill import fill, placeholders
from tests.conftest import ROOT

FACTS = {"phone": "0808 2000 247"}


def test_numbers_are_isolated_in_right_to_left_text():
    assert fill("اتصل {fact:phone} الآن", {}, FACTS, "rtl") == f"اتصل {LRI}0808 2000 247{PDI} الآن"
    assert fill("Ring {fact:phone}", {}, FACTS, "ltr") == "Ring 0808 2000 247"


def test_a_line_that_begins_with_a_number_still_runs_from_the_right():
    assert fill("{fact:phone} اتصل", {}, FACTS, "rtl").startswith(RLM)


def test_what_rests_on_an_overdue_fact_is_left_out():
    text = "One stays.\n\nRing {fact:gone} now. This goes with it."
    assert fill(text, {}, FACTS, "ltr") == "One stays."
    assert fill(text, {}, FACTS, "ltr", whole_paragraphs=False) == "One stays.\n\nThis goes with it."
    assert fill("Ring {fact:gone}.", {}, FACTS, "ltr") == ""


def test_values_of_none_and_braces_that_are_no_placeholder():
    assert fill("a {x} b {y} {} %s {z", {"x": None}, {}, "ltr") == "a  b {y} {} %s {z"


@given(st.text(max_size=200), st.text(max_size=50))
def test_a_parents_words_are_never_filled_in_themselves(words, other):
    assert fill("{said}", {"said": words.replace("\n", ""), "other": other}, {}, "ltr") == words.replace("\n", "")


def test_placeholders_are_told_apart():
    assert placeholders("{a} {fact:b}") == {"a", "fact:b"}


@pytest.mark.parametrize(
    ("code", "expected"), [("en", "14 days"), ("pl", "14 dni"), ("ro", "14 zile"), ("ar", "14 يوم"), ("ckb", "14 ڕۆژ"), ("ur", "14 دن")]
)
def test_lengths_of_time_speak_the_language(code, expected):
    language = load_languages(ROOT / "translations" / "languages.yml").get(code)
    assert localised("14 days", language) == expected
    assert localised("£4.65", language) == "£4.65"


def test_one_year_is_not_one_years():
    assert duration(1, "year", load_languages(ROOT / "translations" / "languages.yml").get("en")) == "1 year"


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(ROOT / "domain.yml", ROOT / "translations", load_languages(ROOT / "translations" / "languages.yml"))


@pytest.mark.parametrize("code", ["pl", "ur", "ar", "ro", "ckb", "ur-Latn"])
def test_every_sentence_has_words_in_every_language(catalogue, code):
    assert catalogue.missing(code) == []


def test_roman_urdu_falls_back_to_urdu_and_that_to_english(catalogue):
    assert catalogue.languages.chain("ur-Latn") == ["ur-Latn", "en"]
    assert catalogue.languages.get("ur-Latn").direction == "ltr"


@pytest.mark.parametrize("code", ["en", "pl", "ur", "ar", "ro", "ckb", "ur-Latn"])
def test_the_first_words_name_the_machine_the_numbers_and_what_is_kept(catalogue, code):
    facts = {"emergency_phone": "999", "urgent_phone": "111", "retention_messages": "14 days"}
    text = catalogue.text("utter_welcome", code, facts, assistant_name="Kinline Test", run_by="us")
    assert all(part in text for part in ("Kinline Test", "us", "999", "111", "14 days"))


def test_a_reply_with_two_texts_is_refused_with_its_line(tmp_path):
    (tmp_path / "domain.yml").write_text("responses:\n  utter_a:\n  - text: a\n  - text: b\n")
    with pytest.raises(ContentError, match=r"domain\.yml:2"):
        load_english(tmp_path / "domain.yml")


def test_an_old_translation_of_a_changed_sentence_is_not_used(tmp_path):
    (tmp_path / "bot.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgctxt "utter_a"\nmsgid "old"\nmsgstr "alt"\n'
    )
    assert load_po(tmp_path / "bot.po", {"utter_a": "old"}) == {"utter_a": "alt"}
    assert load_po(tmp_path / "bot.po", {"utter_a": "new"}) == {}
