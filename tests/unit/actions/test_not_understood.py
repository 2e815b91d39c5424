"""What is not understood again and again ends with a person, in the middle of questions too."""

from __future__ import annotations

from itertools import pairwise

from actions._questions import Answers, AskQuestion, ReadAnswer, Series
from actions.ask_back import AskBack, OutOfScope
from actions.check_healthy_start import HealthyStartQuestions
from actions.request_callback import CallbackQuestions
from bot.flows.house import House
from tests.unit.actions.conftest import Says


def nonsense(says: Says, rooms: House, series: Series, answers: Answers, times: int) -> list[list[tuple[str, str]]]:
    """Texts and button meanings of the replies to one meaningless message after another."""
    heard: list[list[tuple[str, str]]] = []
    for _ in range(times):
        read = says("qwrtp", "nlu_fallback", slots={series.slot: answers}, unsure=True)
        answers = ReadAnswer(rooms, series).answer(read)[0]["value"]
        put = says("qwrtp", "nlu_fallback", slots={series.slot: answers}, unsure=True)
        answers = next((e["value"] for e in AskQuestion(rooms, series).answer(put) if e["name"] == series.slot), answers)
        messages = read._dispatcher.messages + put._dispatcher.messages
        heard.append([(m["text"], " ".join(b["payload"] for b in m["buttons"])) for m in messages])
    return heard


def test_in_questions_the_third_sentence_offers_a_person_and_then_stands_the_person_alone(says: Says, rooms: House) -> None:
    heard = nonsense(says, rooms, HealthyStartQuestions(), {"asked": "weeks_pregnant"}, 5)
    assert len({replies[0][0] for replies in heard[:4]}) == 4
    assert ["request_callback" in replies[0][1] for replies in heard] == [False, False, True, True, True]
    assert [len(replies) for replies in heard] == [2, 2, 2, 1, 1], "the question is not put for ever"


def test_among_the_questions_about_a_call_the_person_takes_what_is_known(says: Says, rooms: House) -> None:
    series = CallbackQuestions()
    assert "to_a_person" in nonsense(says, rooms, series, {"about": "groups", "asked": "by"}, 3)[2][0][1]
    pressed = says("Talk to a person", "answer_question", ("choice", "to_a_person"))
    answers = series.read(pressed, {"about": "groups", "by": "phone"}, "phone")
    assert answers is not None
    assert (answers["about"], answers["by"]) == ("groups", "chat")
    assert series.next_question(pressed, answers) == "confirmed"


def test_outside_of_questions_the_first_sentence_never_comes_back(says: Says, rooms: House) -> None:
    for action in (AskBack(rooms), OutOfScope(rooms)):
        said: list[str] = []
        first = []
        for _ in range(8):
            turn = says("qwrtp", "out_of_scope", slots={"unclear": said})
            said = action.answer(turn)[0]["value"]
            first.append((turn._dispatcher.messages[0]["text"], len(turn._dispatcher.messages[0]["buttons"])))
        assert len({text for text, _ in first}) == 6
        assert {buttons for _, buttons in first[5:]} == {1}


def test_nobody_hears_the_same_sentence_twice_in_a_row(says: Says, rooms: House) -> None:
    for action in (AskBack(rooms), OutOfScope(rooms)):
        said: list[str] = []
        texts = []
        for _ in range(14):
            turn = says("qwrtp", "out_of_scope", slots={"unclear": said})
            events = action.answer(turn)
            said = events[0]["value"]
            texts.append(turn._dispatcher.messages[0]["text"])
            assert len(texts) < 3 or {"intent": "request_callback"} in [e["value"] for e in events], "each offers a person"
        assert all(text not in texts[max(0, at - 3) : at] for at, text in enumerate(texts))
    heard = nonsense(says, rooms, HealthyStartQuestions(), {"asked": "weeks_pregnant"}, 8)
    first = [replies[0][0] for replies in heard]
    assert all(one != other for one, other in pairwise(first))


def test_an_answer_that_is_understood_begins_the_count_again(says: Says, rooms: House) -> None:
    turn = says("20", "out_of_scope", slots={"healthy_start": {"asked": "weeks_pregnant", "missed": 2}})
    assert ReadAnswer(rooms, HealthyStartQuestions()).answer(turn)[0]["value"] == {"weeks_pregnant": 20}
