"""The desk in a real Chromium: a connector's day, with the mouse and with the keyboard alone, wide and at 360 pixels."""

from __future__ import annotations

import re
import shutil
from urllib.parse import urlsplit

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe

from bot.delivery import address_store, outbox_store
from bot.delivery import store as delivery
from bot.delivery.model import Outgoing
from bot.desk.app import all_views
from bot.desk.browser import COOKIE
from bot.flows import demonstration
from bot.flows import work_on_request as work
from bot.flows.answer_danger import record_danger
from bot.flows.keep_promises import run_timers
from bot.flows.merge_requests import merge
from bot.staff import record_store
from bot.staff.model import ROLES
from tests.chromium import chromium
from tests.desk.running import CAREFUL, PASSWORD, RunningDesk, a_callback, address, house_on, member, move_to, seat

pytestmark = pytest.mark.browser
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser():
    with chromium() as launched:
        yield launched


@pytest.fixture
def desk(migrated_file, tmp_path):
    house = house_on(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'desk.db')}", services=True)
    with RunningDesk(house) as running:
        yield running
    house.database.close()


def window(browser, desk, who=None, viewport=WIDE, **options):
    context = browser.new_context(viewport=viewport, **options)
    if who:
        token = seat(desk.house, who).client.cookies[COOKIE]
        context.add_cookies([{"name": COOKIE, "value": token, "domain": "127.0.0.1", "path": "/desk"}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda message: page.problems.append(message.text) if "Content Security" in message.text else None)
    return page


def later(page, desk, who, at):
    """Hours pass: who comes back has to sign in again."""
    move_to(desk.house, at)
    token = seat(desk.house, who).client.cookies[COOKIE]
    page.context.add_cookies([{"name": COOKIE, "value": token, "domain": "127.0.0.1", "path": "/desk"}])


def go(page, desk, path):
    page.goto(desk.address + path)
    return page


def test_first_sign_in_with_a_second_factor_by_keyboard_alone(browser, desk):
    anna = member(desk.house, "Anna", "connector")
    page = go(window(browser, desk), desk, "/desk/queue")
    assert "/desk/sign-in" in page.url
    page.focus("#login")
    page.keyboard.type(anna.login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".secret")
    assert page.locator("svg.qr").bounding_box()["width"] > 150
    secret = page.locator(".secret").inner_text().split(":")[-1].replace(" ", "").strip()
    page.focus("#code")
    page.keyboard.type(pyotp.TOTP(secret).at(desk.house.clock.now()))
    page.keyboard.press("Enter")
    page.wait_for_selector(".codes")
    assert page.locator(".codes li").count() == 8
    page.locator("a.main").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("h1")
    assert page.locator("h1").inner_text() == "Queue"
    assert not page.problems


def test_a_day_of_claim_missed_call_referral_and_close(browser, desk):
    house = desk.house
    anna = member(house, "Anna", "connector", languages=("pl",))
    request = a_callback(house, contact=CAREFUL)
    page = go(window(browser, desk, anna), desk, "/desk/queue")
    page.get_by_role("button", name=f"Claim {request.reference}").click()
    page.wait_for_selector(".safety")
    safety, heading = page.locator(".safety").bounding_box(), page.locator("h1").bounding_box()
    assert safety["y"] < heading["y"]
    assert not page.locator(".number").is_visible()  # in the way of a mistake
    page.get_by_text("I have read how to be reached safely").click()
    assert page.locator(".number").get_attribute("href") == "tel:+447700900456"

    page.select_option("#result", "voicemail")
    page.get_by_role("button", name="Write down").click()
    assert "asked for no voicemail" in page.get_by_role("alert").inner_text()
    page.select_option("#result", "no_answer")
    page.fill("#call-words", "Engaged")
    page.get_by_role("button", name="Write down").click()
    page.wait_for_selector("text=Trying")

    later(page, desk, anna, "2026-11-24T13:00")
    page.reload()
    page.select_option("#result", "reached")
    page.get_by_role("button", name="Write down").click()
    page.wait_for_selector("text=Reached")
    name = next(house.directory.offered_in(["borsetshire"]))[0].name
    page.locator("#service").press_sequentially(name[:12])
    page.locator("#services button").first.click()
    page.wait_for_selector("text=Referred to")
    page.get_by_role("button", name="Signed up for vitamins").click()
    page.wait_for_selector("text=Vitamin sign-up")
    page.fill("#close-words", "All well")
    page.select_option("#outcome", "referred")
    page.get_by_role("button", name="Close the request").click()
    page.wait_for_selector("text=Referred to a service")
    with house.database.session() as session:
        assert house.requests.get(session, request.reference).outcome == "referred"
    assert not page.problems


def test_escalation_by_the_clock_shows_in_the_queue_and_on_the_page(browser, desk):
    house = desk.house
    carla = member(house, "Carla", "coordinator", "connector")
    omar = member(house, "Omar", "connector", languages=("pl",))
    request = a_callback(house)
    move_to(house, "2026-11-25T11:45")
    run_timers(house, desk.line)
    page = go(window(browser, desk, carla), desk, f"/desk/requests/{request.reference}")
    assert page.get_by_text("Nobody has tried yet: the coordinator is needed").is_visible()
    assert page.get_by_text("Nobody is told by a message").count() == 2  # nobody here has notifications on
    go(page, desk, "/desk/queue?show=escalated")
    assert page.locator(".rows > li").get_by_text("Needs the coordinator").is_visible()
    go(page, desk, f"/desk/requests/{request.reference}")
    page.get_by_role("link", name="Give to somebody").click()
    page.get_by_role("button", name="Give to Omar").click()
    page.wait_for_selector("text=Given")
    with house.database.session() as session:
        assert house.requests.get(session, request.reference).claimed_by == omar.id
    later(page, desk, carla, "2026-11-25T12:31")
    run_timers(house, desk.line)
    page.reload()
    assert page.get_by_text("The promised time passed. The parent was told").is_visible()
    later(page, desk, carla, "2026-11-26T12:40")
    go(page, desk, "/desk/queue?show=late")
    assert page.locator(".rows > li.late").count() == 1


def test_the_same_work_with_the_keyboard_alone(browser, desk):
    house = desk.house
    anna = member(house, "Anna", "connector")
    request = a_callback(house)
    page = go(window(browser, desk, anna), desk, "/desk/queue")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "Help with food"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(request.reference))
    page.keyboard.press("c")
    page.wait_for_selector("text=It is yours now")
    page.keyboard.press("l")
    assert page.evaluate("document.activeElement.id") == "result"
    page.keyboard.type("We spoke")
    page.keyboard.press("Tab")
    page.keyboard.type("nn cc xx")  # keys are letters where one types
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Written down")
    page.keyboard.press("x")
    page.keyboard.type("Helped")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Helped on the spot")
    with house.database.session() as session:
        assert house.requests.get(session, request.reference).state == "closed"
        assert "nn cc xx" in [entry.text for entry in house.entries.of(session, request.reference)]
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url(re.compile("/desk/queue"))


