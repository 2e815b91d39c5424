"""WhatsApp's wire formats: recorded posts in, calls of the Graph API and of Twilio out, on fake servers."""

import hashlib
import hmac
import json
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select, text
from twilio.request_validator import RequestValidator

from bot.base.errors import (
    ContentError,
    Overloaded,
    ParentUnreachable,
    SendRefused,
    SendUncertain,
    SettingsError,
    StoreUnavailable,
    TryLater,
)
from bot.base.settings import TwilioSettings, WhatsAppSettings, load_settings
from bot.channels.whatsapp import PATH, WhatsAppChannel
from bot.channels.whatsapp_provider import Report
from bot.channels.whatsapp_reading import read_posts
from bot.channels.whatsapp_twilio import TwilioChannel
from bot.channels.whatsapp_wording import payload_of, render
from bot.delivery import address_store, outbox_store
from bot.delivery.model import Choice, Outgoing
from bot.delivery.reference import reference_of
from bot.delivery.templates import load_templates
from bot.flows.message_parent import reach
from bot.replies.model import Button, Reply
from tests.conftest import TUESDAY
from tests.unit.channels.conftest import payload

SECRET, VERIFY = "app-secret", "verify-me"
USER_ID = "GB.13491208655302741918"


def words(key, language):
    return {
        "utter_list_choose": "Choose",
        "utter_list_please_choose": "Please choose:",
        "utter_list_write_number": "Answer with a number.",
    }[key]


def read(name):
    return list(read_posts(payload("whatsapp", name)))


def reply(count, title="Option {}", body="Which one?", direction="ltr"):
    buttons = tuple(Button(title.format(n), "{}") for n in range(count))
    return Reply(body, "en", direction, buttons), [f"id{n}" for n in range(count)]


@pytest.fixture
def channel(house, fakes):
    return WhatsAppChannel(WhatsAppSettings(f"{fakes.graph.address}/v23.0", "106540352242922", "token", SECRET, VERIFY), house)


@pytest.fixture
async def opened(channel):
    await channel.open()
    yield channel
    await channel.close()


@pytest.mark.parametrize(
    ("name", "kind", "more"),
    [
        ("text", "text", {"text": "where is the food bank", "address": "447700900123", "known_as": None}),
        ("button_reply", "press", {"press": "abcdefghij234"}),
        ("list_reply", "press", {"press": "bbcdefghij234"}),
        ("location", "place", {"place": (51.8168, -0.8124)}),
        ("image_with_caption", "text", {"text": "is this the right form"}),
        ("audio", "not_text", {}),
        ("sticker", "not_text", {}),
        ("unsupported", "not_text", {}),
        ("form_reply", "not_text", {}),
        ("contacts", "text", {"text": "+44 7400 123456"}),
        ("user_id_only", "text", {"address": USER_ID, "known_as": None}),
        ("user_id_and_number", "text", {"address": USER_ID, "known_as": "447700900123"}),
        ("edit", "text", {"text": "where is the nearest food bank", "corrects": "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAEhgg1"}),
        ("revoke", "withdrawn", {"withdraws": "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAEhgg1"}),
        ("template_button", "text", {"text": "Yes"}),
    ],
)
def test_what_a_message_means(name, kind, more):
    [arrived] = read(name)
    assert arrived.kind == kind
    assert {field: getattr(arrived, field) for field in more} == more


def test_reactions_and_notices_mean_nothing():
    assert read("reaction") == []
    assert read("system") == []


def test_several_messages_in_a_post_are_each_on_their_own_and_a_broken_one_harms_none():
    first, second, broken, third, report = read("several")
    assert [a.address for a in (first, second, third)] == ["447700900123", "447700900456", "447700900123"]
    assert broken is None
    assert report == Report("wamid.out1", "sent", "1", None)


@pytest.mark.parametrize("seconds", ["9" * 25, "9" * 5000, 1e999, "-62135596800", "soon", None], ids=lambda seconds: str(seconds)[:26])
def test_a_message_of_no_time_harms_none_beside_it(seconds):
    post = payload("whatsapp", "several")
    post["entry"][0]["changes"][0]["value"]["messages"][1]["timestamp"] = seconds
    first, second, _, third, _ = read_posts(post)
    assert (first.text, second, third.text) == ("hello", None, "where is the food bank")


def sign(body):
    return {
        "X-Hub-Signature-256": "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest(),
        "content-type": "application/json",
    }


