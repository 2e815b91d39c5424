"""Whole conversations through the path that a real message takes, in English."""

from __future__ import annotations

import pytest

from bot.base.errors import StoreUnavailable

pytestmark = pytest.mark.rasa


async def book(parent, upto="confirmed"):
    """Answer the callback questions up to one of them."""
    steps = {
        "about": lambda: parent.says("groups for my son"),
        "by": lambda: parent.presses_meaning("answer_question", "by_phone"),
        "phone": lambda: parent.says("07400 123456"),
        "safe": lambda: parent.presses_meaning("answer_question", "safe_any_time"),
        "voicemail": lambda: parent.presses_meaning("answer_question", "no"),
        "ask_for": lambda: parent.says("Maria"),
        "interpreter": lambda: parent.presses_meaning("answer_question", "english_is_fine"),
        "when": lambda: parent.presses_meaning("answer_question", "morning"),
        "confirmed": lambda: parent.presses_meaning("answer_question", "send_request"),
    }
    text = await parent.says("please can somebody call me")
    for name, step in steps.items():
        if name == upto:
            break
        text = await step()
    return text


async def test_first_words_are_three_sentences_and_the_answer_stands_below(parent):
    anna = parent()
    text = await anna.says("what is on for my 2 year old on thursday")
    welcome = anna.last.replies[0].text
    assert welcome.count(". ") == 2
    assert all(word in welcome for word in ("automatic", "999", "111", "14 days", "forget me"))
    assert "Thursday 26 November" in text
    assert "Made up, for demonstration only" in text


async def test_a_search_is_kept_over_follow_ups(parent):
    anna = parent()
    await anna.says("whats on for babies near HP21")
    thursday = await anna.says("and on thursday?")
    assert "Thursday 26 November" in thursday
    free = await anna.says("anything free?")
    assert "Cost: free" in free
    details = await anna.says("the first one")
    assert "How to join:" in details


async def test_a_callback_is_read_back_promised_and_found_again(parent, service):
    anna = parent()
    read_back = await book(anna)
    assert "•••• 456" in read_back
    assert "07400" not in read_back
    assert "Maria" in read_back
    sent = await anna.presses_meaning("answer_question", "send_request")
    assert "by Tuesday 24 November, 12:00" in sent
    reference = service["house"].requests
    with service["house"].database.session() as session:
        request = reference.latest_of(session, anna.sender)
        contact = reference.contact_of(session, request.reference)
    assert request.reference in sent
    assert contact.phone == "+447400123456"
    assert contact.voicemail is False
    assert request.reference in await anna.says("when will someone call me back about my request")
    assert request.reference in await anna.says("i want to cancel the call i asked for")
    assert "no open request" in await anna.says("what happened to my callback request")


async def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(parent):
    anna = parent()
    await book(anna, upto="phone")
    text = await anna.says("wait where is the food bank")
    assert "Help through Hardship" in text
    assert "Which phone number" in text
    assert "Is it safe" in await anna.says("07400 123456")


async def test_leaving_keeps_the_answers_for_later(parent):
    anna = parent()
    await book(anna, upto="phone")
    assert "stopped the questions" in await anna.says("stop")
    assert "Which phone number" in await anna.says("can a person call me please")


@pytest.mark.parametrize("typed", ["+48 601 234 567", "0909 8790000", "07400 12"])
async def test_a_number_that_cannot_be_rung_is_explained(parent, typed):
    anna = parent()
    await book(anna, upto="phone")
    text = await anna.says(typed)
    assert "Which phone number" in text
    assert any(why in text for why in ("only call UK", "cost extra", "too short"))


@pytest.mark.parametrize("upto", ["about", "by", "phone", "safe", "voicemail", "ask_for", "interpreter", "when", "confirmed"])
async def test_danger_is_answered_first_in_every_question(parent, upto):
    anna = parent()
    before = await book(anna, upto=upto)
    text = await anna.says("i want to kill myself")
    assert "999" in text.split("\n")[0]
    assert "116 123" in text
    assert before.splitlines()[-1] in text


