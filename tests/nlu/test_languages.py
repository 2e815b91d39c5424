"""The language of held-out messages: offered ones, those that are not offered, and in the course of a conversation."""

from __future__ import annotations

import pytest

from bot.base.errors import ContentError
from bot.base.text import words
from bot.base.yaml_files import read_yaml
from bot.nlu.language_model import LanguageModel, train_language_model
from bot.nlu.other_languages import load_other_languages
from bot.nlu.telling_words import load_borrowed_words
from bot.nlu.training_texts import read_messages
from tests.conftest import ROOT
from tests.nlu.held_out import CODES, read_set

LEAST = dict.fromkeys(CODES, 0.98) | {"ur-Latn": 0.95}
NOT_OFFERED = read_yaml(ROOT / "tests" / "nlu" / "languages" / "not_offered.yml")
_IN_CHATS = read_yaml(ROOT / "tests" / "nlu" / "languages" / "context.yml")
CONTEXT, ANSWERS, BEGINNINGS, NO_LANGUAGE = (_IN_CHATS[part] for part in ("cases", "answers", "beginnings", "no_language"))
SETS = ("intents", "dangers", "alarming_harmless", "ordinary")


@pytest.fixture(scope="module")
def model():
    messages = read_messages(ROOT / "data" / "nlu")
    codes = [code for code, _, _ in messages]
    others = load_other_languages(ROOT / "content" / "languages" / "not_offered.yml", CODES)
    borrowed = load_borrowed_words(ROOT / "content" / "languages" / "borrowed.yml")
    trained = train_language_model([text for _, _, text in messages], codes, others, borrowed)
    return LanguageModel.restored(*trained.saved())


@pytest.mark.parametrize("code", CODES)
def test_a_message_of_four_words_shows_its_language(model, code):
    long = [held.text for name in SETS for held in read_set(name, code) if len(words(held.text)) >= 4]
    assert len(long) >= 300
    assert sum(model.identify(text)[0] == code for text in long) / len(long) >= LEAST[code]


@pytest.mark.parametrize("code", CODES)
def test_in_a_conversation_hardly_any_message_leaves_its_language(model, code):
    texts = [held.text for name in SETS for held in read_set(name, code)]
    assert sum(model.identify(text, code)[0] == code for text in texts) / len(texts) >= 0.985


@pytest.mark.parametrize("code", NOT_OFFERED)
def test_what_is_not_offered_is_recognised(model, code):
    texts = NOT_OFFERED[code]
    assert len(texts) >= 20
    found = [model.identify(text)[0] for text in texts]
    assert sum(one not in CODES for one in found) >= len(texts) - 2, list(zip(found, texts))
    assert sum(one == code for one in found) >= len(texts) - 3, list(zip(found, texts))


@pytest.mark.parametrize("case", CONTEXT, ids=lambda case: f"{case['so_far']}: {case['text'][:40]}")
def test_the_conversation_decides_about_short_messages(model, case):
    assert model.identify(case["text"], case["so_far"])[0] == case["then"]


@pytest.mark.parametrize("so_far", CODES)
@pytest.mark.parametrize("kind", NO_LANGUAGE)
def test_names_addresses_and_laughter_leave_a_chat_in_its_language(model, kind, so_far):
    found = [(text, model.identify(text, so_far)[0]) for typed in NO_LANGUAGE[kind] for text in (typed, typed.lower())]
    assert [(text, code) for text, code in found if code != so_far] == []


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: f"{case['so_far']}: {case['text'][:40]}")
def test_an_answer_in_own_words_changes_the_language_only_when_it_is_a_clear_sentence(model, case):
    assert model.identify(case["text"], case["so_far"], answering=True)[0] == case["then"]


@pytest.mark.parametrize("case", BEGINNINGS, ids=lambda case: case["text"])
def test_a_chat_begins_in_the_language_of_its_words(model, case):
    assert model.identify(case["text"])[0] == case["then"]


def test_there_are_enough_cases():
    assert len(CONTEXT) >= 60
    assert len(NOT_OFFERED) >= 15


@pytest.mark.parametrize("text", ["", "!!!", "12", "???", "🙂", "[phone-AB2CD3EF]", "NG7 4AA", "ss3"])
@pytest.mark.parametrize("so_far", [None, "pl", "ar"])
def test_what_has_no_language_changes_nothing(model, text, so_far):
    assert model.identify(text, so_far)[0] == (so_far or "en")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('en: {script: LATIN, letters: "", words: [x]}', "is offered"),
        ('xx: {script: RUNIC, letters: "", words: [x]}', "wrong"),
        ('xx: {script: LATIN, letters: "", words: [no]}', "no word"),
    ],
)
def test_a_broken_list_is_named(tmp_path, content, why):
    (tmp_path / "x.yml").write_text(content)
    with pytest.raises(ContentError, match=why):
        load_other_languages(tmp_path / "x.yml", CODES)
