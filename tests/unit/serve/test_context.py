"""Short messages after a search, an offer or in the middle of questions, in every language."""

from __future__ import annotations

from datetime import date

import pytest

from bot.nlu.entity_reader import build_pipeline, load_reader
from bot.nlu.word_lists import patterns
from bot.serve.context import Course, Understanding, course_of, in_context
from tests.conftest import ROOT

TODAY = date(2026, 11, 24)
SEARCHED = Course(searched=True, shown=3, topic="find_activities")
OFFERED = Course(offered="request_callback")
BY = Course(questions="callback_form", asked="by")
SAFE = Course(questions="callback_form", asked="safe")
CONFIRMED = Course(questions="callback_form", asked="confirmed")
AFTER_A_CALL = Course(topic="request_callback")

TYPED = {
    "day": {
        "en": "thursday?", "pl": "czwartek?", "ur": "جمعرات کو؟", "ur-Latn": "jumerat ko?", "ar": "الخميس؟", "ro": "joi?", "ckb": "پێنجشەممە؟",
    },
    "nearer": {"en": "nearer", "pl": "bliżej", "ur": "قریب والا", "ur-Latn": "qareeb wala", "ar": "أقرب", "ro": "mai aproape", "ckb": "نزیکتر"},
    "second": {"en": "the second", "pl": "drugie", "ur": "دوسرا والا", "ur-Latn": "dusra wala", "ar": "التاني", "ro": "a doua", "ckb": "دووەم"},
    "not_by_phone": {
        "en": "yes but not by phone", "pl": "tak ale nie przez telefon", "ur": "ہاں مگر فون پر نہیں", "ur-Latn": "haan magar phone par nahi",
        "ar": "نعم بس مو تلفون", "ro": "da dar nu la telefon", "ckb": "بەڵێ بەڵام نەک بە تەلەفۆن",
    },
    "other_number": {
        "en": "no the other number", "pl": "nie, drugi numer", "ur": "نہیں دوسرا نمبر", "ur-Latn": "nahi dusra number", "ar": "لا الرقم الثاني",
        "ro": "nu, celalalt numar", "ckb": "نا ژمارەکەی تر",
    },
    "baby": {
        "en": "and for a baby?", "pl": "a dla niemowlaka?", "ur": "اور چھوٹے بچے کے لیے؟", "ur-Latn": "aur chote bache ke liye?",
        "ar": "ولبيبي؟", "ro": "si pentru un bebe?", "ckb": "ئەی بۆ کۆرپەیەک؟",
    },
    "price": {
        "en": "how much is it", "pl": "ile to kosztuje", "ur": "کتنے کا ہے", "ur-Latn": "kitne ka hai", "ar": "قديش سعره", "ro": "cat costa",
        "ckb": "بە چەندە",
    },
}  # fmt: skip
CODES = ("en", "pl", "ur", "ur-Latn", "ar", "ro", "ckb")


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spacy") / "xx_parent"
    build_pipeline(patterns(ROOT / "content"), folder)
    return load_reader(folder)


@pytest.fixture
def meant(reader):
    """What a message means in a course, when the model took it for something."""

    def read(text, code, course, taken_for="out_of_scope", unsure=True):
        found, bare = reader.look(text, code, TODAY)
        entities = tuple({"entity": f.kind, "value": f.value} for f in found)
        return in_context(Understanding(code, taken_for, 0.4, entities, unsure=unsure, bare=bare), text, course)

    return read


def value(read, kind):
    return next((entity["value"] for entity in read.entities if entity["entity"] == kind), None)


