"""What a message was understood to be, before the conversation says what it means here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.base.clock import LONDON
from bot.base.text import has_letters
from bot.flows.exchange import Inbound
from bot.flows.look_at import Seen
from bot.privacy.numbers import MARKS
from bot.safety.phrases import KINDS
from bot.serve.context import Understanding

_LATEST = 3


def understood(parsed: Mapping[str, Any], so_far: str | None) -> Understanding:
    """What the pipeline's answer says, with the likeliest other meanings."""
    guesses = tuple(r["name"] for r in parsed.get("intent_ranking", ())[:3] if r["name"] != "out_of_scope" and r["name"] not in KINDS)
    return Understanding(
        str(parsed.get("language") or so_far or "en"), str(parsed["intent"]["name"]), float(parsed["intent"]["confidence"]),
        tuple(parsed.get("entities") or ()), tuple(parsed.get("also") or ()), bool(parsed.get("fallback")), guesses,
        bool(parsed.get("bare")),
    )  # fmt: skip


def language_so_far(tracker: DialogueStateTracker) -> str | None:
    """The chat's language: chosen, or that of the last message; None when it begins."""
    message = tracker.latest_message
    chosen = tracker.get_slot("language")
    return chosen or ((message.metadata or {}).get("language") if message else None)


def latest_texts(tracker: DialogueStateTracker) -> list[str]:
    """The parent's last messages of this session, as they are kept."""
    texts = [event.text or "" for event in tracker.applied_events() if isinstance(event, UserUttered)]
    return texts[-_LATEST:]


def spoke_last_at(tracker: DialogueStateTracker) -> datetime | None:
    """When the parent last wrote something that the dialogue has answered."""
    at = [event.timestamp for event in tracker.applied_events() if isinstance(event, UserUttered)]
    return datetime.fromtimestamp(at[-1], LONDON) if at else None


def why_unreadable(inbound: Inbound, seen: Seen) -> str | None:
    """Why there is nothing to understand: empty, not_text, only_symbols, refused."""
    text = seen.text
    if inbound.kind == "not_text":
        return "not_text"
    if not text:
        return "empty"
    bare = text
    for mark in MARKS.values():
        bare = bare.replace(mark, " ")
    if seen.refused and len(bare.split()) <= 5:
        return "refused"
    return None if has_letters(bare) else "only_symbols"
