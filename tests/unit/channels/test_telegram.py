"""Telegram's wire format: recorded updates in, calls of the Bot API out, on a fake server."""

import asyncio
import json

import httpx
import pytest
from telegram import Update
from telegram.constants import MessageType
from telegram.ext.filters import StatusUpdate

from bot.base.errors import Overloaded, ParentUnreachable, SendUncertain, StoreUnavailable, TryLater
from bot.base.settings import TelegramSettings
from bot.channels import telegram_reading
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_reading import OtherChat, Reachable, read_update
from bot.delivery.model import Arrived, Outgoing
from bot.replies.model import Button, Reply
from tests.unit.channels.conftest import payload

SECRET = "s" * 32


def dated(seconds):
    """An update whose message was sent at no time."""
    update = payload("telegram", "text")
    return update | {"message": update["message"] | {"date": seconds}}


WRONG = (json.dumps(dated(10**25)).encode(), b'{"message": ' + b"[" * 100_000, b'{"message": {"chat": {"id": 1e999, "type": "private"}}}')


def read(house, name):
    return read_update(payload("telegram", name), house.languages)


@pytest.fixture
def channel(house, fakes):
    return TelegramChannel(TelegramSettings("1:token", fakes.telegram.address, SECRET), house)


@pytest.fixture
async def opened(channel):
    await channel.open()
    yield channel
    await channel.close()


@pytest.mark.parametrize(
    ("name", "kind", "more"),
    [
        ("text", "text", {"text": "gdzie jest bank żywności", "language": "pl", "address": "5550001", "message_id": "5550001:11"}),
        ("start_in_area", "command", {"command": "start", "area": "southend"}),
        ("language_command", "command", {"command": "language", "choose_language": "ur"}),
        ("command_with_danger", "command", {"command": "help", "text": "/help samobójstwo"}),
        ("unknown_command", "text", {"text": "/restart"}),
        ("edited", "text", {"corrects": "5550001:11", "message_id": "5550001:11:1795514460"}),
        ("press", "press", {"press": "abcdefghij234", "order": 15, "is_at_least": True}),
        ("location", "place", {"place": (51.8168, -0.8124)}),
        ("live_location", "place", {"place": (51.8168, -0.8124)}),
        ("contact", "text", {"text": "+447400123456"}),
        ("voice", "not_text", {}),
        ("photo", "not_text", {}),
        ("sticker", "not_text", {}),
        ("document", "not_text", {}),
        ("photo_with_caption", "text", {"text": "mąż mnie bije"}),
        ("album_1", "not_text", {"message_id": "5550001:album:13904482157331"}),
        ("album_2", "not_text", {"message_id": "5550001:album:13904482157331"}),
        ("album_3", "not_text", {"message_id": "5550001:album:13904482157331"}),
        (
            "album_with_caption",
            "text",
            {"text": "mąż mnie bije", "message_id": "5550001:38", "answers_for": "5550001:album:13904482157331"},
        ),
        ("something_new", "not_text", {}),
    ],
)
def test_what_an_update_means(house, name, kind, more):
    arrived = read(house, name)
    assert isinstance(arrived, Arrived)
    assert arrived.kind == kind
    assert {field: getattr(arrived, field) for field in more} == more


def test_a_contact_from_the_parents_own_list_keeps_its_number(house):
    update = payload("telegram", "contact")
    update["message"]["contact"] = {"phone_number": "07400 123456", "first_name": "Ben"}
    assert read_update(update, house.languages).text == "07400123456"


def test_a_press_is_as_old_as_its_message_and_not_as_its_delivery(house):
    assert read(house, "press").sent_at == read(house, "text").sent_at


def test_groups_channels_blocks_and_what_means_nothing(house):
    assert read(house, "group_message") == OtherChat(-1001, "pl")
    assert read(house, "added_to_group") == OtherChat(-1001, "pl")
    assert read(house, "blocked") == Reachable("5550001", True)
    assert read(house, "channel_post") is None
    assert read(house, "poll_answer") is None


@pytest.mark.parametrize("name", ["auto_delete_timer", "pinned_message", "chat_background", "write_access"])
def test_what_telegram_itself_notes_in_a_chat_is_no_message(house, name):
    update = payload("telegram", name)
    assert read_update(update, house.languages) is None
    assert read_update(Update.de_json(update, None).to_dict(), house.languages) is None


def test_every_note_of_telegram_is_known():
    notes = {name.lower() for name in vars(StatusUpdate) if name.isupper()} & set(MessageType)
    assert notes - telegram_reading._SERVICE == set()