def test_merge_flag_and_export(browser, desk):
    house = desk.house
    boss = member(house, "Boss", *ROLES)
    one = a_callback(house, "a" * 32, contact=CAREFUL)
    two = a_callback(house, "b" * 32, contact=CAREFUL)
    work.claim(house, one.reference, boss)
    page = go(window(browser, desk, boss), desk, f"/desk/requests/{one.reference}")
    page.get_by_role("link", name="Look at both and merge").click()
    page.get_by_role("button", name=re.compile("Merge")).click()
    page.wait_for_selector("text=The two requests are one now")
    assert page.get_by_text(two.reference).first.is_visible()

    page.get_by_text("Tell the safeguarding lead").click()
    page.fill("#worry-words", "She whispered and hung up")
    page.get_by_role("button", name="Tell the lead").click()
    page.wait_for_selector("text=It is not shown here")
    assert "whispered" not in page.content()
    go(page, desk, "/desk/safeguarding")
    page.get_by_role("link", name="Concern of a connector").click()
    assert page.get_by_text("She whispered and hung up").is_visible()
    page.get_by_role("button", name=re.compile("Is anybody in danger now")).click()
    page.wait_for_selector("text=Ticked")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export for a referral").click()
    text = download.value.path().read_text()
    assert "whispered" in text
    assert "[done 24 November 2026" in text

    go(page, desk, "/desk/exports")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download requests as CSV").click()
    assert one.reference in download.value.path().read_text()


