"""The widget on partners' sites: allowed or refused by origin, untouched by the page around it, strict policies kept."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.chromium import CHROMIUM_ARGUMENTS, find_chromium
from tests.widget.page import ChatPage

pytestmark = pytest.mark.browser


@pytest.fixture
def embed(browser, sites):
    """Opens a partner's page, and the chat on it."""
    contexts = []

    def open_(path, site="partner", *, opened=True, context=None, **options):
        if context is None:
            context = browser.new_context(viewport={"width": 1000, "height": 800}, **options)
            contexts.append(context)
        chat = ChatPage(context.new_page(), sites["chat"])
        chat.page.goto(sites[site] + path)
        if opened:
            press(chat)
            chat.frame = frame_of(chat)
        return chat

    yield open_
    for context in contexts:
        context.close()


def press(chat):
    """The launcher stands in a closed shadow root: the keyboard finds it as a parent does."""
    chat.page.keyboard.press("Tab")
    chat.page.keyboard.press("Enter")


def frame_of(chat):
    for _ in range(400):
        found = next((f for f in chat.page.frames if "/frame" in f.url), None)
        if found and found.query_selector("html.js"):
            return found
        chat.page.wait_for_timeout(25)
    raise AssertionError("no frame with a chat")


def frame_box(chat):
    return chat.frame.frame_element().bounding_box()


def test_one_script_tag_is_enough(embed):
    chat = embed("/plain")
    chat.say("food bank near HP21")
    assert chat.frame.locator(".card").count()
    assert chat.frame.locator("h1").text_content() == "Kinline Southend"
    cookies = {cookie["name"]: cookie for cookie in chat.page.context.cookies()}
    assert "kinline_session" not in cookies
    cookie = cookies["kinline_frame"]
    assert cookie["httpOnly"]
    assert cookie["secure"]
    assert cookie["sameSite"] == "None"
    assert cookie["partitionKey"].startswith("http://localhost")
    chat.page.reload()
    press(chat)
    chat.frame = frame_of(chat)
    assert chat.said() == ["food bank near HP21"]
    assert not chat.problems


def test_the_sites_own_language_is_spoken(embed):
    chat = embed("/ur")
    assert chat.frame.get_attribute("html", "lang") == "ur"
    assert chat.frame.get_attribute("html", "dir") == "rtl"
    # On a page that runs from right to left the chat opens on the left.
    assert frame_box(chat)["x"] < 100


def test_closing_gives_the_focus_back_and_keeps_the_chat(embed):
    chat = embed("/plain")
    chat.say("what is healthy start")
    chat.frame.click("#close")
    chat.page.wait_for_timeout(100)
    assert frame_box(chat) is None
    assert chat.page.evaluate("document.activeElement === document.documentElement.lastElementChild")
    chat.page.keyboard.press("Enter")
    chat.page.wait_for_timeout(100)
    assert frame_box(chat)["height"] > 400
    assert chat.said() == ["what is healthy start"]


@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844), (1280, 800)])
def test_it_fits_the_screen(embed, width, height):
    chat = embed("/plain")
    chat.page.set_viewport_size({"width": width, "height": height})
    chat.page.wait_for_timeout(200)
    box = frame_box(chat)
    assert 0 <= box["x"] <= box["x"] + box["width"] <= width
    assert 0 <= box["y"] <= box["y"] + box["height"] <= height
    if width < 480:
        assert box["width"] == width
        assert box["height"] == height


