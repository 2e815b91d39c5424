"""A telephone number in an answer: whether it can be called, and where it comes when something else is asked."""

from __future__ import annotations

from actions._questions import A_SENTENCE, Answers, is_other_request
from actions._turn import Turn
from actions._way_wished import reached
from bot.base.errors import PhoneNotUsable
from bot.base.phones import read_phone
from bot.base.text import clean
from bot.flows import book_callback
from bot.privacy.numbers import with_hidden

_OF_THE_OLD_NUMBER = ("phone", "safe", "voicemail")


def number_answer(turn: Turn, token: str) -> Answers:
    """The number, or why it cannot be called."""
    problem = phone_problem(turn, token)
    return {"phone_problem": problem, "by": "phone"} if problem else {"by": "phone", "phone": token, "phone_problem": None}


def phone_problem(turn: Turn, token: str) -> str | None:
    """Why the number behind a token cannot be called; None when it can."""
    typed = book_callback.sealed_phone(turn.house, token, turn.sender)
    try:
        read_phone(typed or "")
    except PhoneNotUsable as error:
        return error.reason
    return None


def number_unasked(turn: Turn, answers: Answers, question: str, token: str, longest: int) -> Answers | None:
    """A number that comes when something else is asked: the one to call, or the right one after a slip.

    What was asked is put again, and whether it is safe to call a new number too. In “housing, ring me on …” the words beside it
    say what it is about.
    """
    if is_other_request(turn, names_a_subject=True):
        return None
    known = {name: value for name, value in reached(answers, "phone").items() if name not in _OF_THE_OLD_NUMBER}
    words = clean(with_hidden(turn.text, " "))
    about = {"about": words[:longest]} if question == "about" and len(words.split()) >= A_SENTENCE else {}
    return {**known, **number_answer(turn, token), **about}
