"""Who may get Healthy Start, what to ask, and how much it would be.

Source: `content/healthy_start.yml`, which names the page behind each rule.
"""

from __future__ import annotations

from datetime import date

from bot.healthy_start.model import Answers, Outcome, Question, Rates, Route, RulePack

_ROUTES: dict[str, Route] = {
    "universal_credit": "online",
    "income_support": "email_or_phone",
    "income_based_jsa": "email_or_phone",
    "pension_credit_child": "email_or_phone",
    "income_related_esa": "email_or_phone",
    "no_recourse": "no_recourse_email",
}
_TEN_WEEKS = 10
_FOUR_YEARS_MONTHS = 48


def next_question(answers: Answers) -> Question | None:
    """The next question that can still change the outcome; None when there is none."""
    if answers.in_scotland:
        return None
    if answers.weeks_pregnant is None:
        return "weeks_pregnant"
    if answers.child_ages_months is None:
        return "child_ages"
    pregnant = answers.weeks_pregnant >= _TEN_WEEKS
    has_child = any(age < _FOUR_YEARS_MONTHS for age in answers.child_ages_months)
    if not pregnant and not has_child:
        return None
    if pregnant and answers.under_18 is None:
        return "under_18"
    if answers.weeks_pregnant > _TEN_WEEKS and answers.under_18:
        return None
    if answers.benefit is None:
        return "benefit"
    return _question_after_benefit(answers, has_child)


def _question_after_benefit(answers: Answers, has_child: bool) -> Question | None:
    if answers.benefit == "no_recourse":
        if not has_child:
            return None
        if answers.british_child is None:
            return "british_child"
        if not answers.british_child:
            return None
    elif answers.benefit != "universal_credit":
        return None
    return "pay" if answers.monthly_pay_pence is None and answers.pay_band is None else None


def check(answers: Answers, pack: RulePack, on: date) -> Outcome:
    """The verdict for a family on a day. Unanswered questions count as not known."""
    if answers.in_scotland:
        return Outcome("scotland")
    weeks = answers.weeks_pregnant or 0
    pregnant = weeks > pack.pregnant_more_than_weeks
    children = [age for age in answers.child_ages_months or () if age < pack.child_below_months]
    if not pregnant and not children:
        return _nobody(answers, pack, weeks)
    if pregnant and answers.under_18:
        return _likely(answers, pack, on, "email_or_phone", ("under_18_pregnant",))
    return _by_benefit(answers, pack, on, pregnant, bool(children))


def _nobody(answers: Answers, pack: RulePack, weeks: int) -> Outcome:
    if weeks == pack.pregnant_more_than_weeks:
        return Outcome("ask", ("exactly_ten_weeks",))
    if weeks:
        return Outcome("unlikely", ("too_early_pregnant",))
    return Outcome("unlikely", ("child_too_old" if answers.child_ages_months else "no_child_or_pregnancy",))


def _by_benefit(answers: Answers, pack: RulePack, on: date, pregnant: bool, has_child: bool) -> Outcome:
    benefit = answers.benefit
    if benefit is None:
        return Outcome("ask", ("benefit_not_known",))
    if benefit == "none":
        return Outcome("unlikely", ("benefit_not_listed",))
    if benefit == "income_related_esa" and not pregnant:
        return Outcome("ask", ("esa_only_pregnant",))
    if benefit == "no_recourse":
        if not has_child:
            return Outcome("unlikely", ("no_recourse_pregnant",))
        if not answers.british_child:
            return Outcome("unlikely" if answers.british_child is False else "ask", ("no_recourse_not_british",))
    if benefit in {"universal_credit", "no_recourse"}:
        return _by_pay(answers, pack, on)
    return _likely(answers, pack, on, _ROUTES[benefit], ())


def _by_pay(answers: Answers, pack: RulePack, on: date) -> Outcome:
    benefit = answers.benefit or "universal_credit"
    within = _within_limit(answers, pack)
    if within is None:
        return Outcome("ask", ("pay_varies" if answers.pay_band == "varies" else "pay_not_known",), _ROUTES[benefit])
    if on > pack.review_by:
        # The limit is a rate too: past its review date nobody is turned away, or promised anything, because of it.
        return Outcome("ask", ("limit_overdue",), _ROUTES[benefit], amounts_overdue=True)
    if not within:
        return Outcome("unlikely", ("pay_above_limit",))
    return _likely(answers, pack, on, _ROUTES[benefit], ("no_recourse_child",) if benefit == "no_recourse" else ())


def _within_limit(answers: Answers, pack: RulePack) -> bool | None:
    if answers.monthly_pay_pence is not None:
        return answers.monthly_pay_pence <= pack.income_limit_pence
    if answers.pay_band in {"at_or_below", "above"}:
        return answers.pay_band == "at_or_below"
    return None


def _likely(answers: Answers, pack: RulePack, on: date, route: Route, reasons: tuple[str, ...]) -> Outcome:
    if on > pack.review_by:
        return Outcome("likely", reasons, route, amounts_overdue=True)
    weekly = weekly_amount(answers, pack, on)
    return Outcome("likely", reasons, route, weekly, weekly * 4)


def weekly_amount(answers: Answers, pack: RulePack, on: date) -> int:
    """Pence a week on a day: each child separately, a pregnancy once, whether of one child or twins.

    With no recourse to public funds the pregnancy is not covered. Before the first rates: 0.
    """
    rates = _rates_on(pack, on)
    if rates is None:
        return 0
    weekly = 0
    if (answers.weeks_pregnant or 0) > pack.pregnant_more_than_weeks and answers.benefit != "no_recourse":
        weekly += rates.pregnancy_pence
    for age in answers.child_ages_months or ():
        if age < pack.under_one_below_months:
            weekly += rates.under_one_pence
        elif age < pack.child_below_months:
            weekly += rates.one_to_three_pence
    return weekly


def _rates_on(pack: RulePack, on: date) -> Rates | None:
    return max((rates for rates in pack.rates if rates.begins_on <= on), key=lambda r: r.begins_on, default=None)
