"""The fixed reply to danger, and the case for the desk."""

from __future__ import annotations

from typing import cast

from bot.base.errors import StoreUnavailable
from bot.base.languages import Languages
from bot.flows.book_callback import leave
from bot.flows.house import House
from bot.replies.fill import start_right_to_left
from bot.replies.model import Reply
from bot.safety.phrases import DangerKind, PhraseBook


def danger_replies(book: PhraseBook, languages: Languages, kind: str, code: str) -> tuple[Reply, ...]:
    """The fixed words for a kind of danger; nothing here can fail for want of a database or model.

    In a language that no person has checked yet, the reply in that language begins with the
    numbers, and the English text follows in a bubble of its own: it runs its own way, and a voice reads it as English.
    """
    danger = cast(DangerKind, kind)
    language = languages.get(code)
    english = book.reply(danger, "en") or ""
    own = book.reply(danger, language.code) if language.code != "en" else None
    if own is None:
        return (Reply(english, "en", "ltr"),)
    text = start_right_to_left(own) if language.direction == "rtl" else own
    first = Reply(text, language.code, language.direction)
    return (first,) if language.is_reviewed else (first, Reply(f"English:\n{english}", "en", "ltr"))


def record_danger(house: House, sender: str, area_id: str, language: str, kind: str) -> None:
    """Leave the case for the safeguarding lead: kind and time, no words, no contact details.

    A database that is away must not keep the conversation from going on: the caller has replied.
    """
    try:
        leave(house, "danger", sender, area_id, language, kind)
    except StoreUnavailable:
        return
