"""`import-directory --all` reads organisers' calendars on the web again, and `attach-calendar` takes their addresses."""

from __future__ import annotations

import argparse
from dataclasses import replace

import pytest

from bot.base.db import Database
from bot.base.errors import BadInput
from bot.base.sealing import new_key
from bot.base.settings import load_settings
from bot.flows.house import House, open_house
from bot.serve.directory_verbs import attach_calendars
from bot.serve.import_verb import import_directory
from tests.loopback import Answer, Asked, serving
from tests.unit.directory.test_organiser_calendars import MOVED, WEEKLY, calendar

ALL = argparse.Namespace(source=None, all=True, now=False, area="seatown", json=False, accept_shrink=False)


@pytest.fixture
def house(each_database: Database, database_url: str) -> House:
    environment = {"KINLINE_KEY": new_key(), "DATABASE_URL": database_url, "KINLINE_CLOCK_STOPPED_AT": "2026-11-24T10:00"}
    settings = load_settings({**environment, "KINLINE_IMPORT_PRIVATE_ADDRESSES": "1"})
    return open_house(settings, each_database)


def test_the_schedule_brings_the_times_of_an_organisers_calendar_up_to_date(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    (service,) = house.directory.named_in("toddler time", "borsetshire")
    now = [Answer(calendar(WEEKLY), headers={"ETag": '"1"'})]

    def say(asked: Asked) -> Answer:
        known = asked.headers.get("If-None-Match")
        return Answer(b"", 304) if known and known == now[0].headers.get("ETag") else now[0]

    with serving(say) as server:
        assert attach_calendars(house, service.id, f"{server.address}/hall.ics") == 0
        assert attach_calendars(house, None, None) == 0
        assert capsys.readouterr().out.splitlines() == [f"{service.id}: 1 schedules", f"{service.id}: not changed"]
        now[0] = Answer(calendar(WEEKLY, MOVED), headers={"ETag": '"2"'})
        assert import_directory(house, ALL) == 0
        changed = house.directory.get(service.id)
        assert changed is not None
        assert len(changed.schedules) == 2
        now[0] = Answer(b"gone", 404)
        assert import_directory(house, ALL) == 1
        told = capsys.readouterr().err
        assert "the answer was 404; the times of the last reading stay" in told
        assert server.address not in told
    assert house.directory.get(service.id) == changed


def test_a_service_without_a_calendar_to_attach_is_asked_for_one(house: House) -> None:
    with pytest.raises(BadInput, match="web address"):
        attach_calendars(house, "group", None)
    with pytest.raises(BadInput, match="begins with https"):
        attach_calendars(
            replace(house, settings=replace(house.settings, import_private_addresses=False)), "group", "http://hall.example/x.ics"
        )


def test_a_calendar_that_breaks_everything_keeps_neither_the_next_nor_the_feeds_from_being_read(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = [one.id for some in house.directory.offered_in(["borsetshire"]) for one in some][:2]
    files = {"/1.ics": calendar(WEEKLY), "/2.ics": calendar(WEEKLY)}
    with serving(lambda asked: Answer(files[asked.path])) as server:
        assert attach_calendars(house, first, f"{server.address}/1.ics") == 0
        assert attach_calendars(house, second, f"{server.address}/2.ics") == 0
        before = house.directory.get(first)
        files["/1.ics"] = calendar("UID:x\nDTSTART:20200101T100000Z\nRRULE:FREQ=SECONDLY")
        files["/2.ics"] = calendar(WEEKLY, MOVED, "UID:y\nDTSTART;VALUE=TIME:100000")
        capsys.readouterr()
        assert import_directory(house, ALL) == 1
    told = capsys.readouterr().err
    assert f"{first}: none of its events makes sense; the times of the last reading stay" in told
    assert second not in told.splitlines()[0]
    assert house.directory.get(first) == before
    changed = house.directory.get(second)
    assert changed is not None
    assert len(changed.schedules) == 2