def test_meta_asks_whether_the_address_is_ours(channel, serve):
    served = serve(channel)
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
    answer = httpx.get(served.address + PATH, params=asked)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    for wrong in ({"hub.verify_token": "x"}, {"hub.mode": "x"}):
        assert httpx.get(served.address + PATH, params=asked | wrong).status_code == 403
    assert httpx.get(served.address + PATH).status_code == 403


def test_the_signature_covers_the_raw_bytes(channel, serve):
    served = serve(channel)
    url = served.address + PATH
    body = json.dumps(payload("whatsapp", "text")).replace("food", "f\\u006fod").encode()
    assert httpx.post(url, content=body).status_code == 401
    assert httpx.post(url, content=body, headers={"X-Hub-Signature-256": "sha256=00"}).status_code == 401
    assert httpx.post(url, content=body + b" ", headers=sign(body)).status_code == 401
    assert not served.taken
    assert httpx.post(url, content=body, headers=sign(body)).status_code == 200
    assert served.taken[0].text == "where is the food bank"
    for broken in (b"{", b"[]", b"{}", b'{"entry": 3}', b"null", b"\xff", b'{"entry": ' + b"[" * 100_000):
        assert httpx.post(url, content=broken, headers=sign(broken)).status_code == 400, broken[:20]
    huge = b"x" * 5_000_000
    assert httpx.post(url, content=huge, headers=sign(huge)).status_code == 413


@pytest.mark.parametrize("error", [StoreUnavailable("x"), Overloaded("x")])
def test_what_cannot_be_stored_is_to_be_delivered_again(channel, serve, error):
    served = serve(channel)
    served.fail_with = error
    body = json.dumps(payload("whatsapp", "text")).encode()
    assert httpx.post(served.address + PATH, content=body, headers=sign(body)).status_code == 503


def test_reports_are_stored_and_a_closed_window_is_known(channel, serve, house):
    served = serve(channel)
    with house.database.session() as session:
        session.execute(text("DELETE FROM outbox"))
        outbox_store.add(session, "a" * 32, "whatsapp", "reply", [Outgoing("hello", "en", "ltr")], TUESDAY)
        number = session.execute(text("SELECT max(id) FROM outbox")).scalar_one()
        key = house.sealer.pseudonym("whatsapp message", "wamid.out1")
        outbox_store.sent(session, number, TUESDAY, key)

    def report(name):
        body = json.dumps(payload("whatsapp", name)).encode()
        assert httpx.post(served.address + PATH, content=body, headers=sign(body)).status_code == 200
        with house.database.session() as session:
            return tuple(session.execute(text("SELECT state, provider_status, problem FROM outbox WHERE id = :n"), {"n": number}).one())

    assert report("status_sent") == ("sent", "sent", "")
    assert report("status_read") == ("sent", "read", "")
    with house.database.session() as session:
        address_store.heard_from(session, "a" * 32, "whatsapp", house.sealer.seal("1"), TUESDAY)
    assert report("status_failed_window") == ("waiting", "failed", "window_closed")
    assert reach(house, "a" * 32).state != "open"


def test_a_late_report_about_a_deleted_message_does_not_harm_another_parents_message_of_the_same_number(channel, house):
    erin, faye = "e" * 32, "f" * 32
    with house.database.session() as session:
        session.execute(text("DELETE FROM outbox"))
        outbox_store.add(session, erin, "whatsapp", "reply", [Outgoing("receipt", "en", "ltr")], TUESDAY)
        old = outbox_store.next_for(session, erin)
        outbox_store.forget(session, erin, keep_last_word=False)
        address_store.heard_from(session, faye, "whatsapp", house.sealer.seal("2"), TUESDAY)
        outbox_store.add(session, faye, "whatsapp", "follow_up", [Outgoing("did they ring?", "en", "ltr")], TUESDAY)
        new = outbox_store.next_for(session, faye)
    assert new.outbox_id == old.outbox_id
    for reference in (reference_of(house.sealer, old, is_template=False), str(old.outbox_id), f"{old.outbox_id}-m-", "²-m-0"):
        channel._report(Report("wamid.receipt", "failed", reference, 131026))
    with house.database.session() as session:
        assert outbox_store.next_for(session, faye) == new
        assert address_store.address_of(session, faye).unreachable is None
    channel._report(Report("wamid.new", "failed", reference_of(house.sealer, new, is_template=False), 131026))
    with house.database.session() as session:
        assert outbox_store.next_for(session, faye) is None
        assert address_store.address_of(session, faye).unreachable == "gone"


def test_up_to_three_short_titles_are_buttons():
    [message] = render([reply(3)[0]], [reply(3)[1]], words)
    body = payload_of(message, words)
    buttons = body["interactive"]["action"]["buttons"]
    assert [b["reply"]["title"] for b in buttons] == ["Option 0", "Option 1", "Option 2"]
    assert all(len(b["reply"]["title"]) <= 20 for b in buttons)


