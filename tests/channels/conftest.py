"""The real service with its channels, and providers on loopback that speak their wire formats."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.channels.fakes import FakeGraph, FakeTelegram, FakeTwilio
from tests.running import running_service

TELEGRAM_SECRET, APP_SECRET, VERIFY_TOKEN = "telegram-secret-for-tests", "app-secret-for-tests", "verify-for-tests"
TWILIO_ACCOUNT, TWILIO_TOKEN, PUBLIC_URL = "AC" + "0" * 32, "twilio-token-for-tests", "https://chat.example.org"


def channel_environment(telegram: str, graph: str) -> dict[str, str]:
    return {
        "TELEGRAM_BOT_TOKEN": "1:token", "TELEGRAM_WEBHOOK_SECRET": TELEGRAM_SECRET, "TELEGRAM_API_URL": telegram,
        "WHATSAPP_GRAPH_URL": f"{graph}/v23.0", "WHATSAPP_PHONE_NUMBER_ID": "106540352242922", "WHATSAPP_ACCESS_TOKEN": "token",
        "WHATSAPP_APP_SECRET": APP_SECRET, "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
    }  # fmt: skip


@pytest.fixture(scope="session")
def providers():
    """Telegram, WhatsApp and Twilio on loopback."""
    made = SimpleNamespace(telegram=FakeTelegram(), whatsapp=FakeGraph(), twilio=FakeTwilio())
    yield made
    for one in (made.telegram, made.whatsapp, made.twilio):
        one.close()


@pytest.fixture(scope="session")
def running(tmp_path_factory, providers):
    """A service with Telegram and Meta's WhatsApp."""
    channels = channel_environment(providers.telegram.address, providers.whatsapp.address)
    with running_service(tmp_path_factory.mktemp("running"), **channels) as service:
        yield service


@pytest.fixture(scope="session")
def running_twilio(tmp_path_factory, providers):
    """A service whose WhatsApp is Twilio's: there is one way to WhatsApp."""
    settings = {
        "TWILIO_API_URL": providers.twilio.address, "TWILIO_ACCOUNT_SID": TWILIO_ACCOUNT, "TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
        "TWILIO_WHATSAPP_NUMBER": "+447400000000", "KINLINE_PUBLIC_URL": PUBLIC_URL,
    }  # fmt: skip
    with running_service(tmp_path_factory.mktemp("twilio"), **settings) as service:
        yield service
