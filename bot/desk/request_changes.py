"""What is done with a request: each a form that leads back to the request's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from starlette.responses import Response

from bot.base.clock import LONDON
from bot.base.errors import BadInput
from bot.callbacks.model import Request
from bot.callbacks.rules import NotAllowed
from bot.desk.request_page import find_services, render, seen
from bot.desk.web import View, Visit, page
from bot.flows import work_on_request as work
from bot.flows.message_parent import hand_back as assistant_takes_over
from bot.flows.promise_call import promise_call
from bot.flows.safeguard import raise_concern
from bot.flows.suggest_connector import suggest
from bot.flows.tell_of_call import tell_of_try


def _change(path: str, name: str, done: str, *roles: str) -> Callable[[Callable[[Visit, Request], None]], View]:
    """A form of the request's page: what it does, and what is said afterwards; a refusal keeps what was typed."""

    def make(act: Callable[[Visit, Request], None]) -> View:
        def view(visit: Visit) -> Response:
            request = seen(visit)
            try:
                act(visit, request)
            except NotAllowed as error:
                return render(visit, 409, str(error), visit.echo("words"))
            except BadInput as error:
                return render(visit, 400, str(error), visit.echo("words"))
            return visit.go(f"/desk/requests/{request.reference}", done)

        view.__name__, view.__doc__ = act.__name__, act.__doc__
        return page(f"/desk/requests/{{reference}}/{path}", name, *(roles or ("connector", "coordinator")), methods=("POST",))(view)  # type: ignore[arg-type]

    return make


@_change("claim", "claim", "claimed", "connector", "coordinator", "editor")
def claim(visit: Visit, request: Request) -> None:
    """Take it on."""
    work.claim(visit.house, request.reference, visit.me)


@_change("extend", "extend", "extended")
def extend(visit: Visit, request: Request) -> None:
    """Keep it for longer."""
    work.extend(visit.house, request.reference, visit.me)


@_change("hand-back", "hand back", "handed_back", "connector", "coordinator", "editor")
def hand_back(visit: Visit, request: Request) -> None:
    """Back into the queue."""
    work.hand_back(visit.house, request.reference, visit.me, visit.words("words"))
    _assistant_takes_over(visit, request)


@_change("call", "call", "logged")
def call(visit: Visit, request: Request) -> None:
    """A call, visit or message; a parent who was not reached is told that there will be another try."""
    result = visit.typed("result", 20)
    changed = work.log_call(
        visit.house, request.reference, visit.me, result, visit.words("words"), voicemail_anyway=visit.typed("voicemail_anyway", 4) == "yes"
    )
    visit.detail = result
    tell_of_try(visit.house, visit.desk.line, changed, result)


@page("/desk/requests/{reference}/promise-call", "promise call", "connector", "coordinator", methods=("POST",))
def call_is_promised(visit: Visit) -> Response:
    """A sign-up's wish for a call becomes a callback with a time; leads to it."""
    request = seen(visit)
    try:
        callback = promise_call(visit.house, visit.desk.line, request.reference, visit.me)
    except NotAllowed as error:
        return render(visit, 409, str(error))
    visit.detail = callback.reference
    return visit.go(f"/desk/requests/{callback.reference}", "promised")


@_change("note", "note", "noted", "connector", "coordinator", "editor", "safeguarding_lead")
def note(visit: Visit, request: Request) -> None:
    """A note for colleagues."""
    work.add_note(visit.house, request.reference, visit.me, visit.words("words"))


@_change("follow-up", "follow up", "follow_up")
def follow_up(visit: Visit, request: Request) -> None:
    """The next contact."""
    work.follow_up(visit.house, request.reference, visit.me, _moment(visit), visit.words("words"))


@_change("close", "close", "closed", "connector", "coordinator", "editor")
def close(visit: Visit, request: Request) -> None:
    """Put it away with how it ended."""
    outcome = visit.typed("outcome", 40)
    work.close(visit.house, request.reference, visit.me, outcome, visit.words("words"))
    _assistant_takes_over(visit, request)
    visit.detail = outcome


@_change("refer", "refer", "referred")
def refer(visit: Visit, request: Request) -> None:
    """A referral or a sign-up. Without JavaScript the name is typed; it must then fit one service."""
    kind = visit.typed("kind", 20)
    service_id = visit.typed("service_id", 80)
    if kind == "service" and not service_id:
        found = find_services(visit, request, visit.typed("service", 80))
        exact = [f for f in found if f[1].casefold() == visit.typed("service", 80).casefold()]
        if len(exact or found) != 1:
            names = "; ".join(name for _id, name in found) or "none"
            raise BadInput(f"Write the name of one service. These fit: {names}.")
        service_id = (exact or found)[0][0]
    work.refer(visit.house, request.reference, visit.me, kind, service_id)
    visit.detail = kind


@_change("concern", "concern", "concern")
def concern(visit: Visit, request: Request) -> None:
    """A worry, for the safeguarding lead alone; this page does not show it again."""
    raise_concern(visit.house, request.reference, visit.me, visit.words("words"))


@page("/desk/requests/{reference}/assign", "suggestions", "coordinator")
def show_suggestions(visit: Visit) -> Response:
    """Whom it suits, and why."""
    request = seen(visit)
    with visit.house.database.session() as session:
        suggestions = suggest(visit.house, session, request)
    return visit.page("assign.html", request=request, suggestions=suggestions)


@_change("assign", "reassign", "assigned", "coordinator")
def reassign(visit: Visit, request: Request) -> None:
    """Give it to somebody."""
    to = visit.typed("to", 16)
    work.reassign(visit.house, request.reference, visit.me, to)
    visit.detail = f"to {to}"


def _assistant_takes_over(visit: Visit, request: Request) -> None:
    with visit.house.database.session() as session:
        chats = visit.house.requests.chats_of(session, request)
    for chat in chats:
        assistant_takes_over(visit.house, chat)


def _moment(visit: Visit) -> datetime:
    try:
        on = date.fromisoformat(visit.typed("on", 10))
        at = time.fromisoformat(visit.typed("at", 5) or "09:00")
    except ValueError:
        raise BadInput("Choose a day and a time for the next contact.") from None
    return datetime.combine(on, at.replace(tzinfo=None), LONDON)