@pytest.mark.parametrize("upto", ["about", "by", "phone", "safe", "voicemail", "ask_for", "interpreter", "when", "confirmed"])
async def test_numbers_that_are_not_ours_are_nowhere_on_disk(parent, service, upto, caplog):
    anna = parent()
    await book(anna, upto=upto)
    text = await anna.says("my national insurance number is JG103759A and my card is 5325 1234 5678 9012 ok")
    assert "do not send" in text
    found = b"".join(path.read_bytes() for path in service["folder"].rglob("*") if path.is_file())
    for secret in (b"JG103759A", b"103759", b"5325 1234", b"5325123456789012", b"07400123456", b"07400 123456", b"7400123456"):
        assert secret not in found
        assert secret.decode() not in caplog.text


HEALTHY_START = {
    "likely": (["over_ten_weeks", "no_children", "no", "universal_credit", "at_or_below"], "£4.65"),
    "twins": (["not_pregnant", "two babies of 8 months and 8 months", "universal_credit", "408.00"], "£18.60"),
    "over": (["not_pregnant", "my child is 2 years", "universal_credit", "£408.01"], "over the limit"),
    "exactly ten": (["ten_weeks", "no_children", "no", "universal_credit", "at_or_below"], "exactly ten weeks"),
    "too early": (["under_ten_weeks", "no_children"], "more than ten weeks pregnant"),
    "too old": (["not_pregnant", "4 years"], "fourth birthday"),
    "under 18": (["over_ten_weeks", "no_children", "yes"], "do not need"),
    "varies": (["not_pregnant", "2 years", "universal_credit", "varies"], "month that is checked"),
    "no recourse": (["not_pregnant", "2 years", "no_recourse", "yes", "at_or_below"], "separate way"),
    "no recourse pregnant": (["over_ten_weeks", "no_children", "no", "no_recourse"], "not covered"),
    "no benefit": (["not_pregnant", "2 years", "none"], "benefits on the list"),
    "not pregnant, typed": (["i'm not pregnant", "2 years", "universal_credit", "408.00"], "£4.65"),
    "no work": (["not_pregnant", "2 years", "universal_credit", "no, I don't work"], "£4.65"),
    "no wages": (["not_pregnant", "2 years", "universal_credit", "none at the moment"], "£4.65"),
    "thousands": (["not_pregnant", "2 years", "universal_credit", "1.2k a month"], "over the limit"),
    "more than the limit": (["not_pregnant", "2 years", "universal_credit", "more than £408"], "over the limit"),
    "by the hour": (["not_pregnant", "2 years", "universal_credit", "£12.21 an hour", "£150 pw"], "over the limit"),
    "benefit refused": (["not_pregnant", "2 years", "i don't get universal credit", "universal_credit", "£0 a month"], "£4.65"),
    "not known who is British": (["not_pregnant", "2 years", "no_recourse", "i am not sure"], "cannot tell"),
    "seventeen": (["over_ten_weeks", "no_children", "i'm 17"], "do not need"),
    "four tomorrow": (["not_pregnant", "she turns 4 tomorrow", "income_support"], "£4.65"),
}


@pytest.mark.parametrize("case", HEALTHY_START)
async def test_every_outcome_of_the_healthy_start_check(parent, case):
    answers, expected = HEALTHY_START[case]
    anna = parent()
    await anna.says("can i get healthy start")
    text = await anna.presses_meaning("check_healthy_start")
    for answer in answers:
        typed = " " in answer or any(c.isdigit() for c in answer)
        text = await (anna.says(answer) if typed else anna.presses_meaning("answer_question", answer))
    assert expected in text
    assert "connector to help" in text


async def test_scotland_is_told_where_to_go_instead(parent):
    anna = parent()
    await anna.says("can i get healthy start")
    await anna.presses_meaning("check_healthy_start")
    assert "Best Start Foods" in await anna.says("we live in scotland")


