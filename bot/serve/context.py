"""What a message means after what was asked or shown before: “Thursday?”, “the second”, “yes but not by phone”.

Plain values in, plain values out; the conversation's state is read in `course_of` alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.base.text import fold
from bot.safety.phrases import KINDS

_SHORT_FOLLOW_UP = 5
_RULED_OUT = frozenset({"not_day", "not_time_of_day", "not_cost"})
_SEARCH_WORDS = _RULED_OUT | {
    "place", "age_months", "day", "school_break", "time_of_day", "cost", "distance_km", "spoken_language", "access_need",
}  # fmt: skip
_PLACE_ALONE = re.compile(r"[a-zA-Z]{1,2}\d[a-zA-Z\d]?\s*(?:\d[a-zA-Z]{2})?")
_WHERE_WHEN_OR_WHOM = frozenset({"place", "age_months", "day", "time_of_day", "school_break"})
"""Named in a message that seems to look for something, they are reason enough to search rather than ask back."""
_MAY_NAME_A_SERVICE = frozenset(
    {"request_callback", "change_callback", "cancel_callback", "callback_status", "report_wrong_info", "share_idea", "subscribe_updates"}
)
"""“Call me about Little Stars” asks for a call."""
_NOT_A_REQUEST = frozenset(
    {"show_more", "out_of_scope", "greet", "affirm", "refine_search", "change_language", "find_family_hub", "find_activities"}
)
_ABOUT_A_CALL = frozenset({"affirm", "deny", "request_callback", "change_callback", "cancel_callback", "refine_search", "out_of_scope"})
_ABOUT_RESULTS = frozenset(
    {"healthy_start_amount", "healthy_start_about", "ask_details", "out_of_scope", "refine_search", "find_childcare"}
)
_MAY_BE_CLOSER = frozenset({"ask_details", "find_baby_items", "out_of_scope", "refine_search", "show_more", "find_family_hub"})
_NAMES_THE_SCHEME = re.compile(r"health?y\W*sta?rt|هیل(?:ث|ته|س)ی")
"""Healthy Start in folded letters of every script."""
_NEEDS_A_PLAIN_YES = {"forget_confirmed": "delete_my_data"}
"""Offers that no guessed yes takes up, and what puts the question again."""
_SURELY_STOP = 0.9
"""So likely to stop messages that the way it names is not the one by which the parent wants to be reached."""
_OWN_WORDS = {"callback_form": frozenset({"about", "place", "safe", "ask_for"}), "word_form": frozenset({"words"})}
"""Questions that take any words: a name or an address says nothing of the language."""
_WAYS = frozenset({"callback_way", "not_callback_way"})
"""How a parent wants to be reached, or not; read in short messages only."""
_NEEDS_A_PHONE = frozenset({"phone", "safe", "voicemail"})


@dataclass(frozen=True)
class Understanding:
    """What the pipeline made of a message.

    Attributes:
        bare: the message is nothing but things named and small words beside them.
        plain: nothing is guessed: a press, a channel's command, or a whole message of `content/commands.yml` such as “yes please”.
        named: topics of the kinds of service that its words name.
    """

    language: str
    intent: str
    confidence: float
    entities: tuple[Mapping[str, Any], ...]
    also: tuple[str, ...] = ()
    unsure: bool = False
    guesses: tuple[str, ...] = ()
    bare: bool = False
    plain: bool = False
    named: tuple[str, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of things named."""
        return frozenset(str(entity["entity"]) for entity in self.entities)

    def meaning(self, intent: str) -> Understanding:
        """The same message, for sure with another intent."""
        return replace(self, intent=intent, unsure=False, also=())


@dataclass(frozen=True)
class Course:
    """Where a conversation stands.

    Attributes:
        questions: the open series of questions, such as `callback_form`; `asked` the question put last.
        offered: the intent that a bare “yes” would lead to.
        topic: the intent answered last.
    """

    searched: bool = False
    shown: int = 0
    questions: str | None = None
    asked: str | None = None
    offered: str | None = None
    topic: str | None = None

    @property
    def takes_own_words(self) -> bool:
        """Whether the open question takes any words, such as a name."""
        return self.asked in _OWN_WORDS.get(self.questions or "", ())


def course_of(questions: str | None, slot: Callable[[str], Any]) -> Course:
    """From a conversation's slots."""
    search: Mapping[str, Any] = slot("search") or {}
    answers: Mapping[str, Any] = slot(questions.removesuffix("_form")) or {} if questions else {}
    offered: Mapping[str, Any] = slot("pending") or {}
    return Course(bool(search), len(search.get("shown") or ()), questions, answers.get("asked"), offered.get("intent"), slot("topic"))


def in_context(read: Understanding, text: str, course: Course) -> Understanding:
    """The message as it is meant after what came before; danger always stays what it is."""
    if read.intent in KINDS:
        return read
    if course.questions is not None:
        return _answering(read, course)
    short = len(text.split()) <= _SHORT_FOLLOW_UP
    names_the_scheme = bool(_NAMES_THE_SCHEME.search(fold(text)))
    about = _about_a_call(read, course) or _about_results(read, short, course, names_the_scheme)
    return about or _about_the_scheme(read, course, names_the_scheme) or _by_itself(read, text, short, course)


def _answering(read: Understanding, course: Course) -> Understanding:
    """In the middle of questions: an answer first of all."""
    if course.questions == "callback_form":
        if "not_callback_way" in read.kinds:
            return _another_way(read, course)
        if "other_number" in read.kinds:
            return read.meaning("change_callback") if course.asked == "confirmed" else replace(read, intent="nlu_fallback", unsure=True)
        only_how = not read.plain and read.confidence < _SURELY_STOP
        if read.intent == "stop_messages" and "callback_way" in read.kinds and only_how:
            return replace(read, intent="nlu_fallback", unsure=True)  # “only text please” says how, and stops nothing
    return replace(read, intent="nlu_fallback") if read.unsure else read


