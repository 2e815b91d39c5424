"""When a message that nobody has just asked for may reach a phone."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.base.clock import LONDON


def not_before(at: datetime, quiet_from: time, quiet_to: time) -> datetime:
    """The same instant, or the end of the quiet hours that it falls into.

    Args:
        quiet_from, quiet_to: like 20:00 and 09:00; may span midnight. Equal times mean no quiet hours.
    """
    local = at.astimezone(LONDON)
    if not _is_quiet(local.time(), quiet_from, quiet_to):
        return local
    ends_on = local.date() + timedelta(days=int(local.time() >= quiet_to))
    return datetime.combine(ends_on, quiet_to, LONDON)


def _is_quiet(now: time, quiet_from: time, quiet_to: time) -> bool:
    if quiet_from <= quiet_to:
        return quiet_from <= now < quiet_to
    return now >= quiet_from or now < quiet_to
