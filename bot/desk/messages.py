"""A message into the parent's chat: the connector's words and their translation side by side before it goes."""

from __future__ import annotations

from starlette.responses import Response

from bot.base.errors import BadInput
from bot.base.sealing import fingerprint
from bot.callbacks.model import Request
from bot.callbacks.rules import NotAllowed
from bot.desk.replies import number, page_of
from bot.desk.request_page import may_work, render, seen
from bot.desk.web import Visit, page
from bot.flows.message_parent_from_desk import How, Message, write_to_parent
from bot.flows.translate_chat import Draft, draft
from bot.staff import record_store

LONGEST_MESSAGE = 1000
_HOW: dict[str, How] = {"as_written": "as_written", "translated": "translated", "english": "english"}
_PATH = "/desk/requests/{reference}/message"


@page(_PATH + "/check", "message check", "connector", "coordinator", methods=("POST",))
def check(visit: Visit) -> Response:
    """Both, to be read before anything is sent."""
    request = seen(visit)
    try:
        return _show(visit, request, _draft(visit, request))
    except NotAllowed as error:
        return render(visit, 409, str(error), visit.echo("words"))
    except BadInput as error:
        return render(visit, 400, str(error), visit.echo("words"))


@page(_PATH + "/saved", "saved reply", "connector", "coordinator", methods=("POST",))
def choose_saved(visit: Visit) -> Response:
    """The saved replies that fit, then the request's page with the chosen one below what was typed; nothing is sent."""
    request, typed = seen(visit), visit.echo("words")
    with visit.house.database.session() as session:
        saved = [s for s in record_store.saved_replies(session) if s.language in ("en", request.language)]
    if not visit.typed("saved", 9):
        return visit.page("choose_reply.html", request=request, words=typed, page=page_of(saved, visit.typed("from", 9)))
    chosen = [s.body for s in saved if s.id == number(visit.typed("saved", 9))]
    return render(visit, kept="\n".join([typed, *chosen]).strip())


@page(_PATH, "message", "connector", "coordinator", methods=("POST",))
def send(visit: Visit) -> Response:
    """Send it; what was refused is shown again with everything that was typed."""
    request = seen(visit)
    words, translation = visit.typed("words", LONGEST_MESSAGE), visit.typed("translation", 6 * LONGEST_MESSAGE)
    how = _HOW.get(visit.typed("how", 20), "as_written")
    visit.detail = how
    try:
        if how == "translated" and visit.typed("of", 64) != _mark(words):
            return _show(visit, request, _draft(visit, request), 409, "You have changed your words. Here is their new translation.")
        message, safe = Message(words, how, translation), visit.typed("safe", 4) == "yes"
        state = write_to_parent(visit.house, request.reference, visit.me, message, safe=safe)
    except BadInput as error:
        status = 409 if isinstance(error, NotAllowed) else 400
        if how == "translated" and may_work(visit, request):
            return _show(visit, request, Draft(words, translation), status, str(error))
        return render(visit, status, str(error), visit.echo("words"))
    return visit.go(f"/desk/requests/{request.reference}", "held" if state == "template_first" else "sent")


@page("/desk/requests/{reference}/conversation", "conversation", "connector", "coordinator", "safeguarding_lead", methods=("POST",))
def translate_conversation(visit: Visit) -> Response:
    """The request's page with the parent's words in English beside them; contact details are open too, and it is written down."""
    return render(visit, opened=True, translated=True)


def _draft(visit: Visit, request: Request) -> Draft:
    words = visit.typed("words", LONGEST_MESSAGE)
    if not words:
        raise BadInput("Write the message first.")
    if not may_work(visit, request):
        raise NotAllowed("Only who has this request writes to the parent.")
    return draft(visit.house, visit.desk.machine, request, words, visit.me)


def _show(visit: Visit, request: Request, made: Draft, status: int = 200, problem: str = "") -> Response:
    return visit.page(
        "message.html", status, request=request, draft=made, problem=problem, mark=_mark(made.words), longest=LONGEST_MESSAGE,
        safe=visit.typed("safe", 4) == "yes",
    )  # fmt: skip


def _mark(words: str) -> str:
    return fingerprint(words.encode("utf-8", "replace"))
