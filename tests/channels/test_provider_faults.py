"""Providers that stumble, against the real service: every way out keeps the same promises."""

from __future__ import annotations

import time

import pytest

from tests.channels.wire import CHANNELS
from tests.waiting import until

pytestmark = pytest.mark.rasa


@pytest.fixture(params=["telegram", "whatsapp", "twilio"])
def anna(request, running, running_twilio, providers):
    return CHANNELS[request.param](running_twilio if request.param == "twilio" else running, providers)


@pytest.fixture
def problems(anna, providers):
    """What goes wrong next at the provider."""
    return getattr(providers, anna.channel).problems


def test_a_provider_that_stumbles_loses_nothing_and_doubles_nothing(anna, problems):
    anna.says("hello")
    problems.extend(["429", "500"])
    anna.send_text("where is the food bank")
    until(lambda: not problems)
    time.sleep(2.5)
    anna.wait()
    texts = [bubble.text for bubble in anna.arrived()]
    assert sum("Food Bank" in text for text in texts) >= 1
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("problem", ["nothing", "half", "html"])
def test_an_uncertain_reply_is_not_sent_again_but_asked_about(anna, problems, problem):
    anna.says("hello")
    problems.append(problem)
    anna.says("what is healthy start")
    assert "not sure that my last message reached you" in anna.says("hello again")
    assert "Healthy Start" in anna.presses("Send it again")
    assert "not sure that my last message" not in anna.says("thank you")
