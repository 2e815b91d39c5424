"""What a search remembers and how follow-ups change it."""

from __future__ import annotations

from datetime import date

from bot.directory.model import Place, Point
from bot.flows.search_state import begin, located, recall, refine

TODAY = date(2026, 11, 24)


def test_what_was_said_and_needed_travels_through_the_slot() -> None:
    state = refine(begin("find_activities", None, "masaż niemowląt"), [("need", "parking"), ("need", "online"), ("need", "parking")])
    back = recall(state.remembered())
    assert back == state
    assert back is not None
    query = back.query("southend", TODAY)
    assert (query.text, query.needs, query.online, query.drop_in) == ("masaż niemowląt", ("parking",), True, False)


def test_a_need_that_is_recognised_is_step_free_or_one_of_the_table() -> None:
    state = refine(begin("find_activities", None), [("access_need", "step_free"), ("access_need", "quiet")])
    assert (state.step_free, state.needs) == (True, ("quiet",))
    assert refine(begin("find_activities", None), [("access_need", "sign_language")]).step_free is False


def test_a_weekday_outranks_a_word_that_may_mean_tomorrow() -> None:
    state = refine(begin("find_activities", None), [("day", {"weekday": 0}), ("day", {"on": "2026-11-25"})])
    assert (state.weekday, state.on) == (0, None)


def test_english_is_spoken_everywhere_and_other_languages_are_a_wish() -> None:
    state = refine(begin("find_learning_work", None), [("spoken_language", "en")])
    assert state.language is None
    assert refine(state, [("spoken_language", "pl")]).language == "pl"


def test_a_new_search_keeps_where_and_for_whom_but_not_what_was_said() -> None:
    before = refine(begin("find_activities", None, "swimming"), [("age_months", 24), ("need", "parking"), ("need", "drop_in")])
    after = begin("find_food_help", before, "food bank")
    assert (after.age_months, after.said, after.needs, after.drop_in) == (24, "food bank", ("parking",), False)


def test_monday_and_a_newborn_are_remembered_though_they_are_nought() -> None:
    state = refine(begin("find_activities", None), [("day", {"weekday": 0}), ("age_months", 0)])
    again = recall(state.remembered())
    assert again is not None
    assert (again.weekday, again.age_months) == (0, 0)
    assert again == state


def test_of_a_full_postcode_the_outcode_is_remembered_and_a_point_that_is_no_households() -> None:
    state = located(begin("find_activities", None, "swimming near ss3 9aa please"), Place("SS3 9AA", Point(51.53127, 0.80213), "southend"))
    remembered = state.remembered()
    assert (remembered["place"], remembered["latitude"], remembered["longitude"]) == ("SS3", 51.53, 0.8)
    assert (remembered["place_area"], remembered["said"]) == ("southend", "swimming near ss3 please")


def test_an_outcode_and_a_neighbourhood_are_remembered_as_they_are() -> None:
    for place in (Place("SS3", Point(51.53127, 0.80213), "southend"), Place("Shoebury", Point(51.53127, 0.80213), "southend")):
        state = located(begin("find_activities", None), place)
        assert (state.place, state.latitude, state.longitude) == (place.name, 51.53127, 0.80213)


def test_what_is_ruled_out_is_looked_for_no_longer_and_left_out() -> None:
    state = refine(begin("find_activities", None), [("day", {"weekday": 1}), ("time_of_day", "morning"), ("cost", {"free": True})])
    state = refine(state, [("not_day", {"weekday": 1}), ("not_day", {"on": "2026-11-25"}), ("not_time_of_day", "morning")])
    state = refine(state, [("not_cost", {"free": True})])
    query = recall(state.remembered()).query("southend", TODAY)  # type: ignore[union-attr]
    assert (query.weekday, query.not_weekdays, query.not_on) == (None, (1,), (date(2026, 11, 25),))
    assert (query.part_of_day, query.not_parts, query.free) == (None, ("morning",), False)


def test_who_asks_for_a_day_after_all_may_have_it() -> None:
    state = refine(begin("find_activities", None), [("not_day", {"weekday": 1}), ("not_time_of_day", "morning")])
    state = refine(state, [("day", {"weekday": 1}), ("time_of_day", "morning")])
    assert (state.weekday, state.not_weekdays, state.part_of_day, state.not_parts) == (1, (), "morning", ())


def test_a_week_is_searched_from_today_and_forgotten_with_another_day() -> None:
    state = refine(begin("find_activities", None), [("day", {"from": "2026-11-23", "to": "2026-11-29"})])
    query = recall(state.remembered()).query("southend", TODAY)  # type: ignore[union-attr]
    assert (query.on, query.until) == (TODAY, date(2026, 11, 29))
    other = refine(state, [("day", {"on": "2026-12-01"})]).query("southend", TODAY)
    assert (other.on, other.until) == (date(2026, 12, 1), None)
    assert refine(state, [("not_day", {"from": "2026-11-23", "to": "2026-11-29"})]).on is None
