"""What should have happened by itself at the desk and has not: the one rule for the desk's pages, the figures and the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.base.db import Session
from bot.callbacks import timer_store
from bot.staff import record_store

COUNTED_TO = 100


@dataclass(frozen=True)
class Stuck:
    """How much is stuck; each counted to `COUNTED_TO`.

    Attributes:
        notices: notifications that were given up.
        timers: timers that should have fired a while ago and have not.
    """

    notices: int
    timers: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.notices + self.timers


def how_much_is_stuck(session: Session, now: datetime) -> Stuck:
    """Counted in the database."""
    late = timer_store.overdue(session, now - timer_store.OVERDUE_AFTER, COUNTED_TO)
    return Stuck(record_store.failed_notices(session, COUNTED_TO), late)
