"""The chat page in a real Chromium: accessible, in both directions, light and dark, at every width, with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.bench.widget import MOST_BYTES, own_bytes

pytestmark = pytest.mark.browser

FOOD = {"en": "food bank near HP21", "ur": "فوڈ بینک کہاں ہے", "ckb": "بانکی خۆراک لە کوێیە"}
WIDTHS = (320, 360, 390, 1280)


SETTLED = """Promise.all(document.getAnimations()
    .filter(one => one.effect.getComputedTiming().iterations !== Infinity).map(one => one.finished))"""


def check(chat, what):
    # What is still fading in has not the colours that it will have.
    chat.page.evaluate(SETTLED)
    results = Axe().run(chat.page)
    assert results.violations_count == 0, f"{what}: {results.generate_report()}"
    assert chat.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{what}: wider than the screen"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ur", "ckb"])
def test_no_accessibility_violations_at_any_width(open_chat, language, scheme):
    chat = open_chat(f"/?lang={language}", color_scheme=scheme)
    check(chat, "first screen")
    chat.page.click("summary")
    check(chat, "menu")
    chat.page.click("#clear")
    check(chat, "question before clearing")
    chat.page.click("#sure [value=no]")
    chat.say(FOOD[language])
    assert chat.page.locator(".card").count()
    for width in WIDTHS:
        chat.page.set_viewport_size({"width": width, "height": 700})
        check(chat, f"{width} px")
    assert chat.page.get_attribute("html", "dir") == ("ltr" if language == "en" else "rtl")


@pytest.mark.parametrize("language", ["en", "ur", "pl"])
def test_nothing_is_lost_at_400_percent(open_chat, language):
    chat = open_chat(f"/?lang={language}", width=320, height=256)
    chat.say("food bank near HP21")
    for _ in range(3):
        chat.page.evaluate("document.getElementById('larger').click()")
    assert chat.page.evaluate("document.documentElement.className").endswith("s3")
    check(chat, "400 %, largest text")
    # Neither bar stays on a screen that is so low.
    assert chat.page.evaluate("getComputedStyle(document.querySelector('header')).position") == "static"
    assert chat.page.evaluate("getComputedStyle(document.getElementById('say')).position") == "static"


def test_high_contrast_less_motion_and_paper(open_chat):
    chat = open_chat()
    chat.say("what can you do")
    chat.page.emulate_media(forced_colors="active")
    check(chat, "forced colours")
    assert chat.page.evaluate("getComputedStyle(document.querySelector('.bubble.parent')).borderTopStyle") == "solid"
    chat.page.emulate_media(forced_colors="none", reduced_motion="reduce")
    chat.page.fill("#write", "hello")
    chat.page.press("#write", "Enter")
    assert chat.page.evaluate("document.getAnimations().length") == 0
    chat.page.emulate_media(media="print")
    assert not chat.page.locator("#say").is_visible()
    assert not chat.page.locator("#exit").is_visible()
    assert chat.page.locator(".bubble.bot").first.is_visible()


def tab_to(page, selector):
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_a_callback_with_the_keyboard_alone(open_chat):
    chat = open_chat("/?area=southend")
    page = chat.page
    before = chat.replies()
    tab_to(page, "#write")
    page.keyboard.type("i want to talk to a person")
    page.keyboard.press("Enter")
    chat.answered(before)
    typed = ["money worries", "07400 654321", "Sam", "tomorrow morning"]
    for _step in range(24):
        text = page.locator(".bubble.bot").last.text_content()
        buttons = page.locator("#log .choices button")
        found = re.search(r"\breference\b.*?\b[A-Z2-9]{6}\b", " ".join(page.locator(".bubble.bot").all_text_contents()))
        if found:
            break
        before = chat.replies()
        if buttons.count():
            titles = buttons.all_text_contents()
            wanted = next(
                (t for t in titles if t in {"Yes, send it", "By phone", "Yes, at any time", "In English", "Any time", "Yes"}), titles[0]
            )
            for _ in range(80):
                page.keyboard.press("Shift+Tab")
                if page.evaluate("document.activeElement.textContent") == wanted:
                    break
            page.keyboard.press("Enter")
        else:
            if page.evaluate("document.activeElement.id") != "write":
                tab_to(page, "#write")
            answer = "07400 654321" if "number" in text else "Sam" if "name" in text else typed.pop(0)
            page.keyboard.type(answer)
            page.keyboard.press("Enter")
        chat.answered(before)
    else:
        raise AssertionError("no reference: " + " | ".join(page.locator(".bubble.bot").all_text_contents()[-6:]))


def test_focus_stays_where_the_parent_goes_on(open_chat):
    chat = open_chat()
    chat.say("what can you do")
    assert chat.page.evaluate("document.activeElement.id") == "write"
    before = chat.replies()
    chat.page.locator("#log .choices button").first.click()
    chat.answered(before)
    # The button that was pressed is gone; the focus must not fall to the top of the page.
    assert chat.page.evaluate("document.activeElement.matches('.bubble.parent')")
    chat.page.keyboard.press("Tab")
    assert chat.page.evaluate("document.activeElement.closest('#log, #say') !== null")


def test_bubbles_carry_language_and_direction_and_the_page_follows(open_chat):
    chat = open_chat()
    chat.say("بنك الطعام وين قريب من هون")
    last = chat.page.locator(".bubble.bot").last
    assert last.get_attribute("lang") == "ar"
    assert last.get_attribute("dir") == "rtl"
    mine = chat.page.locator(".bubble.parent").last
    assert (mine.get_attribute("lang"), mine.get_attribute("dir")) == ("ar", "auto")
    chat.wait("document.documentElement.lang === 'ar'")
    assert chat.page.get_attribute("html", "dir") == "rtl"
    assert chat.page.locator("#language").input_value() == "ar"
    assert chat.page.locator("#exit").text_content() == "الخروج الآن"
    assert chat.page.get_attribute("#write", "placeholder") != "Write your message"
    chat.page.reload()
    assert chat.page.locator(".bubble.parent").last.get_attribute("lang") == "ar"


def test_the_language_menu_switches_chat_and_page(open_chat):
    chat = open_chat()
    assert chat.page.locator("#language option").all_text_contents()[:3] == ["English", "Polski", "اردو"]
    chat.page.select_option("#language", "pl")
    chat.wait("[...document.querySelectorAll('.bubble.bot')].some(b => b.lang === 'pl')")
    chat.wait("document.documentElement.lang === 'pl'")
    assert chat.page.locator("#exit").text_content() == "Wyjdź teraz"
    assert chat.page.get_attribute(".send", "aria-label") == "Wyślij"


def test_targets_are_large_enough(open_chat):
    chat = open_chat()
    chat.page.click("summary")
    for target in chat.page.locator("button:visible, select:visible, summary:visible, .exit, .sheet a").all():
        box = target.bounding_box()
        assert min(box["height"], box["width"]) >= 44, target.text_content()
    chat.page.click("summary")
    chat.say("food bank near HP21")
    for target in chat.page.locator("button:visible, textarea:visible, .card a").all():
        assert target.bounding_box()["height"] >= 44, target.text_content()


def test_what_a_parent_types_is_never_markup(open_chat):
    chat = open_chat()
    chat.say("<img src=x onerror=alert(1)>")
    assert chat.page.locator("#log img").count() == 0
    assert "<img" in chat.said()[-1]
    chat.page.reload()
    assert chat.page.locator("#log img").count() == 0
    assert "<img" in chat.said()[-1]


@pytest.mark.parametrize("language", ["en", "ur", "ckb"])
def test_a_card_can_be_pressed_and_looks_the_same_after_a_reload(open_chat, language):
    chat = open_chat(f"/?lang={language}")
    chat.say(FOOD[language])
    links = chat.page.locator(".card a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    files = [link for link in links if link.endswith(".ics")]
    assert files
    assert all(chat.page.context.request.get(chat.address + link).text().startswith("BEGIN:VCALENDAR") for link in files)
    assert chat.page.locator(".card .file").first.text_content()
    assert "/sessions/" not in chat.page.locator(".card").first.inner_text()
    assert {link.split(":")[0] for link in links if link not in files} == {"tel", "https"}
    assert any(link.startswith("https://www.openstreetmap.org/search?query=") and "HP21%20" in link for link in links)
    # A number keeps its order in a line that runs the other way.
    phone = chat.page.locator(".card .phone").first
    assert phone.get_attribute("dir") == "ltr"
    assert phone.get_attribute("href") == "tel:" + phone.text_content().replace(" ", "")
    before = chat.bubbles()
    chat.page.reload()
    assert chat.bubbles() == before


def test_a_number_that_was_written_is_called_hidden(open_chat):
    chat = open_chat()
    chat.say("my number is 07400 123456")
    assert chat.said() == ["my number is (number hidden)"]
    chat.page.reload()
    assert chat.said() == ["my number is (number hidden)"]
    assert chat.turns()[-1]["said"] == "my number is (number hidden)"


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("language", ["en", "ur", "pl"])
def test_nothing_in_the_bars_is_cut_on_a_narrow_screen(open_chat, language, width):
    for path in ("/", "/frame"):
        chat = open_chat(f"{path}?lang={language}&area=borsetshire", width=width)
        heading = chat.page.locator("h1")
        assert heading.evaluate("h => h.scrollHeight - h.clientHeight") <= 1, "the name is cut"
        assert chat.page.locator("header").bounding_box()["height"] <= 150
        assert chat.page.locator("#write").bounding_box()["height"] <= 60
        assert chat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_telephone_numbers_are_easy_to_press_in_the_reply_to_danger(open_chat):
    chat = open_chat("/?lang=ur")
    chat.say("میں مرنا چاہتی ہوں")
    numbers = chat.page.locator(".bubble .phone").all()
    assert len(numbers) >= 3
    urgent = chat.page.locator("header .phone").all()
    assert len(urgent) == 1
    for number in [*numbers, *urgent]:
        box = number.bounding_box()
        assert min(box["height"], box["width"]) >= 44, number.text_content()
    english = chat.page.locator(".bubble.bot[lang=en]")
    assert english.get_attribute("dir") == "ltr"
    assert english.evaluate("e => getComputedStyle(e).textAlign") == "start"


VOICES = """
window.spoken = [];
const voices = [{lang: "en-GB", name: "a"}, {lang: "ur-PK", name: "b"}];
Object.defineProperty(window, "speechSynthesis", {value: {
  getVoices: () => voices, cancel() { spoken.push("stop"); }, speak(said) { spoken.push(said.lang + ": " + said.text); }, addEventListener() {},
}});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def test_reading_aloud_where_the_device_has_a_voice(open_chat, browser):
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        context.add_init_script(VOICES)
        chat = open_chat(context=context)
        chat.say("food bank near HP21")
        button = chat.page.locator(".card .listen").first
        assert button.get_attribute("aria-label") == "Listen"
        button.click()
        assert button.get_attribute("aria-label") == "Stop listening"
        spoken = chat.page.evaluate("window.spoken")
        assert any(line.startswith("en: ") and "Food Bank" in line for line in spoken)
        assert not any("Assistant" in line for line in spoken)
        button.click()
        assert chat.page.evaluate("window.spoken").pop() == "stop"
        assert button.get_attribute("aria-pressed") == "false"
        # No voice reads Sorani, and no Urdu voice reads Urdu in Latin letters.
        for language in ("ckb", "ur-Latn"):
            before = chat.replies()
            chat.page.select_option("#language", language)
            chat.answered(before)
            assert chat.page.locator(f".bubble.bot:lang({language}) .listen").count() == 0
        before = chat.replies()
        chat.page.select_option("#language", "ur")
        chat.answered(before)
        assert chat.page.locator(".bubble.bot[lang=ur] .listen").count()


