"""The life of a request, and what a merge makes of two parents' wishes."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from bot.callbacks.model import ENDED, Contact, Kind, Request, State
from bot.callbacks.rules import FOLLOWS, KINDS, NotAllowed, check_outcome, check_step, is_careful, most_careful, outcomes_of, wants_chat
from tests.conftest import TUESDAY

STATES = get_args(State)


def in_state(state, kind="callback", **more):
    return Request("ABC234", kind, "s" * 32, "southend", "pl", TUESDAY, state=state, **more)


def test_every_state_and_kind_has_its_rules():
    assert set(FOLLOWS) == set(STATES)
    assert set(KINDS) == set(get_args(Kind))
    assert all(outcomes_of(kind) for kind in KINDS)


def test_a_withdrawn_request_stays_withdrawn_whatever_anybody_does():
    for state in STATES:
        with pytest.raises(NotAllowed, match="do not ring"):
            check_step(in_state("withdrawn"), state)


def test_every_open_state_can_be_withdrawn_and_closed_and_leads_nowhere_unknown():
    for one, other in product(STATES, STATES):
        if one not in ENDED and other in ENDED:
            check_step(in_state(one), other)
    assert all(following <= set(STATES) for following in FOLLOWS.values())


def test_a_closed_request_opens_only_when_the_parent_says_that_no_call_came():
    check_step(in_state("closed"), "trying")
    with pytest.raises(NotAllowed):
        check_step(in_state("closed"), "claimed")


@pytest.mark.parametrize("outcome", ["", "whatever", "merged"])
def test_closing_needs_an_outcome(outcome):
    with pytest.raises(NotAllowed):
        check_outcome(in_state("claimed"), outcome)


def test_nobody_is_helped_without_a_call():
    with pytest.raises(NotAllowed, match="Write down the call"):
        check_outcome(in_state("claimed"), "helped")
    check_outcome(in_state("reached", attempts=1), "helped", ["reached"])
    check_outcome(in_state("claimed"), "no_longer_needed")


@pytest.mark.parametrize("outcome", ["helped", "referred", "information"])
def test_what_only_a_talk_can_tell_needs_a_talk(outcome):
    tried = in_state("trying", attempts=2)
    with pytest.raises(NotAllowed, match="We spoke"):
        check_outcome(tried, outcome, ["no_answer", "messaged"])
    check_outcome(tried, outcome, ["no_answer", "messaged"], by_chat=True)
    check_outcome(in_state("new", attempts=2), outcome, ["met", "no_answer"])


@pytest.mark.parametrize(("kind", "outcome"), [("callback", "not_reached"), ("callback", "wrong_number"), ("sign_up", "not_reached")])
def test_what_only_a_try_can_tell_needs_a_try(kind, outcome):
    with pytest.raises(NotAllowed, match="Nobody has tried"):
        check_outcome(in_state("claimed", kind), outcome)
    check_outcome(in_state("trying", kind, attempts=1), outcome, ["no_answer"])


@pytest.mark.parametrize(
    ("contact", "chat"),
    [
        (None, False),
        (Contact("phone"), False),
        (Contact("visit"), False),
        (Contact("chat"), True),
        (Contact("phone", safe_to_call="safe_no"), True),
    ],
)
def test_who_wants_to_be_written_to(contact, chat):
    assert wants_chat(contact) is chat


@pytest.mark.parametrize(
    ("contact", "careful"),
    [
        (None, False),
        (Contact("phone"), False),
        (Contact("phone", safe_to_call="safe_any_time", voicemail=True), False),
        (Contact("phone", safe_to_call="safe_any_time", voicemail=False), True),
        (Contact("phone", safe_to_call="only when he is at work"), True),
        (Contact("chat", safe_to_call="safe_no"), True),
    ],
)
def test_what_is_careful(contact, careful):
    assert is_careful(contact) is careful


def test_of_two_wishes_the_more_careful_one_holds_whichever_stays():
    easy = Contact("phone", "+447400123456", "safe_any_time", True, "Anna")
    strict = Contact("phone", "+447400999888", "only at noon", False, None)
    assert most_careful(easy, strict) == Contact("phone", "+447400123456", "only at noon", False, "Anna")
    assert most_careful(strict, easy) == Contact("phone", "+447400999888", "only at noon", False, "Anna")
    assert most_careful(easy, Contact("chat", None, "safe_no")).safe_to_call == "safe_no"
