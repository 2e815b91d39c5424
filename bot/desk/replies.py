"""Saved replies: sentences that connectors use often."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from bot.base.errors import BadInput
from bot.desk.web import Visit, page
from bot.staff import record_store
from bot.staff.model import SavedReply

_LONGEST_NAME, _LONGEST_BODY = 80, 1000
_SHOWN = 20
"""At a time; of the longest ones in Arabic letters as many as keep a page below 100 KB."""


@dataclass(frozen=True)
class ReplyPage:
    """Some of the saved replies.

    Attributes:
        next: where the page after this one begins.
    """

    saved: list[SavedReply]
    next: int
    more: bool


def page_of(saved: list[SavedReply], begin: str) -> ReplyPage:
    """The replies from a place on, as many as a page shows; what is not a place is the beginning."""
    start = number(begin)
    return ReplyPage(saved[start : start + _SHOWN], start + _SHOWN, len(saved) > start + _SHOWN)


def number(text: str) -> int:
    """The number that was sent; 0 when it is none."""
    return int(text) if text.isascii() and text.isdigit() else 0


@page("/desk/replies", "saved replies", "connector", "coordinator", "editor")
def show_replies(visit: Visit) -> Response:
    """A page of them; editors and coordinators change them."""
    may_edit = visit.me.may("editor", "coordinator")
    with visit.house.database.session() as session:
        saved = record_store.saved_replies(session)
    changing = next((s for s in saved if may_edit and s.id == number(visit.query("change", 9))), None)
    return visit.page(
        "replies.html", page=page_of(saved, visit.query("from", 9)), changing=changing, languages=list(visit.house.languages),
        may_edit=may_edit,
    )  # fmt: skip


@page("/desk/replies", "save a reply", "coordinator", "editor", methods=("POST",))
def save(visit: Visit) -> Response:
    """A new one, another text, or away with it."""
    known = number(visit.typed("number", 9))
    if visit.typed("delete", 4) == "yes":
        with visit.house.database.session() as session:
            record_store.remove_reply(session, known)
        return visit.go("/desk/replies", "deleted")
    name, body, language = visit.typed("name", _LONGEST_NAME), visit.typed("body", _LONGEST_BODY), visit.typed("language", 16)
    if not name or not body or language not in visit.house.languages:
        raise BadInput("A saved reply needs a name, a language and a text.")
    with visit.house.database.session() as session:
        record_store.save_reply(session, name, language, body, known)
    return visit.go("/desk/replies", "saved")