@pytest.mark.parametrize("code", CODES)
class TestInEveryLanguage:
    def test_a_bare_day_changes_the_search(self, meant, code):
        for taken_for, unsure in (("out_of_scope", True), ("find_childcare", False), ("callback_status", False)):
            read = meant(TYPED["day"][code], code, SEARCHED, taken_for, unsure)
            assert (read.intent, value(read, "day"), read.unsure) == ("refine_search", {"weekday": 3}, False)

    def test_a_bare_day_without_a_search_is_asked_about(self, meant, code):
        assert meant(TYPED["day"][code], code, Course()).intent == "nlu_fallback"

    def test_nearer_changes_the_search(self, meant, code):
        read = meant(TYPED["nearer"][code], code, SEARCHED)
        assert (read.intent, value(read, "distance_km")) == ("refine_search", "nearer")

    def test_the_second_is_one_of_those_shown(self, meant, code):
        read = meant(TYPED["second"][code], code, SEARCHED, "find_parenting_support", unsure=False)
        assert (read.intent, value(read, "ordinal")) == ("ask_details", 2)

    def test_yes_but_not_by_phone_takes_up_the_offer(self, meant, code):
        assert meant(TYPED["not_by_phone"][code], code, OFFERED, "deny", unsure=False).intent == "request_callback"

    def test_not_by_phone_neither_withdraws_nor_stops_the_questions(self, meant, code):
        for asked in ("about", "ask_for", "when", "confirmed"):
            for taken_for in ("cancel_callback", "stop_messages", "deny"):
                read = meant(TYPED["not_by_phone"][code], code, Course(questions="callback_form", asked=asked), taken_for, unsure=False)
                assert (read.intent, value(read, "callback_way")) == ("affirm", "by_chat")

    def test_not_by_phone_among_the_questions_is_by_message(self, meant, code):
        assert value(meant(TYPED["not_by_phone"][code], code, BY, "affirm", unsure=False), "callback_way") == "by_chat"
        assert meant(TYPED["not_by_phone"][code], code, SAFE, "affirm", unsure=False).intent == "deny"

    def test_the_other_number_changes_the_request(self, meant, code):
        assert meant(TYPED["other_number"][code], code, CONFIRMED, "deny", unsure=False).intent == "change_callback"
        assert meant(TYPED["other_number"][code], code, AFTER_A_CALL, "deny", unsure=False).intent == "change_callback"

    def test_and_for_a_baby_changes_the_age(self, meant, code):
        read = meant(TYPED["baby"][code], code, SEARCHED, "find_activities", unsure=False)
        assert read.intent == "refine_search"
        assert value(read, "age_months") in {0, 6}
        assert meant(TYPED["baby"][code], code, SEARCHED, "ask_details", unsure=False).intent == "refine_search"

    def test_how_much_is_it_asks_about_what_was_shown(self, meant, code):
        assert meant(TYPED["price"][code], code, SEARCHED, "healthy_start_amount", unsure=False).intent == "ask_details"
        after_healthy_start = Course(searched=True, shown=3, topic="healthy_start_about")
        assert meant(TYPED["price"][code], code, after_healthy_start, "healthy_start_amount", unsure=False).intent == "healthy_start_amount"

    def test_danger_stays_danger(self, meant, code):
        for kind in TYPED:
            for course in (SEARCHED, OFFERED, BY, SAFE, CONFIRMED, AFTER_A_CALL, Course()):
                assert meant(TYPED[kind][code], code, course, "crisis_self_harm").intent == "crisis_self_harm"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "yes by text"),
        ("en", "yes please but by message not phone"),
        ("en", "ok but dont ring me"),
        ("pl", "tak, ale proszę nie dzwonić"),
        ("ro", "da dar sa nu ma sune"),
        ("ar", "اي بس بدون تلفون"),
        ("ur", "ہاں لیکن فون نہیں"),
        ("ur-Latn", "haan lekin call nahi"),
        ("ckb", "بەڵێ بەڵام تەلەفۆن نا"),
    ],
)
def test_a_way_takes_up_the_offer_of_a_call(meant, code, text):
    for taken_for, unsure in (("affirm", False), ("deny", False), ("out_of_scope", True)):
        assert meant(text, code, OFFERED, taken_for, unsure).intent == "request_callback"


@pytest.mark.parametrize(
    ("course", "open_to_any_words"),
    [
        (Course(questions="callback_form", asked="ask_for"), True),
        (Course(questions="word_form", asked="words"), True),
        (BY, False),
        (Course(), False),
    ],
)
def test_which_questions_take_any_words(course, open_to_any_words):
    assert course.takes_own_words is open_to_any_words


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        ("en", "not tuesday", "not_day"),
        ("en", "not thursday i work", "not_day"),
        ("en", "only mornings im busy in the afternoon", "not_time_of_day"),
        ("en", "next week?", "day"),
        ("pl", "nie we wtorek", "not_day"),
        ("pl", "w przyszłym tygodniu?", "day"),
        ("ur", "منگل نہیں", "not_day"),
        ("ur-Latn", "mangal ke ilawa", "not_day"),
        ("ar", "مو الثلاثاء", "not_day"),
        ("ro", "marti nu pot", "not_day"),
        ("ckb", "نەک سێشەممە", "not_day"),
    ],
)
def test_what_is_ruled_out_and_a_week_change_the_search(meant, code, text, kind):
    read = meant(text, code, SEARCHED, "deny", unsure=False)
    assert read.intent == "refine_search"
    assert kind in read.kinds


@pytest.mark.parametrize(("code", "text"), [("en", "something with sign language"), ("en", "quiet please"), ("pl", "gdzieś spokojnie")])
def test_what_a_family_needs_to_come_changes_the_search(meant, code, text):
    assert meant(text, code, SEARCHED).intent == "refine_search"


def test_a_new_request_with_a_day_is_no_refinement(meant):
    assert meant("where is the food bank on thursday", "en", SEARCHED, "find_food_help", unsure=False).intent == "find_food_help"


def test_another_request_after_a_search_is_a_search_of_its_own(meant):
    after_food = Course(searched=True, shown=3, topic="find_food_help")
    assert meant("any playgroups for my baby", "en", after_food, "find_activities", unsure=False).intent == "find_activities"
    assert meant("any playgroups for my baby", "en", after_food, "find_activities").intent == "refine_search", "a guess refines"


