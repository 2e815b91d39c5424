"""Every intent answered in every language, and the same scripts in each."""

from __future__ import annotations

import re
from functools import cache

import pytest

from bot.base.settings import ROOT
from bot.base.text import strip_marks
from bot.base.yaml_files import read_yaml
from bot.flows.exchange import Inbound
from tests.nlu.held_out import read_set

pytestmark = pytest.mark.rasa

CODES = ["en", "pl", "ur", "ar", "ro", "ckb", "ur-Latn"]
INTENTS = sorted({message.intent for message in read_set("intents", "en")})


@cache
def scripts():
    return read_yaml(ROOT / "tests" / "conversations" / "scripts.yml")


def phrase(code, name):
    return scripts()["phrases"][name][code]


def words(service, key, code):
    """The first words of a reply in a language, up to the first value."""
    template, _ = service["house"].catalogue.template(key, code)
    return re.split(r"\{|\n", template)[0].strip()[:25]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("intent", INTENTS)
async def test_every_intent_is_answered_in_the_parents_language(parent, service, intent, code):
    """Two held-out messages of an intent: each gets an answer in its language, none an apology or raw text; tests/nlu says what is read right."""
    messages = [message for message in read_set("intents", code) if message.intent == intent][:2]
    assert len(messages) == 2
    for message in messages:
        one = parent(code)
        answer = await one.says(message.text)
        assert "utter_" not in answer
        assert not re.search(r"\{[a-z_:]+\}", answer)
        assert words(service, "utter_sorry_broken", code) not in answer
        languages = {reply.language for reply in one.last.replies}
        assert code in languages or intent == "change_language" or message.is_danger


@pytest.mark.parametrize("code", CODES)
async def test_callback_left_and_resumed(parent, service, code):
    one = parent(code)
    await one.says(phrase(code, "call_me"))
    if words(service, "utter_ask_callback_about", code) in one.heard[-1]:
        await one.says(phrase(code, "about"))
    await one.presses_meaning("answer_question", "by_phone")
    food = await one.says(phrase(code, "food_bank"))
    assert "0808 208 2138" in food
    assert words(service, "utter_ask_callback_phone", code) in food
    assert words(service, "utter_ask_callback_safe", code) in await one.says("07400 123456")
    left = await one.says(phrase(code, "stop"))
    assert words(service, "utter_questions_left", code) in left
    again = await one.says(phrase(code, "call_me"))
    assert words(service, "utter_ask_callback_safe", code) in again
    await one.presses_meaning("answer_question", "safe_any_time")
    await one.presses_meaning("answer_question", "yes")
    await one.presses_meaning("answer_question", "no_name")
    await one.presses_meaning("answer_question", "interpreter")
    read_back = await one.presses_meaning("answer_question", "any_time")
    assert "•••• 456" in read_back
    sent = await one.presses_meaning("answer_question", "send_request")
    with service["house"].database.session() as session:
        request = service["house"].requests.latest_of(session, one.sender)
    assert request.reference in sent
    assert request.language == code
    assert request.interpreter is True


@pytest.mark.parametrize("code", CODES)
async def test_a_search_of_three_turns(parent, code):
    one = parent(code)
    await one.says(phrase(code, "activities_two_years"))
    assert "HP21" in await one.says("HP21")
    assert "10:00" in await one.says(phrase(code, "wednesday"))
    details = await one.presses_meaning("ask_details")
    assert "Toddler Time" in details


HEALTHY_START = {
    "likely": ["over_ten_weeks", "no_children", "no", "universal_credit", "at_or_below"],
    "unlikely": ["not_pregnant", "=2", "universal_credit", "above"],
    "ask": ["ten_weeks", "no_children", "no", "universal_credit", "at_or_below"],
    "too_early": ["under_ten_weeks", "no_children"],
    "under_18": ["over_ten_weeks", "no_children", "yes"],
    "varies": ["not_pregnant", "=2", "universal_credit", "varies"],
    "no_recourse": ["not_pregnant", "=2", "no_recourse", "yes", "at_or_below"],
    "no_benefit": ["not_pregnant", "=2", "none"],
}
VERDICT = {"too_early": "unlikely", "under_18": "likely", "varies": "ask", "no_recourse": "likely", "no_benefit": "unlikely"}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("case", HEALTHY_START)
async def test_every_outcome_of_the_healthy_start_check(parent, service, code, case):
    one = parent(code)
    await one.says(phrase(code, "can_i_get_healthy_start"))
    text = await one.presses_meaning("check_healthy_start")
    for answer in HEALTHY_START[case]:
        text = await (one.says(phrase(code, "two_years")) if answer == "=2" else one.presses_meaning("answer_question", answer))
    assert words(service, f"utter_healthy_start_{VERDICT.get(case, case)}", code) in text


