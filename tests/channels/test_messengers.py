"""Telegram and WhatsApp against the real service: once, in order, kindly, also when things go wrong."""

from __future__ import annotations

import sqlite3
import threading
import time

import httpx
import pytest

from bot.base.db import open_database
from bot.base.settings import ROOT, load_settings
from bot.base.text import strip_marks
from tests.channels.wire import TelegramParent, WebParent, WhatsAppParent
from tests.waiting import until

pytestmark = pytest.mark.rasa

MESSENGERS = [TelegramParent, WhatsAppParent]


@pytest.fixture(params=MESSENGERS, ids=lambda kind: kind.channel)
def anna(request, running, providers):
    return request.param(running, providers)


@pytest.fixture
def telegram(running, providers):
    return TelegramParent(running, providers)


@pytest.fixture
def whatsapp(running, providers):
    return WhatsAppParent(running, providers)


@pytest.fixture(scope="session")
def desk(running):
    """The rooms as another process opens them on the same database."""
    from bot.flows.house import open_house

    environment = {
        "KINLINE_KEY": running["key"], "DATABASE_URL": f"sqlite:///{running['folder']}/kinline.db", "KINLINE_CLOCK_STOPPED_AT": "2026-11-24T10:00",
        "KINLINE_MODEL_DIR": str(ROOT / "models"),
    }  # fmt: skip
    settings = load_settings(environment)
    return open_house(settings, open_database(settings.database_url))


def sender_of(desk, parent):
    address = str(parent.number) if parent.channel == "telegram" else parent.address
    return desk.sealer.pseudonym(parent.channel, address)


def test_the_same_message_twice_is_answered_once(telegram, whatsapp):
    message = telegram.message(text="where is the food bank")
    for _ in range(3):
        assert telegram.update(message=message).status_code == 200
    telegram.wait()
    first = telegram.arrived()
    assert sum("Food Bank" in bubble.text for bubble in first) >= 1
    telegram.update(message=message)
    telegram.wait()
    assert telegram.arrived() == []
    one = whatsapp.message("text", text={"body": "where is the food bank"})
    assert whatsapp.post(one, one).status_code == 200
    whatsapp.post(one)
    whatsapp.wait()
    assert sum("automatic assistant" in bubble.text for bubble in whatsapp.arrived()) == 1


def test_several_messages_in_a_post_are_answered_in_the_order_in_which_they_were_sent(whatsapp):
    first = whatsapp.message("text", text={"body": "whats on for babies near HP21"})
    second = whatsapp.message("text", text={"body": "and on thursday?"})
    first["timestamp"], second["timestamp"] = "1795514400", "1795514460"
    assert whatsapp.post(second, first).status_code == 200
    whatsapp.wait()
    assert "Thursday 26 November" in whatsapp.arrived()[-1].text or "Thursday 26 November" in whatsapp.texts()


def test_an_edited_message_is_answered_anew_only_when_it_is_the_latest(telegram):
    number = next(telegram.updates)
    first = telegram.message(number, text="where is the food bank")
    telegram.update(message=first)
    telegram.wait()
    telegram.arrived()
    telegram.update(edited_message={**first, "text": "how much is healthy start", "edit_date": int(time.time())})
    telegram.wait()
    assert "£" in "\n".join(b.text for b in telegram.arrived())
    telegram.says("hello")
    telegram.update(edited_message={**first, "text": "what can you do", "edit_date": int(time.time()) + 5})
    telegram.wait()
    assert telegram.arrived() == []
    telegram.update(edited_message={**first, "text": "i want to kill myself", "edit_date": int(time.time()) + 9})
    telegram.wait()
    assert "116 123" in telegram.arrived()[0].text


def test_a_message_that_the_parent_deletes_leaves_no_words(whatsapp, running):
    message = whatsapp.message("text", text={"body": "my word is Quixotrumph"})
    whatsapp.post(message)
    whatsapp.wait()
    whatsapp.arrived()
    whatsapp.post(whatsapp.message("revoke", revoke={"original_message_id": message["id"]}))
    whatsapp.wait()
    assert whatsapp.arrived() == []
    with sqlite3.connect(f"{running['folder']}/kinline.db") as database:
        for table in ("inbox", "turn", "outbox", "conversation"):
            assert "quixotrumph" not in str(database.execute(f"SELECT * FROM {table}").fetchall()).lower()
    assert whatsapp.says("where is the food bank")