def test_a_hostile_page_changes_nothing_and_learns_nothing(embed):
    chat = embed("/hostile")
    box = frame_box(chat)
    assert box["width"] >= 400
    assert box["height"] >= 600
    chat.say("my unusual word is Quixotryzz")
    assert chat.frame.locator(".bubble.bot").first.is_visible()
    assert chat.frame.evaluate("getComputedStyle(document.body).color") != "rgb(255, 0, 0)"
    # Seen as a parent sees it: the element on top in the middle of the panel is the widget's.
    top = chat.page.evaluate(f"document.elementFromPoint({box['x'] + 200}, {box['y'] + 300}) === document.documentElement.lastElementChild")
    assert top
    seen = chat.page.evaluate(
        "[stolen.join(' '), document.documentElement.lastElementChild.shadowRoot, document.querySelectorAll('iframe').length, window.length]"
    )
    assert "Quixotryzz" not in seen[0]
    assert "key Q" not in seen[0]
    assert seen[1:3] == [None, 0]
    # Even with the frame's window in hand the site reads nothing of it.
    assert chat.page.evaluate("(() => { try { return window[0].document.body.innerHTML } catch (error) { return error.name } })()") in {
        "SecurityError", "TypeError",
    }  # fmt: skip


def test_a_hostile_page_cannot_write_in_the_parents_name(embed, sites):
    chat = embed("/plain")
    chat.say("what is healthy start")
    for send in (
        f"fetch('{sites['chat']}/chat/turn', {{method: 'POST', mode: 'no-cors', credentials: 'include', body: '{{\"text\": \"hello\"}}'}})",
        f"fetch('{sites['chat']}/chat/clear', {{method: 'POST', mode: 'no-cors', credentials: 'include'}})",
        f"fetch('{sites['chat']}/chat/exit', {{method: 'POST', mode: 'no-cors', credentials: 'include'}})",
        f"fetch('{sites['chat']}/chat/turn', {{method: 'POST', credentials: 'include', headers: {{'X-Kinline-Frame': '1'}}, body: '{{}}'}})",
    ):
        chat.page.evaluate(f"{send}.then(() => 0, () => 0)")
    assert [turn["said"] for turn in chat.turns()] == ["what is healthy start"]


def test_a_strict_policy_is_kept(embed):
    chat = embed("/strict")
    chat.say("what is healthy start")
    assert frame_box(chat)["width"] >= 400
    assert not chat.problems


def test_a_site_that_may_not_embed_gets_a_link(embed, sites, browser):
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    context.clock.install()
    chat = embed("/plain", "stranger", opened=False, context=context)
    press(chat)
    chat.page.wait_for_timeout(800)
    frame = chat.page.frames[1]
    assert not frame.query_selector("#write")
    assert any("frame-ancestors" in problem for problem in chat.problems)
    context.clock.fast_forward(9000)
    # The next thing that the keyboard reaches is the way to the full page.
    chat.page.keyboard.press("Tab")
    with context.expect_page() as opened:
        chat.page.keyboard.press("Enter")
    assert opened.value.url.startswith(f"{sites['chat']}/?area=southend")
    context.close()


def test_the_full_page_is_never_framed(embed):
    chat = embed("/bare/", opened=False)
    chat.page.wait_for_timeout(300)
    assert any("frame-ancestors 'none'" in problem for problem in chat.problems)


def test_a_browser_that_refuses_the_cookie_gets_a_link(embed, browser, sites):
    context = browser.new_context(viewport={"width": 1000, "height": 800})

    def without_cookie(route):
        # Asked beside the browser, whose own jar would take the cookie all the same.
        answer = httpx.get(route.request.url, headers={"x-kinline-frame": "1"})
        kept = {name: answer.headers[name] for name in ("content-type", "content-security-policy") if name in answer.headers}
        route.fulfill(body=answer.text, headers=kept)

    context.route("**/frame?**", without_cookie)
    context.route("**/chat/events**", without_cookie)
    chat = embed("/plain", context=context)
    link = chat.frame.wait_for_selector("#say a")
    assert link.get_attribute("href").startswith("/?area=southend")
    assert link.get_attribute("target") == "_blank"
    assert not chat.frame.query_selector("#write")
    context.close()


def arrives(page, address):
    """Frame and page may both set out for it, and the later one aborts the earlier, which Playwright's own waiting takes for a failure."""
    for _ in range(600):
        if page.url == address:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"still at {page.url}")


