"""Could this family get Healthy Start? A few questions, then likely, unlikely or ask."""

from __future__ import annotations

from dataclasses import fields

from rasa_sdk.events import SlotSet

from actions._base import Events, ParentAction
from actions._questions import YES_NO, Answers, Series, choice, is_other_request
from actions._turn import Turn
from bot.flows.answer_words import births_said, weeks_said
from bot.flows.check_said import ages_today, begins_with_no, is_besides, is_held, is_not_pregnant, is_under_18, is_unsure
from bot.flows.money import pounds
from bot.flows.pay_said import Pay, pay_said
from bot.flows.weeks_today import are_of_a_child, tells_of_a_birth, tells_of_a_loss, weeks_today
from bot.healthy_start import model, rules
from bot.healthy_start.model import Outcome
from bot.replies.model import Button

_BENEFITS = (
    "universal_credit", "income_support", "income_based_jsa", "pension_credit_child", "income_related_esa", "no_recourse", "none",
)  # fmt: skip
_PAY = ("at_or_below", "above", "varies", "unknown")
_PAY_WITHOUT_LIMIT = ("varies", "unknown")
_LIMIT = "healthy_start_income_limit"
_MAY_STAY_OPEN = ("under_18", "benefit", "british_child")
"""What a parent may not know; the check goes on without it."""
_A_PREGNANCY_MONTHS = 9
_FIVE_YEARS = 60
_FIELDS = tuple(field.name for field in fields(model.Answers))


