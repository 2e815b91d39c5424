"""What is counted, and how small numbers are hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

SMALLEST_SHOWN = 5
"""A number from 1 to 4 could point to a family, so it is not shown.

Source: ONS, Policy on protecting confidentiality in tables, threshold rule; read 2026-11-22.
"""

MEASURES: Mapping[str, str] = {
    "requests": "Requests for a call or visit",
    "other_requests": "Sign-ups, ideas, volunteering, wrong answers",
    "withdrawn": "Withdrawn by the parent",
    "contacts": "Talks with parents",
    "attempts": "Attempts without a talk",
    "promises_kept": "Promised times kept",
    "promises_broken": "Promised times not kept",
    "referrals": "Referrals to services",
    "healthy_start": "Healthy Start sign-ups",
    "vitamins": "Vitamin sign-ups",
    "closed": "Requests closed",
    "missed_calls": "Calls that parents say they missed",
    "helped_yes": "Parents: the call helped",
    "helped_some": "Parents: it helped a little",
    "helped_no": "Parents: it did not help",
    "cases": "Safeguarding flags and concerns",
    "escalated": "Reminders that went to a second person",
}
LEAD_ONLY = frozenset({"cases"})

BY = ("area", "language", "topic")


@dataclass(frozen=True)
class Figure:
    """A count on a day."""

    on: date
    measure: str
    area: str
    language: str
    topic: str
    amount: int


@dataclass(frozen=True)
class Cell:
    """A number to show; None when it is hidden."""

    name: str
    amount: int | None

    @property
    def shown(self) -> str:
        """As it stands in a table."""
        return "hidden" if self.amount is None else str(self.amount)


def totals(figures: Sequence[Figure]) -> list[Cell]:
    """One number for each measure, in the order of `MEASURES`; 0 included, 1 to 4 hidden."""
    sums = dict.fromkeys(MEASURES, 0)
    for figure in figures:
        if figure.measure in sums:
            sums[figure.measure] += figure.amount
    return [Cell(measure, None if 0 < amount < SMALLEST_SHOWN else amount) for measure, amount in sums.items()]


def table(figures: Sequence[Figure], measure: str, by: str) -> list[Cell]:
    """One number for each area, language or topic, the largest first.

    Numbers from 1 to 4 are hidden; where only one is, the next smallest is hidden too, because the
    hidden one could be worked out from the total.
    """
    sums: dict[str, int] = {}
    for figure in figures:
        if figure.measure == measure:
            name = str(getattr(figure, by))
            sums[name] = sums.get(name, 0) + figure.amount
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    hidden = {name for name, amount in ordered if amount < SMALLEST_SHOWN}
    if len(hidden) == 1 and len(ordered) > 1:
        hidden.add(next(name for name, _amount in reversed(ordered) if name not in hidden))
    cells = [Cell(name, None if name in hidden else amount) for name, amount in ordered]
    return sorted(cells, key=lambda cell: (cell.amount is None, -(cell.amount or 0), cell.name))