def _another_way(read: Understanding, course: Course) -> Understanding:
    """“Not by phone” among the questions about a call: by message then; it neither withdraws the call nor stops anything."""
    refused = next(entity["value"] for entity in read.entities if entity["entity"] == "not_callback_way")
    if refused == "by_phone" and course.asked in _NEEDS_A_PHONE:
        return read.meaning("deny")
    if refused != "by_phone" and course.asked != "by":
        return read  # “no message from school” is what a call may be about
    if "callback_way" not in read.kinds:
        way = "by_chat" if refused == "by_phone" else "by_phone"
        read = replace(read, entities=(*read.entities, {"entity": "callback_way", "value": way}))
    return read.meaning("affirm")


def _about_a_call(read: Understanding, course: Course) -> Understanding | None:
    """“Yes but not by phone” to the offer of a call; “no the other number” after one was booked."""
    about = read.unsure or read.intent in _ABOUT_A_CALL
    if "other_number" in read.kinds and about:
        return read.meaning("change_callback")
    if read.kinds & _WAYS and about and course.offered == "request_callback":
        return read.meaning("request_callback")
    return None


def _about_results(read: Understanding, short: bool, course: Course, names_the_scheme: bool) -> Understanding | None:
    """What is said about a search that was shown."""
    if not course.searched:
        return None
    may_refine = _may_refine(read, course) or read.bare or (short and read.intent == "ask_details")  # “aur chote bache ke liye?”
    if "child_group" in read.kinds and "age_months" not in read.kinds and may_refine:
        months = next(entity["value"] for entity in read.entities if entity["entity"] == "child_group")
        return replace(read, entities=(*read.entities, {"entity": "age_months", "value": months})).meaning("refine_search")
    if "ordinal" in read.kinds and (short or read.bare):
        return read.meaning("ask_details")
    # “how much is it” asks about what was shown; “how much is healthy start” names what it asks about.
    of_results = not (course.topic or "").startswith("healthy_start_") and not names_the_scheme
    if "asks_price" in read.kinds and course.shown and of_results and (read.unsure or read.intent in _ABOUT_RESULTS):
        return read.meaning("ask_details")
    if read.bare and read.kinds & _SEARCH_WORDS:
        return read.meaning("refine_search")
    if "distance_km" in read.kinds and (read.unsure or read.intent in _MAY_BE_CLOSER):
        return read.meaning("refine_search")  # “is there anything closer, can't do two buses with the pram”
    return None


def _about_the_scheme(read: Understanding, course: Course, names_the_scheme: bool) -> Understanding | None:
    """“I am 8 weeks pregnant, do I get it?” after Healthy Start was spoken of; “can I get Healthy Start” at any time."""
    is_spoken_of = (course.topic or "").startswith("healthy_start_") and not read.intent.startswith("healthy_start_")
    is_spoken_of = is_spoken_of or (names_the_scheme and read.unsure)
    return read.meaning("healthy_start_eligibility") if is_spoken_of and "asks_entitlement" in read.kinds else None


def _may_refine(read: Understanding, course: Course) -> bool:
    """Whether it asks for nothing new: “any playgroups for my baby” after a search for food is a search of its own."""
    is_another = read.intent.startswith("find_") and not read.bare and course.topic not in (None, read.intent)
    return read.unsure or (read.intent in _NOT_A_REQUEST and not is_another)


def _by_itself(read: Understanding, text: str, short: bool, course: Course) -> Understanding:
    if read.intent == "affirm" and course.offered and not read.unsure:
        again = None if read.plain else _NEEDS_A_PLAIN_YES.get(course.offered)
        return read.meaning(again or course.offered)  # as if its button had been pressed
    is_about_it = read.unsure or not (read.intent.startswith("find_") or read.intent in _MAY_NAME_A_SERVICE)
    if "service_name" in read.kinds and is_about_it:
        return replace(read, intent="ask_details", unsure=False)
    begins = read.intent.startswith("find_") and not (read.unsure or read.bare or course.searched)  # “family hub near SS3”
    follows = read.kinds & _SEARCH_WORDS and short and not begins and _may_refine(read, course)
    if follows and (course.searched or "place" in read.kinds):
        return read.meaning("refine_search")
    if _PLACE_ALONE.fullmatch(text.strip()):
        return read.meaning("refine_search")
    looked_for = _looked_for(read)
    if looked_for:
        return read.meaning(looked_for)
    if read.unsure and not (read.kinds & _WHERE_WHEN_OR_WHOM and read.intent.startswith("find_")):
        return replace(read, intent="nlu_fallback", also=())
    return read


def _looked_for(read: Understanding) -> str | None:
    """What a message that was not understood looks for, by the kinds of service, the place, the day and the age that it names.

    Where the model is sure that it has nothing to do with this service, only a child's age speaks against it: “football for
    my son, 4” is no question about the match.
    """
    told = read.kinds & _WHERE_WHEN_OR_WHOM
    if not read.unsure and not (read.intent == "out_of_scope" and "age_months" in told):
        return None
    if read.intent in read.named:
        return read.intent
    likely = [topic for topic in read.named if topic in read.guesses]
    if likely or (told and len(read.named) == 1):
        return (likely or read.named)[0]
    return "find_activities" if read.unsure and len(told) > 1 and "find_activities" in read.guesses else None
