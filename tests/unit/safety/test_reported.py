"""Dangers that a safeguarding lead has reported as missed: they join the examples, and every one must be caught."""

from __future__ import annotations

import shutil

import yaml

from bot.safety.phrases import load_phrase_book
from bot.safety.rules import findings
from tests.conftest import ROOT


def facts():
    entries = yaml.safe_load((ROOT / "content" / "facts.yml").read_text())["facts"]
    return {name: str(fact["value"]) for name, fact in entries.items()}


def test_every_reported_danger_is_caught():
    book = load_phrase_book(ROOT / "content" / "safety", facts())
    for path in sorted((ROOT / "content" / "safety" / "reported").glob("*.yml")):
        for texts in yaml.safe_load(path.read_text())["must_catch"].values():
            assert [text for text in texts if not findings(text, book)] == [], path.name


def test_a_report_becomes_an_example_of_its_language(tmp_path):
    shutil.copytree(ROOT / "content" / "safety", tmp_path / "safety")
    before = load_phrase_book(tmp_path / "safety", facts()).examples["en"].must_catch
    (tmp_path / "safety" / "reported").mkdir(exist_ok=True)
    (tmp_path / "safety" / "reported" / "en.yml").write_text("must_catch: {crisis_domestic_abuse: [he hides my keys so i cant leave]}\n")
    after = load_phrase_book(tmp_path / "safety", facts()).examples["en"].must_catch
    assert set(after) - set(before) == {("crisis_domestic_abuse", "he hides my keys so i cant leave")}