NO_WORK = {
    "en": "no, I don't work", "pl": "nie, nie pracujemy", "ur": "نہیں، میں کام نہیں کرتی", "ur-Latn": "main kaam nahi karti", "ar": "لا، لا أعمل",
    "ro": "nu, nu lucrez", "ckb": "نەخێر، کار ناکەم",
}  # fmt: skip
PLAIN_NO = {"en": "no", "pl": "nie", "ur": "نہیں", "ur-Latn": "nahi", "ar": "لا", "ro": "nu", "ckb": "نەخێر"}


@pytest.mark.parametrize("code", CODES)
async def test_who_does_not_work_may_well_get_healthy_start(parent, service, code):
    one = parent(code)
    await one.says(phrase(code, "can_i_get_healthy_start"))
    await one.presses_meaning("check_healthy_start")
    await one.presses_meaning("answer_question", "not_pregnant")
    await one.says(phrase(code, "two_years"))
    asked = await one.presses_meaning("answer_question", "universal_credit")
    assert asked.splitlines()[-1] in await one.says(PLAIN_NO[code]), "a bare no is asked again"
    assert words(service, "utter_healthy_start_likely", code) in await one.says(NO_WORK[code])


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("upto", range(8))
async def test_danger_inside_the_callback_questions(parent, service, code, upto):
    one = parent(code)
    await one.says(phrase(code, "call_me"))
    if words(service, "utter_ask_callback_about", code) in one.heard[-1]:
        await one.says(phrase(code, "about"))
    for answer in ["by_phone", "=07400 123456", "safe_any_time", "no", "no_name", "english_is_fine", "any_time"][:upto]:
        await (one.says(answer[1:]) if answer.startswith("=") else one.presses_meaning("answer_question", answer))
    question = one.heard[-1].splitlines()[-1]
    text = await one.says(phrase(code, "want_to_die"))
    assert "999" in text.splitlines()[0]
    assert "116 123" in text
    assert question in text


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("answers", [[], ["not_pregnant"], ["over_ten_weeks", "no_children"]])
async def test_danger_inside_the_healthy_start_check(parent, code, answers):
    one = parent(code)
    await one.says(phrase(code, "can_i_get_healthy_start"))
    question = (await one.presses_meaning("check_healthy_start")).splitlines()[-1]
    for answer in answers:
        question = (await one.presses_meaning("answer_question", answer)).splitlines()[-1]
    text = await one.says(phrase(code, "partner_hits_me"))
    assert "0808 2000 247" in text
    assert question in text


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("written", [[], ["a swap shop for coats in the library on saturdays"]])
async def test_danger_inside_an_idea(parent, service, code, written):
    """The words of the danger are not the idea."""
    one = parent(code)
    question = (await one.says(phrase(code, "share_idea"))).splitlines()[-1]
    assert words(service, "utter_ask_word_idea", code) in question
    for words_of_idea in written:
        question = (await one.says(words_of_idea)).splitlines()[-1]
    text = await one.says(phrase(code, "want_to_die"))
    assert "116 123" in text
    assert question in text
    assert phrase(code, "want_to_die") not in text.replace("\n", " ")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("answers", [[], ["toddler_pack"]])
async def test_danger_inside_a_sign_up(parent, code, answers):
    one = parent(code)
    await one.says("menu")
    question = (await one.presses_meaning("sign_up")).splitlines()[-1]
    for answer in answers:
        question = (await one.presses_meaning("answer_question", answer)).splitlines()[-1]
    text = await one.says(phrase(code, "partner_hits_me"))
    assert "0808 2000 247" in text
    assert question in text


@pytest.mark.parametrize("code", CODES)
async def test_forget_me(parent, service, code):
    one = parent(code)
    await one.says(phrase(code, "activities_two_years"))
    await one.says(phrase(code, "forget_me"))
    text = await one.presses_meaning("forget_confirmed")
    assert words(service, "utter_forgotten", code) in text
    assert await service["store"].retrieve(one.sender) is None


@pytest.mark.parametrize("code", [c for c in CODES if c != "en"])
async def test_the_language_is_switched_half_way(parent, code):
    one = parent()
    await one.says("hello, is there a group for toddlers on wednesday")
    assert one.last.language == "en"
    await one.says(phrase(code, "clear_sentence"))
    assert one.last.language == code
    await one.says("ok")
    assert one.last.language == code
    await one.says("sorry i would like to know when the next group for babies is please")
    assert one.last.language == "en"


