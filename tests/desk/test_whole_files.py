"""Files that leave the desk hold everything or are refused, and what is long comes a page at a time; no page is too heavy."""

from __future__ import annotations

import json
import re

import pytest

from bot.desk import figures
from bot.flows import work_on_request as work
from bot.flows.answer_danger import record_danger
from bot.flows.book_callback import book
from bot.flows.safeguard import DANGER_KINDS, add_case_note, close_case, open_case, report_missed, tick
from tests.desk.running import ANY_TIME, a_callback, member, seat

MOST_BYTES = 90_000
"""Of a page alone; `test_bounds` counts what comes with it."""


def flag(house, sender):
    record_danger(house, sender, "borsetshire", "ur", "crisis_domestic_abuse")
    with house.database.session() as session:
        return house.requests.latest_of(session, sender, "danger").reference


def test_a_copy_holds_the_whole_history(house, team):
    request = a_callback(house)
    for number in range(250):
        work.add_note(house, request.reference, team["all"], f"note {number}")
    text = seat(house, team["administrator"]).post("/desk/data/copy", of=request.reference).text
    said = [line["text"] for line in json.loads(text)["history"]]
    assert [line for line in said if line.startswith("note ")] == [f"note {number}" for number in range(250)]


def test_a_case_that_is_handed_over_is_whole_and_its_page_is_not_heavy(house, team):
    lead = team["safeguarding_lead"]
    case = flag(house, "s" * 32)
    step = open_case(house, case, lead).steps[0].id
    tick(house, case, lead, step)
    for number in range(205):
        add_case_note(house, case, lead, f"note-{number} " + "د" * 900)
    assert open_case(house, case, lead).steps[0].done is not None
    tick(house, case, lead, step)
    assert sum(entry.kind == "tick" for entry in open_case(house, case, lead).history) == 1
    sitting = seat(house, lead)
    text = sitting.post(f"/desk/safeguarding/{case}/export").text
    assert all(f"note-{number} " in text for number in range(205))
    pages = [sitting.get(f"/desk/safeguarding/{case}").text]
    while older := re.search(r'href="(/desk/safeguarding/\w+\?before=\d+)"', pages[-1]):
        pages.append(sitting.get(older.group(1)).text)
    assert all(len(page.encode()) <= MOST_BYTES for page in pages)
    assert all(any(f"note-{number} " in page for page in pages) for number in range(205))


def test_every_flag_and_every_report_is_found_on_pages_that_are_not_heavy(house, team):
    lead = team["safeguarding_lead"]
    flags = {flag(house, f"{number:032d}") for number in range(105)}
    for number in range(30):
        close_case(house, flag(house, f"c{number:031d}"), lead, "supported")
    for number in range(45):
        report_missed(house, lead, DANGER_KINDS[0], "ur", f"{number}: " + "'" * 290)
    sitting, seen, reports, todo, done = seat(house, lead), set(), set(), ["/desk/safeguarding"], set()
    while todo:
        path = todo.pop()
        done.add(path)
        page = sitting.get(path).text
        assert len(page.encode()) <= MOST_BYTES, path
        seen |= set(re.findall(r'href="/desk/safeguarding/(\w+)"', page))
        reports |= set(re.findall(r"(\d+): &#39;", page))
        todo += [more for more in re.findall(r'href="(/desk/safeguarding\?[^"]+)"', page) if more not in done]
    assert flags <= seen
    assert reports == {str(number) for number in range(45)}


def test_a_file_of_requests_is_refused_when_it_would_be_cut_and_holds_ones_own_areas(house, team, monkeypatch):
    monkeypatch.setattr(figures, "MOST_ROWS", 3)
    other = next(area for area in house.areas if area != "borsetshire")
    here = member(house, "Here", "coordinator", areas=(other,))
    for number in range(4):
        a_callback(house, f"{number:032d}")
    mine = book(house, "m" * 32, other, "en", ANY_TIME, a_callback(house, "w" * 32).wish, None, False)
    days = {"first": "2026-11-24", "last": "2026-11-25"}
    refused = seat(house, team["coordinator"]).post("/desk/exports/requests", **days)
    assert refused.status_code == 400
    assert "more than 3 requests" in refused.text
    rows = seat(house, here).post("/desk/exports/requests", **days)
    assert rows.status_code == 200
    assert rows.text.count("\r\n") == 2
    assert mine.reference in rows.text


@pytest.mark.parametrize("letter", ["'", "<", "د", "💙"])
@pytest.mark.parametrize("form", ["note", "message", "message/saved"])
def test_what_is_too_long_is_shown_again_without_a_heavy_page(house, team, letter, form):
    request = a_callback(house)
    work.claim(house, request.reference, team["all"])
    answer = seat(house, team["all"]).post(f"/desk/requests/{request.reference}/{form}", words=letter * 20_000)
    assert answer.status_code in (200, 400)
    assert len(answer.content) <= MOST_BYTES


def test_the_form_of_a_new_request_stays_small_and_wants_a_way_to_the_parent(house, team):
    sitting = seat(house, team["connector"])
    fields = dict.fromkeys(("about", "phone", "ask_for", "safe_words", "place", "topic", "weekday", "part_of_day"), "'" * 2_000)
    answer = sitting.post("/desk/new", kind="callback", area="borsetshire", language="en", by="phone", **fields)
    assert answer.status_code == 400
    assert len(answer.content) <= MOST_BYTES
    known = {"area": "borsetshire", "language": "en", "by": "none"}
    refused = sitting.post("/desk/new", kind="callback", topic="find_food_help", **known)
    assert refused.status_code == 400
    assert "without a way to the parent" in refused.text
    assert sitting.post("/desk/new", kind="idea", about="more swings", **known).status_code == 303
