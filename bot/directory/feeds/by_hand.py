"""What people change in the directory themselves: the one way to do it, for the desk and for commands.

A change of a service that a feed gave is a correction: it holds until the feed says something new about that field. A
service that was typed here belongs to `desk:<area>` and no import touches it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.base.clock import Clock
from bot.base.db import Database
from bot.base.errors import BadInput
from bot.base.sealing import new_reference
from bot.directory import feed_values as read
from bot.directory import store as services
from bot.directory.calendars.cancelled import Cancelled, as_given, cancel, cancelled_of, hour_of, restore
from bot.directory.calendars.store import attached
from bot.directory.categories import Categories
from bot.directory.feeds import change_store
from bot.directory.feeds.hand_fields import CHANGEABLE, BadChange, checked
from bot.directory.geography import Geography
from bot.directory.model import Schedule, Service
from bot.directory.open_referral import Freshness

_FOLLOWS = frozenset({"review_by"})  # moves with every look at a service, so it is no correction


class NotAService(BadInput):
    """There is no service of that id."""


@dataclass(frozen=True)
class Edit:
    """Something that a person changed.

    Attributes:
        what: created, changed or withdrawn.
        before, after: the fields that changed, as plain values.
    """

    what: str
    by: str
    at: datetime
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class ByHand:
    """Creates, changes and withdraws services and their sessions; every change is kept with who and when.

    `by` is the account of who does it, never a parent.
    """

    def __init__(self, database: Database, clock: Clock, categories: Categories, geography: Geography, freshness: Freshness) -> None:
        self._database, self._clock = database, clock
        self._categories, self._geography, self._freshness = categories, geography, freshness

    def create(self, area: str, by: str, values: Mapping[str, Any]) -> Service:
        """A new service, open and offered where nothing else is said.

        Args:
            values: fields of `Service` by name, of `CHANGEABLE`; a name is needed.

        Raises:
            BadChange: a field that is none, or a value that cannot be.
        """
        if not values.get("name"):
            raise BadChange("name: a service needs a name")
        today = self._clock.today()
        given = dict(values)
        given.setdefault("topics", self._categories.topics_of(str(values["name"]), str(values.get("summary") or ""), ()))
        blank = Service(
            id=f"{area}-{new_reference(8).lower()}",
            area=area,
            name=str(values["name"]),
            topics=(),
            status="open",
            offered=True,
            source="typed in by the partnership",
            checked_on=today,
        )
        made = self._with(blank, given)
        with self._database.session() as session:
            services.put(session, f"desk:{area}", [made])
            self._note(session, made.id, "created", blank, made, by)
        return made

    def change(self, service_id: str, by: str, values: Mapping[str, Any]) -> Service:
        """Other values for some fields; the person has looked at it, so it counts as checked today.

        Raises:
            NotAService: there is none of that id.
            BadChange: a field that is none, or a value that cannot be.
        """
        return self._change(service_id, by, lambda _service: values)

    def withdraw(self, service_id: str, by: str) -> Service:
        """It has ended: it is not offered any more, and who asks for it by name hears so.

        Raises:
            NotAService: there is none of that id.
        """
        return self._change(service_id, by, lambda _service: {"status": "ended", "offered": False}, "withdrawn")

    def add_session(self, service_id: str, by: str, schedule: Schedule) -> Service:
        """One more opening time."""
        return self._change(service_id, by, lambda service: {"schedules": (*service.schedules, schedule)})

    def change_session(self, service_id: str, by: str, old: Schedule, new: Schedule | None) -> Service:
        """Another opening time in place of one; None withdraws it.

        Raises:
            BadChange: the service has no such opening time (any more).
        """
        return self._change(service_id, by, lambda service: {"schedules": _exchanged(service, old, new)})

    def cancel_day(self, service_id: str, by: str, schedule: Schedule, on: date) -> Service:
        """It does not take place on one day, whatever a feed or an organiser's calendar says.

        Raises:
            BadChange: the service has no such opening time (any more).
        """
        with self._database.session() as session:
            before = self._held(session, service_id)
            without = _exchanged(before, schedule, replace(schedule, except_on=tuple(sorted({*schedule.except_on, on}))))
            feed = services.feeds_of(session, [service_id])[service_id]
            if _is_ours(feed):
                return self._write(session, before, by, {"schedules": without})
            cancel(session, service_id, Cancelled(on, hour_of(schedule.opens_at)))
            services.put(session, feed, [self._with(before, {})])
            after = services.of_ids(session, [service_id])[0]
            self._note(session, service_id, "changed", before, after, by)
        return after

    def history(self, service_id: str) -> list[Edit]:
        """Everything that people changed of a service, the latest last."""
        with self._database.session() as session:
            rows = change_store.edits(session, service_id)
        return [Edit(row["what"], row["by"], row["at"], json.loads(row["before"]), json.loads(row["after"])) for row in rows]

    def _held(self, session: Any, service_id: str) -> Service:
        """The service as it stands; who else changes it waits, so that nobody's change is written over."""
        service = services.held(session, service_id)
        if service is None:
            raise NotAService(f"there is no service {service_id}")
        return service

    def _change(self, service_id: str, by: str, asked: Callable[[Service], Mapping[str, Any]], what: str = "changed") -> Service:
        with self._database.session() as session:
            before = self._held(session, service_id)
            return self._write(session, before, by, asked(before), what)

    def _write(self, session: Any, before: Service, by: str, values: Mapping[str, Any], what: str = "changed") -> Service:
        after, service_id = self._with(before, values), before.id
        feed = services.feeds_of(session, [service_id])[service_id]
        cancelled = cancelled_of(session, [service_id]).get(service_id, [])
        if after.schedules != before.schedules:
            if attached(session, [service_id]):
                raise BadChange("schedules: an organiser's calendar says when it is on; only single days can be cancelled here")
            kept = {on for one in after.schedules for on in one.except_on}
            restore(session, service_id, [one for one in cancelled if one.on not in kept])
        services.put(session, feed, [after])
        if not _is_ours(feed):
            self._correct(session, _as_given(before, cancelled), _as_given(after, cancelled), by)
        self._note(session, service_id, what, before, after, by)
        return after

    def _correct(self, session: Any, before: Service, after: Service, by: str) -> None:
        """Remember what the source says now of each field that was put right, so that it can be told later whether it moved."""
        earlier = {one.field: one.source_value for one in change_store.corrections(session, [before.id]).get(before.id, [])}
        was, is_now = services.values_of(before), services.values_of(after)
        for name in CHANGEABLE - _FOLLOWS:
            if was[name] != is_now[name]:
                said = earlier.get(name, _json(was[name]))
                correction = change_store.Correction(name, _json(is_now[name]), said, by[:60], self._clock.now())
                change_store.put_correction(session, before.id, correction)

    def _note(self, session: Any, service_id: str, what: str, before: Service, after: Service, by: str) -> None:
        was, is_now = services.values_of(before), services.values_of(after)
        names = [name for name in sorted(CHANGEABLE - _FOLLOWS) if what == "created" or was[name] != is_now[name]]
        old = {name: was[name] for name in names} if what != "created" else {}
        new = {name: is_now[name] for name in names}
        change_store.add_edit(session, service_id, what, _json(old), _json(new), by[:60], self._clock.now())

    def _with(self, service: Service, values: Mapping[str, Any]) -> Service:
        today = self._clock.today()
        given = {name: checked(name, value, self._categories.topics) for name, value in values.items()}
        stale_from = self._freshness.stale_from(today)
        changed = self._placed(replace(service, **given, checked_on=today, stale_from=stale_from), given)
        if "review_by" not in given:
            changed = replace(changed, review_by=self._freshness.review_by(today))
        if changed.topics and not service.topics and "offered" not in given:
            changed = replace(changed, offered=True)  # it was not offered because nobody knew what it is about
        if changed.status != "open":
            changed = replace(changed, offered=False)
        if changed.min_age_months is not None and changed.max_age_months is not None and changed.max_age_months < changed.min_age_months:
            raise BadChange("max_age_months: the highest age is below the lowest")
        is_moved = bool({"latitude", "longitude"} & given.keys()) and (changed.latitude, changed.longitude) != (None, None)
        if is_moved and read.point(vars(changed)) is None:
            raise BadChange("latitude: with longitude it must be a point in Great Britain")
        return changed

    def _placed(self, service: Service, given: Mapping[str, Any]) -> Service:
        """A new postcode moves it, unless a point was given too."""
        if "postcode" not in given or "latitude" in given:
            return service
        at = self._geography.centroid_of_postcode(given["postcode"]) if given["postcode"] else None
        return replace(service, latitude=at.latitude if at else None, longitude=at.longitude if at else None)


def _exchanged(service: Service, old: Schedule, new: Schedule | None) -> tuple[Schedule, ...]:
    """Its opening times with another one in place of one, or without it."""
    if old not in service.schedules:
        raise BadChange("schedules: the service has no such opening time")
    changed = (new if one == old else one for one in service.schedules)
    return tuple(one for one in changed if one is not None)


def _is_ours(feed: str) -> bool:
    """Whether a service was typed here, so that no source can say anything else."""
    return feed.startswith("desk:")


def _as_given(service: Service, cancelled: Sequence[Cancelled]) -> Service:
    return replace(service, schedules=as_given(service.schedules, cancelled)) if cancelled else service


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
