"""All actions, given the rooms. One place that lists them; a test compares it with the domain."""

from __future__ import annotations

from rasa_sdk import Action

from actions._questions import AskQuestion, ReadAnswer
from actions.answer_danger import AnswerDanger
from actions.answer_topic import AnswerTopic
from actions.ask_back import AskBack, OutOfScope, Unreadable
from actions.check_healthy_start import HealthyStartQuestions, TellHealthyStart
from actions.choose_language import ChooseLanguage
from actions.find_service import FindService, RefineSearch, ShowDetails, ShowMore
from actions.forget_parent import AskForget, ForgetParent
from actions.leave_word import SignUpQuestions, StopMessages, SubmitSignUp, SubmitWord, WordQuestions
from actions.manage_callback import CallbackStatus, CancelCallback, ChangeCallback
from actions.request_callback import CallbackQuestions, SubmitCallback
from actions.start_session import StartSession
from actions.steer import Affirm, Deny, LeaveQuestions, ShowEnglish, ShowMenu, StartAgain
from bot.flows.house import House

_PLAIN = (
    Affirm, AnswerDanger, AnswerTopic, AskBack, AskForget, CallbackStatus, CancelCallback, ChangeCallback, ChooseLanguage, Deny,
    FindService, ForgetParent, LeaveQuestions, OutOfScope, RefineSearch, ShowDetails, ShowEnglish, ShowMenu, ShowMore, StartAgain,
    StartSession, StopMessages, SubmitCallback, SubmitSignUp, SubmitWord, TellHealthyStart, Unreadable,
)  # fmt: skip
_SERIES = (CallbackQuestions, HealthyStartQuestions, SignUpQuestions, WordQuestions)


def all_actions(house: House) -> list[Action]:
    """One instance of each action."""
    plain: list[Action] = [action(house) for action in _PLAIN]
    questions = [kind(house, series()) for series in _SERIES for kind in (AskQuestion, ReadAnswer)]
    return [*plain, *questions]
