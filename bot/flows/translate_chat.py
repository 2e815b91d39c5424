"""A chat in two languages: what a connector writes, before it goes, and what a parent wrote, for a connector who cannot read it.

Nothing of it is kept: a translation lives for as long as the page that shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.callbacks.model import Request
from bot.flows.house import House
from bot.replies.machine import NO_SUCH_LANGUAGE, Machine, Translated
from bot.staff.model import Member

WORKING_LANGUAGE = "en"
"""In which connectors write and read."""


@dataclass(frozen=True)
class Draft:
    """A connector's words and what a machine makes of them.

    Attributes:
        translation: empty when there is none that can be used.
        problem: why not, in words for a connector.
    """

    words: str
    translation: str = ""
    problem: str = ""


def draft(house: House, machine: Machine | None, request: Request, words: str, who: Member) -> Draft:
    """What would go to the parent; names, numbers, times, addresses and links as they are.

    Args:
        request: without or with its contact details; a name to ask for is looked up.
    """
    if machine is None:
        return Draft(words, problem="No translator is set up here.")
    made = machine.translate(words, WORKING_LANGUAGE, request.language, names_in(house, request, words, who))
    return Draft(words, made.text or "", _why(house, made, request.language))


def translate_said(house: House, machine: Machine | None, request: Request, turns: Sequence[Mapping[str, Any]]) -> dict[str, Draft]:
    """A parent's words → with their English, for those of the turns that are in another language."""
    language_of = {
        turn["said"]: str((turn["replies"][0].get("lang") if turn["replies"] else "") or request.language) for turn in turns if turn["said"]
    }
    wanted = [said for said, language in language_of.items() if language != WORKING_LANGUAGE]
    if machine is None:
        return {said: Draft(said, problem="No translator is set up here.") for said in wanted}
    made: dict[str, Draft] = {}
    for language in sorted({language_of[said] for said in wanted}):
        texts = [(said, names_in(house, request, said)) for said in wanted if language_of[said] == language]
        for (said, _names), one in zip(texts, machine.translate_all(texts, language, WORKING_LANGUAGE)):
            made[said] = Draft(said, one.text or "", _why(house, one, language))
    return made


def names_in(house: House, request: Request, text: str, who: Member | None = None) -> tuple[str, ...]:
    """Names of services, places and people that stand in a text; a machine would turn them into words."""
    with house.database.session() as session:
        contact = house.requests.contact_of(session, request.reference)
    people = [who.name, who.name.split()[0]] if who else []
    people += [name for name in (contact.ask_for, contact.place) if name] if contact else []
    return tuple(name for name in (*people, *house.directory.names_in(text, request.area)) if name in text)


def _why(house: House, made: Translated, language: str) -> str:
    if made.text:
        return ""
    if made.problem.startswith("the server"):
        return "The translator does not answer just now."
    name = house.languages.get(language).english_name
    if made.problem == NO_SUCH_LANGUAGE:
        return f"The translator does not know {name}."
    if made.problem == "nothing to translate":
        return "There are no words in it to translate."
    return f"The translation into or from {name} was thrown away: {made.problem}. Short, plain sentences work best."
