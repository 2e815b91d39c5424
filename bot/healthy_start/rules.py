"""Who may get Healthy Start, what to ask, and how much it would be.

Source: `content/healthy_start.yml`, which names the page behind each rule.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.healthy_start.model import CHILD_BELOW_MONTHS, PREGNANT_MORE_THAN_WEEKS, Answers, Ground, Outcome, Question, RulePack

_WEEKS_IN_A_PAYMENT = 4


def next_question(answers: Answers) -> Question | None:
    """The next question that can still change the outcome; None when there is none."""
    if answers.in_scotland:
        return None
    if answers.weeks_pregnant is None:
        return "weeks_pregnant"
    if answers.child_ages_months is None:
        return "child_ages"
    # At exactly ten weeks the sources disagree, so what would follow from being pregnant is asked too.
    pregnant = answers.weeks_pregnant >= PREGNANT_MORE_THAN_WEEKS
    has_child = any(age < CHILD_BELOW_MONTHS for age in answers.child_ages_months)
    if not pregnant and not has_child:
        return None
    if pregnant:
        if answers.under_18 is None and "under_18" not in answers.not_known:
            return "under_18"
        if answers.under_18 and (answers.weeks_pregnant > PREGNANT_MORE_THAN_WEEKS or not has_child):
            return None
    return _question_about_money(answers, has_child)


def _question_about_money(answers: Answers, has_child: bool) -> Question | None:
    if answers.benefit is None:
        return None if "benefit" in answers.not_known else "benefit"
    if answers.benefit == "no_recourse":
        if not has_child:
            return None
        if answers.british_child is None:
            return None if "british_child" in answers.not_known else "british_child"
        if not answers.british_child:
            return None
    elif answers.benefit != "universal_credit":
        return None
    return "pay" if answers.monthly_pay_pence is None and answers.pay_band is None else None


def check(answers: Answers, pack: RulePack, on: date) -> Outcome:
    """The verdict for a family on a day.

    Questions may still be open; as long as one is, nobody is told `unlikely`.
    """
    outcome = _verdict(answers, pack, on)
    if outcome.verdict == "unlikely" and next_question(answers) is not None:
        return replace(outcome, verdict="ask")
    return outcome


def _verdict(answers: Answers, pack: RulePack, on: date) -> Outcome:
    if answers.in_scotland:
        return Outcome("scotland")
    weeks = answers.weeks_pregnant or 0
    if weeks == pack.pregnant_more_than_weeks:
        return _at_exactly_ten_weeks(answers, pack, on)
    pregnant = weeks > pack.pregnant_more_than_weeks
    has_child = any(age < pack.child_below_months for age in answers.child_ages_months or ())
    if not pregnant and not has_child:
        return _nobody(answers)
    if pregnant and answers.under_18:
        return _likely(answers, pack, on, "under_18_pregnant", ("under_18_pregnant",))
    if pregnant and answers.under_18 is None and "under_18" in answers.not_known:
        return _at_an_unknown_age(answers, pack, on, has_child)
    return _by_benefit(answers, pack, on, pregnant, has_child)


def _at_exactly_ten_weeks(answers: Answers, pack: RulePack, on: date) -> Outcome:
    """`ask`, unless a week more or less would make no difference.

    Source: scheme rules say "more than 10 weeks", older pages "at least 10".
    """
    earlier = _verdict(replace(answers, weeks_pregnant=pack.pregnant_more_than_weeks - 1), pack, on)
    later = _verdict(replace(answers, weeks_pregnant=pack.pregnant_more_than_weeks + 1), pack, on)
    if earlier.verdict == later.verdict:
        return later if later.verdict == "unlikely" else earlier
    return Outcome("ask", ("exactly_ten_weeks", *later.reasons), later.route, amounts_overdue=later.amounts_overdue)


def _at_an_unknown_age(answers: Answers, pack: RulePack, on: date, has_child: bool) -> Outcome:
    """`likely` where a benefit makes it so at any age; else the age decides."""
    by_benefit = _by_benefit(answers, pack, on, True, has_child)
    if by_benefit.verdict == "likely":
        return by_benefit
    route = by_benefit.route or pack.routes["under_18_pregnant"]
    return Outcome("ask", ("under_18_pregnant", *by_benefit.reasons), route, amounts_overdue=by_benefit.amounts_overdue)


def _nobody(answers: Answers) -> Outcome:
    if answers.weeks_pregnant:
        return Outcome("unlikely", ("too_early_pregnant",))
    return Outcome("unlikely", ("child_too_old" if answers.child_ages_months else "no_child_or_pregnancy",))


def _by_benefit(answers: Answers, pack: RulePack, on: date, pregnant: bool, has_child: bool) -> Outcome:
    benefit = answers.benefit
    if benefit is None:
        return Outcome("ask", ("benefit_not_known",))
    if benefit == "none":
        return Outcome("unlikely", ("benefit_not_listed",))
    if benefit == "no_recourse":
        return _no_recourse(answers, pack, on, pregnant, has_child)
    if benefit == "universal_credit":
        return _by_pay(answers, pack, on, benefit, ())
    if benefit == "income_related_esa" and not pregnant:
        return Outcome("ask", ("esa_only_pregnant",), pack.routes[benefit])
    return _likely(answers, pack, on, benefit, ())


def _no_recourse(answers: Answers, pack: RulePack, on: date, pregnant: bool, has_child: bool) -> Outcome:
    """A British child under four, within the limit; a pregnancy is not covered, and that is said kindly.

    Source: GOV.UK, Healthy Start extension, updated 30 May 2025.
    """
    not_covered = ("no_recourse_pregnant",) if pregnant else ()
    if not has_child:
        return Outcome("unlikely", not_covered)
    if answers.british_child is None and "british_child" in answers.not_known:
        return Outcome("ask", ("no_recourse_not_british", *not_covered), pack.routes["no_recourse"])
    if not answers.british_child:
        return Outcome("unlikely", ("no_recourse_not_british", *not_covered))
    return _by_pay(answers, pack, on, "no_recourse", ("no_recourse_child", *not_covered))


def _by_pay(answers: Answers, pack: RulePack, on: date, ground: Ground, reasons: tuple[str, ...]) -> Outcome:
    varies = ("pay_varies",) if answers.monthly_pay_pence is None and answers.pay_band == "varies" else ()
    if not pack.is_current(on):
        # The limit is a rate too: past its review date nobody is turned away, or promised anything, because of it.
        return Outcome("ask", (*varies, "limit_overdue"), pack.routes[ground], amounts_overdue=True)
    within = _within_limit(answers, pack)
    if within is None:
        return Outcome("ask", varies or ("pay_not_known",), pack.routes[ground])
    if not within:
        return Outcome("unlikely", ("pay_above_limit",))
    return _likely(answers, pack, on, ground, reasons)


def _within_limit(answers: Answers, pack: RulePack) -> bool | None:
    if answers.monthly_pay_pence is not None:
        return answers.monthly_pay_pence <= pack.income_limit_pence
    if answers.pay_band in {"at_or_below", "above"}:
        return answers.pay_band == "at_or_below"
    return None


def _likely(answers: Answers, pack: RulePack, on: date, ground: Ground, reasons: tuple[str, ...]) -> Outcome:
    if not pack.is_current(on):
        return Outcome("likely", reasons, pack.routes[ground], amounts_overdue=True)
    weekly = weekly_amount(answers, pack, on)
    return Outcome("likely", reasons, pack.routes[ground], weekly or None, weekly * _WEEKS_IN_A_PAYMENT or None)


def weekly_amount(answers: Answers, pack: RulePack, on: date) -> int:
    """Pence a week on a day, for whom the answers cover; 0 before the first rates.

    Each child counts separately, a pregnancy once, whether of one child or of twins. With no recourse
    to public funds the pregnancy is not covered. Somebody under 18 who gets none of the benefits is
    paid for the pregnancy alone: for the children a benefit is needed.

    Source: scheme rules and GOV.UK ("per child"); for under 18, NHS questions and answers.
    """
    rates = pack.rates_on(on)
    if rates is None:
        return 0
    pregnant = (answers.weeks_pregnant or 0) > pack.pregnant_more_than_weeks
    by_age_alone = bool(pregnant and answers.under_18)
    weekly = rates.pregnancy_pence if pregnant and (by_age_alone or answers.benefit != "no_recourse") else 0
    if by_age_alone and answers.benefit in {None, "none", "no_recourse"}:
        return weekly
    for age in answers.child_ages_months or ():
        if age < pack.under_one_below_months:
            weekly += rates.under_one_pence
        elif age < pack.child_below_months:
            weekly += rates.one_to_three_pence
    return weekly
