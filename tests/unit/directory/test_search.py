from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest

from bot.base.clock import LONDON
from bot.directory.closures import Closures
from bot.directory.model import Point as At
from bot.directory.model import Query, Schedule, Service, Traits, Venue
from bot.directory.search import hit_of, search

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=LONDON)  # a Tuesday
TOPIC = ("find_activities",)
HERE = At(51.54, 0.71)
MORNING, LUNCH, NOON, AFTERNOON, EVENING = time(9, 30), time(11), time(12), time(14), time(18)

Make = Callable[..., Service]


def on(*byday: str, begins: time = MORNING, ends: time | None = LUNCH, **values: Any) -> Schedule:
    return Schedule("weekly", begins, ends, byday, **values)


def run(services: list[Service], **wishes: Any) -> tuple[list[str], tuple[str, ...]]:
    hits, widened = search(Query(**{"topics": TOPIC, "area": "seatown", **wishes}), NOW, services)
    return [hit.service.name for hit in hits], widened


@pytest.fixture
def week(service: Make) -> list[Service]:
    return [
        service("Thursday morning", schedules=(on("TH"),)),
        service("Thursday afternoon", schedules=(on("TH", begins=AFTERNOON, ends=time(16)),)),
        service("Friday morning", schedules=(on("FR"),)),
        service("Any time"),
    ]


def test_nothing_to_search_among_gives_nothing(service: Make) -> None:
    assert run([]) == ([], ())


def test_without_wishes_everything_is_found_soonest_first(week: list[Service]) -> None:
    names, widened = run(week)
    assert names == ["Thursday morning", "Thursday afternoon", "Friday morning", "Any time"]
    assert widened == ()


@pytest.mark.parametrize(
    ("wishes", "names", "widened"),
    [
        ({"on": date(2026, 11, 26)}, ["Thursday morning", "Thursday afternoon"], ()),
        ({"weekday": 3}, ["Thursday morning", "Thursday afternoon"], ()),
        ({"on": date(2026, 11, 26), "part_of_day": "afternoon"}, ["Thursday afternoon"], ()),
        ({"part_of_day": "morning"}, ["Thursday morning", "Friday morning"], ()),
        ({"weekday": 4, "part_of_day": "afternoon"}, ["Friday morning"], ("part_of_day",)),
        ({"weekday": 0, "part_of_day": "afternoon"}, ["Thursday afternoon"], ("other_day",)),
        (
            {"weekday": 0, "part_of_day": "evening"},
            ["Thursday morning", "Thursday afternoon", "Friday morning", "Any time"],
            ("part_of_day", "other_day"),
        ),
        ({"on": date(2026, 11, 26), "weekday": 0}, ["Thursday morning", "Thursday afternoon"], ()),
        ({"not_weekdays": (3,)}, ["Friday morning", "Any time"], ()),
        ({"not_on": (date(2026, 11, 27),)}, ["Thursday morning", "Thursday afternoon", "Friday morning", "Any time"], ()),
        ({"not_parts": ("morning",)}, ["Thursday afternoon", "Any time"], ()),
        ({"weekday": 3, "not_parts": ("afternoon",)}, ["Thursday morning"], ()),
        ({"on": date(2026, 11, 24), "until": date(2026, 11, 26)}, ["Thursday morning", "Thursday afternoon"], ()),
        ({"on": date(2027, 4, 1), "until": date(2027, 4, 30)}, ["Thursday morning", "Thursday afternoon", "Friday morning"], ()),
        (
            {"on": date(2026, 11, 28), "until": date(2026, 11, 29)},
            ["Friday morning", "Thursday morning", "Thursday afternoon", "Any time"],
            ("other_day",),
        ),
    ],
)
def test_only_what_really_runs_then_is_found_else_as_little_as_possible_is_given_up(
    week: list[Service], wishes: dict[str, Any], names: list[str], widened: tuple[str, ...]
) -> None:
    assert run(week, **wishes) == (names, widened)


def test_a_week_is_shown_by_its_first_session_in_it(service: Make) -> None:
    services = [service("Tuesdays", schedules=(on("TU"),))]
    hits, widened = search(Query(TOPIC, on=date(2026, 11, 30), until=date(2026, 12, 6)), NOW, services)
    assert [hit.next_session and hit.next_session.starts_at.date() for hit in hits] == [date(2026, 12, 1)]
    assert widened == ()