def test_the_plain_look_and_the_size_of_text_stay(open_chat):
    chat = open_chat("/?area=southend")
    assert chat.page.title() == "Kinline Southend"
    chat.page.click("summary")
    chat.page.click("#plain")
    chat.page.click("#larger")
    assert chat.page.title() == "Notes"
    page_text = chat.page.context.request.get(chat.address + "/?area=southend").text()
    # From the server, before any script has run.
    assert "<title>Notes</title>" in page_text
    assert 'href="data:,"' in page_text
    chat.page.reload()
    assert chat.page.title() == "Notes"
    assert chat.page.locator("h1").text_content() == "Notes"
    assert chat.page.get_attribute("html", "class").split()[:2] == ["plain", "s1"]
    check(chat, "plain look")
    chat.page.click("summary")
    assert chat.page.get_attribute("#plain", "aria-pressed") == "true"
    chat.page.click("#plain")
    assert chat.page.title() == "Kinline Southend"


def test_the_page_works_without_javascript(open_chat):
    chat = open_chat("/?area=borsetshire", java_script_enabled=False)
    page = chat.page
    page.locator(".welcome button").nth(2).click()
    assert "Healthy Start" in page.locator(".bubble.parent").last.text_content()
    page.fill("#write", "food bank near HP21")
    page.click(".send")
    assert page.locator(".card .phone").count()
    page.locator("#log > form.choices button").first.click()
    assert page.locator(".bubble.parent").count() == 3
    assert not page.locator("#larger").is_visible()


