"""One set of conversations on all channels, through their real wire formats."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.channels.wire import CHANNELS
from tests.conftest import ROOT

pytestmark = pytest.mark.rasa

SCRIPTS = yaml.safe_load((ROOT / "tests" / "channels" / "conversations.yml").read_text())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script["name"])
def test_the_same_conversation_means_the_same_on_every_channel(script, running, running_twilio, providers):
    parents = {name: kind(running_twilio if name == "twilio" else running, providers) for name, kind in CHANNELS.items()}
    for turn in script["turns"]:
        heard = {name: p.says(turn["say"]) if "say" in turn else p.presses(turn["press"]) for name, p in parents.items()}
        for name, text in heard.items():
            for wanted in turn["then"]:
                assert wanted in text, f"{name} after {turn}: {text}"
        for name, parent in parents.items():
            assert parent.titles() == parents["web"].titles(), (name, turn)
            assert same_words(heard[name]) == same_words(heard["web"]), (name, turn)
    assert all(call.went_out for call in parents["twilio"].calls()), "longer than Twilio allows"


LIMITS_OF_A_CHANNEL = re.compile(
    # A list's own prompt is WhatsApp's, the answer in numbers Twilio's.
    r"Please choose:|Proszę wybrać:|Please answer with a number\.|Proszę odpowiedzieć numerem\.|يرجى الرد برقم\.|https?://[^\s\u2066-\u2069]+"
)


def same_words(text: str) -> str:
    """What is the same everywhere: references and receipts are random, addresses of our own pages differ with the service's."""
    text = re.sub(r"\b[A-Z0-9]{6}(?:[A-Z0-9]{4})?\b", "REF", LIMITS_OF_A_CHANNEL.sub("", text))
    return " ".join(text.split())