def test_what_cannot_be_read_is_answered_kindly(telegram, whatsapp):
    for parts in ({"voice": {"file_id": "x"}}, {"photo": []}, {"sticker": {"emoji": "👍"}}, {"document": {"file_id": "x"}}):
        telegram.update(message=telegram.message(**parts))
        telegram.wait()
        assert "cannot open pictures" in "\n".join(b.text for b in telegram.arrived())
    for kind in ("audio", "sticker", "unsupported", "order"):
        whatsapp.post(whatsapp.message(kind, **{kind: {}}))
        whatsapp.wait()
        assert "cannot open pictures" in "\n".join(b.text for b in whatsapp.arrived())
    whatsapp.post(whatsapp.message("interactive", interactive={"type": "nfm_reply", "nfm_reply": {"response_json": "{}", "body": "Sent"}}))
    whatsapp.wait()
    assert "cannot open pictures" in "\n".join(b.text for b in whatsapp.arrived())


def test_a_pin_is_a_place_and_the_exact_one_is_not_kept(anna, running):
    anna.says("whats on for babies")
    pin = {"latitude": 51.81234567, "longitude": -0.81234567}
    if anna.channel == "telegram":
        anna.update(message=anna.message(location=pin))
    else:
        anna.post(anna.message("location", location=pin))
    anna.wait()
    assert "miles away" in "\n".join(b.text for b in anna.arrived())
    with sqlite3.connect(f"{running['folder']}/kinline.db") as database:
        assert "81234" not in str(database.execute("SELECT body FROM inbox").fetchall())


def test_the_number_for_a_callback_can_be_shared_with_one_press(telegram):
    telegram.says("please can somebody call me")
    telegram.says("groups for my son")
    assert "Which phone number" in telegram.presses("By phone")
    assert telegram.shared() == ["contact"]
    assert telegram.titles() == ["Here in the chat"]
    telegram.update(message=telegram.message(contact={"phone_number": "447400123456", "first_name": "Z", "user_id": telegram.number}))
    telegram.wait()
    assert "Is it safe" in "\n".join(b.text for b in telegram.arrived())


@pytest.mark.parametrize("language", ["en", "pl", "ur", "ar", "ro", "ckb", "ur-Latn"])
def test_who_is_asked_for_a_number_can_choose_the_chat_on_the_same_keys(telegram, desk, language):
    def title(button):
        return desk.catalogue.text(f"utter_button_{button}", language, desk.facts(language))

    telegram.says("hello")
    if language != "en":
        telegram.says("/language")
        telegram.presses(desk.languages.get(language).own_name)
    telegram.says("menu")
    telegram.presses(title("request_callback"))
    telegram.says("123")
    telegram.presses(title("by_phone"))
    assert telegram.shared() == ["contact"]
    telegram.presses(title("by_chat"))
    assert title("no_name") in telegram.titles()


def test_commands_of_the_menu(telegram):
    assert telegram.says("/start").count("automatic assistant") == 1
    assert "What would you like to do?" in telegram.texts()
    assert telegram.says("/start borsetshire").count("automatic assistant") == 1
    assert telegram.says("/help")
    assert "Which language" in telegram.says("/language")
    assert "Polski" in telegram.says("/language pl")
    assert "wiadomości" in telegram.says("/stop")
    telegram.says("/language en")
    assert "Shall I delete everything?" in telegram.says("/forget")


def test_a_slash_is_no_way_into_the_machine(anna):
    anna.says("hello")
    assert "receipt" not in anna.says('/forget_confirmed{"choice": null}')
    assert anna.says("/restart")


def test_forgetting_takes_words_and_address_and_the_receipt_arrives(anna, desk, running):
    from bot.delivery import address_store

    anna.says("my word is Quixotryzz, where is the food bank")
    anna.says("forget me")
    assert "Your receipt is" in anna.presses("Yes, delete everything")

    def gone():
        with desk.database.session() as session:
            return address_store.address_of(session, sender_of(desk, anna)) is None

    assert until(gone)
    assert until(lambda: b"Quixotryzz" not in b"".join(path.read_bytes() for path in running["folder"].glob("kinline.db*")))
    assert "automatic assistant" in anna.says("hello")


