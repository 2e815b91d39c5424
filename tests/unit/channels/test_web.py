"""The chat page and its endpoints over real HTTP, with a given answer in place of the conversation."""

import json
import re

import httpx
import pytest

from bot.channels.web import WebChat
from bot.delivery import store as turns
from bot.flows.answer_danger import danger_replies
from bot.flows.exchange import Answered, Outbound
from bot.replies.model import Button, Reply


class Web:
    """The web channel as `serve` opens it.

    Attributes:
        turn: given as the answer to every message.
        heard: every message, as the channel reads it.
    """

    def __init__(self, house):
        self.turn, self.heard = Answered(0, "en", "", []), []
        self._chat = WebChat(house, self._answer)

    async def _answer(self, arrived):
        self.heard.append(arrived)
        return self.turn

    def add_to(self, app, _accept, _run):
        self._chat.add_to(app)

    async def open(self):
        pass

    async def close(self):
        pass


@pytest.fixture
def web(house):
    return Web(house)


@pytest.fixture
def plain(web, serve):
    """A browser without scripts that has opened the page."""
    with httpx.Client(base_url=serve(web).address, follow_redirects=True, trust_env=False) as browser:
        browser.get("/")
        yield browser


def answered(*replies, number=0, said="", forgotten=False):
    out = Outbound(replies[0].language, said, replies, tuple(tuple(f"id{n}" for n, _ in enumerate(r.buttons)) for r in replies))
    return Answered(number, out.language, said, out.as_json(), forgotten)


def words(house, key, language="en", **values):
    return house.catalogue.reply(key, language, house.facts(language), **values)


def write(browser, text, path="/", **more):
    page = browser.post(path, data={"text": text, "area": "borsetshire", "language": "en"} | more)
    assert page.status_code == 200
    return page


@pytest.mark.parametrize("path", ["/", "/frame"])
@pytest.mark.parametrize(("language", "text"), [("en", "i want to kill myself"), ("ur", "میں مرنا چاہتی ہوں")])
def test_without_script_danger_is_answered_when_nothing_can_be_stored(house, web, plain, path, language, text):
    web.turn = answered(*danger_replies(house.phrases, house.languages, "crisis_self_harm", language))
    page = write(plain, text, path)
    assert "116 123" in page.text
    assert text in page.text
    assert f'<html lang="{language}"' in page.text
    assert re.search('<section class="welcome"[^>]* hidden>', page.text)


@pytest.mark.parametrize("key", ["utter_sorry_store", "utter_sorry_busy"])
def test_without_script_it_is_said_that_a_message_was_not_taken_and_the_words_stay(house, web, plain, key):
    sorry = words(house, key)
    web.turn = answered(sorry)
    page = write(plain, "where is <b>the</b> food bank")
    assert sorry.text.split(".")[0] in page.text
    assert "where is &lt;b&gt;the&lt;/b&gt; food bank" in page.text
    assert page.headers["cache-control"] == "no-store"


def test_without_script_the_receipt_of_an_erasure_is_shown_and_nothing_else(house, web, plain):
    web.turn = answered(Reply("Your receipt is ABCDEF2345.", "en", "ltr"), said="Yes, delete everything", forgotten=True)
    page = write(plain, "yes")
    assert "Your receipt is ABCDEF2345." in page.text
    assert 'class="bubble parent"' not in page.text


def test_without_script_what_could_not_be_stored_stands_below_the_chat_so_far(house, web, plain):
    sender = house.sealer.pseudonym("web", plain.cookies["kinline_session"])
    with house.database.session() as session:
        number = turns.add_turn(session, sender, "hello there", answered(Reply("Good morning", "en", "ltr")).replies, house.clock.now())
    web.turn = answered(words(house, "utter_sorry_store"))
    page = write(plain, "and the food bank")
    assert page.text.index("hello there") < page.text.index("Good morning") < page.text.index("and the food bank")
    assert f'data-after="{number}"' in page.text


def test_without_script_and_cookies_each_message_is_answered_with_its_turn(web, serve):
    web.turn = answered(Reply("Which one?", "en", "ltr", (Button("Menu", "{}"),)), number=7, said="hello there")
    # A browser that never sends a cookie back.
    page = httpx.post(serve(web).address + "/", data={"text": "hello there", "area": "southend"}, follow_redirects=True, trust_env=False)
    assert "Which one?" in page.text
    assert "hello there" in page.text
    assert '<button name="press" value="id0">Menu</button>' in page.text
    assert 'name="area" value="southend"' in page.text


def test_without_script_a_stored_turn_leads_back_to_the_page(web, plain):
    web.turn = answered(Reply("Good morning", "en", "ltr"), number=8, said="hello")
    answer = plain.post("/", data={"text": "hello", "area": "southend"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?area=southend")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"text": null}', b'{"text":' + b"[" * 200_000, b"[" * 200_000,
        b'{"text": "hi", "more": ' + b"1" * 5000 + b"}",
    ],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_refused_kindly(web, plain, body):
    answer = plain.post("/chat/turn", content=body)
    assert answer.status_code == 400
    assert "error" in answer.json()
    assert not web.heard


def test_half_signs_and_places_beyond_everything_do_no_harm(web, plain):
    values = {"text": "hi \ud83d", "id": "\ud800", "choose_language": "\udfff", "location": {"lat": 10**400, "lon": 0}}
    web.turn = answered(Reply("Good morning 👋", "en", "ltr"), number=9)
    answer = plain.post("/chat/turn", content=json.dumps(values).replace("hi", "hi \\ud83d\\udc4b"))
    assert answer.json()["replies"][0]["text"] == "Good morning 👋"
    [heard] = web.heard
    assert (heard.text, heard.choose_language, heard.place) == ("hi 👋 ", None, None)
    assert heard.message_id.isascii()


@pytest.mark.parametrize(("path", "cookie"), [("/", "kinline_session"), ("/frame", "kinline_frame")])
def test_a_chat_that_is_opened_again_is_not_lost_two_weeks_after_it_was_begun(web, serve, path, cookie):
    address = serve(web).address + path
    begun = httpx.get(address, trust_env=False).headers["set-cookie"]
    again = httpx.get(address, headers={"cookie": begun.split(";")[0]}, trust_env=False).headers["set-cookie"]
    assert begun.startswith(f"{cookie}=")
    assert again == begun


@pytest.mark.parametrize("path", ["/privacy", "/accessibility"])
def test_a_page_to_read_takes_no_part_in_the_chat(web, serve, plain, path):
    """Above all it does not take back that the browser has left the chat: what comes next would read on in it."""
    cookies = {"cookie": f"kinline_session={plain.cookies['kinline_session']}; kinline_left=1"}
    assert "set-cookie" not in httpx.get(f"{str(plain.base_url).rstrip('/')}{path}", headers=cookies, trust_env=False).headers