def test_the_first_screen_says_what_this_is_and_what_is_kept(open_chat):
    chat = open_chat("/?area=southend")
    text = chat.page.locator("body").inner_text()
    for words in ("Kinline Southend", "automatic assistant", "999", "14 days", "your own language"):
        assert words in text
    assert chat.page.locator("#log .before a[target]").get_attribute("href").startswith("/privacy")
    before = chat.replies()
    chat.page.click("text=What is Healthy Start?")
    chat.answered(before)
    assert not chat.page.locator(".welcome").is_visible()


def test_near_me_sends_a_rough_place_and_only_when_pressed(open_chat):
    place = {"latitude": 51.80519, "longitude": -0.80583}
    chat = open_chat("/?area=borsetshire", geolocation=place, permissions=["geolocation"])
    chat.say("food bank")
    assert "location" not in chat.posted[-1]
    before = chat.replies()
    chat.page.click("#near")
    chat.answered(before)
    assert chat.posted[-1]["location"] == {"lat": 51.81, "lon": -0.81}
    assert "51.8" not in str(chat.turns())
    assert chat.said()[-1] == chat.turns()[-1]["said"]
    assert "HP2" in chat.said()[-1]


def test_near_me_without_permission_says_what_to_do(open_chat):
    chat = open_chat()
    chat.page.click("#near")
    chat.wait("document.getElementById('status').textContent.includes('postcode')")
    assert chat.posted == []


def test_starting_again_and_clearing(open_chat):
    chat = open_chat("/?area=southend")
    chat.say("my unusual word is Quixotryzz")
    before = chat.replies()
    chat.page.click("summary")
    chat.page.click("#again")
    chat.answered(before)
    assert chat.said()[-1] == "Start again"
    assert "Quixotryzz" in " ".join(chat.said())
    chat.page.click("summary")
    chat.page.click("#clear")
    chat.page.click("#sure [value=no]")
    assert chat.turns()
    chat.page.click("summary")
    chat.page.click("#clear")
    with chat.page.expect_navigation():
        chat.page.click("#sure [value=yes]")
    assert chat.turns() == []
    assert chat.page.locator(".bubble").count() == 0
    assert chat.page.locator(".welcome").is_visible()


def test_everything_stays_small(sites):
    sizes = own_bytes(sites["chat"])
    assert len(sizes) == 3
    assert sum(sizes.values()) <= MOST_BYTES, sizes
