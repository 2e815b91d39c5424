"""Rasa's memory of a conversation: one row, the last few turns, written once a turn.

Rasa's own SQL store keeps every event for ever and reads all of a session each time, so a long
chat grows slow and words stay without limit. Here older turns are folded into the values that they
left behind (slots and the open series of questions). See docs/adr/0004.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.base.clock import Clock
from bot.base.db import Database
from bot.delivery import conversations
from bot.directory.geography import without_incodes

TURNS_KEPT = 5
"""What policies and actions look at; a button of an older turn is answered as such."""


class ConversationStore(TrackerStore):
    """One row a conversation in the project's own database.

    Errors of the database are raised, unlike in Rasa's fail-safe store, where they look like a
    parent who writes for the first time.
    """

    def __init__(self, domain: Domain, database: Database, clock: Clock) -> None:
        super().__init__(domain)
        self.domain = domain
        self._database, self._clock = database, clock
        self._handed: dict[str, DialogueStateTracker] = {}
        self._held: dict[str, str | None] = {}
        self.forgotten: set[str] = set()

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A new conversation; written with its first turn, not before."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def look_at(self, sender: str) -> DialogueStateTracker:
        """The conversation before a turn; Rasa is then handed the same one instead of reading it again."""
        tracker = await self.retrieve(sender) or self.init_tracker(sender)
        self._handed[sender] = tracker
        return tracker

    def let_go(self, sender: str) -> None:
        """After a turn, however it ended: what was handed over or not written is not used again."""
        self._handed.pop(sender, None)
        self._held.pop(sender, None)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation as it was after its last turn."""
        handed = self._handed.pop(sender_id, None)
        if handed is not None:
            return handed
        with self._database.session() as session:
            stored = conversations.read(session, sender_id)
        if stored is None:
            return None
        return DialogueStateTracker.from_dict(sender_id, json.loads(stored), self.domain.slots)

    async def retrieve_full_tracker(self, sender_id: str) -> DialogueStateTracker | None:
        """The same: older turns are not kept."""
        return await self.retrieve(sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the last turns until `commit`. A parent who is to be forgotten leaves nothing."""
        if tracker.get_slot("forget_now"):
            self.forgotten.add(tracker.sender_id)
            self._held[tracker.sender_id] = None
        else:
            self._held[tracker.sender_id] = json.dumps([_kept(e) for e in self._recent(tracker)], ensure_ascii=False)

    def commit(self, sender: str, also: Callable[[Any], None] | None = None) -> None:
        """Write the turn: one transaction, the conversation and what else belongs to it."""
        if sender not in self._held and also is None:
            return
        with self._database.session() as session:
            if self._held.get(sender) is not None:
                conversations.write(session, sender, str(self._held[sender]), self._clock.now())
            elif sender in self._held:
                conversations.forget(session, sender)
            if also is not None:
                also(session)
        self._held.pop(sender, None)

    async def keys(self) -> Iterable[str]:
        """All pseudonyms with a conversation."""
        with self._database.session() as session:
            return conversations.senders(session)

    def forget(self, sender: str) -> None:
        """Delete a conversation."""
        with self._database.session() as session:
            conversations.forget(session, sender)

    def unsay(self, session: Any, sender: str, message_id: str) -> None:
        """Take the words of one message out of the row, in the caller's transaction; its intent stays, and so do answers to questions."""
        stored = conversations.read(session, sender)
        if stored is not None:
            events = [_wordless(e) if e.get("message_id") == message_id else e for e in json.loads(stored)]
            conversations.write(session, sender, json.dumps(events, ensure_ascii=False), self._clock.now())

    def _recent(self, tracker: DialogueStateTracker) -> list[Event]:
        events = list(tracker.events)
        turns = [at for at, event in enumerate(events) if isinstance(event, UserUttered)]
        if len(turns) <= TURNS_KEPT:
            return events
        cut = next(
            (at for at in range(turns[-TURNS_KEPT] - 1, -1, -1) if _listens(events[at])),
            None,
        )
        if cut is None:
            return events
        before = DialogueStateTracker.from_events(tracker.sender_id, events[:cut], self.domain.slots)
        left = [SlotSet(name, slot.value) for name, slot in before.slots.items() if slot.value is not None]
        loop = [ActiveLoop(before.active_loop_name)] if before.active_loop_name else []
        return [SessionStarted(timestamp=events[0].timestamp), *left, *loop, *events[cut:]]


def _kept(event: Event) -> dict[str, Any]:
    """An event as it is written. Where a parent lives is used in its turn; afterwards its first half is all that is left of it."""
    written: dict[str, Any] = event.as_dict()
    if not isinstance(event, UserUttered):
        return written
    return {**written, **{name: _without_incodes(written.get(name)) for name in ("text", "parse_data")}}


def _wordless(written: dict[str, Any]) -> dict[str, Any]:
    return {**written, "text": "", "parse_data": {**written["parse_data"], "text": "", "entities": []}}


def _without_incodes(value: Any) -> Any:
    if isinstance(value, str):
        return without_incodes(value)
    if isinstance(value, dict):
        return {name: _without_incodes(one) for name, one in value.items()}
    return [_without_incodes(one) for one in value] if isinstance(value, (list, tuple)) else value


def _listens(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME
