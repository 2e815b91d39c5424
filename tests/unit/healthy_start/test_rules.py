"""Every branch and edge of the verdict and of the amounts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.healthy_start.model import Answers, Outcome, RulePack
from bot.healthy_start.rules import check, weekly_amount

UC = {"benefit": "universal_credit", "monthly_pay_pence": 30000}
NO_RECOURSE = {"benefit": "no_recourse", "british_child": True, "monthly_pay_pence": 30000}


def family(weeks: int | None = 0, ages: tuple[int, ...] | None = (), *, under_18: bool | None = False, **more: Any) -> Answers:
    return Answers(weeks, ages, under_18, **more)


VERDICTS: dict[str, tuple[Answers, str, tuple[str, ...], str | None]] = {
    # Who counts at all
    "neither pregnant nor a child": (family(), "unlikely", ("no_child_or_pregnancy",), None),
    "a child of exactly four": (family(0, (48,), **UC), "unlikely", ("child_too_old",), None),
    "the last month before the fourth birthday": (family(0, (47,), **UC), "likely", (), "online"),
    "an old child and one that is young enough": (family(0, (50, 20), **UC), "likely", (), "online"),
    "a newborn": (family(0, (0,), **UC), "likely", (), "online"),
    "five weeks pregnant": (family(5, **UC), "unlikely", ("too_early_pregnant",), None),
    "nine weeks pregnant": (family(9, **UC), "unlikely", ("too_early_pregnant",), None),
    "nine weeks pregnant with an old child": (family(9, (49,), **UC), "unlikely", ("too_early_pregnant",), None),
    "nine weeks pregnant with a young child": (family(9, (30,), **UC), "likely", (), "online"),
    "eleven weeks pregnant": (family(11, **UC), "likely", (), "online"),
    # Exactly ten weeks
    "ten weeks and Universal Credit": (family(10, **UC), "ask", ("exactly_ten_weeks",), "online"),
    "ten weeks and Income Support": (family(10, benefit="income_support"), "ask", ("exactly_ten_weeks",), "email_or_phone"),
    "ten weeks and income-related ESA": (family(10, benefit="income_related_esa"), "ask", ("exactly_ten_weeks",), "email_or_phone"),
    "ten weeks and ESA with a child": (family(10, (5,), benefit="income_related_esa"), "ask", ("exactly_ten_weeks",), "email_or_phone"),
    "ten weeks, under 18": (family(10, under_18=True), "ask", ("exactly_ten_weeks", "under_18_pregnant"), "email_or_phone"),
    "ten weeks, under 18, a child, no benefit": (
        family(10, (5,), under_18=True, benefit="none"), "ask", ("exactly_ten_weeks", "under_18_pregnant"), "email_or_phone",
    ),
    "ten weeks and pay that varies": (
        family(10, benefit="universal_credit", pay_band="varies"), "ask", ("exactly_ten_weeks", "pay_varies"), "online",
    ),
    "ten weeks, but a child is enough": (family(10, (5,), **UC), "likely", (), "online"),
    "ten weeks, and no benefit either way": (family(10, benefit="none"), "unlikely", ("benefit_not_listed",), None),
    "ten weeks, and pay too high either way": (
        family(10, benefit="universal_credit", monthly_pay_pence=50000), "unlikely", ("pay_above_limit",), None,
    ),
    # Pay
    "pay of £408.00": (family(0, (5,), benefit="universal_credit", monthly_pay_pence=40800), "likely", (), "online"),
    "pay of £408.01": (family(0, (5,), benefit="universal_credit", monthly_pay_pence=40801), "unlikely", ("pay_above_limit",), None),
    "no pay": (family(0, (5,), benefit="universal_credit", monthly_pay_pence=0), "likely", (), "online"),
    "pay within the limit": (family(0, (5,), benefit="universal_credit", pay_band="at_or_below"), "likely", (), "online"),
    "pay over the limit": (family(0, (5,), benefit="universal_credit", pay_band="above"), "unlikely", ("pay_above_limit",), None),
    "pay that varies": (family(0, (5,), benefit="universal_credit", pay_band="varies"), "ask", ("pay_varies",), "online"),
    "pay that nobody knows": (family(0, (5,), benefit="universal_credit", pay_band="unknown"), "ask", ("pay_not_known",), "online"),
    "an amount counts before a band": (
        family(0, (5,), benefit="universal_credit", pay_band="varies", monthly_pay_pence=40800), "likely", (), "online",
    ),
    "high pay with Income Support": (family(0, (5,), benefit="income_support", monthly_pay_pence=90000), "likely", (), "email_or_phone"),
    # Other benefits
    "Income Support": (family(0, (5,), benefit="income_support"), "likely", (), "email_or_phone"),
    "income-based JSA": (family(0, (5,), benefit="income_based_jsa"), "likely", (), "email_or_phone"),
    "Pension Credit with a child": (family(0, (5,), benefit="pension_credit_child"), "likely", (), "email_or_phone"),
    "pregnant with Income Support": (family(20, benefit="income_support"), "likely", (), "email_or_phone"),
    "pregnant with ESA": (family(11, benefit="income_related_esa"), "likely", (), "email_or_phone"),
    "a child with ESA": (family(0, (5,), benefit="income_related_esa"), "ask", ("esa_only_pregnant",), "email_or_phone"),
    "nine weeks pregnant with ESA": (family(9, benefit="income_related_esa"), "unlikely", ("too_early_pregnant",), None),
    "no benefit": (family(0, (5,), benefit="none"), "unlikely", ("benefit_not_listed",), None),
    "pregnant without a benefit": (family(20, benefit="none"), "unlikely", ("benefit_not_listed",), None),
    # Under 18
    "under 18 and eleven weeks": (family(11, under_18=True), "likely", ("under_18_pregnant",), "email_or_phone"),
    "under 18 without a benefit": (family(30, under_18=True, benefit="none"), "likely", ("under_18_pregnant",), "email_or_phone"),
    "under 18 and nine weeks": (family(9, under_18=True), "unlikely", ("too_early_pregnant",), None),
    "under 18 after the birth": (family(0, (1,), under_18=True, benefit="none"), "unlikely", ("benefit_not_listed",), None),
    "under 18 with no recourse": (family(20, under_18=True, benefit="no_recourse"), "likely", ("under_18_pregnant",), "email_or_phone"),
    # No recourse to public funds
    "no recourse, British child": (family(0, (5,), **NO_RECOURSE), "likely", ("no_recourse_child",), "no_recourse_email"),
    "no recourse, British child, pregnant": (
        family(20, (5,), **NO_RECOURSE), "likely", ("no_recourse_child", "no_recourse_pregnant"), "no_recourse_email",
    ),
    "no recourse, pregnant": (family(20, benefit="no_recourse"), "unlikely", ("no_recourse_pregnant",), None),
    "no recourse, pregnant, British child of four": (family(20, (48,), **NO_RECOURSE), "unlikely", ("no_recourse_pregnant",), None),
    "no recourse, ten weeks": (family(10, benefit="no_recourse"), "unlikely", ("no_recourse_pregnant",), None),
    "no recourse, no British child": (
        family(0, (5,), benefit="no_recourse", british_child=False), "unlikely", ("no_recourse_not_british",), None,
    ),
    "no recourse, no British child, pregnant": (
        family(20, (5,), benefit="no_recourse", british_child=False), "unlikely", ("no_recourse_not_british", "no_recourse_pregnant"), None,
    ),
    "no recourse, £408.01": (
        family(0, (5,), benefit="no_recourse", british_child=True, monthly_pay_pence=40801), "unlikely", ("pay_above_limit",), None,
    ),
    "no recourse, pay that varies": (
        family(0, (5,), benefit="no_recourse", british_child=True, pay_band="varies"), "ask", ("pay_varies",), "no_recourse_email",
    ),
    # Elsewhere
    "Scotland, whatever else": (family(20, (5,), in_scotland=True, **UC), "scotland", (), None),
    "Scotland, nothing else": (Answers(in_scotland=True), "scotland", (), None),
    # What the parent does not know
    "age not known, a benefit": (family(20, under_18=None, not_known=("under_18",), benefit="income_support"), "likely", (), "email_or_phone"),
    "age not known, no benefit": (
        family(20, under_18=None, not_known=("under_18",), benefit="none"), "ask", ("under_18_pregnant", "benefit_not_listed"), "email_or_phone",
    ),
    "age not known, pay above the limit": (
        family(20, under_18=None, not_known=("under_18",), benefit="universal_credit", pay_band="above"),
        "ask", ("under_18_pregnant", "pay_above_limit"), "email_or_phone",
    ),
    "age not known, not pregnant": (family(0, (5,), under_18=None, not_known=("under_18",), benefit="none"), "unlikely", ("benefit_not_listed",), None),
    "benefit not known": (family(0, (5,), not_known=("benefit",)), "ask", ("benefit_not_known",), None),
    "no recourse, not known who is British": (
        family(0, (5,), benefit="no_recourse", not_known=("british_child",)), "ask", ("no_recourse_not_british",), "no_recourse_email",
    ),
    # Open questions
    "nothing asked yet": (Answers(), "ask", ("no_child_or_pregnancy",), None),
    "pregnancy not asked": (family(None, ()), "ask", ("no_child_or_pregnancy",), None),
    "children not asked": (family(0, None), "ask", ("no_child_or_pregnancy",), None),
    "benefit not asked": (family(0, (5,)), "ask", ("benefit_not_known",), None),
    "pay not asked": (family(0, (5,), benefit="universal_credit"), "ask", ("pay_not_known",), "online"),
    "age of the pregnant person not asked": (family(20, under_18=None, benefit="none"), "ask", ("benefit_not_listed",), None),
    "British child not asked": (family(0, (5,), benefit="no_recourse"), "ask", ("no_recourse_not_british",), None),
}  # fmt: skip


@pytest.mark.parametrize("case", VERDICTS)
def test_the_verdict_its_reasons_and_how_to_apply(case: str, pack: RulePack, today: date) -> None:
    answers, *expected = VERDICTS[case]
    outcome = check(answers, pack, today)
    assert [outcome.verdict, outcome.reasons, outcome.route] == expected
    assert not outcome.amounts_overdue
    assert (outcome.weekly_pence is None) == (outcome.verdict != "likely")


BEFORE, FIRST_DAY = date(2026, 3, 31), date(2026, 4, 1)
AMOUNTS: dict[str, tuple[Answers, date, int]] = {
    "pregnant on the last day of the old rate": (family(20, **UC), BEFORE, 425),
    "pregnant on the first day of the new rate": (family(20, **UC), FIRST_DAY, 465),
    "a baby on the last day of the old rate": (family(0, (3,), **UC), BEFORE, 850),
    "a baby on the first day of the new rate": (family(0, (3,), **UC), FIRST_DAY, 930),
    "a child of two on the last day of the old rate": (family(0, (24,), **UC), BEFORE, 425),
    "the first day of the old rate": (family(0, (3,), **UC), date(2021, 4, 1), 850),
    "eleven months": (family(0, (11,), **UC), FIRST_DAY, 930),
    "the first birthday": (family(0, (12,), **UC), FIRST_DAY, 465),
    "three years and eleven months": (family(0, (47,), **UC), FIRST_DAY, 465),
    "twin babies": (family(0, (3, 3), **UC), FIRST_DAY, 1860),
    "twins of two": (family(0, (24, 24), **UC), FIRST_DAY, 930),
    "a baby, a child of three, one of four": (family(0, (3, 40, 48), **UC), FIRST_DAY, 1395),
    "pregnant with a baby and a child": (family(30, (11, 24), **UC), FIRST_DAY, 1860),
    "exactly ten weeks pregnant with a baby": (family(10, (3,), **UC), FIRST_DAY, 930),
    "no recourse and pregnant: the children alone": (family(20, (3, 24), **NO_RECOURSE), FIRST_DAY, 1395),
    "under 18": (family(20, under_18=True), FIRST_DAY, 465),
    "under 18 with a child and no benefit: the pregnancy alone": (family(20, (24,), under_18=True, benefit="none"), FIRST_DAY, 465),
    "under 18 with a child, benefit not asked": (family(20, (24,), under_18=True), FIRST_DAY, 465),
    "under 18 with a child and Income Support": (family(20, (24,), under_18=True, benefit="income_support"), FIRST_DAY, 930),
    "under 18 with no recourse": (family(20, (24,), under_18=True, benefit="no_recourse"), FIRST_DAY, 465),
}


@pytest.mark.parametrize("case", AMOUNTS)
def test_the_amount_by_date(case: str, pack: RulePack) -> None:
    answers, on, expected = AMOUNTS[case]
    outcome = check(answers, pack, on)
    assert weekly_amount(answers, pack, on) == expected
    assert (outcome.verdict, outcome.weekly_pence, outcome.four_weekly_pence) == ("likely", expected, expected * 4)


def test_before_the_first_rates_no_amount_is_stated(pack: RulePack) -> None:
    answers, on = family(20, **UC), date(2021, 3, 31)
    assert weekly_amount(answers, pack, on) == 0
    assert check(answers, pack, on) == Outcome("likely", (), "online")


def test_on_the_review_date_itself_the_amount_is_still_stated(pack: RulePack) -> None:
    assert check(family(20, **UC), pack, pack.review_by).weekly_pence == 465


OVERDUE: dict[str, tuple[Answers, Outcome]] = {
    "a clear case without its amount": (
        family(20, benefit="income_support"), Outcome("likely", (), "email_or_phone", amounts_overdue=True),
    ),
    "under 18": (family(20, under_18=True), Outcome("likely", ("under_18_pregnant",), "email_or_phone", amounts_overdue=True)),
    "low pay": (family(0, (5,), **UC), Outcome("ask", ("limit_overdue",), "online", amounts_overdue=True)),
    "high pay": (
        family(0, (5,), benefit="universal_credit", monthly_pay_pence=40801),
        Outcome("ask", ("limit_overdue",), "online", amounts_overdue=True),
    ),
    "pay that varies": (
        family(0, (5,), benefit="universal_credit", pay_band="varies"),
        Outcome("ask", ("pay_varies", "limit_overdue"), "online", amounts_overdue=True),
    ),
    "pay not known": (
        family(0, (5,), benefit="universal_credit", pay_band="unknown"),
        Outcome("ask", ("limit_overdue",), "online", amounts_overdue=True),
    ),
    "no recourse": (family(0, (5,), **NO_RECOURSE), Outcome("ask", ("limit_overdue",), "no_recourse_email", amounts_overdue=True)),
    "ten weeks": (
        family(10, benefit="income_support"), Outcome("ask", ("exactly_ten_weeks",), "email_or_phone", amounts_overdue=True),
    ),
    "no benefit": (family(0, (5,), benefit="none"), Outcome("unlikely", ("benefit_not_listed",))),
    "no British child": (
        family(0, (5,), benefit="no_recourse", british_child=False), Outcome("unlikely", ("no_recourse_not_british",)),
    ),
    "a child of four": (family(0, (48,), **UC), Outcome("unlikely", ("child_too_old",))),
    "Scotland": (family(20, in_scotland=True), Outcome("scotland")),
}  # fmt: skip


@pytest.mark.parametrize("case", OVERDUE)
def test_past_the_review_date_no_amount_and_nothing_that_hangs_on_the_limit_is_stated(case: str, pack: RulePack, overdue: date) -> None:
    answers, expected = OVERDUE[case]
    assert check(answers, pack, overdue) == expected