@pytest.mark.parametrize("count", [1, 4, 10])
def test_more_or_longer_ones_are_a_list(count):
    one, ids = reply(count, "A rather long title of an option, number {}")
    [message] = render([one], [ids], words)
    interactive = payload_of(message, words)["interactive"]
    assert interactive["type"] == "list"
    rows = interactive["action"]["sections"][0]["rows"]
    assert len(rows) == count
    assert all(len(row["title"]) <= 24 and len(row["description"]) <= 72 for row in rows)
    assert rows[-1]["description"].endswith(str(count - 1))
    assert len(interactive["action"]["button"]) <= 20


def test_titles_that_are_the_same_are_a_list():
    one = Reply("?", "en", "ltr", (Button("Same", "{}"), Button("Same", "{}")))
    [message] = render([one], [["a", "b"]], words)
    assert payload_of(message, words)["interactive"]["type"] == "list"


def test_beyond_ten_the_choices_are_numbers_in_the_text_that_run_through_the_turn():
    first, second = reply(2), reply(11)
    messages = render([first[0], second[0]], [first[1], second[1]], words)
    assert all(message.numbered and not message.choices for message in messages)
    assert "1. Option 0" in messages[0].text
    assert "13. Option 10" in messages[1].text
    assert messages[1].text.endswith("Answer with a number.")
    assert payload_of(messages[0], words)["type"] == "text"


def test_a_long_text_stands_above_its_choices():
    one, ids = reply(2, body="word " * 500)
    text_part, choice_part = render([one], [ids], words)
    assert not text_part.choices
    assert choice_part.text == "Please choose:"
    assert len(choice_part.choices) == 2


@pytest.mark.parametrize("code", ["en", "pl", "ur", "ur-Latn", "ar", "ro", "ckb"])
def test_every_button_of_the_catalogue_keeps_the_limits_in_every_language(house, code):
    titles = [house.catalogue.text(k, code, house.facts(code), number=1) for k in house.catalogue.english if k.startswith("utter_button_")]
    for title in titles:
        message = Outgoing("?", code, "ltr", (Choice("abcdefghij234", title),))
        interactive = payload_of(message, lambda key, language: house.catalogue.text(key, language, {}))["interactive"]
        if interactive["type"] == "button":
            assert 1 <= len(interactive["action"]["buttons"][0]["reply"]["title"]) <= 20
        else:
            [row] = interactive["action"]["sections"][0]["rows"]
            assert 1 <= len(row["title"]) <= 24
            assert len(row.get("description", "")) <= 72
    assert len(house.catalogue.text("utter_list_choose", code, {})) <= 20


async def test_a_message_goes_to_the_number_or_to_the_user_id(opened, fakes):
    assert await opened.send("447700900123", Outgoing("hello", "en", "ltr"), "17") == "wamid.out1"
    await opened.send(USER_ID, Outgoing("hello", "en", "ltr"), "18")
    first, second = fakes.graph.messages()
    assert (first.body["to"], first.body["biz_opaque_callback_data"], first.body["text"]["body"]) == ("447700900123", "17", "hello")
    assert second.body["recipient"] == USER_ID
    assert "to" not in second.body
    assert first.headers["Authorization"] == "Bearer token"


@pytest.mark.parametrize(
    ("problem", "error"),
    [("429", TryLater), ("500", TryLater), ("503", TryLater), ("401", TryLater), ("504", SendUncertain), ("400", SendRefused),
     ("html", SendUncertain), ("nothing", SendUncertain), ("half", SendUncertain)],
)  # fmt: skip
async def test_what_the_graph_answers_decides_about_sending_again(opened, fakes, problem, error, monkeypatch):
    if problem in ("400", "504"):
        monkeypatch.setattr(fakes.graph, "refusal", lambda status: {"error": {"code": 100}})
    fakes.graph.problems.append(problem)
    with pytest.raises(error):
        await opened.send("447700900123", Outgoing("hello", "en", "ltr"), "1")


@pytest.mark.parametrize(
    ("problem", "code", "is_too_fast"), [("400", 131056, True), ("429", 0, True), ("400", 131016, False), ("500", 0, False)]
)
async def test_being_too_fast_is_told_from_being_broken(opened, fakes, monkeypatch, problem, code, is_too_fast):
    monkeypatch.setattr(fakes.graph, "refusal", lambda status: {"error": {"code": code}})
    fakes.graph.problems.append(problem)
    with pytest.raises(TryLater) as failed:
        await opened.send("447700900123", Outgoing("hello", "en", "ltr"), "1")
    assert failed.value.is_too_fast == is_too_fast