def test_who_asks_for_a_day_means_the_coming_one(service: Make) -> None:
    far = service("Every other Thursday, not this one", schedules=(on("TH", interval=2, dtstart=date(2026, 12, 3)),))
    near = service("Every Thursday", schedules=(on("TH"),))
    closest = {far.id: Traits(likeness=0.0), near.id: Traits(likeness=-1.0)}
    hits, widened = search(Query(TOPIC, weekday=3), NOW, [far, near], traits=closest)
    assert [hit.service.name for hit in hits] == ["Every Thursday", "Every other Thursday, not this one"]
    assert widened == ()


def test_a_day_that_is_ruled_out_is_shown_only_when_there_is_no_other(service: Make) -> None:
    services = [service("Tuesdays", schedules=(on("TU"),)), service("Both", schedules=(on("TU", "FR"),))]
    hits, widened = search(Query(TOPIC, not_weekdays=(1,)), NOW, services)
    assert [(hit.service.name, hit.next_session and hit.next_session.starts_at.date()) for hit in hits] == [("Both", date(2026, 11, 27))]
    assert widened == ()
    assert run(services[:1], not_weekdays=(1,)) == (["Tuesdays"], ("other_day",))


def test_nothing_on_thursday_gives_the_nearest_day(service: Make) -> None:
    services = [service("Monday", schedules=(on("MO"),)), service("Friday", schedules=(on("FR"),))]
    assert run(services, on=date(2026, 11, 26)) == (["Friday", "Monday"], ("other_day",))


def test_a_day_far_ahead_is_looked_up_and_shown(service: Make) -> None:
    services = [service("Tuesdays", schedules=(on("TU"),)), service("Fridays", schedules=(on("FR"),))]
    hits, widened = search(Query(TOPIC, on=date(2027, 6, 1)), NOW, services)
    assert [(h.service.name, h.next_session and h.next_session.starts_at.date()) for h in hits] == [("Tuesdays", date(2027, 6, 1))]
    assert widened == ()
    hits, widened = search(Query(TOPIC, on=date(2027, 6, 3)), NOW, services)
    assert [h.next_session and h.next_session.starts_at.date() for h in hits] == [date(2027, 6, 4), date(2027, 6, 1)]
    assert widened == ("other_day",)


def test_a_day_in_the_past_gives_what_is_next_and_says_so(week: list[Service]) -> None:
    names, widened = run(week, on=date(2026, 11, 19))
    assert names[0] == "Thursday morning"
    assert widened == ("other_day",)


def test_today_what_has_ended_is_over_and_what_is_under_way_is_not(service: Make) -> None:
    early = service("Early", schedules=(on("TU", begins=time(8), ends=time(9)),))
    running = service("Running", schedules=(on("TU"),))
    later = service("Later", schedules=(on("TU", begins=AFTERNOON),))
    assert run([early, running, later], on=NOW.date()) == (["Running", "Later"], ())
    hits, widened = search(Query(TOPIC, on=NOW.date()), NOW, [early])
    assert hits[0].next_session is not None
    assert hits[0].next_session.starts_at.date() == date(2026, 12, 1)
    assert widened == ("other_day",)


@pytest.mark.parametrize(
    ("begins", "ends", "parts"),
    [
        (MORNING, LUNCH, {"morning"}),
        (time(7, 30), time(18), {"morning", "afternoon", "evening"}),
        (time(11), time(13), {"morning", "afternoon"}),
        (time(9, 30), time(12, 15), {"morning"}),
        (NOON, None, {"afternoon"}),
        (time(17), time(18), {"evening"}),
        (time(16, 50), time(17, 10), {"afternoon", "evening"}),
        (time(20), time(1), {"evening"}),
    ],
)
def test_a_session_is_in_a_part_of_the_day_if_it_begins_or_mostly_lies_there(
    service: Make, begins: time, ends: time | None, parts: set[str]
) -> None:
    one = [service(schedules=(on("WE", begins=begins, ends=ends),))]
    assert {part for part in ("morning", "afternoon", "evening") if not run(one, part_of_day=part)[1]} == parts


def test_of_several_schedules_the_one_that_fits_is_shown(service: Make) -> None:
    one = service(schedules=(on("WE"), on("TH", begins=AFTERNOON), on("TH")))
    hits, widened = search(Query(TOPIC, weekday=3, part_of_day="afternoon"), NOW, [one])
    assert hits[0].next_session is not None
    assert hits[0].next_session.starts_at.hour == 14
    assert widened == ()