def test_a_shared_location_that_moves_or_ends_is_no_further_message(house):
    assert read(house, "live_location").kind == "place"
    assert read(house, "live_location_moves") is None
    assert read(house, "live_location_ends") is None


def test_a_webhook_needs_the_secret_and_takes_what_it_can_read(channel, serve):
    served = serve(channel)
    url, headers = f"{served.address}/webhooks/telegram/webhook", {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    assert httpx.post(url, json=payload("telegram", "text")).status_code == 403
    assert httpx.post(url, json=payload("telegram", "text"), headers={"X-Telegram-Bot-Api-Secret-Token": "x"}).status_code == 403
    assert not served.taken
    assert httpx.post(url, json=payload("telegram", "text"), headers=headers).status_code == 200
    assert [one.kind for one in served.taken] == ["text"]
    for broken in (b"{", b"[]", b"\xff", b'{"message": {"chat": 1}}', b'{"message": {"chat": {"id": 1, "type": "private"}}}', b"", *WRONG):
        assert httpx.post(url, content=broken, headers=headers).status_code in (200, 400), broken[:60]
    assert httpx.post(url, content=b'{"update_id": 1}', headers=headers).status_code == 200
    assert httpx.post(url, content=b"x" * 5_000_000, headers=headers).status_code == 413
    assert len(served.taken) == 1


@pytest.mark.parametrize("error", [StoreUnavailable("x"), Overloaded("x")])
def test_what_cannot_be_stored_is_to_be_delivered_again(channel, serve, error):
    served = serve(channel)
    served.fail_with = error
    answer = httpx.post(
        f"{served.address}/webhooks/telegram/webhook", json=payload("telegram", "text"), headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}
    )
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


async def test_buttons_are_opaque_one_a_row_and_links_show_no_preview(opened, fakes):
    reply = Reply("Which one?", "en", "ltr", (Button("Menu", "{}"), Button("Another language", "{}")))
    [message] = opened.render([reply], [["abcdefghij234", "bbcdefghij234"]])
    await opened.send("5550001", message, "1")
    [call] = fakes.telegram.messages()
    keyboard = json.loads(call.body["reply_markup"])["inline_keyboard"]
    assert [[b["text"] for b in row] for row in keyboard] == [["Menu"], ["Another language"]]
    assert all(len(b["callback_data"].encode()) <= 64 for row in keyboard for b in row)
    assert json.loads(call.body["link_preview_options"]) == {"is_disabled": True}
    assert "parse_mode" not in call.body


async def test_a_number_or_a_place_can_be_shared_with_one_press(opened, fakes):
    for asks_for, wanted in (("phone", "request_contact"), ("place", "request_location")):
        await opened.send("1", Outgoing("?", "pl", "ltr", asks_for=asks_for), "1")
        [[key]] = json.loads(fakes.telegram.messages()[-1].body["reply_markup"])["keyboard"]
        assert key[wanted] is True
        assert key["text"] in ("Podaj mój numer telefonu", "Podaj, gdzie jestem")


async def test_what_else_can_be_chosen_stands_below_the_key_that_shares(opened, fakes):
    reply = Reply("Which phone number?", "en", "ltr", (Button("Here in the chat", "{}"),), "phone")
    [message] = opened.render([reply], [["abcdefghij234"]])
    await opened.send("1", message, "1")
    [[share], [choice]] = json.loads(fakes.telegram.messages()[-1].body["reply_markup"])["keyboard"]
    assert (share["text"], share["request_contact"]) == ("Share my phone number", True)
    assert choice["text"] == "Here in the chat"
    assert not choice.get("request_contact")


