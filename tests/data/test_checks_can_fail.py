"""Each data rule is seen to fail on a small broken sample."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from bot.base.errors import ContentError
from bot.checks.catalogues import check_catalogues
from bot.checks.content import check_content
from bot.checks.messages import check_messages
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


def test_a_withdrawn_number_is_found(copy):
    (copy / "content" / "en" / "x.yml").write_text("phone: 0300 330 2090\n")
    assert "must never be published" in whats(check_content(copy, TODAY))


def test_broken_yaml_names_the_line(copy):
    change(copy / "content" / "areas" / "southend" / "area.yml", "id: southend", "id: [southend")
    with pytest.raises(ContentError, match=r"area\.yml:\d+"):
        list(check_content(copy, TODAY))


def test_a_message_under_two_intents_is_found(copy):
    change(copy / "data" / "nlu" / "en" / "greet.yml", "  examples: |\n", "  examples: |\n    - where is the food bank please now\n")
    change(copy / "data" / "nlu" / "en" / "thank.yml", "  examples: |\n", "  examples: |\n    - Where is the food bank please now!\n")
    assert "stands under" in whats(check_messages(copy))


def test_letters_that_only_look_latin_are_found(copy):
    change(copy / "data" / "nlu" / "en" / "greet.yml", "  examples: |\n", "  examples: |\n    - hеllo thеre you\n")
    assert "another script" in whats(check_messages(copy))


def test_a_training_file_in_the_wrong_shape_is_named(copy):
    (copy / "data" / "nlu" / "en" / "greet.yml").write_text('version: "3.1"\nnlu:\n- intent: hello\n  examples: |\n    - hi\n')
    with pytest.raises(ContentError, match="greet"):
        list(check_messages(copy))


def test_one_word_under_two_commands_is_refused(tmp_path):
    (tmp_path / "commands.yml").write_text("menu: [back]\nleave: [Back]\n")
    with pytest.raises(ContentError, match="stands twice"):
        load_commands(tmp_path / "commands.yml")
