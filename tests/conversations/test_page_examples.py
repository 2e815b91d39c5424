"""What the first screen of the chat page offers to ask is understood, in every language."""

from __future__ import annotations

import pytest

from bot.flows.page_words import EXAMPLES, PageWords

pytestmark = pytest.mark.rasa


@pytest.mark.parametrize("code", ["en", "pl", "ur", "ur-Latn", "ar", "ro", "ckb"])
async def test_the_examples_mean_what_they_say(service, code):
    for intent, sentence in zip(EXAMPLES, PageWords(service["house"], code).examples(), strict=True):
        read = await service["assistant"].understand(sentence, code)
        assert (read["intent"]["name"], read.get("fallback")) == (intent, False), sentence
        assert read["language"] == code, sentence


def test_the_menu_item_for_a_new_start_is_a_command_in_every_language(service):
    from bot.base.settings import ROOT
    from bot.serve.commands import load_commands

    commands = load_commands(ROOT / "content" / "commands.yml")
    for language in service["house"].languages.offered():
        assert commands.intent(PageWords(service["house"], language.code)("page_start_again"), False) == "start_again"