async def test_forget_me_deletes_everything_and_gives_a_receipt(parent, service):
    anna = parent()
    await book(anna)
    await anna.presses_meaning("answer_question", "send_request")
    await anna.says("forget me")
    text = await anna.says("yes")
    assert "receipt" in text
    assert await service["store"].retrieve(anna.sender) is None
    with service["house"].database.session() as session:
        assert service["house"].requests.latest_of(session, anna.sender) is None


async def test_yes_long_after_the_question_deletes_nothing(parent, service):
    anna = parent()
    await anna.says("forget me")
    await anna.says("where is the food bank")
    await anna.says("yes")
    assert await service["store"].retrieve(anna.sender), "the question was no longer open"


async def test_yes_to_a_second_request_does_what_its_button_does(parent):
    anna, beth = parent("en", "bradford"), parent("en", "bradford")
    for one in (anna, beth):
        await one.says("where is the food bank and how much is healthy start worth")
    offer = next(reply for reply in beth.last.replies if "You also asked" in reply.text)
    assert await anna.says("yes please") == await beth.presses(offer.buttons[0].title)


async def test_nonsense_never_gets_the_same_sentence_twice(parent):
    anna = parent()
    await anna.says("hello")
    answers = [await anna.says(text) for text in ("asdkj qwe zzz", "xyzzy plugh frob", "blorp blorp", "zzzz")]
    assert len({a.splitlines()[0] for a in answers}) == 4
    assert not any("I cannot write" in answer for answer in answers), "gibberish is no language"
    assert any("request_callback" in button.payload for reply in anna.last.replies for button in reply.buttons)


async def test_two_requests_in_one_message_are_both_seen(parent):
    anna = parent()
    text = await anna.says("where is the nearest food bank and also how do i apply for healthy start")
    assert "Hardship" in text or "apply online" in text
    assert "also asked" in text


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "👍",
        "🙂🙃",
        "{}",
        "%s %d",
        "<script>alert(1)</script>",
        "'; DROP TABLE request;--",
        "\u202e\u0000\u2066",
        "a" * 100_000,
        "/restart",
        '/affirm{"choice":"x"}',
        "[phone-ABCDEFGH]",
        "near ZZ99 9ZZ",
        "groups for my child of 900 months",
        "what was on on 3 march 2020",
        "🇬🇧 что есть для детей сегодня",
        "où est la banque alimentaire s'il vous plaît",
    ],
)
async def test_odd_input_gets_a_kind_answer_and_nothing_raw(parent, typed):
    anna = parent()
    text = await anna.says(typed)
    assert "{" not in text.replace(typed, "")
    assert "utter_" not in text
    assert "None" not in text
    assert "something went wrong" not in text


async def test_a_photo_is_answered_kindly(parent, service):
    from bot.flows.exchange import Inbound

    out = await service["assistant"].answer(Inbound("f" * 32, kind="not_text"))
    assert "cannot open pictures" in out.replies[-1].text


async def test_text_with_a_slash_is_no_command(parent):
    anna = parent()
    await book(anna, upto="phone")
    text = await anna.says('/action_submit_callback{"x": 1}')
    assert "reference" not in text


async def test_danger_is_answered_with_the_database_away(parent, service, monkeypatch):
    from contextlib import contextmanager

    @contextmanager
    def away():
        raise StoreUnavailable("OperationalError")
        yield

    monkeypatch.setattr(service["house"].database, "session", away)
    anna = parent()
    assert "116 123" in await anna.says("i want to kill myself")
    assert "cannot save" in await anna.says("where is the food bank")


async def test_a_broken_action_still_answers(parent, service, monkeypatch, caplog):
    words = " ".join(["words", "of", "a", "parent"])

    def broken(*_args, **_kwargs):
        raise RuntimeError(words)

    monkeypatch.setattr(type(service["house"].directory), "search", broken)
    text = await parent().says("what groups are on for toddlers")
    assert "something went wrong" in text
    assert words not in caplog.text


