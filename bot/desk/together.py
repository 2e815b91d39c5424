"""Side by side: a parent and a connector at one screen, in two languages.

While it runs, this browser shows nothing of the desk; the connector's code brings the desk back.
Nothing that is answered is kept.
"""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from bot.base.errors import BadInput
from bot.base.text import ascii_digits
from bot.desk.queue import topics
from bot.desk.sign_in import check_second_factor
from bot.desk.web import Visit, page, together
from bot.flows.side_by_side import CHOICES, both, outcome_lines, search, take_answers
from bot.healthy_start.rules import next_question
from bot.staff import session_store


@page("/desk/together", "side by side", "connector", "coordinator")
def choose(visit: Visit) -> Response:
    """Language, area and what to do."""
    areas = [a for a in visit.house.areas.values() if not visit.me.areas or a.id in visit.me.areas]
    return visit.page("together_start.html", languages=visit.house.languages.offered(), areas=areas, own_area=visit.house.settings.area)


@page("/desk/together", "side by side", "connector", "coordinator", methods=("POST",))
def begin(visit: Visit) -> Response:
    """From here on the screen belongs to the parent too."""
    if visit.signed_in:
        with visit.house.database.session() as session:
            session_store.set_stage(session, visit.signed_in.token_hash, "together")
    what = "search" if visit.typed("what", 20) == "search" else "healthy-start"
    return visit.go(f"/desk/together/{what}?language={_language(visit)}&area={_area(visit)}")


@together("/desk/together/healthy-start", "side by side Healthy Start")
def show_healthy_start(visit: Visit) -> Response:
    """The first question."""
    return _healthy_start(visit, {})


@together("/desk/together/healthy-start", "side by side Healthy Start", methods=("POST",))
def answer_healthy_start(visit: Visit) -> Response:
    """The answers so far come with the form; the next question, or what comes out."""
    given = {name: visit.typed(name, 60) for name in CHOICES}
    if visit.typed("back", 20) in CHOICES:
        given[visit.typed("back", 20)] = ""  # type: ignore[index]
    return _healthy_start(visit, {str(k): v for k, v in given.items()})


def _healthy_start(visit: Visit, given: dict[str, str]) -> Response:
    house, language = visit.house, _language(visit)
    answers = take_answers(given)
    question = next_question(answers)
    if question and given.get(question):
        given = {**given, question: ""}
    asked = both(house, language, f"utter_ask_healthy_start_{question}") if question else None
    choices = [(c, both(house, language, f"utter_button_{c}")) for c in CHOICES[question]] if question else []
    lines = [] if question else outcome_lines(house, answers, language)
    answered = [name for name in CHOICES if given.get(name)]
    return visit.page(
        "together_healthy_start.html", language=house.languages.get(language), area=_area(visit), question=question, asked=asked,
        choices=choices, lines=lines, given={k: v for k, v in given.items() if v}, last=answered[-1] if answered else "",
    )  # fmt: skip


@together("/desk/together/search", "side by side search")
def show_search(visit: Visit) -> Response:
    """The form."""
    return _search_page(visit)


@together("/desk/together/search", "side by side search", methods=("POST",))
def do_search(visit: Visit) -> Response:
    """Cards in both languages; what was typed comes with the form and goes with it, so that no postcode stands in an address."""
    values = {name: visit.typed(name, 80) for name in ("topic", "place", "age_months", "on")}
    topic = values["topic"] if values["topic"] in topics(visit.house) else "find_activities"
    try:
        found = search(
            visit.house, _language(visit), _area(visit), topic, values["place"], _age(values["age_months"]), _day(values["on"]),
            free=visit.typed("free", 4) == "yes",
        )  # fmt: skip
    except BadInput as error:
        return _search_page(visit, 400, problem=str(error) or "I do not know that place.", values=values)
    return _search_page(visit, found=found, values=values)


def _search_page(visit: Visit, status: int = 200, **more: object) -> Response:
    house, language = visit.house, _language(visit)
    subjects = [(t, both(house, language, f"utter_button_{t}")) for t in topics(house) if t.startswith("find_")]
    values = {"found": None, "problem": "", "values": {}} | more
    return visit.page(
        "together_search.html", status, language=house.languages.get(language), area=_area(visit), subjects=subjects, **values
    )


@together("/desk/together/leave", "side by side leave")
def show_leave(visit: Visit) -> Response:
    """Asks for the connector's code."""
    return visit.page("together_leave.html", problem="")


@together("/desk/together/leave", "side by side leave", methods=("POST",))
def leave(visit: Visit) -> Response:
    """Back to the desk."""
    problem = check_second_factor(visit, visit.typed("code", 40))
    if problem:
        return visit.page("together_leave.html", 401, problem=problem)
    if visit.signed_in:
        with visit.house.database.session() as session:
            session_store.set_stage(session, visit.signed_in.token_hash, "full")
    return visit.go("/desk/queue")


def _language(visit: Visit) -> str:
    code = visit.query("language", 16) or visit.typed("language", 16)
    return code if code in visit.house.languages else "en"


def _area(visit: Visit) -> str:
    area = visit.query("area", 40) or visit.typed("area", 40)
    return area if area in visit.house.areas else visit.house.settings.area


def _age(text: str) -> int | None:
    digits = ascii_digits(text)
    if digits and not (digits.isascii() and digits.isdecimal() and len(digits) < 4):
        raise BadInput("The age is in months, from 0 to 216.")
    return int(digits) if digits else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput("The day is not a day.") from None
