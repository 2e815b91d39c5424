"""Each data rule is seen to fail on a small broken sample."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from bot.base.errors import ContentError
from bot.checks.catalogues import check_catalogues
from bot.checks.content import check_content
from bot.checks.familiar import check_familiar_words, update_familiar_words
from bot.checks.messages import _triples, check_messages, near_pairs
from bot.nlu.training_texts import read_messages
from bot.serve.commands import load_commands
from tests.conftest import ROOT

TODAY = date(2026, 11, 24)


@pytest.fixture
def copy(tmp_path):
    for name in ("content", "translations", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "domain.yml", tmp_path)
    return tmp_path


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def whats(found):
    return " | ".join(f"{f.level} {f.where} {f.what}" for f in found)


def test_a_changed_english_sentence_needs_new_translations(copy):
    change(copy / "domain.yml", "What would you like to do?", "What would you like to do today?")
    found = whats(check_catalogues(copy))
    assert "run `make words`" in found
    assert "utter_menu" in found


def test_a_lost_placeholder_is_found(copy):
    path = copy / "translations" / "pl" / "LC_MESSAGES" / "bot.po"
    text = path.read_text()
    at = text.index('msgctxt "utter_callback_withdrawn"')
    path.write_text(text[:at] + text[at:].replace("{reference}", "", 2).replace('msgstr "', 'msgstr "x ', 0))
    assert "utter_callback_withdrawn" in whats(check_catalogues(copy)) or "not translated" in whats(check_catalogues(copy))


def test_a_broken_catalogue_is_named_with_its_line(copy):
    path = copy / "translations" / "pl" / "LC_MESSAGES" / "bot.po"
    change(path, 'msgctxt "utter_menu"', 'rubbish "utter_menu"')
    with pytest.raises(ContentError, match=r"bot\.po"):
        list(check_catalogues(copy))


def test_a_number_in_a_topic_is_found(copy):
    change(copy / "content" / "en" / "find_food_help.md", "Many families", "Ring 01234 567890. Many families")
    assert "number or link" in whats(check_content(copy, TODAY))


def test_an_unknown_fact_is_named_with_its_line(copy):
    change(copy / "content" / "en" / "find_food_help.md", "{fact:hardship_phone}", "{fact:no_such_fact}")
    with pytest.raises(ContentError, match="no_such_fact"):
        list(check_content(copy, TODAY))


def test_a_fact_without_a_source_is_refused(copy):
    change(copy / "content" / "facts.yml", "source:", "sauce:")
    with pytest.raises(ContentError, match="lacks source"):
        list(check_content(copy, TODAY))


def test_overdue_facts_are_warned_about(copy):
    found = list(check_content(copy, date(2027, 6, 1)))
    assert any(f.level == "warning" and "healthy_start_weekly" in f.what for f in found)


def test_a_rule_pack_past_its_review_date_is_warned_about(copy):
    found = list(check_content(copy, date(2027, 4, 1)))
    assert any(f.level == "warning" and f.where == "content/healthy_start.yml" for f in found)
    assert not any(f.where == "content/healthy_start.yml" for f in check_content(copy, date(2027, 3, 31)))


def test_a_withdrawn_number_is_found(copy):
    (copy / "content" / "en" / "x.yml").write_text("phone: 0300 330 2090\n")
    assert "must never be published" in whats(check_content(copy, TODAY))


def test_broken_yaml_names_the_line(copy):
    change(copy / "content" / "areas" / "southend" / "area.yml", "id: southend", "id: [southend")
    with pytest.raises(ContentError, match=r"area\.yml:\d+"):
        list(check_content(copy, TODAY))


def messages_of(root, trained, held_out=()):
    """A small `data/nlu` and `tests/nlu`: {(language, intent): texts}, and (language, text) of tests."""
    for (language, intent), texts in trained.items():
        path = root / "data" / "nlu" / language / f"{intent}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'version: "3.1"\nnlu:\n- intent: {intent}\n  examples: |\n' + "".join(f"    - {text}\n" for text in texts))
    for number, (language, text) in enumerate(held_out):
        path = root / "tests" / "nlu" / language / f"set{number}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'messages:\n- {{intent: greet, text: "{text}"}}\n')
    return [f for f in check_messages(root) if "fewer than" not in f.what]


def test_a_message_under_two_intents_is_found(tmp_path):
    found = messages_of(
        tmp_path, {("en", "greet"): ["where is the food bank please now"], ("en", "thank"): ["Where is the food bank please now!"]}
    )
    assert "stands under greet" in whats(found)


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "is there a baby group near bulwell", "is there any baby group near bulwell"),
        ("pl", "gdzie znajde bank zywnosci", "gdzie jest ten bank zywnosci gdzie znajde"),
        ("ar", "وين بنك الطعام القريب", "وين بنك الطعام القريب مني"),
    ],
)
def test_a_message_that_stands_nearly_twice_is_found(tmp_path, language, first, second):
    assert "nearly twice" in whats(messages_of(tmp_path, {(language, "find_activities"): [first, second]}))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("nope", "noope"),
        ("my baby is teething and cries all night", "my baby wont latch and i am so sore"),
    ],
)
def test_other_wordings_are_no_doubles(tmp_path, first, second):
    assert messages_of(tmp_path, {("en", "deny"): [first, second]}) == []


def test_messages_that_differ_in_the_word_that_matters_may_stand_under_two_intents(tmp_path):
    trained = {("en", "crisis_medical"): ["my baby is not breathing"], ("en", "find_child_health"): ["my baby is not crawling"]}
    assert messages_of(tmp_path, trained) == []


@pytest.mark.parametrize("text", ["hеllo thеre you", "ｈello there", "καλό group", "group للاطفال"])
def test_wrong_and_look_alike_letters_are_found(tmp_path, text):
    assert "letters" in whats(messages_of(tmp_path, {("en", "greet"): [text]}))


def test_an_english_message_is_no_urdu_one(tmp_path):
    assert "another script" in whats(messages_of(tmp_path, {("ur", "find_child_health"): ["baby weighing clinic near me"]}))
    assert messages_of(tmp_path, {("ur", "find_child_health"): ["ok"]}) == []


def test_too_few_messages_are_counted(tmp_path):
    messages_of(tmp_path, {("en", "greet"): ["hi"], ("pl", "greet"): ["hej"], ("ur-Latn", "greet"): ["salam"]})
    found = whats(check_messages(tmp_path))
    assert all(f"fewer than {least} messages: 1" in found for least in (40, 25, 12))


@pytest.mark.parametrize("typed", ["where is the food bank in bulwell", "Where's the food bank in bulwell??"])
def test_a_training_message_that_is_also_a_test_is_found(tmp_path, typed):
    trained = {("en", "find_food_help"): ["where is the food bank in bulwell"]}
    assert "is also a training message of find_food_help" in whats(messages_of(tmp_path, trained, [("en", typed)]))


def test_a_training_file_in_the_wrong_shape_is_named(copy):
    (copy / "data" / "nlu" / "en" / "greet.yml").write_text('version: "3.1"\nnlu:\n- intent: hello\n  examples: |\n    - hi\n')
    with pytest.raises(ContentError, match="greet"):
        list(check_messages(copy))


def test_one_word_under_two_commands_is_refused(tmp_path):
    (tmp_path / "commands.yml").write_text("menu: [back]\nleave: [Back]\n")
    with pytest.raises(ContentError, match="stands twice"):
        load_commands(tmp_path / "commands.yml")


def test_an_ordinary_word_that_would_pass_for_danger_is_found_and_written_down(copy):
    assert not list(check_familiar_words(copy))
    change(copy / "data" / "nlu" / "en" / "find_parenting_support.yml", "examples: |\n", "examples: |\n    - the braething room at nursery\n")
    assert "braething" in whats(check_familiar_words(copy))
    update_familiar_words(copy)
    assert not list(check_familiar_words(copy))


@pytest.mark.parametrize("least", [0.3, 0.72, 0.9])
def test_no_near_pair_is_overlooked(least):
    """The quick way against the plain one, on messages of which some are typed twice with a slip or a word more."""
    texts = [text for language, _, text in read_messages(ROOT / "data" / "nlu") if language == "ur-Latn"][:250]
    texts += [f"{text} please" for text in texts[:60]] + [text[:-1] for text in texts[:60]]
    triples = [_triples(text) for text in texts]
    shares = {(at, other): len(triples[at] & triples[other]) / len(triples[at] | triples[other]) for at in range(len(texts)) for other in range(at)}
    assert near_pairs(texts, least) == sorted((at, other, share) for (at, other), share in shares.items() if share >= least)
