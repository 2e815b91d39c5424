"""Ideas, wrong answers, sign-ups, regular messages and stopping them."""

from __future__ import annotations

from typing import cast

from rasa_sdk.events import FollowupAction, SlotSet

from actions._base import Events, ParentAction
from actions._menu import menu_buttons
from actions._questions import Answers, Series, agrees, leave, own_words
from actions._turn import Turn
from bot.base.text import clean, isolate
from bot.callbacks.model import CALL_WANTED, Kind
from bot.flows import book_callback
from bot.flows.areas import ASKS
from bot.flows.forget_parent import stop_messages
from bot.flows.report_wrong import report_wrong

_LONGEST = 1000
_SAYS_SOMETHING = 10
"""An idea or complaint of so many words is taken as it is; a shorter one is asked for ("I have an idea I want to share" says none yet)."""
_KIND_OF = {"share_idea": "idea", "report_wrong_info": "wrong_answer", "subscribe_updates": "subscribe"}


class WordQuestions(Series):
    """One thing in the parent's own words, and whether it may be passed on."""

    name = "word_form"

    def begin(self, turn: Turn) -> Answers:
        """The words of the first message when they say enough."""
        kind = _KIND_OF.get(turn.intent, "idea")
        if kind == "subscribe":
            return {"kind": kind, "words": ""}
        said = clean(turn.text)
        return {"kind": kind, "words": said[:_LONGEST]} if len(said.split()) >= _SAYS_SOMETHING else {"kind": kind}

    def next_question(self, turn: Turn, answers: Answers) -> str | None:
        """The words, then the permission."""
        return next((question for question in ("words", "agreed") if question not in answers), None)

    def ask(self, turn: Turn, answers: Answers, question: str) -> None:
        """Put the question."""
        kind = answers["kind"]
        if question == "words":
            turn.say(f"utter_ask_word_{kind}")
        else:
            buttons = [turn.button("utter_button_yes", "answer_question", "yes"), turn.button("utter_button_no", "answer_question", "no")]
            turn.say(f"utter_ask_word_{kind}_agreed", buttons, words=isolate(answers["words"]))

    def read(self, turn: Turn, answers: Answers, question: str) -> Answers | None:
        """The answers with this one."""
        if question == "words":
            wants_a_person = turn.intent == "request_callback" and not turn.metadata.get("unsure")
            said = None if wants_a_person else own_words(turn, _LONGEST, names_a_subject=True)
            return {**answers, "words": said} if said else None
        agreed = agrees(turn)
        return None if agreed is None else {**answers, "agreed": agreed}


