from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from bot.base.errors import ContentError
from bot.directory.closures import Closures, SchoolYear, load_closures, load_school_year, why_closed
from bot.directory.model import Schedule
from bot.directory.said import Timing, timing_said

SHEFFIELD = Path(__file__).parent / "calendars" / "sheffield_school_holidays.ics"
BOXING_DAY_INSTEAD = date(2026, 12, 28)


def weekly(**values: Any) -> Schedule:
    return Schedule("weekly", time(10), time(11), ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), **values)


@pytest.fixture(scope="module")
def sheffield() -> SchoolYear:
    return load_school_year(SHEFFIELD)


@pytest.mark.parametrize(
    ("on", "holiday", "term"),
    [
        (date(2026, 2, 13), False, True),
        (date(2026, 2, 14), True, False),
        (date(2026, 2, 22), True, False),  # the last day: DTEND is the day after it
        (date(2026, 2, 23), False, True),
        (date(2026, 7, 31), True, False),
        (date(2026, 8, 1), True, False),
        (date(2026, 5, 4), False, True),  # a bank holiday is no school holiday
        (date(2024, 1, 1), False, False),
        (date(2040, 1, 1), False, False),
    ],
)
def test_a_councils_school_holidays(sheffield: SchoolYear, on: date, holiday: bool, term: bool) -> None:
    assert (sheffield.is_holiday(on), sheffield.is_term(on)) == (holiday, term)


@pytest.mark.parametrize(
    ("schedule", "on", "because"),
    [
        (weekly(), date(2026, 2, 18), None),
        (weekly(term_time_only=True), date(2026, 2, 18), "school_holiday"),
        (weekly(term_time_only=True), date(2026, 2, 25), None),
        (weekly(term_time_only=True), date(2040, 2, 25), None),
        (weekly(term_time_only=True), date(2040, 8, 2), "school_holiday"),  # not known, but there is no school anywhere
        (weekly(term_time_only=True), date(2040, 12, 28), "school_holiday"),
        (weekly(holidays_only=True), date(2040, 8, 2), None),
        (weekly(holidays_only=True), date(2026, 2, 18), None),
        (weekly(holidays_only=True), date(2026, 2, 25), "term_time"),
        (weekly(holidays_only=True), date(2040, 2, 25), None),
        (weekly(), BOXING_DAY_INSTEAD, "bank_holiday"),
        (weekly(on_bank_holidays=True), BOXING_DAY_INSTEAD, None),
        (weekly(extra_on=(BOXING_DAY_INSTEAD,)), BOXING_DAY_INSTEAD, None),
        (weekly(extra_on=(BOXING_DAY_INSTEAD,), except_on=(BOXING_DAY_INSTEAD,)), BOXING_DAY_INSTEAD, "cancelled"),
        (weekly(except_on=(date(2026, 2, 25),)), date(2026, 2, 25), "cancelled"),
        (Schedule(None, time(10), None, dtstart=BOXING_DAY_INSTEAD), BOXING_DAY_INSTEAD, None),
        (Schedule("weekly", time(0), time(23, 59), ("MO",)), BOXING_DAY_INSTEAD, None),
    ],
)
def test_why_a_session_is_not_on(sheffield: SchoolYear, schedule: Schedule, on: date, because: str | None) -> None:
    assert why_closed(schedule, on, sheffield) == because


def test_terms_belong_to_their_area() -> None:
    closures = load_closures({"sheffield": SHEFFIELD, "elsewhere": None})
    half_term = date(2026, 2, 18)
    assert closures.of("sheffield")(weekly(term_time_only=True), half_term) == "school_holiday"
    assert closures.of("elsewhere")(weekly(term_time_only=True), half_term) is None
    assert (closures.knows_terms("sheffield", half_term), closures.knows_terms("elsewhere", half_term)) == (True, False)
    assert Closures({}).of("x")(weekly(), BOXING_DAY_INSTEAD) == "bank_holiday"


def test_where_no_terms_are_known_there_is_no_school_in_august_and_at_christmas() -> None:
    closures, playgroup = Closures({}), weekly(term_time_only=True)
    shut = [date(2026, 8, 3), date(2026, 8, 28), date(2026, 12, 24), date(2026, 12, 31)]
    assert [closures.of("x")(playgroup, on) for on in shut] == ["school_holiday"] * 4
    assert [closures.of("x")(weekly(), on) for on in shut] == [None] * 4
    assert all(closures.knows_terms("x", on) for on in shut)
    unsure = [date(2026, 7, 31), date(2026, 9, 1), date(2026, 12, 23), date(2027, 1, 4)]
    assert [closures.of("x")(playgroup, on) for on in unsure] == [None] * 4
    assert not any(closures.knows_terms("x", on) for on in unsure)


def test_a_calendar_goes_before_what_holds_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "terms.ics"
    path.write_text(calendar(("20260703", "20260826", "Summer holidays"), ("20261017", "20261026", "Half term")))
    year = load_school_year(path)
    assert [why_closed(weekly(term_time_only=True), on, year) for on in (date(2026, 8, 25), date(2026, 8, 28))] == ["school_holiday", None]


def calendar(*events: tuple[str, str, str]) -> str:
    body = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART;VALUE=DATE:{a}\r\nDTEND;VALUE=DATE:{b}\r\nSUMMARY:{name}\r\nEND:VEVENT\r\n"
        for n, (a, b, name) in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}END:VCALENDAR\r\n"


