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
        shown: ids of the services on the cards last shown, in their order.
        seen: how many results have been shown so far.
        said: the beginning of the message that began it, for its meaning; kept as long as the message itself.
        needs: what else the parent needs to be able to come.
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
        return Query(
            topics=(self.topic,),
            area=self.place_area or area,
            near=near,
            near_name=self.place,
            age_months=self.age_months,
            on=on if on and on >= today else None,
            weekday=self.weekday,
            part_of_day=self.part_of_day,  # type: ignore[arg-type]
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
    for name in ("shown", "needs"):
        if name in known:
            known[name] = tuple(known[name])
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
        said: (kind, value) pairs: `age_months` int, `day` {"on": ISO} or {"weekday": n},
            `time_of_day` str, `cost` {"free": True} or {"max_pence": n}, `distance_km` float or
            "nearer", `spoken_language` code, `access_need` str, `need` id of `needs.yml`. Places are looked up elsewhere.
    """
    for kind, value in _one_day(list(said)):
        if kind == "age_months" and 0 <= int(value) <= MAX_AGE_MONTHS:
            state = replace(state, age_months=int(value))
        elif kind == "day":
            state = replace(state, on=value.get("on"), weekday=value.get("weekday"))
        elif kind == "time_of_day":
            state = replace(state, part_of_day=value)
        elif kind == "cost":
            state = replace(state, free=bool(value.get("free")), max_cost_pence=value.get("max_pence"))
        elif kind == "distance_km":
            state = replace(state, within_km=_nearer(state) if value == "nearer" else float(value))
        elif kind == "spoken_language" and value != "en":  # spoken everywhere, and mostly what is to be learnt
            state = replace(state, language=value)
        elif kind == "access_need":
            state = replace(state, step_free=True)
        elif kind == "need":
            state = _needing(state, value)
    return replace(state, shown=(), seen=0)


def _one_day(said: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The same with the weekday as the only day, where one is named: in Sorani “morning” is also the word for “tomorrow”."""
    weekday = next((value for kind, value in said if kind == "day" and value.get("weekday") is not None), None)
    return [(kind, value) for kind, value in said if kind != "day" or weekday is None or value is weekday]


def _needing(state: SearchState, need: str) -> SearchState:
    if need == "online":
        return replace(state, online=True)
    if need == "drop_in":
        return replace(state, drop_in=True)
    return replace(state, needs=tuple(dict.fromkeys((*state.needs, need))))


def _nearer(state: SearchState) -> float:
    return max((state.within_km or 6.0) / 2, 1.0)
