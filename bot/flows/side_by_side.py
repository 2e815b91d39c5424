"""A connector and a parent at one screen: the Healthy Start questions and a search, in two languages, with nothing kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.base.errors import BadInput
from bot.base.text import ascii_digits
from bot.directory.model import Query
from bot.flows.house import House
from bot.flows.money import pence, pounds
from bot.flows.show_services import Cards
from bot.healthy_start import rules
from bot.healthy_start.model import Answers, Benefit, PayBand, Question
from bot.replies.model import Reply

CHOICES: Mapping[Question, tuple[str, ...]] = {
    "weeks_pregnant": ("not_pregnant", "over_ten_weeks", "ten_weeks", "under_ten_weeks"),
    "child_ages": ("no_children",),
    "under_18": ("yes", "no"),
    "benefit": (
        "universal_credit", "income_support", "income_based_jsa", "pension_credit_child", "income_related_esa", "no_recourse", "none",
    ),
    "pay": ("at_or_below", "above", "varies", "unknown"),
    "british_child": ("yes", "no"),
}  # fmt: skip
_WEEKS = {"not_pregnant": 0, "over_ten_weeks": 11, "ten_weeks": 10, "under_ten_weeks": 9}
_FIVE_YEARS = 60


@dataclass(frozen=True)
class Both:
    """The same in English and in the parent's language; `own` is None when that is English."""

    english: Reply
    own: Reply | None


def both(house: House, language: str, key: str, **values: object) -> Both:
    """A sentence in both languages."""
    own = None if language == "en" else house.catalogue.reply(key, language, house.facts(language), **values)
    return Both(house.catalogue.reply(key, "en", house.facts(), **values), own)


_YES_OR_NO = ("yes", "no")


def take_answers(given: Mapping[str, str]) -> Answers:
    """The answers so far, from question → what was chosen or typed; what cannot be read counts as not asked yet.

    `child_ages` is typed in months, several with commas between; `pay` may be an amount in pounds.
    """
    answers = Answers()
    weeks = given.get("weeks_pregnant", "")
    if weeks in _WEEKS:
        answers = replace(answers, weeks_pregnant=_WEEKS[weeks])
    ages = _ages(given.get("child_ages", ""))
    if ages is not None:
        answers = replace(answers, child_ages_months=ages)
    if given.get("under_18") in _YES_OR_NO:
        answers = replace(answers, under_18=given["under_18"] == "yes")
    if given.get("british_child") in _YES_OR_NO:
        answers = replace(answers, british_child=given["british_child"] == "yes")
    if given.get("benefit") in CHOICES["benefit"]:
        benefit: Benefit = given["benefit"]  # type: ignore[assignment]
        answers = replace(answers, benefit=benefit)
    pay = given.get("pay", "")
    if pay in CHOICES["pay"]:
        band: PayBand = pay  # type: ignore[assignment]
        return replace(answers, pay_band=band)
    return replace(answers, monthly_pay_pence=pence(pay)) if pay else answers


def _ages(text: str) -> tuple[int, ...] | None:
    if text == "no_children":
        return ()
    parts = [part.strip() for part in ascii_digits(text).replace("،", ",").split(",") if part.strip()]
    if not parts or not all(part.isdecimal() and len(part) < 4 for part in parts):
        return None
    return tuple(int(part) for part in parts if int(part) < _FIVE_YEARS)


def outcome_lines(house: House, answers: Answers, language: str) -> list[Both]:
    """Likely, unlikely or ask, and why, with amounts and how to apply."""
    outcome = rules.check(answers, house.healthy_start, house.clock.today())
    lines = [both(house, language, f"utter_healthy_start_{outcome.verdict}")]
    lines += [both(house, language, f"utter_healthy_start_reason_{reason}") for reason in outcome.reasons]
    if outcome.weekly_pence is not None and outcome.four_weekly_pence is not None:
        amounts = {"weekly": pounds(outcome.weekly_pence), "four_weekly": pounds(outcome.four_weekly_pence)}
        lines.append(both(house, language, "utter_healthy_start_amounts", **amounts))
    elif outcome.amounts_overdue:
        lines.append(both(house, language, "utter_healthy_start_amounts_overdue"))
    if outcome.route:
        lines.append(both(house, language, f"utter_healthy_start_route_{outcome.route}"))
    return [line for line in lines if line.english.text]


@dataclass(frozen=True)
class Found:
    """Cards in both languages; `widened` says what of the search was given up."""

    cards: tuple[Both, ...]
    widened: tuple[Both, ...]


def search(house: House, language: str, area: str, topic: str, place: str, age_months: int | None, on: date | None, *, free: bool) -> Found:
    """At most six services.

    Raises:
        PlaceNotFound: the place is not known.
        BadInput: an age that is none.
    """
    if age_months is not None and not 0 <= age_months <= 18 * 12:
        raise BadInput("The age is in months, from 0 to 216.")
    where = house.directory.place(place, area) if place else None
    query = Query(
        topics=(topic,), area=where.area if where and where.area else area, near=where.point if where else None,
        near_name=where.name if where else None, age_months=age_months, on=on, free=free,
    )  # fmt: skip
    results = house.directory.search(query, limit=6)
    english = Cards(house, house.languages.get("en"))
    own = None if language == "en" else Cards(house, house.languages.get(language))
    cards = tuple(Both(english.details(hit), own.details(hit) if own else None) for hit in results.hits)
    return Found(cards, tuple(both(house, language, f"utter_widened_{name}") for name in results.widened))
