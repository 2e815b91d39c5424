"""A connector writes to a parent in two languages: nothing goes before it was seen, and no number changes on the way."""

from __future__ import annotations

import dataclasses
import html
import re
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.delivery import address_store, outbox_store
from bot.delivery import store as delivery
from bot.delivery.model import Outgoing
from bot.delivery.templates import Templates
from bot.flows import work_on_request as work
from tests.desk.running import ANY_TIME, CAREFUL, a_callback, house_on, member, seat
from tests.loopback import Answer, as_json, serving
from tests.unit.replies.test_machine import polish

WORDS = "Come to 12 Church Road, BD3 9AA at 10:30am. Ring 01274 496004 or see https://play.example/a?b=1 Anna"
FIXED = ("12 Church Road", "BD3 9AA", "10:30am", "01274 496004", "https://play.example/a?b=1")


class Translator:
    """LibreTranslate's interface on loopback, and the desk that uses it."""

    def __init__(self, server, house):
        self.server, self.house = server, house

    @property
    def heard(self):
        return [asked.form["q"] for asked in self.server.asked]


@pytest.fixture
def change():
    return {"to": polish, "status": 200}


@pytest.fixture
def translator(migrated_file, tmp_path, change):
    def say(asked):
        assert not asked.query
        return (
            as_json({"translatedText": change["to"](asked.form["q"])}) if change["status"] == 200 else Answer(b"", status=change["status"])
        )

    with serving(say) as server:
        opened = house_on(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'desk.db')}", TRANSLATOR_URL=server.address)
        yield Translator(server, opened)
        opened.database.close()


def begin(house, language="pl", contact=ANY_TIME):
    """A parent who can be written to, a connector who has the request, and her browser."""
    anna = member(house, "Anna", "connector")
    request = a_callback(house, contact=contact, language=language)
    with house.database.session() as session:
        address_store.heard_from(session, request.sender, "telegram", house.sealer.seal("1"), house.clock.now())
        address_store.speaks(session, request.sender, language, "borsetshire")
    work.claim(house, request.reference, anna)
    return seat(house, anna), f"/desk/requests/{request.reference}", request


def sent(house, request):
    found = []
    with house.database.session() as session:
        while due := outbox_store.next_for(session, request.sender):
            outbox_store.claim(session, due.outbox_id)
            outbox_store.sent(session, due.outbox_id, house.clock.now(), None)
            found.append((due.purpose, due.message.text))
    return found


def box(page, name):
    return html.unescape(re.search(rf'name="{name}"[^>]*>([^<]*)</textarea>', page.text).group(1))


def mark(page):
    return re.search(r'name="of" value="(\w+)"', page.text).group(1)


def test_both_stand_side_by_side_before_anything_is_sent(translator):
    anna, path, request = begin(translator.house)
    page = anna.post(f"{path}/message/check", words=WORDS)
    assert page.status_code == 200
    assert box(page, "words") == WORDS
    translation = box(page, "translation")
    assert translation != WORDS
    for fixed in FIXED:
        assert fixed in translation
        assert fixed not in translator.heard[0]
    assert "Anna" in translation
    assert sent(translator.house, request) == []
    assert anna.post(f"{path}/message", words=WORDS, translation=translation, of=mark(page), how="translated").status_code == 303
    purposes = sent(translator.house, request)
    assert [purpose for purpose, _text in purposes] == ["notice", "notice", "person"]
    assert "maszyna" in purposes[1][1]
    assert purposes[2][1] == f"Anna: {translation}"
    with translator.house.database.session() as session:
        [line] = [e for e in translator.house.entries.of(session, request.reference) if e.kind == "call"]
    assert WORDS in line.text
    assert translation in line.text


def test_in_a_language_from_the_right_numbers_keep_their_order(translator, change):
    change["to"] = lambda text: re.sub(r"[A-Za-z]+", "سلام", text)
    anna, path, request = begin(translator.house, "ur")
    page = anna.post(f"{path}/message/check", words="We meet at 10:30 in BD3 9AA.")
    assert 'dir="rtl"' in page.text
    assert (
        anna.post(
            f"{path}/message", words="We meet at 10:30 in BD3 9AA.", translation=box(page, "translation"), of=mark(page), how="translated"
        ).status_code
        == 303
    )
    assert "\u2066BD3 9AA\u2069" in sent(translator.house, request)[-1][1]


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (lambda text: text.replace("[1]", ""), "lost"),
        (lambda text: polish(text) + " 7", "a number was added"),
        (lambda text: "", "came back as it was"),
    ],
)
def test_a_translation_that_lost_something_is_not_shown_and_english_can_go(translator, change, broken, told):
    change["to"] = broken
    anna, path, request = begin(translator.house)
    page = anna.post(f"{path}/message/check", words=WORDS)
    assert "There is no translation." in page.text
    assert told in page.text
    assert 'name="translation"' not in page.text
    assert anna.post(f"{path}/message", words=WORDS, of=mark(page), how="english").status_code == 303
    _here, note, message = sent(translator.house, request)
    assert "po angielsku" in note[1]
    assert message[1] == f"Anna: {WORDS}"