def test_long_replies_are_cut_on_paragraphs_and_keep_their_direction(channel):
    text = "\n\n".join(["123 " + "كلمة " * 150] * 10)
    parts = channel.render([Reply(text, "ar", "rtl", (Button("قائمة", "{}"),))], [["abcdefghij234"]])
    assert len(parts) > 1
    assert all(len(part.text.encode("utf-16-le")) // 2 <= 3500 for part in parts)
    assert all(part.text.startswith("\u200f") for part in parts)
    assert [bool(part.choices) for part in parts] == [False] * (len(parts) - 1) + [True]


@pytest.mark.parametrize(
    ("problem", "error"),
    [("429", TryLater), ("500", TryLater), ("403", ParentUnreachable), ("400", ParentUnreachable), ("401", TryLater),
     ("html", SendUncertain), ("nothing", SendUncertain), ("half", SendUncertain), ("504", SendUncertain), ("502", TryLater)],
)  # fmt: skip
async def test_what_telegram_answers_decides_about_sending_again(opened, fakes, problem, error):
    fakes.telegram.problems.append(problem)
    with pytest.raises(error):
        await opened.send("1", Outgoing("hello", "en", "ltr"), "1")


async def test_the_wait_that_telegram_asks_for_is_passed_on(opened, fakes):
    fakes.telegram.retry_after_s = 17
    fakes.telegram.problems.append("429")
    with pytest.raises(TryLater) as failed:
        await opened.send("1", Outgoing("hello", "en", "ltr"), "1")
    assert failed.value.after_s == 17


async def test_a_server_that_is_not_there_has_got_nothing(house):
    channel = TelegramChannel(TelegramSettings("1:token", "http://127.0.0.1:9", SECRET), house)
    await channel.open()
    with pytest.raises(TryLater, match="no_connection"):
        await channel.send("1", Outgoing("hello", "en", "ltr"), "1")
    await channel.close()


async def test_a_press_is_answered_at_once_and_marked_where_it_stands(opened, fakes, house):
    await opened.noticed(read(house, "press"))
    answered, edited = fakes.telegram.calls
    assert answered.method == "answerCallbackQuery"
    assert answered.body["callback_query_id"] == "4382bfdwdsb323b2d9"
    assert edited.method == "editMessageReplyMarkup"
    assert json.loads(edited.body["reply_markup"])["inline_keyboard"] == [[{"text": "✓ Menu", "callback_data": "abcdefghij234"}]]


async def test_a_message_shows_typing(opened, fakes, house):
    await opened.noticed(read(house, "text"))
    assert [(c.method, c.body["action"]) for c in fakes.telegram.calls] == [("sendChatAction", "typing")]


def test_groups_are_declined_once_and_left(channel, serve, fakes):
    served = serve(channel)
    httpx.post(
        f"{served.address}/webhooks/telegram/webhook",
        json=payload("telegram", "added_to_group"),
        headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
    )
    for _ in range(100):
        if len(fakes.telegram.calls) == 2:
            break
        asyncio.run(asyncio.sleep(0.02))
    said, left = fakes.telegram.calls
    assert "prywatnym czacie" in said.body["text"]
    assert left.method == "leaveChat"
    assert not served.taken


async def test_the_menu_is_written_in_each_language_that_telegram_knows(opened, fakes, house):
    url = await opened.set_webhook("https://chat.example.org")
    assert url == "https://chat.example.org/webhooks/telegram/webhook"
    hook, *menus = fakes.telegram.calls
    assert hook.method == "setWebhook"
    assert hook.body["secret_token"] == SECRET
    assert set(json.loads(hook.body["allowed_updates"])) == {"message", "edited_message", "callback_query", "my_chat_member"}
    assert {m.body.get("language_code") for m in menus} == {None, "pl", "ur", "ar", "ro", "ku"}
    for menu in menus:
        commands = json.loads(menu.body["commands"])
        assert [c["command"] for c in commands] == ["start", "help", "language", "stop", "forget"]
        assert all(1 <= len(c["description"]) <= 256 for c in commands)


def test_with_a_token_alone_messages_are_asked_for(house, serve, fakes):
    import time

    fakes.telegram.updates = [
        dated(10**25) | {"update_id": 87110000}, payload("telegram", "text"), payload("telegram", "press"), {"update_id": 87110009}
    ]  # fmt: skip
    served = serve(TelegramChannel(TelegramSettings("1:token", fakes.telegram.address, ""), house))
    for _ in range(250):
        if len(served.taken) == 2 and sum(c.method == "getUpdates" for c in fakes.telegram.calls) >= 2:
            break
        time.sleep(0.02)
    assert [one.kind for one in served.taken] == ["text", "press"]
    assert fakes.telegram.calls[0].method == "deleteWebhook"
    asked = [c.body.get("offset") for c in fakes.telegram.calls if c.method == "getUpdates"]
    assert asked[1] == "87110010"


def test_a_token_that_telegram_does_not_know_is_said_plainly_in_the_log(house, serve, fakes, caplog):
    import time

    fakes.telegram.knows_token = False
    serve(TelegramChannel(TelegramSettings("1:revoked", fakes.telegram.address, ""), house))
    for _ in range(250):
        if "TELEGRAM_BOT_TOKEN" in caplog.text:
            break
        time.sleep(0.02)
    assert "copy the token from @BotFather into .env" in caplog.text
    assert "revoked" not in caplog.text
