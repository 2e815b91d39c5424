"""One request goes into another: what stood before is sealed into the history, and everything that hangs on it moves along."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.base.db import Session
from bot.callbacks import entry_store, merged_store, timer_store
from bot.callbacks.model import Contact, Request, wish_of
from bot.callbacks.timer_store import Timer
from bot.flows.house import House

_MOMENTS = ("promised_by", "due_at", "claim_ends_at", "first_tried_at")
_OTHERS = ("state", "claimed_by", "attempts", "escalated", "answer", "interpreter")


def fold_into(house: House, session: Session, keep: Request, fold: Request, merged: Request, by: str, *, contact: Contact | None) -> None:
    """Close `fold` as merged; its history, referrals and chats belong to `keep` from now on, its timers end.

    Args:
        keep: as it stood before.
        merged: as it stands with the other one in it.
        contact: what it then holds; pages and copies do not show what is sealed, `part_requests` reads it.
    """
    now = house.clock.now()
    kept: dict[str, Any] = {
        "keep": standing(keep),
        "fold": standing(fold),
        "merged": standing(merged),
        "contact": asdict(keep.contact) if keep.contact else None,
        "merged_contact": asdict(contact) if contact else None,
        "origins": entry_store.origins_of(session, fold.reference),
        "referrals": entry_store.referral_ids(session, fold.reference),
        "timers": _as_kept(timer_store.waiting(session, fold.reference)),
        "keep_timers": _as_kept(timer_store.waiting(session, keep.reference)),
    }
    house.entries.put_aside(session, keep.reference, fold.reference, json.dumps(kept), now, by)
    house.requests.change(session, fold, "closed", now, outcome="merged", merged_into=keep.reference)
    merged_store.fold(session, fold, keep.reference)
    timer_store.cancel(session, fold.reference)
    house.entries.add(session, fold.reference, "state", "merged", now, by)
    house.entries.move(session, fold.reference, keep.reference)
    house.entries.add(session, keep.reference, "state", "merged_in", now, by, fold.reference)


def standing(request: Request) -> dict[str, Any]:
    """How a request stands, fit to be kept as JSON."""
    moments = {name: getattr(request, name) for name in _MOMENTS}
    kept = {name: at.isoformat() if at else None for name, at in moments.items()} | {name: getattr(request, name) for name in _OTHERS}
    return kept | {"wish": request.wish.as_plain(), "details": dict(request.details)}


def values_of(kept: dict[str, Any]) -> dict[str, Any]:
    """What `standing` kept, as a request has it."""
    moments = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in _MOMENTS}
    wish = {"wish": wish_of(kept["wish"])} if "wish" in kept else {}
    return kept | moments | wish


def _as_kept(timers: list[Timer]) -> list[tuple[str, str]]:
    return [(timer.kind, timer.due_at.isoformat()) for timer in timers]