class HealthyStartQuestions(Series):
    """The questions of `bot.healthy_start.rules`, put one at a time."""

    name = "healthy_start_form"

    def begin(self, turn: Turn) -> Answers:
        """Pregnancy and ages that stood in the message which began it."""
        answers: Answers = {}
        weeks = _weeks(turn, turn.value("weeks_pregnant"))
        if weeks is not None:
            answers["weeks_pregnant"] = weeks
        elif _is_typed(turn) and tells_of_a_loss(turn.text, turn.check_words):
            answers["weeks_pregnant"] = 0
        if turn.value("in_scotland"):
            answers["in_scotland"] = True
        return answers

    def answers(self, turn: Turn) -> Answers:
        """What has been answered so far; who tells of a loss is not asked again whether she is pregnant, whatever else was answered."""
        known = super().answers(turn)
        if "weeks_pregnant" in known or not (_is_typed(turn) and tells_of_a_loss(turn.text, turn.check_words)):
            return known
        return {**known, "weeks_pregnant": 0}

    def next_question(self, turn: Turn, answers: Answers) -> str | None:
        """What can still change the outcome."""
        return rules.next_question(read_answers(answers))

    def ask(self, turn: Turn, answers: Answers, question: str) -> None:
        """One question with its choices as buttons."""
        known = question == "weeks_pregnant" and answers.get("is_pregnant")
        turn.say(f"utter_ask_healthy_start_{'how_many_weeks' if known else question}", self._buttons(turn, question)[1 if known else 0 :])

    def read(self, turn: Turn, answers: Answers, question: str) -> Answers | None:
        """The answers with this one."""
        if turn.value("in_scotland"):
            return {**answers, "in_scotland": True}
        if _is_unsure(turn):
            unsure = self._without_an_answer(turn, answers, question)
            if unsure is not None:
                return {**answers, **unsure}
        read = self._read_weeks_pregnant(turn, answers) if question == "weeks_pregnant" else getattr(self, f"_read_{question}")(turn)
        if read is None and question not in {"child_ages", "weeks_pregnant"} and turn.values("age_months"):
            # Ages come when they come; the question that was open is put again.
            read = self._read_child_ages(turn)
            if read and is_besides(turn.text, turn.check_words):
                read = {"child_ages_months": [*(answers.get("child_ages_months") or ()), *read["child_ages_months"]]}
        return None if read is None else {**answers, **read}

    def _buttons(self, turn: Turn, question: str) -> list[Button]:
        choices = {
            "weeks_pregnant": ("not_pregnant", "over_ten_weeks", "ten_weeks", "under_ten_weeks"),
            "child_ages": ("no_children",),
            "under_18": ("yes", "no"),
            "benefit": _BENEFITS,
            # Past its review date the limit is not named, and “that much or less” would say nothing.
            "pay": _PAY if _LIMIT in turn.facts else _PAY_WITHOUT_LIMIT,
            "british_child": ("yes", "no"),
        }[question]
        return [turn.button(f"utter_button_{c}", "answer_question", c) for c in choices]

    def _without_an_answer(self, turn: Turn, answers: Answers, question: str) -> Answers | None:
        """“I don't know” is no no: what hangs on it is then for the Healthy Start team to say."""
        if is_other_request(turn) or turn.values("benefit"):
            return None
        if question == "pay":
            return {"pay_band": "unknown"}
        return {"not_known": [*(answers.get("not_known") or ()), question]} if question in _MAY_STAY_OPEN else None

    def _read_weeks_pregnant(self, turn: Turn, answers: Answers) -> Answers | None:
        """Weeks, and ages that cannot be a pregnancy: “12 weeks” and “5 months” are no child as long as this is asked."""
        if _is_typed(turn) and tells_of_a_loss(turn.text, turn.check_words):
            # Nobody who has lost a pregnancy is asked twice whether she is pregnant; what she asks beside it is answered first.
            return None if is_other_request(turn) else {"weeks_pregnant": 0}
        said = weeks_said(turn.text, turn.answer_words) if _is_typed(turn) else None
        named = turn.value("weeks_pregnant")
        found = named if said is None else said
        ages = _ages(turn) or []
        if found is not None and _is_typed(turn) and are_of_a_child(turn.text, int(found), turn.check_words):
            over = begins_with_no(turn.text, turn.check_words) or tells_of_a_birth(turn.text, turn.check_words)
            born: Answers = {"child_ages_months": [age for age in ages if age < _FIVE_YEARS]} if ages else {}
            return {**({"weeks_pregnant": 0} if over else {}), **born} or None
        weeks = _weeks(turn, found)
        grown = [age for age in ages if age > _A_PREGNANCY_MONTHS]
        # The weeks themselves may have been taken for an age; any other young one is asked about, for it may be either.
        is_clear = len(ages) - len(grown) <= (said is not None and named is None)
        children = {"child_ages_months": [age for age in grown if age < _FIVE_YEARS]} if grown and is_clear else {}
        if weeks is not None:
            return {"weeks_pregnant": weeks, **children}
        if children:
            return children
        if _is_typed(turn) and is_not_pregnant(turn.text, turn.check_words):
            return {"weeks_pregnant": 0}
        if turn.intent == "affirm" and choice(turn, YES_NO):
            return {"is_pregnant": True}
        no = () if answers.get("is_pregnant") or _is_unsure(turn) else ("deny",)
        chosen = choice(turn, {"not_pregnant": no, "over_ten_weeks": (), "ten_weeks": (), "under_ten_weeks": ()})
        weeks_of = {"not_pregnant": 0, "over_ten_weeks": 11, "ten_weeks": 10, "under_ten_weeks": 9}
        return {"weeks_pregnant": weeks_of[chosen]} if chosen else None

    def _read_child_ages(self, turn: Turn) -> Answers | None:
        ages = _ages(turn)
        if ages is None:
            return None
        births = [1] * len(ages) if len(set(ages)) < len(ages) else births_said(turn.text, turn.answer_words, len(ages))
        if ages and births is None:
            return None
        if ages and births:
            return {"child_ages_months": [age for age, born in zip(ages, births, strict=True) for _ in range(born) if age < _FIVE_YEARS]}
        no = () if _is_unsure(turn) else ("deny",)
        return {"child_ages_months": []} if choice(turn, {"no_children": no}) else None

    def _read_under_18(self, turn: Turn) -> Answers | None:
        under_18 = is_under_18(turn.text, turn.check_words) if _is_typed(turn) else None
        if under_18 is None:
            under_18 = _yes_or_no(turn)
        return None if under_18 is None else {"under_18": under_18}

    def _read_benefit(self, turn: Turn) -> Answers | None:
        """One that is named, unless the sentence says that it is refused, ended or somebody else's; or a no to all of them."""
        named = turn.value("benefit")
        if named is not None:
            return {"benefit": named} if named in _BENEFITS and is_held(turn.text, named, turn.check_words) else None
        no = () if _is_unsure(turn) else ("deny",)
        chosen = choice(turn, {**dict.fromkeys(_BENEFITS, ()), "none": no})
        return {"benefit": chosen} if chosen else None

    def _read_pay(self, turn: Turn) -> Answers | None:
        """An amount, or a press; a bare yes or no is no answer to “how much?”."""
        said = pay_said(turn.text, turn.check_words) if _is_typed(turn) else None
        if said is not None:
            return _pay_answer(said, turn.house.healthy_start.income_limit_pence)
        chosen = choice(turn, dict.fromkeys(_PAY, ()))
        return {"pay_band": chosen} if chosen else None

    def _read_british_child(self, turn: Turn) -> Answers | None:
        british = _yes_or_no(turn)
        return None if british is None else {"british_child": british}


