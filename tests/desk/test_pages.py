"""Pages stay small and quick, whatever is typed into forms; spreadsheets run nothing; nothing typed becomes markup."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk.app import all_views, make_app
from bot.desk.figures import safe_cell
from bot.flows import work_on_request as work
from tests.desk.running import CAREFUL, a_callback, address, member, seat

POSTS = [view.guard for view in all_views() if "POST" in view.guard.methods]


def test_the_worst_request_stays_below_the_limit_and_nothing_of_it_is_lost(house, team):
    from bot.delivery import store as delivery

    request = a_callback(house, language="ur")
    work.claim(house, request.reference, team["all"])
    for number in range(12):
        work.add_note(house, request.reference, team["all"], f"note-{number} " + "\u062f" * 7_900)
        with house.database.session() as session:
            bubble = {"text": "\u062f" * 3_000, "dir": "rtl", "lang": "ur", "buttons": [], "button_ids": []}
            delivery.add_turn(session, request.sender, "\u062f" * 4_000, [bubble], house.clock.now())
    sitting = seat(house, team["all"])
    page = sitting.get(f"/desk/requests/{request.reference}")
    pages = [page.text]
    assert len(page.content) <= 100_000
    while older := re.search(r'href="(/desk/requests/\w+/history\?before=\d+)"', pages[-1]):
        answer = sitting.get(older.group(1))
        assert len(answer.content) <= 100_000
        pages.append(answer.text)
    assert all(any(f"note-{number} " in page for page in pages) for number in range(12))


def test_pages_stay_small_with_long_histories_and_full_queues(house, team):
    request = a_callback(house)
    work.claim(house, request.reference, team["all"])
    for number in range(60):
        a_callback(house, f"{number:032d}")
    sitting = seat(house, team["all"])
    queue = sitting.get("/desk/queue").text
    assert queue.count("<li class=") == 40
    after = re.search(r'href="/desk/queue\?([^"]*after=[^"]+)"', queue).group(1).replace("&amp;", "&")
    second = sitting.get(f"/desk/queue?{after}").text
    assert second.count("<li class=") == 21
    found = [re.findall(r'href="/desk/requests/(\w+)"', page) for page in (queue, second)]
    assert len(set(found[0]) | set(found[1])) == 61


odd = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "",
            "0",
            "-1",
            "9" * 30,
            "=cmd()",
            "\u202eabc",
            "null",
            "2026-13-45",
            "25:99",
            "<script>",
            "' OR 1=1 --",
            "\x00",
            "💙" * 30,
            "on",
            "yes",
            "²",
            "١٢٣٤٥٦",
            "%00",
        ]
    ),
)
FIELDS = sorted({
    "login", "password", "code", "next", "sealed", "result", "words", "voicemail_anyway", "on", "at", "outcome", "kind", "service", "service_id", "to", "safe", "phone", "about", "topic", "by", "ask_for",
    "safe_words", "voicemail", "place", "interpreter", "part_of_day", "weekday", "language", "area", "what", "weeks_pregnant", "child_ages", "under_18", "benefit", "pay", "british_child", "back", "age_months", "free",
    "step", "decision", "staff_id", "first_on", "last_on", "reason", "absence", "first", "last", "number", "name", "body", "delete", "works_mon", "languages", "telegram", "digest_at", "quiet_from", "quiet_to",
    "how", "translation", "email", "old", "new", "again", "roles", "areas", "active", "of", "word",
})  # fmt: skip
MEANT = {
    "result": ["reached", "no_answer", "voicemail", "wrong_number"], "kind": ["service", "healthy_start", "callback", "idea", "crisis_medical"], "outcome": ["helped", "no_longer_needed", "supported"],
    "area": ["borsetshire"], "language": ["en", "pl"], "by": ["phone", "visit", "none"], "safe": ["safe_any_time", "yes"], "what": ["search", "load", "remove"], "word": ["FORGET"], "roles": ["connector", "administrator"],
    "on": ["2026-12-01"], "at": ["10:00"], "first_on": ["2026-11-24"], "last_on": ["2026-11-30"], "reason": ["sick"], "name": ["N"], "body": ["B"], "phone": ["07700 900123", "0900 123 4567", "+48 22 123 45 67"],
}  # fmt: skip


@pytest.fixture
def fuzzed(house, team, busy):
    app = make_app(house, with_jobs=False)
    return house, team, busy, app


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.parametrize("guard", POSTS, ids=lambda g: g.path)
def test_no_form_can_be_broken(fuzzed, guard, data):
    house, team, busy, app = fuzzed
    fields = {name: data.draw(st.one_of(odd, st.sampled_from(MEANT[name])) if name in MEANT else odd) for name in FIELDS}
    sitting = seat(house, team["all"], {"half": "password", "together": "together"}.get(guard.stage, "full"), app)
    answer = sitting.post(address(guard, busy), **fields)
    assert answer.status_code < 500, (guard.path, fields)
    assert "Traceback" not in answer.text


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    values=st.dictionaries(
        st.sampled_from(
            [
                "show",
                "language",
                "area",
                "topic",
                "kind",
                "after",
                "q",
                "first",
                "last",
                "measure",
                "by",
                "before",
                "who",
                "reference",
                "receipt",
                "service",
                "done",
                "next",
            ]
        ),
        odd,
        max_size=6,
    )
)
def test_no_address_can_be_broken(fuzzed, values):
    house, team, busy, app = fuzzed
    sitting = seat(house, team["all"], "full", app)
    for path in (
        "/desk/queue",
        "/desk/search",
        "/desk/figures",
        "/desk/audit",
        "/desk/data",
        f"/desk/requests/{busy['reference']}/services",
        "/desk/sign-in",
    ):
        assert sitting.get(path, params=values).status_code < 500, (path, values)


def test_a_megabyte_is_refused_and_nothing_is_saved(house, team, busy):
    sitting = seat(house, team["all"])
    answer = sitting.post(f"/desk/requests/{busy['reference']}/note", words="x" * 1_000_000)
    assert answer.status_code == 413
    assert "Nothing was saved" in answer.text
    long = sitting.post(f"/desk/requests/{busy['reference']}/note", words="y" * 9_000)
    assert long.status_code == 400
    assert "too long" in long.text


def test_what_is_typed_is_never_markup_and_hides_no_words(house, team):
    request = a_callback(house, contact=CAREFUL, about="<img src=x onerror=alert(1)>")
    sitting = seat(house, team["all"])
    sitting.post(f"/desk/requests/{request.reference}/note", words="<script>alert(1)</script> \u202eevil\u202c name")
    page = sitting.get(f"/desk/requests/{request.reference}").text
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "evil name" in page


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0900 123 4567", "costs extra"),
        ("+48 22 123 45 67", "another country"),
        ("0770", "too short"),
        ("call me", "not a telephone number"),
    ],
)
def test_a_number_that_cannot_be_rung_is_explained(house, team, number, words):
    fields = {
        "kind": "callback",
        "area": "borsetshire",
        "language": "en",
        "by": "phone",
        "phone": number,
        "safe": "safe_any_time",
        "ask_for": "J\u202eess",
    }
    answer = seat(house, team["connector"]).post("/desk/new", **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert number in answer.text  # what was typed is still there


def test_a_name_with_direction_marks_is_kept_without_them(house, team):
    fields = {
        "kind": "callback",
        "area": "borsetshire",
        "language": "ar",
        "by": "phone",
        "phone": "07400 123456",
        "safe": "safe_any_time",
        "ask_for": "\u202eلیلى\u202c",
    }
    made = seat(house, team["connector"]).post("/desk/new", **fields)
    with house.database.session() as session:
        contact = house.requests.contact_of(session, made.headers["location"].split("/")[-1].split("?")[0])
    assert contact.ask_for == "لیلى"


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\u00a0=1"])
def test_no_cell_is_a_formula(text):
    assert safe_cell(text).startswith("'")


def test_exports_are_spreadsheets_without_parents_and_in_the_register(house, team):
    evil = member(house, "=cmd()|calc", "connector")
    request = a_callback(house, contact=CAREFUL, about="my own words about hunger")
    work.claim(house, request.reference, evil)
    sitting = seat(house, team["coordinator"])
    answer = sitting.post("/desk/exports/requests", first="2026-11-01", last="2026-11-30")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[1][0] == request.reference
    assert "'=cmd()|calc" in rows[1]
    for secret in ("hunger", "Sana", "900456"):
        assert secret not in answer.text
    assert answer.headers["content-disposition"].endswith('.csv"')
    register = sitting.get("/desk/exports").text
    assert re.search(r"<code>(\w+)</code>", register).group(1) in answer.headers["content-disposition"]


def test_figures_hide_small_numbers_and_what_would_give_them_away(house, team):
    for number in range(9):
        a_callback(house, f"{number:032d}", language="pl" if number < 7 else "ckb")
    page = seat(house, team["coordinator"]).get("/desk/figures?measure=requests&by=language").text
    assert re.search(r"Kurdish \(Sorani\)</th><td class=\"number-cell\">hidden", page)
    assert re.search(r"Polish</th><td class=\"number-cell\">hidden", page)  # 9 less 7 would give it away
    assert re.search(r"Requests for a call or visit</th><td class=\"number-cell\">9", page)


def test_the_database_away_is_a_clear_page(house, team):
    sitting = seat(house, team["all"])
    house.database.engine.dispose()
    with house.database.session() as session:
        from sqlalchemy import text

        session.execute(text("ALTER TABLE request RENAME TO elsewhere"))
    answer = sitting.get("/desk/queue")
    assert answer.status_code == 503
    assert "Nothing was changed" in answer.text
