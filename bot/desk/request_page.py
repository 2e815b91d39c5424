"""One request: safe-contact wishes first, then what can be done, the conversation and the history."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.callbacks.entry_store import LONGEST_NOTE
from bot.callbacks.model import CASES, Entry, Request
from bot.callbacks.rules import CALL_RESULTS, FOLLOWS, outcomes_of
from bot.delivery.address_store import reached_among
from bot.delivery.in_words import fate
from bot.delivery.shown_store import turns_with_fates
from bot.desk.queue import may_see, names_of
from bot.desk.undelivered import CHANNELS
from bot.desk.web import Visit, page
from bot.flows.chat_of_request import latest_chat
from bot.flows.hear_parent import words_are_read
from bot.flows.may_work import may_work as covers
from bot.flows.merge_requests import may_be_one
from bot.flows.message_parent import reach_at
from bot.flows.translate_chat import translate_said
from bot.staff import store as staff_store
from bot.staff.model import Role

T = TypeVar("T")

_TURNS, _LINES, _CHARACTERS = 40, 40, 10_000
"""Of the conversation and of the history as much as keeps the page below 100 KB; the rest is a page of its own."""
_NEXT = {
    "second": "a second connector is asked",
    "coordinator": "the coordinator is told",
    "broken": "the promised time ends, and the promise is broken",
    "claim_ends": "it goes back to the queue, unless something is done",
    "retry": "you are reminded to try again",
    "retry_late": "the coordinator is asked, because the next try was forgotten",
    "follow_up": "you are reminded of the next contact",
    "due": "you are reminded that it is due",
    "late": "the coordinator is asked, because nothing was done",
    "check": "the parent is asked whether the call came",
}
_WHO: tuple[Role, ...] = ("connector", "coordinator", "safeguarding_lead", "editor")


@page("/desk/requests/{reference}", "request", *_WHO)
def show_request(visit: Visit) -> Response:
    """The page; contact details only for who has the request."""
    return render(visit)


@page("/desk/requests/{reference}/contact", "contact", "connector", "coordinator", "safeguarding_lead", methods=("POST",))
def show_contact(visit: Visit) -> Response:
    """The page with the contact details of a request that somebody else has, or nobody yet; written down."""
    return render(visit, opened=True)


@page("/desk/requests/{reference}/services", "services", "connector", "coordinator", touches=False)
def services(visit: Visit) -> Response:
    """Services of the directory that fit what is typed, for a referral."""
    request = seen(visit)
    return visit.page("services.html", found=find_services(visit, request, visit.query("service", 80)), text=visit.query("service", 80))


def find_services(visit: Visit, request: Request, text: str) -> list[tuple[str, str]]:
    """Id and name of at most eight services of the request's area whose name holds the words."""
    words = text.casefold().split()
    if not words:
        return []
    found = {service_id: name for name, service_id in visit.house.directory.names_with(words, request.area)}
    return sorted(found.items(), key=lambda item: item[1])[:8]


def seen(visit: Visit) -> Request:
    """The request, if this person may see it; else it is as if there were none.

    Raises:
        HTTPException: 404.
    """
    with visit.house.database.session() as session:
        request = visit.house.requests.get(session, visit.path("reference"))
    if request is None or request.kind in CASES or not may_see(visit.me, request):
        raise HTTPException(404)
    return request


