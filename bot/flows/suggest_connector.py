"""Which connector a request suits, by language, area, working pattern and a fair share of the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from bot.base.calendar import is_bank_holiday
from bot.base.db import Session
from bot.callbacks.model import Request
from bot.callbacks.opening import Rota, slots_after, staffed_by
from bot.callbacks.queue_store import loads
from bot.flows.desk_hours import rota_of, team_of
from bot.flows.house import House
from bot.staff import store as staff_store
from bot.staff.model import Member

_LANGUAGE, _IN_TIME, _NOW, _MOST_LOAD = 6, 20, 2, 12


@dataclass(frozen=True)
class Suggestion:
    """A connector for a request, and why.

    Attributes:
        in_time: whether this person is at work before the promised time.
    """

    member: Member
    score: int
    reasons: tuple[str, ...]
    in_time: bool


def suggest(house: House, session: Session, request: Request, but: Sequence[str] = ()) -> list[Suggestion]:
    """The area's connectors, the best first; those who are away until after the promised time last.

    Of two who suit alike, the one with less to do, then the one who was given something longest ago.
    """
    team = [m for m in team_of(session, request.area) if m.id not in but]
    if not team:
        return []
    now = house.clock.now()
    away = staff_store.absences(session, now.date())
    load = loads(session, [m.id for m in team])
    given = staff_store.last_assigned(session)
    found = []
    for member in team:
        score, reasons = 0, []
        if request.language != "en" and not request.interpreter and _speaks(member, request.language):
            score += _LANGUAGE
            reasons.append(f"speaks {house.languages.get(request.language).english_name}")
        rota = rota_of(member, away)
        if rota.works_at(now):
            score += _NOW
            reasons.append("at work now")
        in_time = _works_before(house, request, rota, now)
        if in_time:
            score += _IN_TIME
        else:
            reasons.append("not at work before the promised time")
        score -= min(load[member.id], _MOST_LOAD)
        reasons.append(f"has {load[member.id]} open")
        found.append(Suggestion(member, score, tuple(reasons), in_time))
    never = datetime.min.replace(tzinfo=timezone.utc)
    return sorted(found, key=lambda s: (-s.score, given.get(s.member.id) or never, s.member.name))


def team_speaks(house: House, area: str, language: str) -> bool:
    """Whether a connector of an area is known to speak a language."""
    with house.database.session() as session:
        return any(_speaks(member, language) for member in team_of(session, area))


def _speaks(member: Member, language: str) -> bool:
    # Roman Urdu is Urdu when spoken.
    spoken = {code.split("-", maxsplit=1)[0] for code in member.languages}
    return language.split("-", maxsplit=1)[0] in spoken


def _works_before(house: House, request: Request, rota: Rota, now: datetime) -> bool:
    last = request.promised_by or request.due_at
    first = next(slots_after(now, house.area(request.area).opening, is_bank_holiday, staffed_by([rota])), None)
    return first is not None and (last is None or first[0] < max(last, now))