def test_a_whole_sentence_about_something_closer_refines(meant):
    text = "is ther owt closer cant do 2 buses wiv the pram"
    assert meant(text, "en", SEARCHED, "ask_details", unsure=False).intent == "refine_search"
    assert meant(text, "en", Course(), "ask_details", unsure=False).intent == "ask_details"


def test_a_place_alone_is_looked_up(meant):
    assert meant("ng6 7aa", "en", Course()).intent == "refine_search"


def test_an_unsure_request_in_the_middle_of_questions_is_no_request(meant):
    assert meant("hmm food dunno", "en", BY, "find_food_help").intent == "nlu_fallback"


def test_the_course_is_read_from_slots():
    slots = {"search": {"topic": "find_activities", "shown": ["a", "b"]}, "callback": {"asked": "safe"}, "pending": {"intent": "show_more"}}
    assert course_of("callback_form", slots.get) == Course(True, 2, "callback_form", "safe", "show_more", None)
    assert course_of(None, {}.get) == Course()


@pytest.mark.parametrize(
    "text", ["how much is healthy start", "كم هيلثي ستارت", "ہیلتھی سٹارٹ کتنا ہے", "هێلسی ستارت چەندە", "kitna hai healthystart"]
)
def test_the_price_of_healthy_start_is_not_that_of_the_service_shown(text):
    asked = Understanding("en", "healthy_start_amount", 0.9, ({"entity": "asks_price", "value": True},))
    assert in_context(asked, text, SEARCHED).intent == "healthy_start_amount"


def test_yes_asks_for_what_was_offered(meant):
    assert meant("tak", "pl", Course(offered="find_housing_help"), "affirm", unsure=False).intent == "find_housing_help"
    assert meant("yes please", "en", Course(offered="request_callback"), "affirm", unsure=False).intent == "request_callback"
    assert meant("yes please", "en", Course(), "affirm", unsure=False).intent == "affirm"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "im 8 weeks pregnant do i get it"), ("pl", "jestem w 8 tygodniu, czy mi sie nalezy?"), ("ur", "میں حاملہ ہوں مجھے ملے گا؟"),
        ("ur-Latn", "main 8 hafte ki pregnant hun, mujhe milega?"), ("ar", "انا حامل بالشهر الثالث بيطلعلي؟"),
        ("ro", "sunt insarcinata in 8 saptamani, am dreptul?"), ("ckb", "هەشت هەفتە دووگیانم، پێم دەدەن؟"),
    ],
)  # fmt: skip
def test_do_i_get_it_after_healthy_start_asks_who_does(meant, code, text):
    spoken_of = Course(topic="healthy_start_about")
    assert meant(text, code, spoken_of, "find_maternity", unsure=False).intent == "healthy_start_eligibility"
    assert meant(text, code, Course(topic="find_maternity"), "find_maternity", unsure=False).intent == "find_maternity"


@pytest.mark.parametrize(
    ("code", "text", "taken_for", "guesses", "named", "unsure", "intent"),
    [
        # The kind of service in the parent's words tells what the model could not.
        ("ur-Latn", "qarz ke liye madad", "find_money_advice", ("find_money_advice",), ("find_money_advice",), True, "find_money_advice"),
        ("ur-Latn", "neend ki madad", "ask_capabilities", ("find_parenting_support",), ("find_parenting_support",), True, "find_parenting_support"),
        ("ur-Latn", "bache ka wazan kahan hota hai SS0", "out_of_scope", (), ("find_child_health",), True, "find_child_health"),
        ("ur-Latn", "football 4 saal ke bete ke liye", "out_of_scope", (), ("find_activities",), False, "find_activities"),
        ("en", "anything on near SS3 for my 2 year old then", "out_of_scope", ("find_activities",), (), True, "find_activities"),
        # Neither a match on television nor what is named without any other sign.
        ("en", "who won the football on saturday", "out_of_scope", (), ("find_activities",), False, "out_of_scope"),
        ("en", "i hate work and loans", "out_of_scope", (), ("find_learning_work", "find_money_advice"), True, "nlu_fallback"),
    ],
)  # fmt: skip
def test_what_is_looked_for_is_told_by_the_kind_that_is_named(reader, code, text, taken_for, guesses, named, unsure, intent):
    found, bare = reader.look(text, code, TODAY)
    entities = tuple({"entity": one.kind, "value": one.value} for one in found)
    read = Understanding(code, taken_for, 0.4, entities, unsure=unsure, guesses=guesses, bare=bare, named=named)
    assert in_context(read, text, Course()).intent == intent


def test_a_short_search_that_names_a_place_keeps_what_it_is_for(meant):
    assert meant("family hub near SS3", "en", Course(), "find_family_hub", unsure=False).intent == "find_family_hub"
    assert meant("near SS3", "en", SEARCHED, "find_family_hub", unsure=False).intent == "refine_search"