@pytest.mark.parametrize(("code", "error"), [(131047, SendRefused), (131026, ParentUnreachable), (131056, TryLater), (131031, TryLater)])
async def test_known_error_codes(opened, fakes, monkeypatch, code, error):
    monkeypatch.setattr(fakes.graph, "refusal", lambda status: {"error": {"code": code}})
    fakes.graph.problems.append("400")
    with pytest.raises(error):
        await opened.send("447700900123", Outgoing("hello", "en", "ltr"), "1")


async def test_the_parent_sees_that_the_message_was_read(opened, fakes):
    [arrived] = read("text")
    await opened.noticed(arrived)
    [call] = fakes.graph.calls
    assert (call.body["status"], call.body["message_id"]) == ("read", "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAEhgg1")


def test_a_template_is_in_the_parents_language_or_there_is_none(channel):
    body = payload_of(channel.outside_window("person", "ur"), words)
    assert body["template"] == {"name": "message_waiting", "language": {"code": "ur"}}
    assert channel.outside_window("person", "ckb") is None


def test_a_missing_secret_refuses_to_start():
    whole = {
        "KINLINE_KEY": "k",
        "WHATSAPP_PHONE_NUMBER_ID": "1",
        "WHATSAPP_ACCESS_TOKEN": "t",
        "WHATSAPP_APP_SECRET": "s",
        "WHATSAPP_VERIFY_TOKEN": "v",
    }
    assert load_settings(whole).whatsapp.app_secret == "s"
    for name in list(whole)[1:]:
        with pytest.raises(SettingsError, match=name):
            load_settings({k: v for k, v in whole.items() if k != name})
    with pytest.raises(SettingsError, match="choose one"):
        load_settings(
            whole
            | {"TWILIO_ACCOUNT_SID": "A", "TWILIO_AUTH_TOKEN": "t", "TWILIO_WHATSAPP_NUMBER": "+44", "KINLINE_PUBLIC_URL": "https://x"}
        )
    with pytest.raises(SettingsError, match="https"):
        load_settings(whole | {"WHATSAPP_GRAPH_URL": "http://graph.example.org"})


PUBLIC = "https://chat.example.org"


@pytest.fixture
def twilio(house, fakes):
    return TwilioChannel(TwilioSettings(fakes.twilio.address, "AC1", "auth", "+447400000000"), PUBLIC, house)


def test_twilio_posts_are_checked_and_read(twilio, serve):
    served = serve(twilio)
    form = {"MessageSid": "SM1", "From": "whatsapp:+447700900123", "Body": "where is the food bank", "NumMedia": "0"}
    url, path = f"{served.address}/webhooks/whatsapp/twilio", f"{PUBLIC}/webhooks/whatsapp/twilio"
    assert httpx.post(url, data=form).status_code == 403
    signed = {"X-Twilio-Signature": RequestValidator("auth").compute_signature(path, form)}
    assert httpx.post(url, data=form | {"Body": "x"}, headers=signed).status_code == 403
    assert httpx.post(url, data=form, headers=signed).status_code == 200
    pin = {"MessageSid": "SM2", "From": "whatsapp:+447700900123", "Latitude": "51.8", "Longitude": "-0.8"}
    httpx.post(url, data=pin, headers={"X-Twilio-Signature": RequestValidator("auth").compute_signature(path, pin)})
    voice = {"MessageSid": "SM3", "From": "whatsapp:+447700900123", "Body": "", "NumMedia": "1"}
    httpx.post(url, data=voice, headers={"X-Twilio-Signature": RequestValidator("auth").compute_signature(path, voice)})
    assert [(a.kind, a.address) for a in served.taken] == [(k, "447700900123") for k in ("text", "place", "not_text")]


async def test_twilio_has_numbers_in_place_of_buttons(twilio, fakes):
    await twilio.open()
    [message] = twilio.render([reply(2)[0]], [reply(2)[1]])
    assert await twilio.send("447700900123", message, "5") == "SM" + "1".zfill(32)
    [call] = fakes.twilio.messages()
    assert call.body["To"] == "whatsapp:+447700900123"
    assert "1. Option 0\n2. Option 1" in call.body["Body"]
    assert call.body["StatusCallback"].endswith("reference=5")
    for problem, error in (
        ("429", TryLater),
        ("500", TryLater),
        ("nothing", SendUncertain),
        ("half", SendUncertain),
        ("html", SendUncertain),
    ):
        fakes.twilio.problems.append(problem)
        with pytest.raises(error):
            await twilio.send("447700900123", message, "5")
    await twilio.close()


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("count", [0, 3, 14])
def test_twilio_gets_no_message_that_is_longer_than_it_takes(twilio, count, direction):
    one, ids = reply(count, body="A long sentence about a group. " * 200, direction=direction)
    messages = twilio.render([one], [ids])
    assert len(messages) > 3
    assert max(len(message.text) for message in messages) <= 1600
    listed = "\n".join(message.text for message in messages)
    assert all(f"{number}. Option {number - 1}" in listed for number in range(1, count + 1))
    assert not any(message.choices for message in messages)


