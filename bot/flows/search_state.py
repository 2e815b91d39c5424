"""What a parent has said so far about what they look for, as it is remembered between turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from bot.directory.geography import parse_postcode, rough, without_incodes
from bot.directory.model import Place, Point, Query

MAX_AGE_MONTHS = 18 * 12
LONGEST_SAID = 300


@dataclass(frozen=True)
class SearchState:
    """A search that follow-ups can change. Plain values only, so that it fits into a slot.

    Attributes:
        topic: the find_* intent that began it.
        place: a name or an outcode, never a full postcode.
        on: ISO date; `weekday` 0 = Monday instead, when no date was meant.
        until: ISO date, when any day from `on` to it will do.
        not_weekdays, not_on, not_parts: days and parts of the day that the parent ruled out.
        shown: ids of the services on the cards last shown, in their order.
        seen: how many results have been shown so far.
        said: the beginning of the message that began it, for its meaning; kept as long as the message itself.
        needs: what else the parent needs to be able to come.
        named: ids of the services that the parent named, whose cards come first.
    """

    topic: str
    place: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    place_area: str | None = None
    age_months: int | None = None
    on: str | None = None
    weekday: int | None = None
    part_of_day: str | None = None
    free: bool = False
    max_cost_pence: int | None = None
    within_km: float | None = None
    language: str | None = None
    step_free: bool = False
    shown: tuple[str, ...] = ()
    seen: int = 0
    said: str | None = None
    needs: tuple[str, ...] = ()
    online: bool = False
    drop_in: bool = False
    until: str | None = None
    not_weekdays: tuple[int, ...] = ()
    not_on: tuple[str, ...] = ()
    not_parts: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether the parent has said where, for what age or when."""
        return any(said is not None for said in (self.place, self.age_months, self.on, self.weekday, self.part_of_day))

    def remembered(self) -> dict[str, Any]:
        """For the slot: only what was said. A nought was said: it is a newborn's age, and Monday."""
        said = {name: value for name, value in asdict(self).items() if value is not None and value is not False and value != ()}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}

    def query(self, area: str, today: date) -> Query:
        """What the directory is asked.

        A date that has passed is not searched; callers say so first.
        """
        near = Point(self.latitude, self.longitude) if self.latitude is not None and self.longitude is not None else None
        on = date.fromisoformat(self.on) if self.on else None
        until = date.fromisoformat(self.until) if self.until else None
        if on and until and until >= today:
            on = max(on, today)
        return Query(
            topics=(self.topic,),
            area=self.place_area or area,
            near=near,
            near_name=self.place,
            age_months=self.age_months,
            on=on if on and on >= today else None,
            weekday=self.weekday,
            part_of_day=self.part_of_day,  # type: ignore[arg-type]
            until=until if on and on >= today else None,
            not_weekdays=self.not_weekdays,
            not_on=tuple(date.fromisoformat(day) for day in self.not_on),
            not_parts=self.not_parts,  # type: ignore[arg-type]
            free=self.free,
            max_cost_pence=self.max_cost_pence,
            within_km=self.within_km,
            language=self.language,
            step_free=self.step_free,
            text=self.said,
            needs=self.needs,
            online=self.online,
            drop_in=self.drop_in,
        )


def recall(value: Mapping[str, Any] | None) -> SearchState | None:
    """The state from a slot's value; None when there was no search."""
    if not value or not value.get("topic"):
        return None
    known = {k: v for k, v in value.items() if k in SearchState.__dataclass_fields__}
    known = {name: tuple(said) if isinstance(said, list) else said for name, said in known.items()}
    return SearchState(**known)


def begin(topic: str, before: SearchState | None, said: str | None = None) -> SearchState:
    """A new search; where, for what age and what the family needs is kept from the one before, the rest is not."""
    said = without_place(said) if said else None
    if before is None:
        return SearchState(topic, said=said)
    return SearchState(
        topic, before.place, before.latitude, before.longitude, before.place_area, before.age_months,
        language=before.language, step_free=before.step_free, said=said, needs=before.needs,
    )  # fmt: skip


def located(state: SearchState, place: Place) -> SearchState:
    """The search at a place. Of a full postcode only the outcode stays, and a point that is no household's."""
    postcode = parse_postcode(place.name)
    exact = postcode is not None and postcode.incode is not None
    point = rough(place.point) if exact else place.point
    name = postcode.outcode if postcode and exact else place.name
    return replace(state, place=name, latitude=point.latitude, longitude=point.longitude, place_area=place.area)