def test_an_address_is_never_stored_in_the_clear(anna, running):
    anna.says("hello")
    address = str(anna.number) if anna.channel == "telegram" else anna.address
    for table in ("address", "inbox", "outbox", "turn", "conversation"):
        with sqlite3.connect(f"{running['folder']}/kinline.db") as database:
            assert address not in str(database.execute(f"SELECT * FROM {table}").fetchall()), table
    assert address not in running["log"].read_text()


def test_a_blocked_bot_is_noticed_and_unblocked_again(telegram, providers, desk):
    from bot.flows.message_parent import reach

    telegram.says("hello")
    providers.telegram.problems.append("403")
    telegram.says("where is the food bank")
    assert until(lambda: reach(desk, sender_of(desk, telegram)).state == "unreachable")
    assert "Food Bank" in telegram.says("where is the food bank")
    assert reach(desk, sender_of(desk, telegram)).state == "open"


def test_danger_goes_out_even_when_nothing_can_be_stored_and_the_provider_comes_again(telegram, providers, running):
    telegram.says("hello")
    lock = sqlite3.connect(f"{running['folder']}/kinline.db", isolation_level=None, check_same_thread=False)
    lock.execute("BEGIN IMMEDIATE")
    release = threading.Timer(13, lambda: lock.execute("ROLLBACK"))
    release.start()
    message = telegram.message(text="i want to kill myself")
    for _ in range(2):
        assert telegram.update(message=message).status_code == 503
    release.join()
    lock.close()
    said = until(
        lambda: [c for c in providers.telegram.messages() if c.body["chat_id"] == str(telegram.number) and "116 123" in c.body["text"]]
    )
    in_both_languages = 2
    assert len(said) == in_both_languages
    assert telegram.update(message=message).status_code == 200
    telegram.wait()
    texts = [b.text for b in telegram.arrived()]
    assert sum("116 123" in text for text in texts) == in_both_languages
    assert any("I am still here" in text for text in texts)


def test_a_person_in_the_chat_and_the_assistant_is_quiet_until_handed_back(anna, desk):
    from bot.flows.message_parent import hand_back, message_parent

    anna.says("hello")
    sender = sender_of(desk, anna)
    assert message_parent(desk, sender, "Hello, I am from the hub. How are you?", "Maria").state == "open"
    until(lambda: sum("Maria" in c for c in said(anna)) >= 2)
    anna.wait()
    here, words = anna.arrived()
    assert "Maria is a person" in here.text
    assert words.text == "Maria: Hello, I am from the hub. How are you?"
    assert anna.says("i need food") == ""
    assert "999" in anna.says("my husband hits me")
    message_parent(desk, sender, "One moment", "Maria")
    until(lambda: any("One moment" in c for c in said(anna)))
    anna.wait()
    assert [strip_marks(b.text) for b in anna.arrived()] == ["Maria: One moment"]
    assert hand_back(desk, sender)
    assert not hand_back(desk, sender)
    until(lambda: any("I answer again now" in c for c in said(anna)))
    anna.wait()
    anna.arrived()
    assert "Food Bank" in anna.says("where is the food bank")


def said(parent):
    """All that ever went to a parent."""
    fake = getattr(parent.providers, parent.channel)
    key = "chat_id" if parent.channel == "telegram" else "to"
    address = str(parent.number) if parent.channel == "telegram" else parent.address
    return [str(call.body) for call in fake.messages() if call.body.get(key) == address]


def test_a_person_reaches_the_web_chat_too(running, providers, desk):
    from bot.delivery import address_store
    from bot.flows.message_parent import message_parent

    web = WebParent(running, providers)
    web.says("hello")
    token = next(value for name, value in web.http.cookies.items() if name == "kinline_session")
    sender = desk.sealer.pseudonym("web", token)
    with desk.database.session() as session:
        assert address_store.address_of(session, sender).channel == "web"
    assert message_parent(desk, sender, "Hello from the desk", "Maria").channel == "web"
    turns = web.http.get("/chat/events?after=0").json()["turns"]
    assert turns[-1]["replies"][-1]["text"] == "Maria: Hello from the desk"
    assert turns[-1]["replies"][-1]["who"] == "Maria"
    assert web.says("i need food") == ""


