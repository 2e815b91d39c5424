"""WhatsApp through Twilio against the real service: what must not come in, what comes twice, what is long."""

from __future__ import annotations

import sqlite3

import pytest

from bot.channels.whatsapp_twilio import LONGEST
from tests.channels.wire import TWILIO_PATH, TwilioParent

pytestmark = pytest.mark.rasa


@pytest.fixture
def anna(running_twilio, providers):
    return TwilioParent(running_twilio, providers)


def stored(running_twilio):
    with sqlite3.connect(f"file:{running_twilio['folder']}/kinline.db?mode=ro", uri=True) as database:
        return database.execute("SELECT count(*) FROM inbox").fetchone()[0]


def test_what_twilio_has_not_signed_is_refused(anna, running_twilio):
    before = stored(running_twilio)
    form = {"MessageSid": "SM" + "f" * 32, "From": "whatsapp:+447400999999", "Body": "hello", "NumMedia": "0"}
    for headers in ({}, {"X-Twilio-Signature": "x"}, {"X-Twilio-Signature": "MA=="}):
        for path in (TWILIO_PATH, f"{TWILIO_PATH}/status"):
            assert anna.http.post(path, data=form, headers=headers).status_code == 403
    assert stored(running_twilio) == before


@pytest.mark.parametrize(
    "fields", [{"From": ""}, {"Latitude": "north", "Longitude": "0"}, {"Latitude": "nan", "Longitude": "0"}, {"Latitude": "1e999", "Longitude": "0"}]
)  # fmt: skip
def test_a_malformed_post_is_refused_and_the_service_goes_on(anna, running_twilio, fields):
    before = stored(running_twilio)
    assert anna.post(**fields).status_code == 400
    assert stored(running_twilio) == before
    assert anna.says("hello")


def test_a_post_without_anything_or_of_five_megabytes_is_refused(anna):
    assert anna.http.post(TWILIO_PATH, content=b"").status_code == 403
    assert anna.http.post(TWILIO_PATH, content=b"\xff\x00%%%=&=").status_code == 403
    assert anna.http.post(TWILIO_PATH, data={"Body": "x" * 5_000_000}, timeout=60).status_code == 413
    assert anna.says("hello")


def test_a_post_that_comes_again_is_answered_once(anna):
    for _ in range(3):
        assert anna.post(MessageSid="SM" + f"{anna.number:032d}", Body="where is the food bank").status_code == 200
    anna.wait()
    assert sum("automatic assistant" in bubble.text for bubble in anna.arrived()) == 1


def test_what_cannot_be_read_is_answered_kindly(anna):
    for fields in ({"NumMedia": "1", "MediaContentType0": "audio/ogg"}, {"NumMedia": "1", "MessageType": "sticker"}):
        assert anna.post(**fields).status_code == 200
        anna.wait()
        assert "cannot open pictures" in "\n".join(bubble.text for bubble in anna.arrived())
    assert anna.post(MessageType="something-new").status_code == 200
    anna.wait()
    assert anna.arrived()


def test_a_long_message_comes_in_parts_that_twilio_takes(anna):
    anna.says("what can you do")
    anna.says("what is on for my 2 year old near HP21")
    assert all(call.went_out for call in anna.calls())
    assert max(len(call.body["Body"]) for call in anna.calls()) <= LONGEST
