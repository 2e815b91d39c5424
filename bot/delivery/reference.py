"""The reference that goes to a provider with a message and comes back in its reports.

SQLite gives the numbers of deleted messages out again: a number alone may come back when it is another parent's.
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.base.db import OpenSession
from bot.base.sealing import Sealer
from bot.delivery import outbox_store
from bot.delivery.model import About, Due

_MARK_LETTERS = 12
_REFERENCE = re.compile(r"([0-9]{1,18})-([mt])-([0-9a-f]{12})")


def reference_of(sealer: Sealer, due: Due, *, is_template: bool) -> str:
    """What is sent along: the message's number, whether it goes itself or a template in its place, and a mark of it alone."""
    return f"{due.outbox_id}-{'t' if is_template else 'm'}-{_mark(sealer, due.outbox_id, due.sender, due.created_at)}"


def read_reference(session: OpenSession, sealer: Sealer, text: str | None) -> About | None:
    """What a report is about; None when its message is not in the outbox (any more)."""
    found = _REFERENCE.fullmatch(text or "")
    origin = outbox_store.origin_of(session, int(found[1])) if found else None
    if found is None or origin is None or _mark(sealer, int(found[1]), *origin) != found[3]:
        return None
    return About(int(found[1]), is_template=found[2] == "t")


def _mark(sealer: Sealer, outbox_id: int, sender: str, created_at: datetime) -> str:
    return sealer.pseudonym("outbox", f"{outbox_id} {sender} {created_at.isoformat()}")[:_MARK_LETTERS]
