"""When the desk is open and somebody is at it: opening slots, bank holidays, connectors' own calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.base.calendar import is_bank_holiday
from bot.base.db import Session
from bot.callbacks.model import OpeningHours, Wish
from bot.callbacks.opening import (
    Rota,
    Staffed,
    after_open_time,
    is_open,
    next_suiting,
    open_time_between,
    promise,
    read_opening_hours,
    staffed_by,
)
from bot.flows.house import House
from bot.staff import store as staff_store
from bot.staff.model import Absence, Member


@dataclass(frozen=True)
class DeskHours:
    """Opening hours of an area, with the connectors who work then."""

    hours: OpeningHours
    staffed: Staffed | None

    def promise(self, now: datetime, wish: Wish | None = None) -> datetime | None:
        """By when a connector will have called; see `bot.callbacks.opening.promise`."""
        return promise(now, self.hours, is_bank_holiday, wish, self.staffed)

    def after(self, first: datetime, how_long: timedelta) -> datetime:
        """When the desk has been open for so long."""
        return after_open_time(first, how_long, self.hours, is_bank_holiday)

    def again(self, now: datetime, how_long: timedelta, wish: Wish) -> tuple[datetime, datetime]:
        """From when and by when to try again: once the desk has been open for so long, and when it suits the parent."""
        soonest = self.after(now, how_long)
        suits = next_suiting(soonest, self.hours, is_bank_holiday, wish, self.staffed) if wish != Wish() else None
        if suits is None:
            return soonest, soonest
        start, end = suits
        return start, min(end, self.after(start, how_long))

    def from_when(self, now: datetime, wish: Wish) -> datetime:
        """The first open moment that suits the parent."""
        return self.again(now, timedelta(0), wish)[0]

    def between(self, first: datetime, last: datetime) -> timedelta:
        """How long the desk is open between two instants."""
        return open_time_between(first, last, self.hours, is_bank_holiday)

    def is_open(self, at: datetime) -> bool:
        """Whether the desk is open."""
        return is_open(at, self.hours, is_bank_holiday)


def desk_hours(house: House, session: Session, area_id: str) -> DeskHours:
    """Of an area, with what the connectors' calendars say today."""
    area = house.area(area_id)
    team = team_of(session, area.id)
    away = staff_store.absences(session, house.clock.today()) if team else []
    return DeskHours(area.opening, staffed_by([rota_of(member, away) for member in team]))


def team_of(session: Session, area_id: str) -> list[Member]:
    """Who calls families of an area."""
    return [m for m in staff_store.members(session) if m.may("connector") and (not m.areas or area_id in m.areas)]


def rota_of(member: Member, absences: list[Absence]) -> Rota:
    """A connector's own calendar; hours that cannot be read count as none, so that one person's keep nobody's promise back."""
    away = tuple((a.first_on, a.last_on) for a in absences if a.staff_id == member.id)
    try:
        works = read_opening_hours(member.works)
    except ValueError:
        works = {}
    return Rota(works, away)
