"""The jobs that keep the retention table of docs/data-protection.md."""

from __future__ import annotations

from datetime import timedelta

from bot.base.db import Database
from bot.base.sealing import Sealer
from bot.base.settings import Settings
from bot.callbacks.store import RequestStore
from bot.delivery.address_store import purge_addresses
from bot.delivery.awaited import purge_awaited
from bot.delivery.conversations import purge_conversations
from bot.delivery.inbox_store import purge_inbox
from bot.delivery.outbox_store import purge_outbox
from bot.delivery.store import purge_turns
from bot.privacy.store import purge_numbers


def purge_all(settings: Settings, database: Database) -> dict[str, int]:
    """Delete what has been kept for long enough; each kind in a transaction of its own.

    Safe to run twice and after a crash: what is gone is not found again.

    Returns:
        How many of each kind were deleted.
    """
    now = settings.clock().now()
    messages_before = now - timedelta(days=settings.messages_kept_days)
    closed_before = now - timedelta(days=settings.closed_kept_days)
    cases_before = now - timedelta(days=settings.cases_kept_days)
    gone: dict[str, int] = {}
    requests = RequestStore(Sealer(settings.key))
    with database.session() as session:
        # Messages stay as long as the callback that they belong to, and so does the way to the parent.
        keep = requests.senders_of(session, ("callback",), closed_before)
        reachable = [*keep, *requests.senders_of(session, ("subscribe", "sign_up"), closed_before)]
    with database.session() as session:
        gone["turns"] = purge_turns(session, messages_before, keep)
    with database.session() as session:
        gone["inbox"] = purge_inbox(session, messages_before, keep)
    with database.session() as session:
        gone["outbox"] = purge_outbox(session, messages_before, keep)
    with database.session() as session:
        gone["addresses"] = purge_addresses(session, messages_before, reachable)
    with database.session() as session:
        gone["conversations"] = purge_conversations(session, messages_before)
    with database.session() as session:
        gone["awaited"] = purge_awaited(session, messages_before)
    with database.session() as session:
        gone["numbers"] = purge_numbers(session, messages_before)
    with database.session() as session:
        gone["requests"] = requests.purge(session, closed_before, cases_before)
    database.tidy()
    return gone