def test_side_by_side_in_two_languages_on_a_tablet(browser, desk):
    anna = member(desk.house, "Anna", "connector")
    page = go(window(browser, desk, anna, {"width": 820, "height": 1100}), desk, "/desk/together")
    page.select_option("#language", "ur")
    page.get_by_role("button", name="Healthy Start").click()
    page.get_by_role("button", name="Not pregnant").click()
    page.fill("#typed", "8, 36")
    page.get_by_role("button", name="OK").click()
    page.get_by_role("button", name="Income Support").click()
    page.wait_for_selector("text=What comes out", state="attached")
    assert page.locator('[lang="ur"][dir="rtl"]').count() >= 2
    assert "£" in page.content()
    assert page.get_by_role("link", name="Queue").count() == 0
    page.get_by_role("link", name="Find something nearby").click()
    page.select_option("#topic", "find_food_help")
    page.get_by_role("button", name="Search").click()
    assert page.locator("article").count() >= 1
    go(page, desk, "/desk/queue")
    assert page.url.endswith("/desk/together/leave")


def test_everything_works_without_javascript(browser, desk):
    anna = member(desk.house, "Anna", "connector")
    request = a_callback(desk.house)
    with desk.house.database.session() as session:
        address_store.heard_from(session, request.sender, "telegram", desk.house.sealer.seal("1"), desk.house.clock.now())
        record_store.save_reply(session, "Monday", "pl", "Zadzwonię.", 0)
    page = go(window(browser, desk, anna, java_script_enabled=False), desk, f"/desk/requests/{request.reference}")
    page.get_by_role("button", name="Claim").click()
    page.fill("#service", next(desk.house.directory.offered_in(["borsetshire"]))[0].name)
    page.get_by_role("button", name="Add referral").click()
    assert page.get_by_text("Referred to").first.is_visible()
    page.fill("#message-words", "Dear Ola,")
    page.get_by_role("button", name="Saved replies").click()
    page.get_by_role("button", name="Use Monday").click()
    assert page.input_value("#message-words") == "Dear Ola,\nZadzwonię."
    page.select_option("#result", "reached")
    page.get_by_role("button", name="Write down").click()
    page.select_option("#outcome", "helped")
    page.get_by_role("button", name="Close the request").click()
    assert page.get_by_text("Helped on the spot").first.is_visible()


def test_what_was_typed_survives_being_signed_out(browser, desk):
    anna = member(desk.house, "Anna", "connector")
    request = a_callback(desk.house)
    work.claim(desk.house, request.reference, anna)
    page = go(window(browser, desk, anna), desk, f"/desk/requests/{request.reference}")
    page.fill("#note-words", "a long and careful note")
    page.reload()
    assert page.input_value("#note-words") == "a long and careful note"


NO_PAGES = {"/desk/", "/desk/healthz", "/desk/queue/rows", "/desk/requests/{reference}/services"}
"""What answers a browser without being a page: a way on, a sign of life, parts of pages."""
PAGES = {view.guard.path for view in all_views() if "GET" in view.guard.methods} - NO_PAGES


