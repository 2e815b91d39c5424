"""What is asked and what comes out."""

from __future__ import annotations

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


@dataclass(frozen=True)
class Answers:
    """What a family has said so far; None = not asked yet.

    Attributes:
        weeks_pregnant: whole weeks; 0 = not pregnant.
        child_ages_months: every child under five; twins stand twice; () = none.
        monthly_pay_pence: the family's take-home pay from work in a month.
    """

    weeks_pregnant: int | None = None
    child_ages_months: tuple[int, ...] | None = None
    under_18: bool | None = None
    benefit: Benefit | None = None
    monthly_pay_pence: int | None = None
    pay_band: PayBand | None = None
    british_child: bool | None = None
    in_scotland: bool = False


@dataclass(frozen=True)
class Outcome:
    """The verdict; never a promise.

    Attributes:
        reasons: stable ids, each with a reply `utter_healthy_start_reason_…`.
        weekly_pence, four_weekly_pence: only with `likely`, and only while the pack is current.
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
    """The pack; see `content/healthy_start.yml` for sources."""

    review_by: date
    rates: tuple[Rates, ...]
    income_limit_pence: int
    pregnant_more_than_weeks: int
    child_below_months: int
    under_one_below_months: int