def without_place(said: str) -> str:
    """The beginning of a parent's words as the search remembers them: no full postcode in them."""
    return without_incodes(said)[:LONGEST_SAID]


def refine(state: SearchState, said: Iterable[tuple[str, Any]]) -> SearchState:
    """The state changed by what was recognised in a message.

    Args:
        said: (kind, value) pairs: `age_months` int, `day` {"on": ISO}, {"weekday": n} or {"from": ISO, "to": ISO},
            `time_of_day` str, `cost` {"free": True} or {"max_pence": n}, `distance_km` float or
            "nearer", `spoken_language` code, `access_need` "step_free" or an id of `needs.yml`, `need` such an id; `not_day`,
            `not_time_of_day` and `not_cost` in the same shapes. Places are looked up elsewhere.
    """
    for kind, value in _one_day(list(said)):
        state = _changed(state, kind, value)
    return replace(state, shown=(), seen=0, named=())


def _changed(state: SearchState, kind: str, value: Any) -> SearchState:
    if kind == "age_months" and 0 <= int(value) <= MAX_AGE_MONTHS:
        return replace(state, age_months=int(value))
    if kind == "cost":
        return replace(state, free=bool(value.get("free")), max_cost_pence=value.get("max_pence"))
    if kind == "distance_km":
        return replace(state, within_km=_nearer(state) if value == "nearer" else float(value))
    if kind == "spoken_language" and value != "en":  # spoken everywhere, and mostly what is to be learnt
        return replace(state, language=value)
    if kind in ("access_need", "need"):
        return _needing(state, value)
    return _at_a_time(state, kind, value)


def _at_a_time(state: SearchState, kind: str, value: Any) -> SearchState:
    if kind == "day":
        return _on_day(state, value)
    if kind == "time_of_day":
        return replace(state, part_of_day=value, not_parts=_without(state.not_parts, value))
    return _ruling_out(state, kind, value) if kind in ("not_day", "not_time_of_day", "not_cost") else state


def _on_day(state: SearchState, day: Mapping[str, Any]) -> SearchState:
    on, weekday = day.get("on") or day.get("from"), day.get("weekday")
    state = replace(state, not_weekdays=_without(state.not_weekdays, weekday), not_on=_without(state.not_on, on))
    return replace(state, on=on, weekday=weekday, until=day.get("to"))


def _ruling_out(state: SearchState, kind: str, value: Any) -> SearchState:
    """Without what the parent does not want, which is looked for no longer."""
    if kind == "not_cost":
        return replace(state, free=False)
    if kind == "not_time_of_day":
        part = None if state.part_of_day == value else state.part_of_day
        return replace(state, part_of_day=part, not_parts=_with(state.not_parts, value))
    on, weekday = value.get("on"), value.get("weekday")
    if (value.get("from") or on, value.get("to"), weekday) == (state.on, state.until, state.weekday):
        state = replace(state, on=None, until=None, weekday=None)
    if on:
        return replace(state, not_on=_with(state.not_on, on))
    return state if weekday is None else replace(state, not_weekdays=_with(state.not_weekdays, weekday))


def _with(said: tuple[Any, ...], one: Any) -> tuple[Any, ...]:
    return tuple(dict.fromkeys((*said, one)))


def _without(said: tuple[Any, ...], one: Any) -> tuple[Any, ...]:
    return tuple(other for other in said if other != one)


def _one_day(said: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The same with the weekday as the only day, where one is named: in Sorani “morning” is also the word for “tomorrow”."""
    weekday = next((value for kind, value in said if kind == "day" and value.get("weekday") is not None), None)
    return [(kind, value) for kind, value in said if kind != "day" or weekday is None or value is weekday]


def _needing(state: SearchState, need: str) -> SearchState:
    if need == "step_free":
        return replace(state, step_free=True)
    if need == "online":
        return replace(state, online=True)
    if need == "drop_in":
        return replace(state, drop_in=True)
    return replace(state, needs=_with(state.needs, need))


def _nearer(state: SearchState) -> float:
    return max((state.within_km or 6.0) / 2, 1.0)