class Look:
    """axe and a ruler, and which pages of the desk have been before them."""

    def __init__(self, viewport, scheme):
        self.viewport, self.scheme, self.seen = viewport, scheme, set()

    def at(self, page, where=""):
        results = Axe().run(page)
        assert results.violations_count == 0, (where, page.url, results.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= self.viewport["width"], (where, page.url)
        path = urlsplit(page.url).path
        self.seen |= {known for known in PAGES if re.fullmatch(re.sub(r"{\w+}", "[^/]+", known), path)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_page_has_an_accessibility_violation_or_is_wider_than_the_screen(browser, desk, viewport, scheme):
    house = desk.house
    boss, look = member(house, "Boss", *ROLES, languages=("pl",)), Look(viewport, scheme)
    demonstration.load(house)
    one, two, folded = (a_callback(house, letter * 32, contact=CAREFUL) for letter in "abc")
    work.claim(house, one.reference, boss)
    work.log_call(house, one.reference, boss, "no_answer", "Engaged")
    merge(house, one.reference, folded.reference, boss)
    record_danger(house, "a" * 32, "borsetshire", "ur", "crisis_domestic_abuse")
    with house.database.session() as session:
        case = house.requests.latest_of(session, "a" * 32, "danger")
        address_store.heard_from(session, one.sender, "telegram", house.sealer.seal("1"), house.clock.now())
        delivery.add_turn(session, one.sender, "Czy ktoś może zadzwonić?", [], house.clock.now())
        record_store.save_reply(session, "Monday", "pl", "Zadzwonię w poniedziałek.", 0)
        record_store.add_missed(session, house.clock.now(), boss.id, "pl", "crisis_medical", "Nie mogę go obudzić")
        outbox_store.add(session, one.sender, "telegram", "person", [Outgoing("Monday", "en", "ltr")], house.clock.now())
        outbox_store.end(session, outbox_store.next_for(session, one.sender).outbox_id, house.clock.now(), "dead", "blocked")
    values = {"reference": one.reference, "other": two.reference, "member": boss.id, "case": case.reference}
    page = window(browser, desk, boss, viewport, color_scheme=scheme)
    for guard in (view.guard for view in all_views() if "GET" in view.guard.methods and view.guard.stage == "full"):
        if guard.path in PAGES:
            look.at(go(page, desk, address(guard, values)))
    for path in (
        f"/desk/requests/{folded.reference}",
        f"/desk/requests/{two.reference}",
        "/desk/queue?show=late",
        "/desk/replies?change=1",
    ):
        look.at(go(page, desk, path))
    assert not page.problems
    walk_before_and_beside_the_desk(browser, desk, look, boss, one)
    assert look.seen == PAGES


def walk_before_and_beside_the_desk(browser, desk, look, boss, request):
    """Signing in, what comes of forms, and side by side."""
    anna = member(desk.house, "Anna", "connector")
    page = go(window(browser, desk, None, look.viewport, color_scheme=look.scheme), desk, "/desk/sign-in")
    look.at(page)
    sign_in(page, anna)
    page.wait_for_selector(".secret")
    look.at(page, "second factor set-up")
    secret = page.locator(".secret").inner_text().split(":")[-1].replace(" ", "").strip()
    page.fill("#code", pyotp.TOTP(secret).at(desk.house.clock.now()))
    page.keyboard.press("Enter")
    page.wait_for_selector(".codes")
    look.at(page, "recovery codes")
    page.context.clear_cookies()
    sign_in(go(page, desk, "/desk/sign-in"), anna)
    page.wait_for_selector("#code")
    look.at(page, "second factor")

    page = go(window(browser, desk, boss, look.viewport, color_scheme=look.scheme), desk, "/desk/requests/QQQQQQ")
    look.at(page, "problem")
    go(page, desk, f"/desk/requests/{request.reference}")
    page.fill("#message-words", "Please bring form 12 on Monday")
    page.evaluate("document.querySelector('#message-words').form.action += '/check'")
    page.evaluate("document.querySelector('#message-words').form.submit()")
    page.wait_for_url(re.compile("/message/check"))
    look.at(page, "message check")
    go(page, desk, f"/desk/accounts/{anna.id}")
    page.locator('form[action$="/reset"] button').click()
    page.wait_for_url(re.compile("/reset"))
    look.at(page, "one-time password")
    go(page, desk, f"/desk/data?reference={request.reference}")
    page.fill("#word", "FORGET")
    page.locator('form[action$="/erase"] button').click()
    page.wait_for_url(re.compile("/erase"))
    look.at(page, "erased")

    go(page, desk, "/desk/together")
    page.select_option("#language", "ur")
    page.get_by_role("button", name="Healthy Start").click()
    page.wait_for_url(re.compile("/together/healthy-start"))
    look.at(page, "side by side Healthy Start")
    page.get_by_role("button", name="Not pregnant").click()
    look.at(page, "side by side Healthy Start, a question on")
    go(page, desk, "/desk/together/search?language=ur&area=borsetshire")
    page.select_option("#topic", "find_food_help")
    page.get_by_role("button", name="Search").click()
    page.wait_for_selector("article")
    look.at(page, "side by side search")
    go(page, desk, "/desk/together/leave")
    look.at(page, "side by side leave")
    assert not page.problems


def sign_in(page, who):
    page.fill("#login", who.login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")


def test_targets_are_large_enough_for_a_thumb(browser, desk):
    boss = member(desk.house, "Boss", *ROLES)
    request = a_callback(desk.house, contact=CAREFUL)
    work.claim(desk.house, request.reference, boss)
    page = window(browser, desk, boss, NARROW)
    for path in ("/desk/queue", f"/desk/requests/{request.reference}", "/desk/new"):
        go(page, desk, path)
        for target in page.locator(
            "button:visible, select:visible, input:not([type=checkbox]):visible, summary:visible, nav a:visible"
        ).all():
            assert target.bounding_box()["height"] >= 40, (path, target.inner_text())
