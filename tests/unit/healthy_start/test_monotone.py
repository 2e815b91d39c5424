"""What must hold whatever a family says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.healthy_start.loader import load_rule_pack
from bot.healthy_start.model import Answers, Benefit, PayBand
from bot.healthy_start.rules import check, weekly_amount
from tests.unit.healthy_start.conftest import SHIPPED

PACK = load_rule_pack(SHIPPED)
RANK = {"unlikely": 0, "ask": 1, "likely": 2}

steady = settings(deadline=None, derandomize=True, database=None, max_examples=200)
pay = st.integers(0, 200_000) | st.integers(40_700, 40_900)
ages = st.lists(st.integers(0, 59), max_size=5).map(tuple)
weeks = st.integers(0, 42) | st.integers(8, 12)
days = st.dates(date(2021, 4, 1), PACK.review_by + timedelta(days=400))
families = st.builds(
    Answers,
    weeks_pregnant=weeks,
    child_ages_months=ages,
    under_18=st.booleans(),
    benefit=st.sampled_from(get_args(Benefit)),
    monthly_pay_pence=st.none() | pay,
    pay_band=st.sampled_from(get_args(PayBand)),
    british_child=st.booleans(),
)


def rank(answers: Answers, on: date) -> int:
    return RANK[check(answers, PACK, on).verdict]


@steady
@given(families, pay, pay, days)
def test_more_pay_never_makes_it_likelier(answers: Answers, one: int, other: int, on: date) -> None:
    less, more = sorted((one, other))
    assert rank(replace(answers, monthly_pay_pence=more), on) <= rank(replace(answers, monthly_pay_pence=less), on)


@steady
@given(families, weeks, weeks, days)
def test_a_later_week_never_makes_it_less_likely(answers: Answers, one: int, other: int, on: date) -> None:
    earlier, later = sorted((one, other))
    assert rank(replace(answers, weeks_pregnant=earlier), on) <= rank(replace(answers, weeks_pregnant=later), on)


@steady
@given(families, st.integers(0, 59), days)
def test_one_more_child_never_makes_it_less(answers: Answers, age: int, on: date) -> None:
    with_child = replace(answers, child_ages_months=(*(answers.child_ages_months or ()), age))
    assert rank(answers, on) <= rank(with_child, on)
    assert weekly_amount(answers, PACK, on) <= weekly_amount(with_child, PACK, on)


@steady
@given(families, days)
def test_amounts_are_stated_only_when_likely_and_current(answers: Answers, on: date) -> None:
    outcome = check(answers, PACK, on)
    stated = outcome.verdict == "likely" and on <= PACK.review_by
    assert (outcome.weekly_pence is not None) == stated
    assert (outcome.four_weekly_pence is not None) == stated
    if outcome.weekly_pence is not None:
        assert outcome.weekly_pence > 0
        assert outcome.four_weekly_pence == 4 * outcome.weekly_pence
    assert not (outcome.amounts_overdue and on <= PACK.review_by)


@steady
@given(families, days)
def test_who_is_told_to_apply_is_told_how_and_who_is_not_is_told_why(answers: Answers, on: date) -> None:
    outcome = check(answers, PACK, on)
    assert (outcome.route is None) == (outcome.verdict == "unlikely")
    assert outcome.reasons or outcome.verdict == "likely"


@steady
@given(families, st.permutations(range(5)), days)
def test_the_order_of_the_children_does_not_matter(answers: Answers, order: list[int], on: date) -> None:
    ages_now = answers.child_ages_months or ()
    shuffled = tuple(ages_now[i] for i in order if i < len(ages_now))
    assert check(answers, PACK, on) == check(replace(answers, child_ages_months=shuffled), PACK, on)


@steady
@given(families, days)
def test_in_scotland_nothing_else_counts(answers: Answers, on: date) -> None:
    assert check(replace(answers, in_scotland=True), PACK, on).verdict == "scotland"