def render(
    visit: Visit, status: int = 200, problem: str = "", kept: str = "", *, opened: bool = False, translated: bool = False
) -> Response:
    """The page.

    Args:
        kept: what was typed into a form that was refused, so that nothing is lost.
        opened: the contact details were asked for.
        translated: the parent's words are to stand beside their English.
    """
    house, me = visit.house, visit.me
    with house.database.session() as session:
        found = house.requests.get_sealed(session, visit.path("reference"))
        if found is None or found.request.kind in CASES or not may_see(me, found.request):
            raise HTTPException(404)
        request, sealed, chats = found.request, found.sealed, found.chats
        members = staff_store.members(session, active=False)
        entries = house.entries.of(session, request.reference, limit=_LINES + 1)
        doubles = house.requests.doubles_of(session, request, found.mark, chats) if request.tray == "open" else []
        has_it = request.claimed_by == me.id and request.tray == "open"
        opened = (opened or has_it) and me.may("connector", "coordinator", "safeguarding_lead")
        turns = turns_with_fates(session, chats, _TURNS) if opened and chats else []
        reached = reached_among(session, chats) if opened and chats else {}
        chat = latest_chat(session, chats, reached) if has_it else None
        if request.answer == "unread" and opened and request.claimed_by in ("", me.id):
            words_are_read(house, session, request, (person for _address, person in reached.values() if person))
    if opened and sealed:
        request = house.requests.unseal(request, sealed)
        visit.detail = "contact details opened; conversation translated" if translated else "contact details opened"
    names = {m.id: m.name for m in members} | {"parent": "Parent", "system": "Kinline"}
    shown = latest(entries, lambda entry: len(entry.text))
    turns = latest(turns, lambda turn: len(turn["said"]) + sum(len(reply["text"]) for reply in turn["replies"]))
    way = reach_at(house, *reached.get(chat, (None, None))) if chat else None
    english = translate_said(house, visit.desk.machine, request, turns) if translated else {}
    return visit.page(
        "request.html", status, folded=_folded(entries), english=english, may_translate=visit.desk.machine is not None, request=request,
        has_chat=bool(chats), sealed=bool(sealed), opened=opened, entries=shown, doubles=doubles,
        mergeable={d.reference for d in doubles if may_be_one(request, d)}, turns=turns, fate=fate,
        way=way, channels=CHANNELS,
        older=shown[0].id if shown and len(shown) < len(entries) else 0,
        names=names, problem=problem, kept=kept, has_it=has_it, may_work=may_work(visit, request), results=CALL_RESULTS,
        outcomes=outcomes_of(request.kind), follows=FOLLOWS[request.state], longest=LONGEST_NOTE,
        coming=(found.coming[0], _NEXT[found.coming[1]]) if found.coming else None,
        other_owners=sorted({names.get(d.claimed_by, "") for d in doubles if d.claimed_by and d.claimed_by != me.id}),
    )  # fmt: skip


@page("/desk/requests/{reference}/history", "history", *_WHO)
def show_history(visit: Visit) -> Response:
    """Older lines of the history."""
    request = seen(visit)
    before = visit.query("before", 12)
    with visit.house.database.session() as session:
        number = int(before) if before.isascii() and before.isdigit() else 0
        entries = visit.house.entries.of(session, request.reference, number, _LINES + 1)
        names = names_of(session)
    shown = latest(entries, lambda entry: len(entry.text))
    older = shown[0].id if shown and len(shown) < len(entries) else 0
    return visit.page("history.html", request=request, entries=shown, names=names, older=older)


def _folded(entries: list[Entry]) -> list[str]:
    """What was folded in and not parted again, as far as the lines at hand tell."""
    folded: dict[str, None] = {}
    for entry in entries:
        if entry.code == "merged_in":
            folded[entry.text] = None
        elif entry.code == "parted_from":
            folded.pop(entry.text, None)
    return list(folded)


def latest(items: list[T], length: Callable[[T], int]) -> list[T]:
    """The last items, as many as fit; at least one."""
    room, taken = _CHARACTERS, 0
    for item in reversed(items[-_LINES:]):
        room -= length(item)
        if room < 0 and taken:
            break
        taken += 1
    return items[len(items) - taken :]


def may_work(visit: Visit, request: Request) -> bool:
    """Whether this person may change the request now."""
    if request.tray != "open" or not covers(visit.me, request):
        return False
    return request.claimed_by in ("", visit.me.id) or visit.me.may("coordinator")