def test_a_translator_that_is_down_is_said_plainly(translator, change):
    change["status"] = 500
    anna, path, _request = begin(translator.house)
    page = anna.post(f"{path}/message/check", words="Come on Monday")
    assert page.status_code == 200
    assert "The translator does not answer just now." in page.text
    assert box(page, "words") == "Come on Monday"


def test_a_language_that_the_translator_does_not_know_is_named(translator):
    anna, path, _request = begin(translator.house, "ur-Latn")
    for _time in range(7):
        page = anna.post(f"{path}/message/check", words="Come on Monday")
    assert "does not know Urdu in Latin letters" in page.text
    assert translator.heard == []


def test_what_a_connector_puts_right_may_not_lose_a_number(translator):
    anna, path, request = begin(translator.house)
    page = anna.post(f"{path}/message/check", words=WORDS)
    changed = box(page, "translation").replace("10:30am", "10:80am")
    refused = anna.post(f"{path}/message", words=WORDS, translation=changed, of=mark(page), how="translated")
    assert refused.status_code == 400
    assert "not in the translation: 10:30am." in refused.text
    assert box(refused, "translation") == changed
    assert sent(translator.house, request) == []
    better = "Zapraszamy! " + box(page, "translation")
    assert anna.post(f"{path}/message", words=WORDS, translation=better, of=mark(refused), how="translated").status_code == 303


def test_other_words_are_translated_anew_and_not_sent_with_the_old_translation(translator):
    anna, path, request = begin(translator.house)
    page = anna.post(f"{path}/message/check", words="Come on Monday")
    again = anna.post(
        f"{path}/message", words="Do not come on Monday", translation=box(page, "translation"), of=mark(page), how="translated"
    )
    assert again.status_code == 409
    assert "You have changed your words" in again.text
    assert box(again, "translation") == polish("Do not come on Monday")
    assert sent(translator.house, request) == []


def test_careful_wishes_stand_in_the_way_here_too_and_nothing_typed_is_lost(translator):
    anna, path, request = begin(translator.house, contact=CAREFUL)
    page = anna.post(f"{path}/message/check", words="Come on Monday")
    fields = {"words": "Come on Monday", "translation": box(page, "translation"), "of": mark(page), "how": "translated"}
    refused = anna.post(f"{path}/message", **fields)
    assert refused.status_code == 409
    assert box(refused, "translation") == fields["translation"]
    assert sent(translator.house, request) == []
    assert anna.post(f"{path}/message", **fields, safe="yes").status_code == 303


def test_somebody_elses_request_gives_nothing_to_the_translator(translator):
    _anna, path, _request = begin(translator.house)
    other = seat(translator.house, member(translator.house, "Omar", "connector"))
    assert other.post(f"{path}/message/check", words="Come on Monday").status_code == 409
    assert translator.heard == []


def test_the_parents_words_stand_beside_their_english_when_asked_for(translator):
    anna, path, request = begin(translator.house)
    with translator.house.database.session() as session:
        bubble = {"text": "Dzień dobry", "dir": "ltr", "lang": "pl", "buttons": [], "button_ids": []}
        delivery.add_turn(session, request.sender, "Potrzebuję jedzenia w BD3 9AA", [bubble], translator.house.clock.now())
        delivery.add_turn(session, request.sender, "👍", [bubble], translator.house.clock.now())
    plain = anna.get(path).text
    assert "Show the parent’s words in English" in plain
    assert translator.heard == []
    page = anna.post(f"{path}/conversation")
    assert "Potrzebuję jedzenia w BD3 9AA" in page.text
    assert polish("Potrzebuję jedzenia w ") + "BD3 9AA" in page.text
    assert "There are no words in it to translate." in page.text
    assert all("BD3" not in heard for heard in translator.heard)


def test_without_a_translator_the_desk_says_so_and_offers_english_with_a_note(house):
    anna, path, request = begin(house)
    page = anna.get(path).text
    assert "There is no translator here." in page
    assert "Translate and check" not in page
    assert "No translator is set up here" in anna.post(f"{path}/message/check", words="Come on Monday").text
    assert anna.post(f"{path}/message", words="Come on Monday", how="english").status_code == 303
    assert "po angielsku" in sent(house, request)[-2][1]
    assert anna.post(f"{path}/message", words="Zapraszamy", how="as_written").status_code == 303
    assert sent(house, request) == [("person", "Anna: Zapraszamy")]


def test_a_parent_who_reads_english_is_written_to_at_once(translator):
    anna, path, request = begin(translator.house, "en")
    assert "Translate and check" not in anna.get(path).text
    assert anna.post(f"{path}/message", words="Come on Monday").status_code == 303
    assert sent(translator.house, request)[-1] == ("person", "Anna: Come on Monday")
    assert translator.heard == []


def writing(page):
    return 'name="words" maxlength="1000"' in page.split('id="write"')[1].split("</section>")[0]


