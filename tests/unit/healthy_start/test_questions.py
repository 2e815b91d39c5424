"""What is asked: only what can still change the outcome, and everything that can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest

from bot.healthy_start.model import Answers, Benefit, Outcome, PayBand, Question, RulePack
from bot.healthy_start.rules import check, next_question

ASKED: dict[str, tuple[Answers, Question | None]] = {
    "pregnancy first": (Answers(), "weeks_pregnant"),
    "pregnancy, when the children are known": (Answers(child_ages_months=(5,)), "weeks_pregnant"),
    "then the children": (Answers(0), "child_ages"),
    "the children, when pregnant too": (Answers(20), "child_ages"),
    "nothing without a child or pregnancy": (Answers(0, ()), None),
    "nothing with a child of four": (Answers(0, (48,)), None),
    "nothing at nine weeks": (Answers(9, ()), None),
    "whether under 18, when pregnant": (Answers(11, ()), "under_18"),
    "whether under 18, at ten weeks": (Answers(10, ()), "under_18"),
    "not whether under 18, with a child alone": (Answers(0, (5,)), "benefit"),
    "not whether under 18, at nine weeks with a child": (Answers(9, (5,)), "benefit"),
    "no benefit from somebody under 18": (Answers(11, (), True), None),
    "no benefit from somebody under 18 with a child": (Answers(11, (5,), True), None),
    "no benefit from somebody under 18 at ten weeks": (Answers(10, (), True), None),
    "the benefit at ten weeks under 18 with a child": (Answers(10, (5,), True), "benefit"),
    "the benefit from an adult": (Answers(11, (), False), "benefit"),
    "pay with Universal Credit": (Answers(0, (5,), benefit="universal_credit"), "pay"),
    "no pay when a band is known": (Answers(0, (5,), benefit="universal_credit", pay_band="unknown"), None),
    "no pay when an amount is known": (Answers(0, (5,), benefit="universal_credit", monthly_pay_pence=0), None),
    "no pay with Income Support": (Answers(0, (5,), benefit="income_support"), None),
    "no pay with income-based JSA": (Answers(0, (5,), benefit="income_based_jsa"), None),
    "no pay with Pension Credit": (Answers(0, (5,), benefit="pension_credit_child"), None),
    "no pay with ESA": (Answers(0, (5,), benefit="income_related_esa"), None),
    "no pay without a benefit": (Answers(0, (5,), benefit="none"), None),
    "a British child with no recourse": (Answers(0, (5,), benefit="no_recourse"), "british_child"),
    "pay with no recourse and a British child": (Answers(0, (5,), benefit="no_recourse", british_child=True), "pay"),
    "nothing with no recourse and no British child": (Answers(0, (5,), benefit="no_recourse", british_child=False), None),
    "nothing with no recourse when only pregnant": (Answers(20, (), False, benefit="no_recourse"), None),
    "the benefit when the age is not known": (Answers(20, (), not_known=("under_18",)), "benefit"),
    "nothing when the benefit is not known": (Answers(0, (5,), not_known=("benefit",)), None),
    "nothing when it is not known who is British": (Answers(0, (5,), benefit="no_recourse", not_known=("british_child",)), None),
    "nothing in Scotland": (Answers(in_scotland=True), None),
}


@pytest.mark.parametrize("case", ASKED)
def test_the_next_question(case: str) -> None:
    answers, expected = ASKED[case]
    assert next_question(answers) == expected


CHOICES: dict[Question, list[dict[str, Any]]] = {
    "weeks_pregnant": [{"weeks_pregnant": weeks} for weeks in (0, 9, 10, 11, 40)],
    "child_ages": [{"child_ages_months": ages} for ages in ((), (0,), (11,), (12,), (47,), (48,), (3, 3), (3, 50))],
    "under_18": [{"under_18": True}, {"under_18": False}, {"not_known": ("under_18",)}],
    "benefit": [*({"benefit": benefit} for benefit in get_args(Benefit)), {"not_known": ("under_18", "benefit")}],
    "pay": [{"monthly_pay_pence": 40800}, {"monthly_pay_pence": 40801}, *({"pay_band": band} for band in get_args(PayBand))],
    "british_child": [{"british_child": True}, {"british_child": False}, {"not_known": ("under_18", "british_child")}],
}


def open_points(answers: Answers) -> Iterator[tuple[Answers, Question]]:
    """Every point of every conversation at which something is asked."""
    question = next_question(answers)
    if question:
        yield answers, question
        for choice in CHOICES[question]:
            yield from open_points(replace(answers, **choice))


def ends(answers: Answers, pack: RulePack, on: date) -> frozenset[Outcome]:
    """Every outcome that can still be reached."""
    question = next_question(answers)
    if question is None:
        return frozenset({check(answers, pack, on)})
    return frozenset().union(*(ends(replace(answers, **choice), pack, on) for choice in CHOICES[question]))


def test_every_question_that_is_asked_can_change_the_outcome(pack: RulePack, today: date) -> None:
    for answers, question in open_points(Answers()):
        assert len({ends(replace(answers, **choice), pack, today) for choice in CHOICES[question]}) > 1, (answers, question)


def test_when_nothing_is_asked_any_more_no_other_answer_would_change_the_verdict(pack: RulePack, today: date) -> None:
    for answers, question in open_points(Answers()):
        for choice in CHOICES[question]:
            closed = replace(answers, **choice)
            if next_question(closed) is not None or closed.not_known:
                continue  # what the parent does not know would change it, but cannot be asked
            told = check(closed, pack, today)
            for more in unasked(closed):
                other = check(replace(closed, **more), pack, today)
                assert (other.verdict, other.reasons, other.route) == (told.verdict, told.reasons, told.route), (closed, more)


def unasked(closed: Answers) -> Iterator[dict[str, Any]]:
    """Answers to what was not asked."""
    for question, choices in CHOICES.items():
        if question == "pay":
            known = closed.monthly_pay_pence is not None or closed.pay_band is not None
        else:
            known = getattr(closed, {"child_ages": "child_ages_months"}.get(question, question)) is not None
        if not known:
            yield from choices


def test_nobody_is_turned_away_while_a_question_is_open(pack: RulePack, today: date, overdue: date) -> None:
    for answers, _ in open_points(Answers()):
        assert check(answers, pack, today).verdict != "unlikely"
        assert check(answers, pack, overdue).verdict != "unlikely"


def test_every_reason_and_route_has_its_words(pack: RulePack, today: date, overdue: date) -> None:
    from bot.base.yaml_files import read_yaml
    from tests.unit.healthy_start.conftest import SHIPPED

    words = read_yaml(SHIPPED.parents[1] / "domain.yml")["responses"]
    reached = {outcome for on in (today, overdue) for outcome in ends(Answers(), pack, on)}
    wanted = {f"utter_healthy_start_{outcome.verdict}" for outcome in reached}
    wanted |= {f"utter_healthy_start_reason_{reason}" for outcome in reached for reason in outcome.reasons}
    wanted |= {f"utter_healthy_start_route_{outcome.route}" for outcome in reached if outcome.route}
    wanted |= {f"utter_ask_healthy_start_{question}" for question in get_args(Question)}
    assert wanted <= words.keys()