class SubmitWord(ParentAction):
    """Stores it, without who wrote it."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_submit_word"

    def answer(self, turn: Turn) -> Events:
        """Thank, or drop it."""
        answers: Answers = turn.slot("word") or {}
        if answers.get("agreed"):
            kind = cast(Kind, answers["kind"])
            if kind == "wrong_answer":
                where = (turn.slot("topic") or "", turn.slot("service"))
                report_wrong(turn.house, turn.sender, turn.area.id, turn.language.code, answers["words"], *where)
                turn.say("utter_word_wrong_answer_sent", menu_buttons(turn))
                return [SlotSet("word", None)]
            # Ideas and reports are kept without their author; a subscription needs to know whom to write to.
            sender = turn.sender if kind == "subscribe" else "-"
            about = answers["words"] or None
            request = book_callback.leave(turn.house, kind, sender, turn.area.id, turn.language.code, about, topic=turn.slot("topic") or "")
            turn.say(f"utter_word_{kind}_sent", menu_buttons(turn), reference=isolate(request.reference))
        else:
            turn.say("utter_word_not_sent", menu_buttons(turn))
        return [SlotSet("word", None)]


class SignUpQuestions(Series):
    """The area's offers, such as packs or volunteering: which one, the child's age, whether a call is wanted."""

    name = "sign_up_form"

    def begin(self, turn: Turn) -> Answers:
        """The offer, when there is one only or its button was pressed."""
        offers = turn.area.offers
        chosen = turn.value("choice")
        if any(offer.id == chosen for offer in offers):
            return {"offer": chosen}
        return {"offer": offers[0].id} if len(offers) == 1 else {}

    def next_question(self, turn: Turn, answers: Answers) -> str | None:
        """Which offer, its own questions, and the permission."""
        if not turn.area.offers:
            return None
        asks = next((o.asks for o in turn.area.offers if o.id == answers.get("offer")), ())
        order = ["offer", *(a for a in asks if a in ASKS), "agreed"]
        return next((question for question in order if question not in answers), None)

    def ask(self, turn: Turn, answers: Answers, question: str) -> None:
        """Put the question."""
        yes_no = [turn.button("utter_button_yes", "answer_question", "yes"), turn.button("utter_button_no", "answer_question", "no")]
        offers = [turn.titled(offer.name, "answer_question", offer.id) for offer in turn.area.offers]
        buttons = {"offer": offers, "child_age_months": []}.get(question, yes_no)
        name = next((o.name for o in turn.area.offers if o.id == answers.get("offer")), "")
        turn.say(f"utter_ask_sign_up_{question}", buttons, offer=isolate(name))

    def read(self, turn: Turn, answers: Answers, question: str) -> Answers | None:
        """The answers with this one."""
        if question == "offer":
            chosen = turn.value("choice")
            return {**answers, "offer": chosen} if any(o.id == chosen for o in turn.area.offers) else None
        if question == "child_age_months":
            age = turn.value("age_months")
            return None if age is None else {**answers, question: int(age)}
        agreed = agrees(turn)
        return None if agreed is None else {**answers, question: agreed}


class SubmitSignUp(ParentAction):
    """Stores the sign-up; leads on to a callback when one is wanted."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_submit_sign_up"

    def answer(self, turn: Turn) -> Events:
        """Thank, or drop it."""
        answers: Answers = turn.slot("sign_up") or {}
        if not turn.area.offers:
            turn.say("utter_no_offers", [turn.button("utter_button_request_callback", "request_callback")])
            return [SlotSet("sign_up", None)]
        if not answers.get("agreed"):
            turn.say("utter_word_not_sent", menu_buttons(turn))
            return [SlotSet("sign_up", None)]
        offer = next((offer for offer in turn.area.offers if offer.id == answers["offer"]), None)
        kind: Kind = offer.kind if offer else "sign_up"
        details = {"child_age_months": str(answers.get("child_age_months", ""))}
        if "call_back_wanted" in answers:
            details[CALL_WANTED] = "yes" if answers["call_back_wanted"] else "no"
        request = book_callback.leave(turn.house, kind, turn.sender, turn.area.id, turn.language.code, answers["offer"], **details)
        reference = isolate(request.reference)
        if request.wants_call and book_callback.open_callback(turn.house, turn.sender) is None:
            # How to reach the parent safely is asked at once; who stops half-way still stands at the desk with the wish.
            turn.say("utter_sign_up_sent_call", reference=reference)
            about = {"about": offer.name} if offer else None
            return [SlotSet("sign_up", None), SlotSet("callback", about), FollowupAction("callback_form")]
        turn.say("utter_sign_up_sent", [turn.button("utter_button_request_callback", "request_callback")], reference=reference)
        return [SlotSet("sign_up", None)]


class StopMessages(ParentAction):
    """No more messages, at once, without a question; among questions, “stop” that is only guessed ends those alone."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_stop_messages"

    def answer(self, turn: Turn) -> Events:
        """Store the wish and say so; open questions are left either way, and their answers stay."""
        if turn.open_questions and not turn.is_plain:
            turn.say("utter_questions_left", [*menu_buttons(turn), turn.button("utter_button_stop_messages", "stop_messages")])
            return leave(turn)
        stop_messages(turn.house, turn.sender, turn.area.id, turn.language.code)
        turn.say("utter_messages_stopped", [turn.button("utter_button_delete_my_data", "delete_my_data")])
        return leave(turn)
