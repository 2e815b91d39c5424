"""Saved replies: written once, put into a message with a press, never sent by themselves."""

from __future__ import annotations

import html
import re

import pytest

from bot.delivery import address_store
from bot.flows import work_on_request as work
from bot.staff import record_store
from tests.desk.running import a_callback, seat


@pytest.fixture
def writing(house, team):
    """A connector who writes to a parent in Polish, and the request's address."""
    request = a_callback(house)
    work.claim(house, request.reference, team["connector"])
    with house.database.session() as session:
        address_store.heard_from(session, request.sender, "telegram", house.sealer.seal("1"), house.clock.now())
        record_store.save_reply(session, "Monday", "pl", "Zadzwonię w poniedziałek.", 0)
        record_store.save_reply(session, "Arabic", "ar", "سأتصل يوم الاثنين.", 0)
    return seat(house, team["connector"]), f"/desk/requests/{request.reference}"


def numbers(page):
    return {name: number for number, name in re.findall(r'name="saved" value="(\d+)" aria-label="Use ([^"]+)"', page.text)}


def test_a_saved_reply_goes_below_what_was_typed_and_nothing_is_sent(house, writing):
    connector, path = writing
    assert f'formaction="{path}/message/saved"' in connector.get(path).text
    page = connector.post(f"{path}/message/saved", words="Dear Ola,\nsee “this”")
    assert list(numbers(page)) == ["Monday"]  # in the parent's language or in English
    kept = html.unescape(re.search(r'name="words" value="([^"]*)"', page.text).group(1))
    page = connector.post(f"{path}/message/saved", words=kept, saved=numbers(page)["Monday"])
    box = re.search(r'id="message-words"[^>]*>([^<]*)<', page.text).group(1)
    assert html.unescape(box) == "Dear Ola,\nsee “this”\nZadzwonię w poniedziałek."
    with house.database.session() as session:
        assert not house.database.engine.connect().exec_driver_sql("SELECT * FROM outbox").all()
        assert [a.what for _id, a in record_store.audited(session)][:2] == ["saved reply *", "saved reply *"]


@pytest.mark.parametrize("chosen", ["none", "999", "x"])
def test_without_a_choice_what_was_typed_comes_back_as_it_was(writing, chosen):
    connector, path = writing
    page = connector.post(f"{path}/message/saved", words="Dear Ola", saved=chosen)
    assert re.search(r'id="message-words"[^>]*>Dear Ola<', page.text)


def test_many_replies_come_a_page_at_a_time(house, team):
    with house.database.session() as session:
        for number in range(45):
            record_store.save_reply(session, f"Reply {number:02d}", "en", "We ring on Monday.", 0)
    editor, found, address = seat(house, team["editor"]), [], "/desk/replies"
    while address:
        page = editor.get(address).text
        found += re.findall(r"<h2>(Reply \d\d)", page)
        address = next(iter(re.findall(r'href="(/desk/replies\?from=\d+)"', page)), "")
    assert found == [f"Reply {number:02d}" for number in range(45)]


def test_editors_change_one_and_connectors_none(house, team):
    with house.database.session() as session:
        record_store.save_reply(session, "Monday", "pl", "W poniedziałek.", 0)
        number = record_store.saved_replies(session)[0].id
    editor, connector = seat(house, team["editor"]), seat(house, team["connector"])
    assert "Change Monday" not in connector.get(f"/desk/replies?change={number}").text
    assert f'name="number" value="{number}"' in editor.get(f"/desk/replies?change={number}").text
    editor.post("/desk/replies", number=str(number), name="Monday", language="pl", body="Zadzwonię.")
    assert "Zadzwonię." in connector.get("/desk/replies").text