def test_leaving_from_the_frame_takes_the_whole_page_away(embed, browser):
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    weather = "https://www.bbc.co.uk/weather"
    context.route(f"{weather}**", lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html"))
    for how in ("key", "button"):
        chat = embed("/plain", context=context)
        chat.say("my unusual word is Quixotryzz")
        if how == "key":
            chat.frame.focus("#write")
            chat.page.keyboard.press("Escape")
            chat.page.keyboard.press("Escape")
        else:
            chat.frame.click("#exit")
        arrives(chat.page, weather)
        again = embed("/plain", context=context)
        assert again.said() == []
        assert again.turns() == []
    context.close()


@pytest.fixture
def with_preferences(browser, tmp_path):
    """A browser with settings of its own, as a person makes them."""
    opened = []

    def start(preferences):
        profile = tmp_path / "Default"
        profile.mkdir()
        (profile / "Preferences").write_text(json.dumps({"profile": preferences}))
        kind = browser.browser_type
        opened.append(kind.launch_persistent_context(tmp_path, executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS))
        return opened[-1]

    yield start
    for context in opened:
        context.close()


def test_storage_that_is_blocked(sites, with_preferences, embed):
    context = with_preferences({"default_content_setting_values": {"cookies": 2}})
    chat = ChatPage(context.pages[0], sites["chat"])
    chat.page.goto(sites["chat"])
    chat.wait("document.getElementById('log').textContent.includes('on its own')")
    chat.say("food bank near HP21")
    assert chat.page.locator(".card").count()
    chat.page.click("#exit")
    chat.page.wait_for_timeout(300)
    assert not chat.page.url.startswith(sites["chat"])
    framed = embed("/plain", context=context)
    assert framed.frame.wait_for_selector("#say a").get_attribute("target") == "_blank"
    assert not chat.problems


def test_a_browser_without_cookies_of_other_sites_keeps_the_frames_own(with_preferences, embed):
    context = with_preferences({"cookie_controls_mode": 1, "block_third_party_cookies": True})
    chat = embed("/plain", context=context)
    chat.say("what is healthy start")
    assert chat.frame.query_selector("#write")
    chat.page.reload()
    press(chat)
    chat.frame = frame_of(chat)
    assert chat.said() == ["what is healthy start"]


def test_nobody_reads_on_as_somebody_else(sites):
    """Only what the server has given out counts as a session."""
    with httpx.Client(base_url=sites["chat"]) as client:
        given = client.get("/").cookies["kinline_session"]
        made_up = given[:-3] + "abc" if not given.endswith("abc") else given[:-3] + "abd"
        client.post("/chat/turn", json={"text": "my unusual word is Quixotryzz"})
    for token in (made_up, "x" * 66, given.split(".")[0], f"{given}x", "", "a.b"):
        answer = httpx.get(f"{sites['chat']}/chat/events?after=0", headers={"cookie": f"kinline_session={token}"})
        assert answer.json() == {"turns": [], "known": False, "forgotten": False}
        assert "kinline_session=" in answer.headers["set-cookie"]
        assert token not in answer.headers["set-cookie"] or not token
    # A frame's session is another than the page's, and a page's cookie opens no frame.
    framed = httpx.get(f"{sites['chat']}/chat/events?after=0", headers={"cookie": f"kinline_session={given}", "x-kinline-frame": "1"})
    assert framed.json()["turns"] == []
    assert "Partitioned" in framed.headers["set-cookie"]


@pytest.mark.parametrize("path", ["/chat/turn", "/chat/clear", "/chat/exit", "/", "/frame"])
@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}])
def test_other_sites_cannot_post(sites, path, headers):
    assert httpx.post(sites["chat"] + path, json={"text": "hello"}, headers=headers).status_code == 403


def test_headers_of_page_frame_and_script(sites):
    page, frame, script = (httpx.get(sites["chat"] + path) for path in ("/", "/frame", "/widget.js"))
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert f"frame-ancestors 'self' https://www.example.org {sites['partner']}" in frame.headers["content-security-policy"]
    for answer in (page, frame):
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "no-store" in answer.headers["cache-control"]
        assert "<style" not in answer.text
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert httpx.get(f"{sites['chat']}/static/../web.py").status_code == 404
