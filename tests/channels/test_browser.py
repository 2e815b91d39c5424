"""The chat page in a real Chromium, at phone width, in both directions, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def browser(chromium_path):
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield launched
        launched.close()


def open_page(browser, running, path="/", **options):
    context = browser.new_context(viewport=PHONE, **options)
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda message: page.problems.append(message.text) if message.type == "error" else None)
    page.goto(running["address"] + path)
    return page


def wait(page, condition, seconds=20):
    """Until a condition holds; the page's own policy forbids Playwright's waiting on strings."""
    for _ in range(seconds * 10):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {condition}")


def say(page, text):
    before = page.locator(".bubble.bot").count()
    page.fill("#write", text)
    page.press("#write", "Enter")
    wait(page, f"document.querySelectorAll('.bubble.bot').length > {before}")
    wait(page, "document.getElementById('status').textContent === ''")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ur", "ckb"])
def test_no_accessibility_violations_and_nothing_wider_than_the_phone(browser, running, language, scheme):
    page = open_page(browser, running, f"/?lang={language}", color_scheme=scheme)
    say(page, "food bank" if language == "en" else "فوڈ بینک کہاں ہے" if language == "ur" else "بانکی خۆراک لە کوێیە")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.get_attribute("html", "dir") == ("ltr" if language == "en" else "rtl")
    assert not page.problems


def test_a_conversation_with_the_keyboard_alone(browser, running):
    page = open_page(browser, running)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "write":
            break
    page.keyboard.type("what can you do")
    page.keyboard.press("Enter")
    page.wait_for_selector(".choices button")
    page.locator(".choices button").first.focus()
    page.keyboard.press("Enter")
    wait(page, "document.querySelectorAll('.bubble.parent').length === 2")


def test_bubbles_carry_language_and_direction(browser, running):
    page = open_page(browser, running)
    say(page, "بنك الطعام وين قريب من هون")
    last = page.locator(".bubble.bot").last
    assert last.get_attribute("lang") == "ar"
    assert last.get_attribute("dir") == "rtl"


def test_the_language_menu_switches_the_page(browser, running):
    page = open_page(browser, running)
    page.select_option("#language", "pl")
    wait(page, "[...document.querySelectorAll('.bubble.bot')].some(b => b.lang === 'pl')")
    assert page.get_attribute("html", "lang") == "pl"


def test_an_unsent_message_is_kept_and_sent_once(browser, running):
    page = open_page(browser, running)
    page.context.set_offline(True)
    page.fill("#write", "where is the food bank")
    page.press("#write", "Enter")
    wait(page, "document.getElementById('status').textContent.includes('connection')")
    page.context.set_offline(False)
    wait(page, "[...document.querySelectorAll('.bubble.bot')].some(b => b.textContent.includes('Food Bank'))")
    turns = page.evaluate("fetch('/chat/events?after=0').then(r => r.json()).then(r => r.turns.length)")
    assert turns == 1


def test_targets_are_large_enough(browser, running):
    page = open_page(browser, running)
    say(page, "what can you do")
    for button in page.locator("button:visible, select:visible, footer a").all():
        assert button.bounding_box()["height"] >= 44


def test_what_a_parent_types_is_never_markup(browser, running):
    page = open_page(browser, running)
    say(page, "<img src=x onerror=alert(1)>")
    assert page.locator("#log img").count() == 0
    assert "<img" in page.locator(".bubble.parent").last.text_content()
