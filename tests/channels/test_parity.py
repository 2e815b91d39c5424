"""One set of conversations on all channels, through their real wire formats."""

from __future__ import annotations

import pytest
import yaml

from tests.channels.wire import CHANNELS
from tests.conftest import ROOT

pytestmark = pytest.mark.rasa

SCRIPTS = yaml.safe_load((ROOT / "tests" / "channels" / "conversations.yml").read_text())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script["name"])
def test_the_same_conversation_means_the_same_on_every_channel(script, running, providers):
    parents = {name: kind(running, providers) for name, kind in CHANNELS.items()}
    for turn in script["turns"]:
        heard = {name: p.says(turn["say"]) if "say" in turn else p.presses(turn["press"]) for name, p in parents.items()}
        for name, text in heard.items():
            for wanted in turn["then"]:
                assert wanted in text, f"{name} after {turn}: {text}"
        titles = {name: p.titles() for name, p in parents.items()}
        assert titles["telegram"] == titles["web"], turn
        assert titles["whatsapp"] == titles["web"], turn
        assert _words(heard["telegram"]) == _words(heard["web"]), turn
        assert _words(heard["whatsapp"]) == _words(heard["web"]), turn


def _words(text: str) -> str:
    """What is the same everywhere: references and receipts are random, the list's own prompt is WhatsApp's."""
    import re

    text = re.sub(r"\b[A-Z0-9]{6}(?:[A-Z0-9]{4})?\b", "REF", text)
    return " ".join(text.replace("Please choose:", "").replace("Proszę wybrać:", "").split())