def test_a_schedule_without_times_does_not_answer_for_a_day(service: Make) -> None:
    vague = service("Vague", schedules=(replace(on("TH"), opens_at=None),))
    assert run([vague], on=date(2026, 11, 26)) == (["Vague"], ("other_day",))


def test_a_closed_day_is_not_shown(service: Make) -> None:
    friday = [service("Friday", schedules=(on("FR"),))]
    hits, widened = search(Query(TOPIC, on=date(2026, 12, 25)), NOW, friday, Closures({}).of)
    assert hits[0].next_session is not None
    assert hits[0].next_session.starts_at.date() != date(2026, 12, 25)
    assert widened == ("other_day",)


@pytest.mark.parametrize(
    ("asked", "until", "nearest"),
    [
        (date(2026, 12, 25), None, date(2026, 12, 24)),  # and not the next one from today on
        (date(2027, 5, 3), None, date(2027, 4, 30)),
        (date(2026, 12, 25), date(2026, 12, 28), date(2026, 12, 24)),
    ],
)
def test_what_stands_in_for_a_bank_holiday_is_the_nearest_day(service: Make, asked: date, until: date | None, nearest: date) -> None:
    both = [service("Mondays, Thursdays and Fridays", schedules=(on("MO", "TH", "FR"),))]
    hits, widened = search(Query(TOPIC, on=asked, until=until), NOW, both, Closures({}).of)
    assert [hit.next_session and hit.next_session.starts_at.date() for hit in hits] == [nearest]
    assert widened == ("other_day",)


def test_a_course_that_is_over_is_never_found(service: Make) -> None:
    over = service("Over", schedules=(on("TH", until=date(2026, 11, 1)),))
    stale = service("Stale", schedules=(on("TH", valid_to=date(2026, 11, 1)),))
    assert run([over, stale]) == (["Stale"], ())


@pytest.mark.parametrize(
    ("age_months", "names"),
    [
        (0, ["Babies", "Under fives", "Says nothing", "Adults", "Up to school"]),
        (11, ["Babies", "Under fives", "Says nothing", "Adults", "Up to school"]),
        (12, ["Under fives", "Says nothing", "Adults", "Up to school"]),
        (59, ["Under fives", "Says nothing", "Adults", "Up to school"]),
        (60, ["Says nothing", "Adults", "Up to school"]),
    ],
)
def test_ages_overlap_with_both_ends_included_and_unknown_is_open(service: Make, age_months: int, names: list[str]) -> None:
    services = [
        service("Babies", min_age_months=0, max_age_months=11),
        service("Under fives", max_age_months=59),
        service("Says nothing"),
        service("Adults", min_age_months=228),
        service("Up to school", min_age_months=0, max_age_months=311),
    ]
    found, widened = run(services, age_months=age_months)
    assert sorted(found) == sorted(names)
    assert widened == ()


def test_for_an_age_what_is_made_for_it_goes_before_what_is_for_anybody(service: Make) -> None:
    services = [service("Anybody", schedules=(on("WE"),)), service("Under fives", max_age_months=59, schedules=(on("FR"),))]
    assert run(services, age_months=24)[0] == ["Under fives", "Anybody"]
    assert run(services)[0] == ["Anybody", "Under fives"]


def test_another_age_is_never_given_up_everything_else_is(service: Make) -> None:
    babies = service("Babies", max_age_months=11, schedules=(on("TH"),))
    dear = service("Dear", cost_pence=900, is_free=False, languages=("pl",), schedules=(on("FR"),))
    assert run([babies], age_months=24) == ([], ())
    wishes = {"age_months": 24, "free": True, "on": date(2026, 11, 26), "step_free": True, "language": "ur", "drop_in": True}
    names, widened = run([babies, dear], **wishes)
    assert names == ["Dear"]
    assert widened == ("other_day", "any_cost", "any_joining", "any_language", "any_access")


