"""The conversation as the desk shows it: each turn, and what became of a message that a person wrote."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.delivery.outbox_store import outbox_table
from bot.delivery.store import turn_table

_WORST_FIRST = ("dead", "uncertain", "asked", "held", "waiting", "sending", "sent")


def turns_with_fates(session: Session, senders: Sequence[str], limit: int) -> list[dict[str, Any]]:
    """The latest turns of all chats of one person, as they came, oldest first.

    A turn of a person and its parts in the outbox are stored at one instant, in one transaction.

    Returns:
        Like `store.turns_after`, each with `fate`: state, problem and the provider's report of the part that fared worst;
        None where nobody wrote or nothing is kept, and on the chat page, where a message is read when the page asks for it.
    """
    turn, out = (
        select(turn_table).where(turn_table.c.sender.in_(senders)).order_by(turn_table.c.id.desc()).limit(limit).subquery().c,
        outbox_table.c,
    )
    parts = (out.sender == turn.sender) & (out.created_at == turn.at) & (out.purpose == "person")
    rows = session.execute(
        select(turn.id, turn.said, turn.replies, out.state, out.problem, out.provider_status)
        .select_from(turn.id.table.outerjoin(outbox_table, parts))
        .order_by(turn.id, out.id)
    )
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        shown = found.setdefault(row.id, {"turn": row.id, "said": row.said, "replies": json.loads(row.replies), "fate": None})
        if row.state and (shown["fate"] is None or _WORST_FIRST.index(row.state) < _WORST_FIRST.index(shown["fate"][0])):
            shown["fate"] = (row.state, row.problem, row.provider_status)
    return list(found.values())
