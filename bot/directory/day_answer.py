"""The answer to “is it on today?”."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.directory.model import Closure, Session


@dataclass(frozen=True)
class DayAnswer:
    """Whether something is on, on one day.

    Attributes:
        sessions: of that day, those that are over included.
        over: there were sessions on that day, and the last one has ended.
        because: why there is none although the rule names the day.
        next: the next session after what was asked; None when none is known.
        has_times: False where the provider gives no times, so that nobody can say.
    """

    on: date
    sessions: tuple[Session, ...]
    over: bool
    because: Closure | None
    next: Session | None
    has_times: bool