class TellHealthyStart(ParentAction):
    """The outcome, what to have ready, and the offer of a person; the answers are forgotten."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_submit_healthy_start"

    def answer(self, turn: Turn) -> Events:
        """Say likely, unlikely or ask, and why."""
        answers = read_answers(turn.slot("healthy_start") or {})
        outcome = rules.check(answers, turn.house.healthy_start, turn.house.clock.today())
        turn.say(f"utter_healthy_start_{outcome.verdict}")
        for reason in outcome.reasons:
            turn.say(f"utter_healthy_start_reason_{reason}")
        self._amounts(turn, outcome)
        if outcome.route:
            self._route(turn, outcome.route)
        turn.say(
            "utter_healthy_start_offer_help",
            [turn.button("utter_button_request_callback", "request_callback"), turn.button("utter_button_menu", "menu")],
        )
        return [
            SlotSet("healthy_start", None),
            SlotSet("topic", "healthy_start_apply"),
            SlotSet("pending", {"intent": "request_callback"}),
        ]

    def _route(self, turn: Turn, route: model.Route) -> None:
        """How to apply, where it is written, and what to have ready; for no recourse, the guidance says what."""
        turn.say(f"utter_healthy_start_route_{route}")
        if route != "online":
            turn.say(f"utter_healthy_start_link_{route}")
        if route != "no_recourse_email":
            turn.say("utter_healthy_start_have_ready")

    def _amounts(self, turn: Turn, outcome: Outcome) -> None:
        if outcome.weekly_pence is not None and outcome.four_weekly_pence is not None:
            turn.say("utter_healthy_start_amounts", weekly=pounds(outcome.weekly_pence), four_weekly=pounds(outcome.four_weekly_pence))
        elif outcome.amounts_overdue:
            turn.say("utter_healthy_start_amounts_overdue")


def _is_typed(turn: Turn) -> bool:
    """Whether the words are the parent's own; those of a press are a button's title."""
    return turn.intent != "answer_question"


def _is_unsure(turn: Turn) -> bool:
    """“I don't know”; “I don't know what you mean” asks for the question in other words."""
    asks_back = turn.is_plain and turn.intent == "nlu_fallback"
    return _is_typed(turn) and not asks_back and is_unsure(turn.text, turn.check_words)


def _weeks(turn: Turn, found: int | str | None) -> int | None:
    """Weeks that were found in what somebody typed, as the pregnancy is today."""
    if found is None or not _is_typed(turn):
        return None if found is None else int(found)
    return weeks_today(turn.text, int(found), turn.check_words)


def _yes_or_no(turn: Turn) -> bool | None:
    """A yes, or a no in so many words: what only sounds like a no decides nothing."""
    chosen = choice(turn, YES_NO)
    if chosen is None or _is_unsure(turn) or (chosen == "no" and not (turn.is_plain or begins_with_no(turn.text, turn.check_words))):
        return None
    return chosen == "yes"


def _ages(turn: Turn) -> list[int] | None:
    """The ages that are named, in months, as they are today; None when that is not clear."""
    named = [int(age) for age in turn.values("age_months")]
    return ages_today(turn.text, named, turn.check_words) if _is_typed(turn) else named


def _pay_answer(said: Pay, limit: int) -> Answers:
    """An amount as it stands when it is one and exact; several amounts, or a wage by the week, only against the limit."""
    if said.least == said.most:
        return {"monthly_pay_pence": said.most}
    if said.most is not None and said.most <= limit:
        return {"pay_band": "at_or_below"}
    return {"pay_band": "above" if said.least > limit else "varies"}


def read_answers(remembered: Answers) -> model.Answers:
    """The room's own form of what is in the slot."""
    known = {k: v for k, v in remembered.items() if k in _FIELDS}
    if known.get("child_ages_months") is not None:
        known["child_ages_months"] = tuple(known["child_ages_months"])
    known["not_known"] = tuple(known.get("not_known") or ())
    return model.Answers(**known)
