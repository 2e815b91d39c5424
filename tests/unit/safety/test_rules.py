"""The danger lists: how phrases match, and what they find among their own examples."""

from __future__ import annotations

import re
from functools import cache

import pytest
import yaml

from bot.base.errors import ContentError
from bot.base.languages import load_languages
from bot.base.text import is_right_to_left
from bot.flows.answer_danger import danger_replies
from bot.safety.phrases import KINDS, load_phrase_book
from bot.safety.rules import findings, most_urgent
from tests.conftest import ROOT

CODES = ["en", "pl", "ur", "ar", "ro", "ckb"]
REPLIED = [*CODES, "ur-Latn"]


@cache
def book():
    facts = yaml.safe_load((ROOT / "content" / "facts.yml").read_text())["facts"]
    return load_phrase_book(ROOT / "content" / "safety", {name: str(fact["value"]) for name, fact in facts.items()})


@pytest.fixture
def small(tmp_path):
    """A tiny list to see the matcher itself."""
    (tmp_path / "en.yml").write_text(
        """
replies: {crisis_medical: "Call {fact:n}", crisis_self_harm: a, crisis_domestic_abuse: b, crisis_child_in_danger: c}
phrases:
  crisis_self_harm:
  - {phrase: "~want|wanna die", reason: says it, unless: ["die of laughter"]}
  - {phrase: "~suicid*", reason: the word}
  crisis_medical:
  - {phrase: "not breathing", reason: says it, gap: 0}
"""
    )
    return load_phrase_book(tmp_path, {"n": "999"})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("i want to die", "crisis_self_harm"),
        ("I WANNA DIE", "crisis_self_harm"),
        ("i want to just die", "crisis_self_harm"),
        ("thinking of suicde", "crisis_self_harm"),
        ("suicidal", "crisis_self_harm"),
        ("lovely group. he is not breathing. help. i want to die", "crisis_medical"),
        ("i want to die of laughter", None),
        ("i want to see the film and then never die", None),
        ("not really breathing", None),
        ("", None),
    ],
)
def test_how_a_phrase_matches(small, text, kind):
    found = most_urgent(findings(text, small))
    assert (found.kind if found else None) == kind


def test_a_danger_split_over_lines_is_seen(small):
    assert findings("i want\nto die", small)


def test_numbers_in_replies_come_from_the_facts(small):
    assert small.reply("crisis_medical", "en") == "Call 999"


@pytest.mark.parametrize("item", ["{phrase: x}", "{reason: x}", "just text", '{phrase: "!!", reason: x}'])
def test_a_broken_phrase_is_named_with_its_file(tmp_path, item):
    (tmp_path / "en.yml").write_text(f"replies: {{crisis_medical: a}}\nphrases:\n  crisis_medical:\n  - {item}\n")
    with pytest.raises(ContentError, match=r"en\.yml"):
        load_phrase_book(tmp_path, {})


@pytest.mark.parametrize("code", CODES)
def test_there_are_enough_examples(code):
    examples = book().examples[code]
    assert len(examples.must_catch) >= 60
    assert len(examples.must_not_catch) >= 60
    assert {kind for kind, _ in examples.must_catch} == set(KINDS)


@pytest.mark.parametrize("code", CODES)
def test_the_lists_alone_find_nine_in_ten(code):
    examples = book().examples[code].must_catch
    missed = [text for _, text in examples if not findings(text, book())]
    assert len(missed) <= 0.10 * len(examples), missed


@pytest.mark.parametrize("code", CODES)
def test_at_most_three_in_a_hundred_harmless_ones_are_caught(code):
    examples = book().examples[code].must_not_catch
    caught = [text for text in examples if findings(text, book())]
    assert len(caught) <= 0.03 * len(examples), caught


@pytest.mark.parametrize("code", REPLIED)
@pytest.mark.parametrize("kind", KINDS)
def test_every_reply_begins_with_a_number_and_has_the_english_below(code, kind):
    languages = load_languages(ROOT / "translations" / "languages.yml")
    own, *english = danger_replies(book(), languages, kind, code)
    first = own.text.split("\n")[0]
    assert any(number in first for number in ("999", "111", "116 123"))
    assert own.language == code
    if code == "en":
        assert (own.text, english) == (book().reply(kind, "en"), [])
    else:
        # In a bubble of its own, so that it runs from left to right and is read out as English.
        assert [(r.text, r.language, r.direction) for r in english] == [(f"English:\n{book().reply(kind, 'en')}", "en", "ltr")]


@pytest.mark.parametrize("code", ["ur", "ar", "ckb"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_number_changes_its_order_in_right_to_left_text(code, kind):
    languages = load_languages(ROOT / "translations" / "languages.yml")
    own = danger_replies(book(), languages, kind, code)[0].text
    outside = re.sub(r"\u2066[^\u2069]*\u2069", "", own)
    assert not re.search(r"[0-9]", outside)


@pytest.mark.parametrize("kind", KINDS)
def test_who_writes_urdu_in_latin_letters_is_answered_in_latin_letters(kind):
    languages = load_languages(ROOT / "translations" / "languages.yml")
    reply = danger_replies(book(), languages, kind, "ur-Latn")[0]
    assert not is_right_to_left(reply.text)
    assert reply.direction == "ltr"
