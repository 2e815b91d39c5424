"""Signing in: second factor, recovery codes, throttling, sessions that end."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest

from bot.base.errors import BadInput
from bot.staff.credentials import check_password, matching_step, new_secret, wait_before_next
from tests.desk.running import PASSWORD, seat, sign_in_by_hand


def test_first_sign_in_sets_up_the_second_factor_and_shows_recovery_codes_once(house, team):
    browser = seat(house, None).client
    secret = sign_in_by_hand(browser, house, team["connector"].login)
    assert browser.get("/desk/queue").status_code == 200
    assert browser.get("/desk/second-factor/set-up").headers["location"] == "/desk/"
    with house.database.session() as session:
        from bot.staff import store as staff_store

        sealed, _step, recovery = staff_store.second_factor(session, team["connector"].id)
    assert secret not in sealed
    assert len(recovery) == 8


def second_step(house, login, password=PASSWORD):
    browser = seat(house, None).client
    browser.post("/desk/sign-in", data={"login": login, "password": password})
    page = browser.get("/desk/second-factor").text
    return browser, dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))


def test_a_code_works_once_and_a_recovery_code_too(house, team):
    login = team["connector"].login
    first = seat(house, None).client
    answer = first.post("/desk/sign-in", data={"login": login, "password": PASSWORD})
    page = first.get(answer.headers["location"]).text
    secret = re.search(r'class="secret">.*?</span>([A-Z0-9 ]+)<', page).group(1).replace(" ", "")
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    code = pyotp.TOTP(secret).at(house.clock.now())
    shown = first.post("/desk/second-factor/set-up", data={**fields, "code": code}).text
    recovery = re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", shown)
    assert len(recovery) == 8

    browser, fields = second_step(house, login)
    again = browser.post("/desk/second-factor", data={**fields, "code": code})
    assert again.status_code == 401
    assert "used already" in again.text
    house.clock.advance(timedelta(seconds=60))
    later = browser.post("/desk/second-factor", data={**fields, "code": pyotp.TOTP(secret).at(house.clock.now())})
    assert later.status_code == 303

    for expected in (303, 401):
        browser, fields = second_step(house, login)
        assert browser.post("/desk/second-factor", data={**fields, "code": recovery[0].upper()}).status_code == expected


def test_wrong_passwords_are_slowed_down_and_do_not_say_who_exists(house, team):
    browser = seat(house, None).client
    answers = {login: browser.post("/desk/sign-in", data={"login": login, "password": "wrong wrong wrong"}) for login in (team["all"].login, "nobody@example.org")}
    assert [a.status_code for a in answers.values()] == [401, 401]
    assert answers[team["all"].login].text.replace(team["all"].login, "") == answers["nobody@example.org"].text.replace("nobody@example.org", "")
    for _ in range(4):
        browser.post("/desk/sign-in", data={"login": team["all"].login, "password": "wrong wrong wrong"})
    slowed = browser.post("/desk/sign-in", data={"login": team["all"].login, "password": PASSWORD})
    assert slowed.status_code == 429
    house.clock.advance(timedelta(seconds=16))
    assert browser.post("/desk/sign-in", data={"login": team["all"].login, "password": PASSWORD}).status_code == 303


def test_waits_double_and_end_at_a_quarter_of_an_hour(house):
    now = house.clock.now()
    waits = [wait_before_next(n, now, now).total_seconds() for n in (4, 5, 6, 7, 40)]
    assert waits == [0, 15, 30, 60, 900]


def test_an_idle_session_ends_a_busy_one_lives_and_none_lives_for_ever(house, team):
    sitting = seat(house, team["connector"])
    for _ in range(19):
        house.clock.advance(timedelta(minutes=29))
        assert sitting.get("/desk/queue").status_code == 200
    house.clock.advance(timedelta(minutes=29))
    sitting.get("/desk/queue/rows")
    house.clock.advance(timedelta(minutes=2))
    assert sitting.get("/desk/queue").status_code == 303  # a page that refreshes itself is nobody at the desk
    fresh = seat(house, team["connector"])
    for _ in range(21):
        house.clock.advance(timedelta(minutes=29))
        last = fresh.get("/desk/queue").status_code
    assert last == 303


def test_signing_out_and_losing_an_account_end_the_session(house, team):
    sitting, administrator = seat(house, team["connector"]), seat(house, team["administrator"])
    other = seat(house, team["connector"])
    assert sitting.post("/desk/sign-out").headers["location"].startswith("/desk/sign-in")
    sitting.client.cookies.clear()
    assert other.get("/desk/queue").status_code == 200
    administrator.post(f"/desk/accounts/{team['connector'].id}", name="Connector", roles="connector")  # `active` is not ticked
    assert other.get("/desk/queue").status_code == 303


def test_the_last_administrator_cannot_shut_everybody_out(house, team):
    administrator = seat(house, team["administrator"])
    administrator.post(f"/desk/accounts/{team['all'].id}", name="E", roles="connector", active="yes")
    refused = administrator.post(f"/desk/accounts/{team['administrator'].id}", name="A", roles="connector", active="yes")
    assert refused.status_code == 400
    assert "last administrator" in refused.text


def test_a_given_password_must_be_changed_first(house, team):
    administrator = seat(house, team["administrator"])
    page = administrator.post("/desk/accounts", login="new@example.org", name="New", roles="connector").text
    given = re.search(r'class="secret">([a-z0-9-]+)<', page).group(1)
    browser = seat(house, None).client
    sign_in_by_hand(browser, house, "new@example.org", given)
    assert browser.get("/desk/queue").headers["location"] == "/desk/me/password"
    csrf = re.search(r'name="csrf" value="([^"]+)"', browser.get("/desk/me/password").text).group(1)
    weak = browser.post("/desk/me/password", data={"csrf": csrf, "old": given, "new": "short", "again": "short"})
    assert weak.status_code == 400
    fine = browser.post("/desk/me/password", data={"csrf": csrf, "old": given, "new": "purple kettle 81 moon", "again": "purple kettle 81 moon"})
    assert fine.status_code == 303
    assert browser.get("/desk/queue").status_code == 200


@pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "/desk//evil", "/desk\\evil", "/other", "/desk/sign-out", "javascript:alert(1)"])
def test_after_signing_in_one_stays_at_the_desk(house, path):
    assert 'name="next" value="/desk/"' in seat(house, None).get("/desk/sign-in", params={"next": path}).text


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaa", "my password is long", "anna.kowal forever", "x" * 201])
def test_easy_passwords_are_refused(password):
    with pytest.raises(BadInput):
        check_password(password, "anna.kowal@example.org", "Anna Kowal")


def test_codes_one_step_early_or_late_count_and_others_do_not(house):
    secret, now = new_secret(), house.clock.now()
    totp = pyotp.TOTP(secret)
    assert matching_step(secret, totp.at(now + timedelta(seconds=30)), now)
    assert matching_step(secret, totp.at(now - timedelta(seconds=30)), now)
    assert matching_step(secret, totp.at(now - timedelta(seconds=120)), now) is None
    assert matching_step(secret, "", now) is None
