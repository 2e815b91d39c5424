"""What is asked, what comes out, and the rates between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Benefit = Literal[
    "universal_credit", "income_support", "income_based_jsa", "pension_credit_child", "income_related_esa", "none", "no_recourse"
]
PayBand = Literal["at_or_below", "above", "varies", "unknown"]
Verdict = Literal["likely", "unlikely", "ask", "scotland"]
Route = Literal["online", "email_or_phone", "no_recourse_email"]
Question = Literal["weeks_pregnant", "child_ages", "under_18", "benefit", "pay", "british_child"]
Ground = Literal[
    "universal_credit", "income_support", "income_based_jsa", "pension_credit_child", "income_related_esa", "no_recourse",
    "under_18_pregnant",
]  # fmt: skip
"""What a claim can rest on."""

PREGNANT_MORE_THAN_WEEKS = 10
CHILD_BELOW_MONTHS = 48
"""What the questions go by; the loader refuses a pack with other limits."""


@dataclass(frozen=True)
class Answers:
    """What a family has said so far; None = not asked yet.

    Attributes:
        weeks_pregnant: whole weeks; 0 = not pregnant.
        child_ages_months: every child under five, in completed months; twins stand twice; () = none.
        under_18: whether the person who is pregnant is.
        monthly_pay_pence: the family's take-home pay from work in a month; counts before `pay_band`.
        pay_band: take-home pay against the limit, when no amount is named.
        british_child: whether a child under four is British; asked only with no recourse.
        not_known: questions among `under_18`, `benefit` and `british_child` to which the parent has no answer.
    """

    weeks_pregnant: int | None = None
    child_ages_months: tuple[int, ...] | None = None
    under_18: bool | None = None
    benefit: Benefit | None = None
    monthly_pay_pence: int | None = None
    pay_band: PayBand | None = None
    british_child: bool | None = None
    in_scotland: bool = False
    not_known: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The verdict; never a promise.

    Attributes:
        reasons: stable ids, each with a reply `utter_healthy_start_reason_…`.
        route: how to apply; None when there is nothing to apply for.
        weekly_pence, four_weekly_pence: only with `likely`, and only while the pack is current.
        amounts_overdue: an amount or the limit would have been stated, but the pack's review date has passed.
    """

    verdict: Verdict
    reasons: tuple[str, ...] = ()
    route: Route | None = None
    weekly_pence: int | None = None
    four_weekly_pence: int | None = None
    amounts_overdue: bool = False


@dataclass(frozen=True)
class Rates:
    """Pence a week from a day on."""

    begins_on: date
    pregnancy_pence: int
    under_one_pence: int
    one_to_three_pence: int


@dataclass(frozen=True)
class RulePack:
    """The pack; `content/healthy_start.yml` names the source of each value.

    Attributes:
        review_by: the last day on which amounts and the limit are stated.
        rates: oldest first, each from another day.
        income_limit_pence: a month; the limit itself is still within it.
        pregnant_more_than_weeks: at exactly so many weeks the sources disagree.
        child_below_months: 48 = until the day before the fourth birthday.
        under_one_below_months: 12 = until the day before the first birthday.
        routes: how to apply, by what the claim rests on.
    """

    review_by: date
    rates: tuple[Rates, ...]
    income_limit_pence: int
    pregnant_more_than_weeks: int
    child_below_months: int
    under_one_below_months: int
    routes: Mapping[Ground, Route]

    def is_current(self, on: date) -> bool:
        """Whether amounts and the limit may be stated on that day."""
        return on <= self.review_by

    def rates_on(self, on: date) -> Rates | None:
        """The newest rates that have begun; None before the first."""
        return next((rates for rates in reversed(self.rates) if rates.begins_on <= on), None)