def test_kinds_needs_and_likeness_come_from_the_index(service: Make) -> None:
    massage, swim = service("A swim"), service("Hands")
    traits = {"hands": Traits(frozenset({"baby_massage"}), frozenset({"sign_language"}))}
    hits, widened = search(Query(TOPIC, kinds=("baby_massage",)), NOW, [massage, swim], traits=traits)
    assert ([hit.service.name for hit in hits], widened) == (["Hands"], ())
    hits, widened = search(Query(TOPIC, kinds=("baby_massage",), needs=("sign_language",)), NOW, [massage], traits=traits)
    assert ([hit.service.name for hit in hits], widened) == (["A swim"], ("any_access", "other_kind"))
    hits, _widened = search(Query(TOPIC), NOW, [massage, swim], traits={"hands": Traits(likeness=1.0)})
    assert [hit.service.name for hit in hits] == ["Hands", "A swim"]


def test_online_and_drop_in_must_be_said(service: Make) -> None:
    services = [
        service("Online", online=True),
        service("Drop in", booking_needed=False),
        service("Book", booking_needed=True),
        service("Silent"),
    ]
    assert run(services, online=True) == (["Online"], ())
    assert run(services, drop_in=True) == (["Drop in"], ())
    assert run(services[2:], drop_in=True)[1] == ("any_joining",)


@pytest.mark.parametrize(
    ("wishes", "names"),
    [
        ({"free": True}, ["Free"]),
        ({"max_cost_pence": 300}, ["Free", "Three pounds"]),
        ({"max_cost_pence": 299}, ["Free"]),
        ({"max_cost_pence": 0}, ["Free"]),
    ],
)
def test_an_unknown_price_is_neither_free_nor_cheap(service: Make, wishes: dict[str, Any], names: list[str]) -> None:
    services = [
        service("Free", is_free=True, cost_pence=0),
        service("Three pounds", is_free=False, cost_pence=300),
        service("Free for some", cost_pence=400),
        service("Ask"),
    ]
    assert run(services, **wishes) == (names, ())
    assert run([services[3]], **wishes) == (["Ask"], ("any_cost",))


def test_languages_match_whatever_the_script(service: Make) -> None:
    services = [service("Urdu", languages=("ur",)), service("Chinese", languages=("zh-Hant",)), service("English")]
    assert run(services, language="ur-Latn") == (["Urdu"], ())
    assert run(services, language="zh") == (["Chinese"], ())
    assert run([services[2]], language="pl") == (["English"], ("any_language",))


def test_step_free_must_be_said(service: Make) -> None:
    services = [service("Ramp", step_free=True), service("Stairs", step_free=False), service("Silent")]
    assert run(services, step_free=True) == (["Ramp"], ())
    assert run(services[1:], step_free=True)[1] == ("any_access",)


@pytest.fixture
def places(service: Make) -> list[Service]:
    return [
        service("Round the corner", latitude=51.541, longitude=0.711),
        service("Across the town", latitude=51.58, longitude=0.71),
        service("In the next county", latitude=52.5, longitude=0.71),
        service("Somewhere"),
        service("Online", online=True),
    ]


@pytest.mark.parametrize(
    ("within_km", "names", "widened"),
    [
        (1, ["Round the corner", "Online"], ()),
        (10, ["Round the corner", "Across the town", "Online"], ()),
        (None, ["Round the corner", "Across the town", "Online", "Somewhere"], ()),
        (500, ["Round the corner", "Across the town", "In the next county", "Online"], ()),
    ],
)
def test_distance_is_kept_and_what_is_online_is_always_near(
    places: list[Service], within_km: float | None, names: list[str], widened: tuple[str, ...]
) -> None:
    assert run(places, near=HERE, within_km=within_km) == (names, widened)


def test_further_away_is_found_when_there_is_nothing_near(places: list[Service]) -> None:
    far = [replace(places[2], latitude=51.8)]
    assert run(far, near=HERE) == (["In the next county"], ("further_away",))
    assert run([places[2]], near=HERE) == ([], ())  # a hundred kilometres are no answer
    assert run([places[3]], near=HERE, within_km=2) == (["Somewhere"], ("further_away",))


def test_a_distance_without_a_place_means_nothing(places: list[Service]) -> None:
    assert len(run(places, within_km=1)[0]) == 5


def test_of_several_places_the_nearest_is_shown(service: Make) -> None:
    two = service(
        address="Far hall", postcode="SS9 1AA", latitude=51.7, longitude=0.71, other_places=(Venue("Near hall", "SS1 1AA", 51.54, 0.71),)
    )
    hits, _widened = search(Query(TOPIC, near=HERE), NOW, [two])
    assert (hits[0].service.address, hits[0].service.postcode, hits[0].distance_km) == ("Near hall", "SS1 1AA", 0.0)
    hits, _widened = search(Query(TOPIC, near=At(51.7, 0.71)), NOW, [two])
    assert hits[0].service.address == "Far hall"


