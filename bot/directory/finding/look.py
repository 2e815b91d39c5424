"""Searches the index step by step: what fits wholly first, nearest first, until there is enough to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.directory import store
from bot.directory.closures import Closed
from bot.directory.finding import store as finding
from bot.directory.finding.narrowing import ACCESS, DAY, FAR, KIND, PART, Narrowing, levels, narrowed, possible_misses, reaching, steps
from bot.directory.model import Hit, Query, Traits
from bot.directory.search import Weighed, arranged, is_stale, weigh, widening
from bot.directory.terms import Match, Phrase

_ENOUGH = 30
"""Pages one to ten come from the same set, so that their order does not change while a parent pages."""
_SOON_DAYS = 14
_UNKNOWN = float("-inf")
"""How close something is whose meaning nobody has looked at yet: it stands behind everything that is known to be close or far."""

Likeness = Callable[[Session, Sequence[str]], "dict[str, float]"]
"""How close services' texts are to what the parent said, by id; coarse steps, higher is closer."""


@dataclass(frozen=True)
class Wanted:
    """What must stand in a service's text.

    Attributes:
        kinds: phrases of the kinds asked for, one of which must occur, and those that must not.
        needs: for each need its phrases.
        words: any of these, when words alone are searched.
    """

    kinds: Match | None = None
    needs: tuple[tuple[Phrase, ...], ...] = ()
    words: tuple[Phrase, ...] = ()

    def match(self, given_up: int) -> Match | None:
        """For the index; None when no word is asked for."""
        match = self.kinds if self.kinds and not given_up & KIND else Match(())
        match = match.and_of(self.words, *(() if given_up & ACCESS else self.needs))
        return match if match.groups else None


def look(
    session: Session,
    query: Query,
    now: datetime,
    closed_in: Callable[[str], Closed],
    wanted: Wanted,
    likeness: Likeness | None = None,
    enough: int = _ENOUGH,
) -> tuple[list[Hit], tuple[str, ...]]:
    """Hits in order and what was given up; at least `enough` of them if there are so many.

    What is given up is the least that helps: see `_least`.
    """

    def at_level(given_up: int) -> tuple[list[Weighed], bool]:
        return _at_level(session, query, now, closed_in, wanted, given_up, max(enough, _ENOUGH))

    found, _is_whole = at_level(next(levels(query, now.date())))
    if not found:
        found = _least(query, now, at_level, _losses(session, query, now, wanted))
    if likeness and len(found) > 1:
        close = likeness(session, [one.service.id for one in found])
        found = [replace(one, likeness=close.get(one.service.id, _UNKNOWN)) for one in found]
    missed = 0
    for one in found:
        missed |= one.miss
    return arranged(found, query, now), widening(missed)


def _losses(session: Session, query: Query, now: datetime, wanted: Wanted) -> list[int]:
    """What can be given up besides time and distance so that something is left, least first: known from one look at the index."""
    every = possible_misses(query)
    narrowing = reaching(narrowed(query, now.date(), every, wanted.match(every)), query)
    wishes = replace(narrowed(query, now.date(), 0, None), box=narrowing.box, open_bits=0, on=None)
    needs = Match(()).and_of(*wanted.needs)
    return sorted(finding.losses(session, narrowing, wishes, wanted.kinds, needs))


def _least(query: Query, now: datetime, at_level: Callable[[int], tuple[list[Weighed], bool]], losses: Sequence[int]) -> list[Weighed]:
    """All that miss the least.

    For each loss everything is read once with time and distance given up, and what each misses is computed. Only where there is
    too much to read are the levels between tried one by one.
    """
    free = possible_misses(query) & (PART | DAY | FAR)
    for lost in losses:
        found, is_whole = at_level(lost | free)
        if found and is_whole:
            least = min(one.miss for one in found)
            return [one for one in found if one.miss == least]
        if found:
            between = (level for level in levels(query, now.date()) if level & ~free == lost)
            return next((some for level in between if (some := at_level(level)[0])), [])
    return []


def _at_level(
    session: Session, query: Query, now: datetime, closed_in: Callable[[str], Closed], wanted: Wanted, given_up: int, enough: int
) -> tuple[list[Weighed], bool]:
    """What fits if that is given up, and whether that is all of it."""
    match = wanted.match(given_up)
    traits = Traits(
        frozenset(query.kinds) if not given_up & KIND else frozenset(),
        frozenset(query.needs) if not given_up & ACCESS else frozenset(),
    )
    base = narrowed(query, now.date(), given_up, match)
    seen: set[str] = set()
    fitting: list[Weighed] = []
    read_whole: list[Narrowing] = []
    for step in steps(base, query, given_up):
        if any(whole.holds(step) for whole in read_whole):
            continue
        found, are_all = finding.ids(session, step)
        if are_all:
            read_whole.append(step)
        elif step.in_any_order:
            continue  # too much to take it as it comes
        fresh = [one for one in found if one not in seen]
        seen.update(fresh)
        services = store.of_ids(session, fresh)
        weighed, _least = weigh(query, now, services, closed_in, dict.fromkeys(fresh, traits))
        fitting += [one for one in weighed if not one.miss & ~given_up]
        if sum(_counts(one, query, now) for one in fitting) >= enough:
            return fitting, False
    return fitting, True


def _counts(one: Weighed, query: Query, now: datetime) -> bool:
    """Whether it is something to choose: fresh, and on soon or without dates. In the summer most groups come back in September."""
    if is_stale(one.service, now.date()):
        return False
    return query.on is not None or one.session is None or one.session.starts_at <= now + timedelta(days=_SOON_DAYS)