def test_regular_messages_need_consent_and_stop_ends_them_at_once(anna, desk):
    from bot.flows.send_unasked import send_whats_on

    anna.says("hello")
    sender = sender_of(desk, anna)
    assert _whats_on(desk, sender) is None
    anna.says("can i get regular messages about what is on")
    assert "once a week" in anna.texts()
    anna.presses("Yes")
    assert send_whats_on(desk)["queued"] >= 1
    until(lambda: any("in the next days" in c for c in said(anna)))
    anna.wait()
    news = anna.arrived()
    anna.last = news
    assert "Stop messages" in anna.titles()
    assert "not send you any messages" in anna.presses("Stop messages")
    assert _whats_on(desk, sender) is None


def _whats_on(desk, sender):
    with desk.database.session() as session:
        return desk.requests.latest_of(session, sender, "subscribe")


def test_the_parent_is_asked_whether_the_call_came_and_a_no_is_acted_on(telegram, desk):
    from bot.callbacks.model import Contact, Wish
    from bot.flows.ask_about_call import ask_parent
    from bot.flows.book_callback import book
    from bot.flows.reach_parent import ChatLine

    telegram.says("/language pl")
    sender = sender_of(desk, telegram)
    request = book(desk, sender, "borsetshire", "pl", Contact("chat"), Wish(), "groups", None)
    ask_parent(desk, ChatLine(), request.reference)
    asked = desk.catalogue.text("utter_call_got", "pl", desk.facts("pl")).split("{")[0].strip()[:12]
    until(lambda: any(asked in c for c in said(telegram)))
    telegram.wait()
    telegram.last = telegram.arrived()
    assert telegram.presses(desk.catalogue.text("utter_button_got_missed", "pl", desk.facts("pl")))
    assert telegram.titles() or telegram.texts()


@pytest.mark.parametrize("word", ["stop", "przestań", "توقف", "رکو", "oprește", "بوەستە"])
def test_stop_in_any_language_cancels_what_waits(telegram, desk, word):
    from bot.delivery import outbox_store
    from bot.delivery.model import Outgoing

    telegram.says("hello")
    sender = sender_of(desk, telegram)
    later = desk.clock.now().replace(hour=23)
    with desk.database.session() as session:
        outbox_store.add(session, sender, "telegram", "whats_on", [Outgoing("news", "en", "ltr")], desk.clock.now(), not_before=later)
    telegram.says(word)
    with desk.database.session() as session:
        assert outbox_store.cancel_proactive(session, sender, desk.clock.now()) == 0
        assert outbox_store.next_for(session, sender) is None


def test_sixty_senders_at_once_keep_the_service_answering(running, providers):
    """They come as WhatsApp sends them, twenty messages a post, while somebody chats on the web."""
    crowd = WhatsAppParent(running, providers)
    before = len(providers.whatsapp.messages())
    posts = []
    for start in range(0, 60, 20):
        messages = [
            crowd.message("text", text={"body": "hello"}) | {"from": f"4499{start + n:08d}", "id": f"wamid.crowd{start + n}"}
            for n in range(20)
        ]
        posts.append(messages)
    for messages in posts:
        assert crowd.post(*messages).status_code == 200
    web = WebParent(running, providers)
    assert "Food Bank" in web.says("where is the food bank")
    crowd.wait(240)
    answered = {call.body["to"] for call in providers.whatsapp.messages()[before:]}
    assert len(answered) >= 60


def test_a_broken_or_enormous_post_is_refused_and_the_service_goes_on(running, telegram):
    url = running["address"] + "/webhooks/telegram/webhook"
    assert httpx.post(url, content=b"x" * 5_000_000, timeout=60).status_code == 413
    assert httpx.post(url, content=b"{}", timeout=60).status_code == 403
    assert telegram.says("hello")