@pytest.mark.parametrize(
    "fields", [{"From": ""}, {"From": "whatsapp:+"}, {"Latitude": "north"}, {"Latitude": "nan"}, {"Latitude": "1e999"}]
)
def test_a_post_of_twilio_that_says_nothing_usable_is_refused(twilio, serve, fields):
    served = serve(twilio)
    form = {"MessageSid": "SM1", "From": "whatsapp:+447700900123", "Body": "hello", "NumMedia": "0"}
    form |= ({"Longitude": "0"} if "Latitude" in fields else {}) | fields
    signature = RequestValidator("auth").compute_signature(f"{PUBLIC}/webhooks/whatsapp/twilio", form)
    answer = httpx.post(f"{served.address}/webhooks/whatsapp/twilio", data=form, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 400
    assert not served.taken


SID = "HX" + "a1" * 16


def templates_file(tmp_path, more):
    path = tmp_path / "templates.yml"
    path.write_text(f"""
templates:
  en: {{name: message_waiting, locale: en_GB, text: "A message waits."{more}}}
  pl: {{name: message_waiting, locale: pl, text: "Czeka wiadomość."}}
""")
    return path


async def test_twilio_sends_a_template_by_its_id_and_only_where_it_has_one(house, fakes, tmp_path):
    templates = load_templates(templates_file(tmp_path, f", content_sid: {SID}"), at_twilio=True)
    channel = TwilioChannel(
        TwilioSettings(fakes.twilio.address, "AC1", "auth", "+447400000000"), PUBLIC, replace(house, templates=templates)
    )
    assert channel.outside_window("person", "pl") is None
    await channel.open()
    await channel.send("447700900123", channel.outside_window("person", "en"), "5")
    await channel.close()
    [call] = fakes.twilio.messages()
    assert call.body["ContentSid"] == SID
    assert "Body" not in call.body


def test_the_same_file_serves_meta_by_name(tmp_path):
    templates = load_templates(templates_file(tmp_path, f", content_sid: {SID}"))
    assert [templates.of(code).name for code in ("en", "pl")] == ["message_waiting"] * 2


def test_an_id_that_is_none_of_twilios_is_refused(tmp_path):
    with pytest.raises(ContentError, match="content_sid"):
        load_templates(templates_file(tmp_path, ", content_sid: HX123"))


@pytest.mark.parametrize(
    ("code", "state", "problem", "unreachable"),
    [
        ("63016", "waiting", "window_closed", None),  # for its template
        ("63024", "dead", "code_63024", "gone"),
        ("", "dead", "code_unknown", None),
    ],
)
def test_twilios_reports_say_what_became_of_a_message(house, twilio, serve, code, state, problem, unreachable):
    sender = f"twilio{code or 'x'}".ljust(32, "0")
    with house.database.session() as session:
        address_store.heard_from(session, sender, "whatsapp", house.sealer.seal("447700900123"), house.clock.now(), [sender])
        outbox_store.add(session, sender, "whatsapp", "person", [Outgoing("hello", "en", "ltr")], house.clock.now())
        due = outbox_store.next_for(session, sender)
    number, reference = due.outbox_id, reference_of(house.sealer, due, is_template=False)
    served = serve(twilio)
    form = {"MessageSid": f"SM{code}x", "MessageStatus": "undelivered", "ErrorCode": code}
    signature = RequestValidator("auth").compute_signature(f"{PUBLIC}/webhooks/whatsapp/twilio/status?reference={reference}", form)
    url = f"{served.address}/webhooks/whatsapp/twilio/status?reference={reference}"
    assert httpx.post(url, data=form).status_code == 403
    assert httpx.post(url, data=form, headers={"X-Twilio-Signature": signature}).status_code == 200
    with house.database.session() as session:
        row = session.execute(select(outbox_store.outbox_table).where(outbox_store.outbox_table.c.id == number)).one()
        assert (row.state, row.problem) == (state, problem)
        assert address_store.address_of(session, sender).unreachable == unreachable
