"""The quick exit: away at once, nothing left to read, for whoever takes the phone next."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

WEATHER = "https://www.bbc.co.uk/weather"


@pytest.fixture
def chat(open_chat, browser):
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.route(f"{WEATHER}**", lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html"))
    chat = open_chat(context=context)
    chat.say("my unusual word is Quixotryzz")
    yield chat
    context.close()


def nothing_is_left(chat):
    assert chat.page.url == WEATHER
    chat.page.go_back()
    assert chat.page.url == "about:blank"
    names = {cookie["name"] for cookie in chat.page.context.cookies()}
    assert "kinline_look" not in names
    chat.page.goto(chat.address)
    assert "Quixotryzz" not in chat.page.content()
    assert chat.turns() == []
    assert chat.page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_the_button(chat):
    entries = chat.page.evaluate("history.length")
    chat.page.click("#exit")
    chat.page.wait_for_url(WEATHER)
    assert chat.page.evaluate("history.length") == entries
    nothing_is_left(chat)


def test_escape_twice(chat):
    chat.page.keyboard.press("Escape")
    chat.page.keyboard.press("Escape")
    chat.page.wait_for_url(WEATHER)
    nothing_is_left(chat)


def test_escape_once_or_slowly_stays(chat):
    chat.page.keyboard.press("Escape")
    chat.page.wait_for_timeout(2300)
    chat.page.keyboard.press("Escape")
    chat.page.wait_for_timeout(300)
    assert chat.page.url.startswith(chat.address)
    assert chat.said() == ["my unusual word is Quixotryzz"]


def test_escape_twice_out_of_the_question_before_clearing(chat):
    chat.page.click("summary")
    chat.page.click("#clear")
    chat.page.keyboard.press("Escape")
    chat.page.keyboard.press("Escape")
    chat.page.wait_for_url(WEATHER)


def test_without_a_connection_the_session_is_over_all_the_same(chat):
    chat.page.context.set_offline(True)
    chat.page.evaluate("sessionStorage.setItem('kinline_unsent', '[]')")
    chat.page.click("#exit")
    chat.page.wait_for_timeout(500)
    chat.page.context.set_offline(False)
    chat.page.goto(chat.address)
    assert "Quixotryzz" not in chat.page.content()
    assert chat.turns() == []
    chat.say("hello")
    assert chat.said() == ["hello"]
    chat.page.reload()
    assert chat.said() == ["hello"]


def test_other_tabs_leave_too(chat, open_chat):
    other = open_chat(context=chat.page.context)
    assert other.said()
    chat.page.click("#exit")
    other.page.wait_for_url(WEATHER)


def hold(where, pattern):
    """Requests that stay without an answer until the test gives one."""
    held = []
    where.route(pattern, lambda route: held.append(route))
    return held


def first(chat, held):
    for _ in range(200):
        if held:
            return held[0]
        chat.page.wait_for_timeout(20)
    raise AssertionError("nothing was asked for")


def after_leaving(chat, script):
    """Runs in the emptied page half a second after the exit."""
    chat.page.evaluate(f"void new MutationObserver(() => setTimeout(() => {script}, 500)).observe(document.body, {{ childList: true }})")


def leave_slowly(chat, meanwhile):
    """The exit, where the other page takes seconds to come; something happens in between."""
    away = hold(chat.page.context, f"{WEATHER}**")
    chat.page.click("#exit", no_wait_after=True)
    first(chat, away)
    meanwhile()
    chat.page.wait_for_timeout(3000)
    away[0].fulfill(body="<title>Weather</title>", content_type="text/html")
    chat.page.wait_for_url(WEATHER)


def write(chat, text):
    chat.page.fill("#write", text)
    chat.page.press("#write", "Enter")


def test_what_waits_behind_a_message_on_its_way_is_neither_sent_nor_kept(chat):
    turns = hold(chat.page, "**/chat/turn")
    write(chat, "where is the food bank")
    write(chat, "he must not see that, Quixotryzz")
    turn, posted = first(chat, turns), len(chat.posted)
    leave_slowly(chat, turn.continue_)
    assert len(chat.posted) == posted
    nothing_is_left(chat)


def test_what_waits_for_a_connection_is_neither_sent_nor_kept(chat):
    chat.page.route("**/chat/turn", lambda route: route.abort())
    write(chat, "he must not see that, Quixotryzz")
    chat.wait("document.getElementById('status').textContent.includes('no connection')")
    after_leaving(chat, "dispatchEvent(new Event('online'))")
    posted = len(chat.posted)
    leave_slowly(chat, lambda: chat.page.unroute("**/chat/turn"))
    assert len(chat.posted) == posted
    nothing_is_left(chat)


def test_what_comes_after_the_exit_does_not_bring_the_page_back(chat):
    """An answer to “clear this chat” loads the page anew, and so does another tab that was cleared; so would a shared place be sent."""
    chat.page.click("summary")
    chat.page.click("#clear")
    cleared = hold(chat.page, "**/chat/clear")
    chat.page.click("#sure [value=yes]")
    clear, posted = first(chat, cleared), len(chat.posted)
    after_leaving(chat, "kinline.send({ location: { lat: 51.8, lon: -0.8 } }, 'Quixotryzz')")
    after_leaving(chat, "new BroadcastChannel('kinline').postMessage('cleared')")
    leave_slowly(chat, lambda: clear.fulfill(status=204))
    assert len(chat.posted) == posted
    nothing_is_left(chat)


def test_what_was_promised_stays_promised(chat):
    """The exit takes the session from this browser, not the conversation from the desk."""
    cookie = next(c for c in chat.page.context.cookies() if c["name"] == "kinline_session")
    chat.page.click("#exit")
    chat.page.wait_for_url(WEATHER)
    kept = chat.page.context.request.get(f"{chat.address}/chat/events?after=0", headers={"cookie": f"kinline_session={cookie['value']}"})
    assert len(kept.json()["turns"]) == 1


def test_forgotten_here_the_page_is_empty_but_for_the_receipt(chat, open_chat):
    other = open_chat(context=chat.page.context)
    assert "Quixotryzz" in " ".join(other.said())
    with other.page.expect_navigation():
        chat.say("forget me")
        chat.page.locator("#log .choices button").first.click()
    chat.wait("!document.getElementById('log').textContent.includes('Quixotryzz')")
    assert chat.said() == []
    assert chat.replies() == 1
    other.wait("!document.getElementById('log').textContent.includes('Quixotryzz')")
    assert other.replies() == 0


def test_forgotten_elsewhere_the_page_is_emptied_at_its_next_look(chat, open_chat):
    # As when a person at the desk deletes the parent: this page hears of it from the server alone.
    assert chat.page.request.post(chat.address + "/chat/clear", headers={"Sec-Fetch-Site": "same-origin"}).status == 204
    chat.page.evaluate("kinline.look()")
    chat.wait("!document.getElementById('log').textContent.includes('Quixotryzz')")
    assert (chat.said(), chat.replies()) == ([], 0)
    assert chat.page.locator(".welcome").is_visible()
    chat.say("hello")
    assert chat.said() == ["hello"]


@pytest.mark.parametrize("path", ["/", "/privacy"])
def test_without_javascript_the_button_ends_the_session_and_going_back_shows_nothing(open_chat, browser, path):
    with browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False) as context:
        context.route(f"{WEATHER}**", lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html"))
        page = open_chat(context=context).page
        address = page.url
        page.fill("#write", "my unusual word is Quixotryzz")
        page.click(".send")
        assert "Quixotryzz" in page.content()
        before = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
        page.goto(address.rstrip("/") + path)
        page.click("#exit")
        page.wait_for_url(WEATHER)
        left = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
        assert before["kinline_session"] not in left.values()
        page.go_back()
        assert "Quixotryzz" not in page.content()
        page.goto(address)
        assert "Quixotryzz" not in page.content()
