"""Digits of other scripts count as what they are, digits that are no numbers and hours with an offset are refused, nothing breaks."""

from __future__ import annotations

import re

import pyotp
import pytest

from bot.desk.app import all_views, make_app
from bot.flows.go_away import go_away
from bot.staff import store as staff_store
from bot.staff.credentials import new_secret
from tests.desk.running import a_callback, address, house_on, member, seat, sign_in_by_hand

ARABIC, PERSIAN = "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"
ROLES = ("connector", "coordinator", "safeguarding_lead", "editor", "administrator")


def written(code, digits):
    return code.translate(str.maketrans("0123456789", digits))


@pytest.mark.parametrize("digits", [ARABIC, PERSIAN])
@pytest.mark.parametrize(("stage", "path"), [("password", "/desk/second-factor"), ("together", "/desk/together/leave")])
def test_a_code_may_be_typed_in_other_digits(house, team, digits, stage, path):
    secret = new_secret()
    with house.database.session() as session:
        staff_store.set_second_factor(session, team["connector"].id, house.sealer.seal(secret), 0, [])
    sitting = seat(house, team["connector"], stage)
    wrong = "١٢٣٤٥٦" if pyotp.TOTP(secret).at(house.clock.now()) != "123456" else "٦٥٤٣٢١"
    assert sitting.post(path, code=wrong).status_code == 401
    assert sitting.post(path, code="²²²²²²").status_code == 401
    assert sitting.post(path, code=written(pyotp.TOTP(secret).at(house.clock.now()), digits)).status_code == 303


def test_the_first_code_may_be_too(house, team, monkeypatch):
    real = pyotp.TOTP.at
    monkeypatch.setattr(pyotp.TOTP, "at", lambda self, now: written(real(self, now), ARABIC))
    browser = seat(house, None).client
    sign_in_by_hand(browser, house, team["connector"].login)
    assert browser.get("/desk/queue").status_code == 200


def test_an_absence_and_an_age_are_numbers(house, team):
    today = house.clock.today()
    go_away(house, team["connector"].id, today, today, "sick", team["coordinator"])
    with house.database.session() as session:
        [absence] = staff_store.absences(session, today)
    sitting = seat(house, team["coordinator"])
    for odd in ("²", "①", "", "-1", "9" * 10):
        assert sitting.post("/desk/team/back", absence=odd).status_code == 400
    assert sitting.post("/desk/team/back", absence=written(str(absence.id), PERSIAN)).status_code == 303
    together = seat(house, team["connector"], "together")
    for age, status in (("²", 400), ("٨", 200)):
        answer = together.post("/desk/together/search", topic="find_activities", place="", age_months=age, on="")
        assert answer.status_code == status


def test_hours_with_an_offset_and_a_number_that_is_none_are_refused(house, team):
    sitting = seat(house, team["connector"])
    for hours in ("09:00+01:00-12:00", "09:00+00:00-17:00+00:00", "09:00Z-17:00Z"):
        assert sitting.post("/desk/me", works_mon=hours).status_code == 400
    assert sitting.post("/desk/me", telegram="²").status_code == 400
    assert sitting.post("/desk/me", works_mon="09:00-12:30", telegram="١٢٣").status_code == 303
    with house.database.session() as session:
        assert staff_store.member(session, team["connector"].id).notify.telegram == "123"


def test_a_nul_in_an_address_is_nothing_that_there_is(database_url):
    house = house_on(database_url)
    everybody = member(house, "Everybody", *ROLES)
    request = a_callback(house)
    app = make_app(house, with_jobs=False)
    known = {"reference": request.reference, "case": request.reference, "other": request.reference, "member": everybody.id, "number": "1"}
    for guard in (view.guard for view in all_views()):
        for part in re.findall(r"{(\w+)}", guard.path):
            path = address(guard, {**known, part: "%00", **({"case": "%00"} if part == "reference" else {})})
            assert "%00" in path
            for stage in ("full", "together"):
                sitting = seat(house, everybody, stage, app)
                answer = sitting.get(path) if "GET" in guard.methods else sitting.post(path)
                assert answer.status_code < 500, path
    sitting = seat(house, everybody, "full", app)
    for path in ("/desk/requests/%00", f"/desk/requests/{request.reference}/merge/%00", "/desk/accounts/%00", "/desk/safeguarding/a%00b"):
        assert sitting.get(path).status_code == 404, path
    house.database.close()