def test_where_terms_are_named_the_gaps_are_holidays(tmp_path: Path) -> None:
    path = tmp_path / "terms.ics"
    terms = ("20260901", "20261024", "Autumn Term 1"), ("20261102", "20261219", "Autumn Term 2"), ("20260901", "20260902", "INSET day")
    path.write_text(calendar(*terms, ("20260901", "20260902", "Term starts")))
    year = load_school_year(path)
    assert year.holidays == ((date(2026, 10, 24), date(2026, 11, 1)),)
    assert year.known == (date(2026, 9, 1), date(2026, 12, 18))


def test_one_day_events_and_overlapping_ones_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "terms.ics"
    path.write_text(
        calendar(("20261026", "20261031", "Half Term"), ("20261024", "20261102", "Autumn break"), ("20270401", "20270402", "Holiday"))
    )
    assert load_school_year(path).holidays == ((date(2026, 10, 24), date(2026, 11, 1)), (date(2027, 4, 1), date(2027, 4, 1)))


@pytest.mark.parametrize("text", ["", "<html>", calendar(("20260101", "20260102", "Parents' evening"))])
def test_a_calendar_that_says_nothing_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "terms.ics"
    path.write_text(text)
    with pytest.raises(ContentError):
        load_school_year(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Term time only", Timing(term_time_only=True)),
        ("Runs term-time.", Timing(term_time_only=True)),
        ("Wednesdays 10-11.30 (TTO)", Timing(term_time_only=True)),
        ("We meet during school terms", Timing(term_time_only=True)),
        ("Not during school holidays", Timing(term_time_only=True)),
        ("Closed in August and for half-term", Timing(term_time_only=True)),
        ("We break up for the school holidays", Timing(term_time_only=True)),
        ("Every week excluding bank holidays", Timing()),
        ("Closed bank holidays", Timing()),
        ("Open including bank holidays", Timing(on_bank_holidays=True)),
        ("Open all year round, not just term time", Timing()),
        ("Term time and school holidays", Timing()),
        ("Every Tuesday, including half term", Timing()),
        ("School holidays only", Timing(holidays_only=True)),
        ("Only in the holidays", Timing(holidays_only=True)),
        ("We also run a holiday club", Timing()),
        ("Flexible support in terms of housing and benefits.", Timing()),
        ("This is not a holiday club.", Timing()),
        ("Why not join us in the school holidays!", Timing()),
        ("Runs in term time.", Timing(term_time_only=True)),
        ("Open during terms 1 and 2", Timing(term_time_only=True)),
        ("We do not close for half term.", Timing()),
        ("Never closed in the holidays", Timing()),
        ("We don't close for the summer holidays", Timing()),
        ("not term time only", Timing()),
        ("Not in term time", Timing(holidays_only=True)),
        ("Does not run during term time", Timing(holidays_only=True)),
        ("You will not need a holiday form", Timing()),
        ("We stop in the summer holidays", Timing(term_time_only=True)),
        ("No sessions in school holidays", Timing(term_time_only=True)),
        ("There are no sessions during the school holidays", Timing(term_time_only=True)),
        ("We don't run in half term", Timing(term_time_only=True)),
        ("Closed in school hols", Timing(term_time_only=True)),
        ("We don’t meet in the school holidays", Timing(term_time_only=True)),
        ("Isn't on in the holidays", Timing(term_time_only=True)),
        ("No group at half term", Timing(term_time_only=True)),
        ("Mondays (exc school hols)", Timing(term_time_only=True)),
        ("Do not forget our holiday workshops", Timing()),
        ("Do not forget we are open in the holidays", Timing()),
        ("No charge in the school holidays", Timing()),
        ("No need to book in the holidays", Timing()),
        ("Thursdays 10-11.30, no half term", Timing(term_time_only=True)),
        ("Hols only", Timing(holidays_only=True)),
        ("Don't miss our half term fun day", Timing()),
        ("Not suitable for under 2s. We run a holiday club.", Timing()),
        ("Term time only, closed bank holidays", Timing(term_time_only=True)),
        ("Not open in the holidays", Timing(term_time_only=True)),
        ("Ask about our terms and conditions", Timing()),
        ("", Timing()),
    ],
)
def test_what_is_said_of_terms_and_bank_holidays(text: str, said: Timing) -> None:
    assert timing_said(text) == said


def test_a_note_of_one_schedule_may_mean_the_holidays() -> None:
    assert timing_said("In the school holidays", of_schedule=True) == Timing(holidays_only=True)
    assert timing_said("In the school holidays") == Timing()


@pytest.mark.parametrize(
    ("name", "today", "first"),
    [
        ("half_term", date(2026, 1, 10), date(2026, 2, 14)),
        ("half_term", date(2026, 2, 16), date(2026, 2, 14)),
        ("easter_holidays", date(2026, 1, 10), None),
        ("summer_holidays", date(2026, 1, 10), None),
        ("christmas_holidays", date(2026, 9, 10), None),
    ],
)
def test_school_holidays_by_their_names(sheffield: SchoolYear, name: str, today: date, first: date | None) -> None:
    found = sheffield.break_after(name, today)
    assert found
    assert found[0] <= found[1]
    assert found[1] >= today
    assert first is None or found[0] == first
    middle = {"easter_holidays": (3, 4), "summer_holidays": (8,), "christmas_holidays": (12,), "half_term": (2,)}[name]
    assert any(month in range(found[0].month, found[1].month + 1) or month == found[0].month for month in middle)


def test_the_next_holidays_are_those_that_come_first(sheffield: SchoolYear) -> None:
    assert sheffield.break_after("school_holidays", date(2026, 2, 16)) == sheffield.break_after("half_term", date(2026, 2, 16))


def test_where_terms_are_not_known_nor_are_their_holidays() -> None:
    assert load_closures({"elsewhere": None}).school_break("elsewhere", "half_term", date(2026, 2, 16)) is None
