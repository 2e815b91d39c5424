"""Saved replies: sentences that connectors use often."""

from __future__ import annotations

from starlette.responses import Response

from bot.base.errors import BadInput
from bot.desk.web import Visit, page
from bot.staff import record_store

_LONGEST_NAME, _LONGEST_BODY = 80, 1000


@page("/desk/replies", "saved replies", "connector", "coordinator", "editor")
def show_replies(visit: Visit) -> Response:
    """All of them; editors and coordinators change them."""
    with visit.house.database.session() as session:
        saved = record_store.saved_replies(session)
    return visit.page("replies.html", saved=saved, languages=list(visit.house.languages), may_edit=visit.me.may("editor", "coordinator"))


@page("/desk/replies", "save a reply", "coordinator", "editor", methods=("POST",))
def save(visit: Visit) -> Response:
    """A new one, another text, or away with it."""
    number = visit.typed("number", 9)
    known = int(number) if number.isascii() and number.isdigit() else 0
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