@pytest.mark.parametrize("code", CODES)
async def test_the_language_is_switched_by_a_button_and_back(parent, service, code):
    one = parent(code)
    other = "ro" if code != "ro" else "pl"
    await one.says(phrase(code, "activities_two_years"))
    await one.says("menu")
    await one.presses_meaning("change_language")
    await one.presses_meaning("change_language", other)
    assert one.last.language == other
    assert words(service, "utter_language_changed", other) in one.heard[-1]
    assert {reply.language for reply in one.last.replies} == {other}
    await one.says(phrase(code, "clear_sentence"))
    assert one.last.language == code


@pytest.mark.parametrize("code", CODES)
async def test_two_requests(parent, service, code):
    one = parent(code)
    text = await one.says(f"{phrase(code, 'food_bank')}. {phrase(code, 'can_i_get_healthy_start')}")
    assert "0808 208 2138" in text or "408" in text
    assert ("0808 208 2138" in text and "408" in text) or words(service, "utter_second_request", code) in text


@pytest.mark.parametrize("code", CODES)
async def test_nonsense_three_times(parent, service, code):
    one = parent(code)
    heard = [await one.says(text) for text in ("qwrtp zxcvb", "plmkn jhgfd wqz", "zzxxcc vvbbnn")]
    first = [text.splitlines()[-1] for text in heard]
    assert len(set(first)) == 3
    assert one.last.language == code
    assert any("request_callback" in b.payload for r in one.last.replies for b in r.buttons)


@pytest.mark.parametrize("code", [c for c in CODES if c != "en"])
async def test_it_is_said_once_that_nobody_has_checked_the_language(parent, service, code):
    one = parent(code)
    notice = words(service, "utter_preview_notice", code)
    first = await one.says(phrase(code, "food_bank"))
    second = await one.says(phrase(code, "activities_two_years"))
    assert (first + second).count(notice) == 1
    english = await one.presses_meaning("show_english") if "show_english" in str(one.last) else ""
    assert not english or "English" in english


@pytest.mark.parametrize("code", [c for c in CODES if c in {"ur", "ar", "ckb"}])
async def test_numbers_keep_their_order_in_right_to_left_text(parent, code):
    one = parent(code)
    await one.says(phrase(code, "food_bank"))
    text = next(r.text for r in one.last.replies if "0808 208 2138" in r.text)
    assert "\u20660808 208 2138\u2069" in text
    assert strip_marks(text) != text
    assert all(r.direction == "rtl" for r in one.last.replies if r.language == code)


ODD = {
    "empty": ("", "utter_empty_message"),
    "emoji alone": ("👍🏽🙂", "utter_only_symbols"),
    "a hundred thousand letters": ("a" * 100_000, "utter_too_long"),
    "markup and code": ("<b>{x}</b> %s '; --", None),
    "direction and control characters": ("\u202e\u0007\u2066", "utter_empty_message"),
    "a language that is not offered": ("où est la banque alimentaire s'il vous plaît", "utter_language_not_offered"),
    "a place that does not exist": ("=place_unknown", "utter_place_unknown"),
    "an age of 900 months": ("=too_old", "utter_age_too_high"),
    "a day that has passed": ("=day_passed", "utter_date_has_passed"),
}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("case", ODD)
async def test_odd_input_is_answered_kindly_in_the_language_of_the_chat(parent, service, code, case):
    typed, key = ODD[case]
    one = parent(code)
    await one.says(phrase(code, "food_bank"))
    answer = await one.says(phrase(code, typed[1:]) if typed.startswith("=") else typed)
    assert one.last.language == code
    assert words(service, "utter_sorry_broken", code) not in answer
    assert "utter_" not in answer
    if key:
        assert words(service, key, code) in answer


async def test_a_language_that_is_not_offered_is_answered_in_one_that_its_speakers_may_read_too(parent, service):
    one = parent()
    text = await one.says("मेरी बेटी दो साल की है, उसके लिए कुछ है क्या")
    assert words(service, "utter_language_not_offered", "ur-Latn") in text
    assert words(service, "utter_language_not_offered", "en") in text
    assert one.last.language == "en"
    await one.presses_meaning("change_language", "ur-Latn")
    assert one.last.language == "ur-Latn"


@pytest.mark.parametrize("code", CODES)
async def test_a_photo_or_a_voice_note_is_answered_kindly(parent, service, code):
    one = parent(code)
    await one.says(phrase(code, "food_bank"))
    outbound = await service["assistant"].answer(Inbound(one.sender, kind="not_text", language=code))
    assert words(service, "utter_not_text", code) in strip_marks(outbound.replies[-1].text)