def test_with_a_place_the_nearer_one_of_the_same_week_goes_first(service: Make) -> None:
    near = service("Near on Friday", latitude=51.541, longitude=0.711, schedules=(on("FR"),))
    far = service("Far on Wednesday", latitude=51.6, longitude=0.711, schedules=(on("WE"),))
    later = service("Near in January", latitude=51.541, longitude=0.711, schedules=(on("FR", dtstart=date(2027, 1, 8)),))
    assert run([later, far, near], near=HERE)[0] == ["Near on Friday", "Far on Wednesday", "Near in January"]
    assert run([later, far, near])[0] == ["Far on Wednesday", "Near on Friday", "Near in January"]


def test_what_stands_in_for_an_asked_day_is_the_nearest_day_even_if_another_is_nearer_by(service: Make) -> None:
    monday = service("Monday", latitude=51.54, longitude=0.71, schedules=(on("MO"),))
    friday = service("Friday", latitude=51.556, longitude=0.71, schedules=(on("FR"),))
    assert run([monday, friday], near=HERE, on=date(2026, 11, 26)) == (["Friday", "Monday"], ("other_day",))


def test_old_information_stands_behind_fresh_whatever_its_hour_and_distance(service: Make) -> None:
    old = service("Old", checked_on=date(2026, 5, 1), latitude=51.54, longitude=0.71, schedules=(on("TH", begins=time(9)),))
    fresh = service("Fresh", checked_on=date(2026, 11, 20), latitude=51.56, longitude=0.71, schedules=(on("TH", begins=time(10)),))
    later = replace(fresh, id="later", name="Later", schedules=(on("FR"),))
    assert run([old, fresh, later])[0] == ["Fresh", "Later", "Old"]
    assert run([old, fresh], near=HERE, on=date(2026, 11, 26))[0] == ["Fresh", "Old"]


def test_what_was_checked_lately_goes_first_among_equals(service: Make) -> None:
    old, new = service("A", checked_on=date(2025, 1, 1)), service("B", checked_on=date(2026, 11, 1))
    assert run([old, new])[0] == ["B", "A"]


def test_what_a_service_is_mostly_about_goes_first(service: Make) -> None:
    aside = service("Aside", topics=("find_childcare", "find_activities"), schedules=(on("WE"),))
    mostly = service("Mostly", schedules=(on("FR"),))
    assert run([aside, mostly])[0] == ["Mostly", "Aside"]


def test_the_parents_own_words_bring_what_is_called_like_them_to_the_front(service: Make) -> None:
    services = [service("Swim school"), service("Baby group", summary="We also swim."), service("Rhymes")]
    assert run(services, words=("Swimming", "swim"))[0][:2] == ["Swim school", "Baby group"]
    assert run(services, words=("?",))[0] == sorted(one.name for one in services)


def test_words_alone_must_occur(service: Make) -> None:
    services = [service("Swim school", also_called=("Aqua babies",)), service("Rhymes")]
    assert run(services, topics=(), words=("aqua",)) == (["Swim school"], ())
    assert run(services, topics=(), words=("chess",)) == ([], ())
    assert len(run(services, topics=())[0]) == 2


def test_doubles_come_once_and_the_same_name_at_another_place_stays(service: Make) -> None:
    first = service("Stay and Play", id="1", postcode="SS1 1AA", schedules=(on("WE"),))
    double = service("Stay and play", id="2", postcode="SS1 1AA")
    other = service("Stay and Play", id="3", postcode="SS3 9AA", schedules=(on("TH"),))
    hits, _widened = search(Query(TOPIC), NOW, [double, first, other])
    assert [hit.service.id for hit in hits] == ["1", "3"]


def test_one_service_as_a_hit_whether_it_fits_or_not(service: Make) -> None:
    one = service(min_age_months=0, max_age_months=1, latitude=51.54, longitude=0.71, schedules=(on("WE"),))
    hit = hit_of(one, Query(near=HERE), NOW)
    assert hit.distance_km == 0.0
    assert hit.next_session is not None
    assert hit.next_session.starts_at.date() == date(2026, 11, 25)
