"""Tests that guard the shape of the system."""

from __future__ import annotations

import ast
import re
from collections import Counter
from datetime import date

import pytest
from babel.messages.pofile import read_po

from bot.base.yaml_files import read_yaml
from bot.checks.run import findings
from tests.conftest import ROOT
from tests.nlu.held_out import CODES, read_set

DOMAIN = read_yaml(ROOT / "domain.yml")
CONTRACT = set((ROOT / "tests" / "data" / "contract_intents.txt").read_text().split())


def test_every_data_check_passes():
    errors = [f for f in findings(ROOT, date(2026, 11, 24)) if f.level == "error"]
    assert not errors


def test_the_54_intents_of_the_contract_are_in_the_domain_with_messages_in_every_language():
    assert len(CONTRACT) == 54
    assert {name for entry in DOMAIN["intents"] for name in entry} >= CONTRACT
    for code in CODES:
        assert {path.stem for path in (ROOT / "data" / "nlu" / code).glob("*.yml")} == CONTRACT


@pytest.mark.parametrize("code", CODES)
def test_there_are_enough_held_out_messages(code):
    counts = Counter(message.intent for message in read_set("intents", code))
    assert set(counts) == CONTRACT
    assert min(counts.values()) >= 6
    dangers, harmless, ordinary = (read_set(name, code) for name in ("dangers", "alarming_harmless", "ordinary"))
    assert len(dangers) >= 100
    assert {message.kind for message in dangers} == {"explicit", "veiled", "buried"}
    assert all(message.is_danger for message in dangers)
    assert len(harmless) >= 100
    assert not any(message.is_danger for message in [*harmless, *ordinary])
    assert len(ordinary) >= 400


def test_actions_in_code_and_domain_are_the_same():
    from unittest.mock import sentinel

    from actions.register import all_actions

    assert {action.name() for action in all_actions(sentinel.house)} == set(DOMAIN["actions"])


def test_every_intent_has_a_rule():
    rules = "".join(path.read_text() for path in (ROOT / "data" / "stories").glob("*.yml"))
    used = set(re.findall(r"- intent: (\w+)", rules))
    assert {name for entry in DOMAIN["intents"] for name in entry} - used <= {"forget_confirmed"}


def test_every_reply_that_code_names_exists():
    named = set()
    for path in [*(ROOT / "actions").glob("*.py"), *(ROOT / "bot").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"utter_[a-z0-9_]+[a-z0-9]", node.value):
                named.add(node.value)
    assert named - set(DOMAIN["responses"]) == set()


def test_every_reason_of_the_healthy_start_rules_has_words():
    source = (ROOT / "bot" / "healthy_start" / "rules.py").read_text()
    reasons = {
        key.removeprefix("utter_healthy_start_reason_") for key in DOMAIN["responses"] if key.startswith("utter_healthy_start_reason_")
    }
    assert reasons
    assert {reason for reason in reasons if f'"{reason}"' not in source} == set()


def test_rasa_telemetry_is_off():
    assert "RASA_TELEMETRY_ENABLED := false" in (ROOT / "Makefile").read_text()
    assert 'os.environ["RASA_TELEMETRY_ENABLED"] = "false"' in (ROOT / "bot" / "serve" / "lean.py").read_text()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/operating.md", "docs/data-protection.md", "SECURITY.md"])
def test_paths_and_targets_named_in_the_pages_exist(page):
    text = (ROOT / page).read_text()
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"`make ([a-z-]+)`", text):
        assert target in targets
    for path in re.findall(r"`((?:bot|actions|content|data|docs|tests|translations|deploy)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path
    for path in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert ((ROOT / page).parent / path).exists(), path


def test_the_changelog_begins_with_the_version_of_the_project():
    version = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE).group(1)
    assert re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE).group(1) == version


def test_files_stay_small():
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("bot", "actions")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > 320 and "versions" not in str(path)
    }
    assert not long


FAMILIAR = {
    "pl": r"masz|twój|twoj\w*|możesz|chcesz|jesteś|ci|cię|ciebie|tobie|tobą|szukasz|potrzebujesz|odpowiedz|odpisz|napisz",
    "ro": r"ești|poți|vrei|tău|ta|tale|tăi|tine|îți|te|ai un|cauți|răspunde la",
}
"""Words that only go with the familiar address; a title or a parent's own words may hold one: such a line is none of ours."""


@pytest.mark.parametrize("code", FAMILIAR)
def test_polish_and_romanian_parents_are_addressed_formally_everywhere(code):
    catalogue = read_po((ROOT / "translations" / code / "LC_MESSAGES" / "bot.po").open("rb"))
    said = {message.context: str(message.string) for message in catalogue if message.id}
    said["template"] = read_yaml(ROOT / "content" / "whatsapp_templates.yml")["templates"][code]["text"]
    found = {key: text for key, text in said.items() if re.search(rf"\b(?:{FAMILIAR[code]})\b", text, re.IGNORECASE)}
    assert found == {}
