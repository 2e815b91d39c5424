"""The link on a card over HTTP: a file that a calendar opens, at the hour on the wall."""

from __future__ import annotations

from datetime import date, time, timedelta

import httpx
import pytest
from icalendar import Calendar

from bot.base.clock import LONDON
from bot.channels.session_files import SessionFiles
from bot.directory import store
from bot.directory.model import Schedule, Service
from bot.flows.calendar_link import calendar_link

GROUP = Service(
    "session-files-1", "southend", "Messy & Play: “paint, glue”", ("find_activities",), "open", True, "https://council.example",
    date(2026, 11, 20), address="1 High Street", schedules=(Schedule("weekly", time(10), time(11, 30), ("SA",)),),
)  # fmt: skip


class Port(SessionFiles):
    """The routes alone, as the bare server opens them."""

    def add_to(self, app, _accept=None, _run=None):
        super().add_to(app)

    async def open(self):
        """Nothing to open."""

    async def close(self):
        """Nothing to close."""


@pytest.fixture
def files(house, serve):
    with house.database.session() as session:
        store.put(session, "test", [GROUP])
    yield serve(Port(house))
    with house.database.session() as session:
        store.take_out(session, [GROUP.id])


def path_of(house, session) -> str:
    return "/sessions/" + calendar_link(house, GROUP, session).partition("/sessions/")[2]


# The clocks go back on 25 October 2026 and forward on 28 March 2027.
@pytest.mark.parametrize(
    ("on", "hours_from_utc"), [(date(2026, 10, 24), 1), (date(2026, 10, 31), 0), (date(2027, 3, 27), 0), (date(2027, 4, 3), 1)]
)
def test_a_shown_sessions_link_gives_a_calendar_at_the_right_hour(house, files, on, hours_from_utc):
    (session,) = house.directory.sessions(GROUP, on, on)
    answer = httpx.get(files.address + path_of(house, session))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["content-disposition"].endswith('.ics"')
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    begins, ends = event.get("DTSTART").dt, event.get("DTEND").dt
    assert (begins.date(), begins.time(), ends.time()) == (on, time(10), time(11, 30))
    assert begins.utcoffset() == timedelta(hours=hours_from_utc) == begins.astimezone(LONDON).utcoffset()
    assert str(event.get("SUMMARY")) == GROUP.name
    (zone,) = Calendar.from_ical(answer.content).walk("VTIMEZONE")
    assert {one.name for one in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}


@pytest.mark.parametrize(
    "path",
    [
        "/sessions/none/20261128T1000.ics", f"/sessions/{GROUP.id}/20261127T1000.ics", f"/sessions/{GROUP.id}/20261128T1001.ics",
        f"/sessions/{GROUP.id}/rubbish.ics", f"/sessions/{GROUP.id}/20261128T1000", "/sessions/%2e%2e%2fetc/20261128T1000.ics",
    ],
)  # fmt: skip
def test_what_is_no_session_is_404_and_says_so(files, path):
    answer = httpx.get(files.address + path)
    assert (answer.status_code, answer.json()) == (404, {"error": "there is no such session"})


def test_a_withdrawn_service_has_no_sessions_any_more(house, files):
    path = f"/sessions/{GROUP.id}/20261128T1000.ics"
    assert httpx.get(files.address + path).status_code == 200
    with house.database.session() as session:
        store.take_out(session, [GROUP.id])
    assert httpx.get(files.address + path).status_code == 404
