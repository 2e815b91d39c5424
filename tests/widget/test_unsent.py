"""Without a connection, with a slow one, in two tabs, after a reload: nothing is lost, nothing is sent twice."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


def write(chat, text):
    chat.frame.fill("#write", text)
    chat.frame.press("#write", "Enter")


def test_a_message_without_connection_is_kept_and_sent_once(open_chat):
    chat = open_chat()
    chat.page.context.set_offline(True)
    write(chat, "where is the food bank")
    write(chat, "and what is healthy start")
    chat.wait("document.getElementById('status').textContent.includes('no connection')")
    assert chat.page.locator(".bubble.unsent[data-note='Not sent yet']").count() == 2
    chat.page.context.set_offline(False)
    chat.wait("document.querySelectorAll('.bubble.unsent').length === 0")
    assert [turn["said"] for turn in chat.turns()] == ["where is the food bank", "and what is healthy start"]
    assert len({body["id"] for body in chat.posted}) == 2
    assert chat.page.locator("[data-note]").count() == 0


def test_a_message_that_waits_survives_a_reload(open_chat):
    chat = open_chat()
    chat.page.route("**/chat/turn", lambda route: route.abort())
    write(chat, "where is the food bank")
    chat.wait("document.getElementById('status').textContent.includes('no connection')")
    first = chat.posted[0]["id"]
    chat.page.reload()
    assert chat.said() == ["where is the food bank"]
    chat.page.unroute("**/chat/turn")
    chat.wait("document.querySelectorAll('.bubble.unsent').length === 0")
    assert {body["id"] for body in chat.posted} == {first}
    assert [turn["said"] for turn in chat.turns()] == ["where is the food bank"]
    chat.page.reload()
    assert chat.said() == ["where is the food bank"]


def test_a_lost_answer_is_asked_for_again_under_the_same_id(open_chat):
    chat = open_chat()
    lost = []

    def lose(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    chat.page.route("**/chat/turn", lose)
    write(chat, "where is the food bank")
    chat.wait("document.querySelectorAll('.bubble.bot').length > 0")
    assert lost[0].ok
    assert len(chat.posted) == 2
    assert chat.posted[0] == chat.posted[1]
    assert len(chat.posted[0]["id"]) == 32
    assert chat.said() == ["where is the food bank"]
    assert [turn["said"] for turn in chat.turns()] == ["where is the food bank"]


def test_a_lost_answer_stands_once_on_the_page_after_a_reload(open_chat):
    chat = open_chat()
    chat.page.route("**/chat/turn", lambda route: (route.fetch(), route.abort()))
    write(chat, "where is the food bank")
    chat.wait("document.getElementById('status').textContent.includes('no connection')")
    chat.page.unroute("**/chat/turn")
    chat.page.reload()
    chat.wait("document.querySelectorAll('.bubble.unsent').length === 0 && document.getElementById('status').textContent === ''")
    assert chat.said() == ["where is the food bank"]
    seen = chat.bubbles(), chat.page.locator(".choices button").count()
    chat.page.reload()
    assert (chat.bubbles(), chat.page.locator(".choices button").count()) == seen
    assert len(chat.turns()) == 1


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_busy_server_is_asked_again(open_chat, status):
    chat = open_chat()
    answers = iter([status])

    def busy(route):
        code = next(answers, None)
        if code:
            route.fulfill(status=code, body="<html>busy</html>")
        else:
            route.continue_()

    chat.page.route("**/chat/turn", busy)
    chat.problems.clear()
    write(chat, "where is the food bank")
    chat.wait("document.querySelectorAll('.bubble.bot').length > 0")
    assert len(chat.turns()) == 1
    chat.problems[:] = [p for p in chat.problems if str(status) not in p]


def test_what_is_refused_can_be_tried_again(open_chat):
    chat = open_chat()
    answers = iter([400])
    chat.page.route("**/chat/turn", lambda route: route.fulfill(status=400, body="{}") if next(answers, None) else route.continue_())
    write(chat, "where is the food bank")
    chat.page.wait_for_selector(".bubble .again")
    assert "did not work" in chat.status()
    chat.page.click(".bubble .again")
    chat.answered(0)
    assert chat.said() == ["where is the food bank"]
    assert len(chat.turns()) == 1
    chat.problems[:] = [p for p in chat.problems if "400" not in p]


def test_a_slow_answer_is_said_plainly(open_chat, browser):
    context = browser.new_context()
    context.clock.install()
    held = []
    context.route("**/chat/turn", lambda route: held.append(route))
    chat = open_chat(context=context)
    write(chat, "where is the food bank")
    chat.wait("document.getElementById('status').textContent === 'Writing…'")
    for _ in range(100):
        if held:
            break
        chat.page.wait_for_timeout(20)
    context.clock.fast_forward(7000)
    chat.wait("document.getElementById('status').textContent.includes('a little longer')")
    held[0].continue_()
    chat.answered(0)
    context.close()


def test_two_tabs_show_the_same_chat(open_chat):
    one = open_chat()
    one.say("where is the food bank")
    two = open_chat(context=one.page.context)
    assert two.said() == ["where is the food bank"]
    two.say("what is healthy start")
    one.wait("document.querySelectorAll('.bubble.parent').length === 2")
    one.say("thank you")
    two.wait("document.querySelectorAll('.bubble.parent').length === 3")
    assert one.said() == two.said() == ["where is the food bank", "what is healthy start", "thank you"]
    assert one.bubbles() == two.bubbles()
    assert len(one.turns()) == 3


def test_two_tabs_at_the_same_moment(open_chat):
    one = open_chat()
    two = open_chat(context=one.page.context)
    write(one, "where is the food bank")
    write(two, "what is healthy start")
    for chat in (one, two):
        chat.wait("document.querySelectorAll('.bubble.parent').length === 2")
        chat.wait("document.getElementById('status').textContent === ''")
    assert sorted(one.said()) == sorted(two.said()) == ["what is healthy start", "where is the food bank"]
    assert len(one.turns()) == 2


def test_looking_for_news_stops_while_nobody_looks_and_sends_nothing_twice(open_chat, browser):
    context = browser.new_context()
    context.clock.install()
    chat = open_chat(context=context)
    asked = []
    chat.page.on("request", lambda request: asked.append(request.url) if "/chat/events" in request.url else None)
    chat.say("where is the food bank")
    context.clock.fast_forward(9000)
    chat.wait("true")
    for _ in range(100):
        if asked:
            break
        chat.page.wait_for_timeout(20)
    assert asked[0].split("have=")[1].isdigit()
    chat.page.wait_for_timeout(300)
    assert chat.said() == ["where is the food bank"]
    chat.page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    before = len(asked)
    for _ in range(5):
        context.clock.fast_forward(70000)
        chat.page.wait_for_timeout(50)
    assert len(asked) == before
    context.close()
