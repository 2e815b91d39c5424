"""What should have happened by itself at the desk and has not: the one rule for the desk's pages, the figures and the log."""

from __future__ import annotations

from dataclasses import dataclass

from bot.base.db import Session
from bot.staff import record_store

COUNTED_TO = 100


@dataclass(frozen=True)
class Stuck:
    """How much is stuck; each counted to `COUNTED_TO`.

    Attributes:
        notices: notifications that were given up.
    """

    notices: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.notices


def how_much_is_stuck(session: Session) -> Stuck:
    """Counted in the database."""
    return Stuck(record_store.failed_notices(session, COUNTED_TO))