async def test_after_two_hours_of_silence_only_language_area_and_consent_are_left(parent, service):
    anna = parent("pl", "southend")
    await anna.says("gdzie jest bank żywności")
    tracker = await service["store"].retrieve(anna.sender)
    for event in tracker.events:
        event.timestamp -= 3 * 3600
    await service["store"].save(tracker)
    service["store"].commit(anna.sender)
    await anna.says("hej")
    tracker = await service["store"].retrieve(anna.sender)
    kept = {name for name, slot in tracker.slots.items() if slot.value is not None}
    assert kept <= {"language", "area", "consent", "preview_told", "session_started_metadata", "unclear", "pending"}
    assert tracker.get_slot("language") == "pl"


async def test_a_named_service_that_ended_names_its_successor(parent):
    anna = parent(area="lambeth")
    text = await anna.says("is Lambeth Early Action Partnership still there for mums")
    assert "has ended" in text
    assert "Start for Life" in text or "First 5 Lambeth" in text


async def test_a_pack_can_be_signed_up_for_and_leads_to_a_call(parent, service):
    anna = parent()
    await anna.says("what can you do")
    await anna.presses_meaning("sign_up")
    await anna.presses_meaning("answer_question", "toddler_pack")
    await anna.says("18 months")
    await anna.presses_meaning("answer_question", "yes")
    said = await anna.presses_meaning("answer_question", "yes")
    assert "signed up" in said
    assert "How should a community connector reach you?" in said
    with service["house"].database.session() as session:
        request = service["house"].requests.latest_of(session, anna.sender, "sign_up")
    assert (request.about, request.wants_call) == ("toddler_pack", True)
    await anna.presses_meaning("answer_question", "by_phone")
    await anna.says("07400 123456")
    assert "voicemail" in await anna.presses_meaning("answer_question", "safe_not_sure")
    await anna.presses_meaning("answer_question", "no")
    await anna.says("Noor")
    await anna.presses_meaning("answer_question", "english_is_fine")
    assert "Toddler Pack" in await anna.presses_meaning("answer_question", "any_time")
    assert "Somebody will contact you by" in await anna.presses_meaning("answer_question", "send_request")
    with service["house"].database.session() as session:
        callback = service["house"].requests.latest_of(session, anna.sender)
        request = service["house"].requests.get(session, request.reference)
    assert callback.careful
    assert request.details["call_promised"] == callback.reference


async def test_an_idea_is_kept_without_its_author(parent, service):
    anna = parent()
    await anna.says("i have an idea i want to share")
    if "tell me your idea" in anna.heard[-1]:
        await anna.says("a swap shop for coats in the library on saturdays")
    assert "passed on" in await anna.presses_meaning("answer_question", "yes")
    with service["house"].database.session() as session:
        assert service["house"].requests.latest_of(session, anna.sender, "idea") is None
        assert service["house"].requests.latest_of(session, "-", "idea") is not None


async def test_stop_is_stored_at_once(parent, service):
    anna = parent()
    await anna.says("hello")
    assert "will not send you" in await anna.says("STOP")
    with service["house"].database.session() as session:
        assert service["house"].requests.latest_of(session, anna.sender, "stop_messages") is not None


async def test_thanks_and_no_among_questions_are_no_answer_that_was_not_understood(parent):
    anna = parent()
    await anna.says("please can somebody call me")
    await anna.says("groups for my son")
    said = await anna.says("thank you")
    assert "How should a community connector reach you?" in said
    assert "understand" not in said
    said = await anna.says("actually no")
    assert "“stop”" in said
    assert "How should a community connector reach you?" in said


async def test_the_details_are_of_the_session_that_was_asked_for(parent):
    """It is on twice a week, and before that Monday on a Thursday."""
    anna = parent()
    assert "When: Monday 30 November" in await anna.says("what is on for my baby on monday near HP21")
    said = await anna.says("the first one")
    assert "Baby Bounce and Rhyme" in said
    assert "When: Monday 30 November" in said