def heard_on_whatsapp(house, request, hours_ago):
    with house.database.session() as session:
        address_store.heard_from(
            session, request.sender, "whatsapp", house.sealer.seal("1"), house.clock.now() - timedelta(hours=hours_ago)
        )


def test_how_the_parent_is_reached_stands_above_the_box_before_anything_is_typed(house):
    anna, path, request = begin(house, "pl")
    assert "Telegram, last heard from" in anna.get(path).text
    heard_on_whatsapp(house, request, 2)
    page = anna.get(path).text
    assert "WhatsApp, last heard from" in page
    assert "You can write until" in page
    heard_on_whatsapp(house, request, 25)
    page = anna.get(path).text
    assert "The parent has to write first." in page
    assert writing(page)
    assert anna.post(f"{path}/message", words="Zapraszamy", how="as_written").headers["location"].endswith("done=held")
    assert "Your message goes when they do." in anna.get(f"{path}?done=held").text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("window_closed", "no approved line"),
        ("unreachable", "has blocked the assistant"),
        ("no_address", "no chat with this parent any more"),
    ],
)
def test_where_nothing_can_be_written_there_is_no_box_and_what_was_typed_is_kept(house, state, words):
    anna, path, request = begin(house, "ckb" if state == "window_closed" else "pl")
    if state == "window_closed":
        house = dataclasses.replace(house, templates=Templates({}))
        anna = seat(house, anna.member)
        heard_on_whatsapp(house, request, 25)
    with house.database.session() as session:
        if state == "unreachable":
            address_store.set_unreachable(session, request.sender, "blocked")
        if state == "no_address":
            address_store.forget_address(session, request.sender)
    page = anna.get(path).text
    assert words in page
    assert not writing(page)
    refused = anna.post(f"{path}/message", words="my typed words", how="as_written")
    assert refused.status_code == 409
    assert "my typed words" in refused.text


@pytest.mark.parametrize(
    ("state", "problem", "reported", "words"),
    [
        ("sent", "", None, "sent"), ("sent", "", "read", "read"), ("dead", "blocked", None, "NOT arrived: parent blocked"),
        ("dead", "window_closed", None, "NOT arrived: 24 hours over"), ("uncertain", "no_answer", None, "perhaps not arrived"),
        ("held", "", None, "waits until the parent writes"), ("waiting", "", None, "on its way"),
    ],
)  # fmt: skip
def test_what_became_of_a_message_stands_beside_it(house, state, problem, reported, words):
    anna, path, request = begin(house, "en")
    assert anna.post(f"{path}/message", words="Come on Monday").status_code == 303
    with house.database.session() as session:
        while state != "waiting" and (due := outbox_store.next_for(session, request.sender)):
            key = f"key{due.outbox_id}"
            outbox_store.sent(session, due.outbox_id, house.clock.now(), key, "held" if state == "held" else "sent")
            if reported:
                outbox_store.report(session, reported, house.clock.now(), key, None, problem)
            elif state in ("dead", "uncertain"):
                outbox_store.end(session, due.outbox_id, house.clock.now(), state, problem)
    [told] = re.findall(r'class="fate[^>]*>([^<]*)<', anna.get(path).text)
    assert told == words


def test_coordinators_see_what_has_not_arrived_with_the_request_and_without_words(house, team):
    anna, path, request = begin(house, "en")
    carla = seat(house, team["coordinator"])
    assert "Every message has arrived or is on its way." in carla.get("/desk/undelivered").text
    anna.post(f"{path}/message", words="Come on Monday")
    with house.database.session() as session:
        while due := outbox_store.next_for(session, request.sender):
            outbox_store.end(session, due.outbox_id, house.clock.now(), "dead", "blocked")
        outbox_store.add(session, "x" * 32, "whatsapp", "danger", [Outgoing("999", "en", "ltr")], house.clock.now())
        outbox_store.end(session, outbox_store.next_for(session, "x" * 32).outbox_id, house.clock.now(), "uncertain", "no_answer")
    page = carla.get("/desk/undelivered").text
    assert f"{path}" in page
    assert "parent blocked" in page
    assert "Message of a connector" in page
    for secret in ("Come on Monday", "999", "anger"):
        assert secret not in page
    elsewhere = seat(house, member(house, "Elsewhere", "coordinator", areas=("southend",)))
    assert request.reference not in elsewhere.get("/desk/undelivered").text


def test_pages_with_messages_on_them_ask_the_database_at_most_ten_times(house, team):
    anna, path, request = begin(house, "en")
    for number in range(30):
        anna.post(f"{path}/message", words=f"message {number}")
    with house.database.session() as session:
        for _ in range(12):
            outbox_store.end(session, outbox_store.next_for(session, request.sender).outbox_id, house.clock.now(), "dead", "blocked")
    asked = []
    event.listen(house.database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    for sitting, page in ((anna, path), (seat(house, team["coordinator"]), "/desk/undelivered")):
        asked.clear()
        assert sitting.get(page).status_code == 200
        assert len(asked) <= 10, (page, asked)
