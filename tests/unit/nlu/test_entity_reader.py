"""What is named in a message, in each language, with its numerals and words."""

from __future__ import annotations

import pytest

from tests.nlu.held_out import CODES
from tests.nlu.named import TODAY, built_reader, cases, named_in


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return built_reader(tmp_path_factory.mktemp("spacy") / "xx_parent")


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (
            "en",
            "whats on for my 8mo thursday morning near ss3 9aa free",
            {"place": "SS3 9AA", "age_months": 8, "day": {"weekday": 3}, "time_of_day": "morning", "cost": {"free": True}},
        ),
        ("en", "my 2 and a half year old", {"age_months": 30}),
        ("en", "2 years 3 months", {"age_months": 27}),
        ("en", "hi, my little one is 2, whats on", {"age_months": 24}),
        ("en", "my son is 3 and does not talk", {"age_months": 36}),
        ("en", "the little one is 2 miles off at nursery", {"distance_km": 3.2}),
        ("en", "im 12 weeks pregnant", {"weeks_pregnant": 12}),
        ("en", "the second one", {"ordinal": 2}),
        ("en", "on 26 november under £5", {"day": {"on": "2026-11-26"}, "cost": {"max_pence": 500}}),
        ("en", "within 3 miles of bulwell tomorow", {"distance_km": 4.8, "place": "Bulwell", "day": {"on": "2026-11-25"}}),
        ("en", "we live in scotland", {"in_scotland": True}),
        ("en", "do they speak polish, is it step free", {"spoken_language": "pl", "access_need": "step_free"}),
        ("pl", "co jest w czwartek rano dla dwulatka", {"day": {"weekday": 3}, "time_of_day": "morning", "age_months": 24}),
        ("pl", "jestem w ciazy 12 tygodni", {"weeks_pregnant": 12}),
        ("ur", "جمعرات کو صبح ۲ سال", {"day": {"weekday": 3}, "time_of_day": "morning", "age_months": 24}),
        ("ur-Latn", "jumerat ko subah meri beti 2 saal ki hai", {"day": {"weekday": 3}, "time_of_day": "morning", "age_months": 24}),
        ("ar", "بيوم الخميس الصبح لابني عمره سنتين", {"day": {"weekday": 3}, "time_of_day": "morning", "age_months": 24}),
        ("ar", "عمرها ٨ شهور", {"age_months": 8}),
        ("ro", "joi dimineata pt copil de 8 luni", {"day": {"weekday": 3}, "time_of_day": "morning", "age_months": 8}),
        ("ro", "luni", {"day": {"weekday": 0}}),
        ("ckb", "منداڵی ٢ ساڵ ڕۆژی هەینی", {"age_months": 24, "day": {"weekday": 4}}),
        ("ckb", "دووەم", {"ordinal": 2}),
        ("en", "less than 2 miles away", {"distance_km": 3.2}),
        ("en", "anything within 3 miles away from BD8", {"place": "BD8", "distance_km": 4.8}),
        ("en", "its miles away", {"distance_km": "nearer"}),
        ("ar", "اقل من ميل", {"distance_km": 1.6}),
        ("ar", "٢ ميل", {"distance_km": 3.2}),
        ("pl", "mila ode mnie", {"distance_km": 1.6}),
        ("pl", "2 mile ode mnie", {"distance_km": 3.2}),
        ("ur", "سوا دو سال کی بچی", {"age_months": 27}),
        ("ur", "پونے تین سال", {"age_months": 33}),
        ("ur-Latn", "paune teen saal", {"age_months": 33}),
        ("ur-Latn", "bachi sawa 2 saal ki", {"age_months": 27}),
        ("ur", "پونے چار سال", {"age_months": 45}),
        ("ur", "پونے دو سال", {"age_months": 21}),
        ("ur-Latn", "jumme ko", {"day": {"weekday": 4}}),
        ("ur-Latn", "jummay raat ko", {"day": {"weekday": 3}}),
        ("ur-Latn", "paise na hon", {"cost": {"free": True}}),
        ("ur", "کوئی قریب", {"distance_km": "nearer"}),
        ("ckb", "کوڕەکەم ساڵ و نیوێکە", {"age_months": 18}),
        ("ckb", "دوو ساڵ و نیوە", {"age_months": 30}),
        ("ckb", "بينج شةممة", {"day": {"weekday": 3}}),
        ("ckb", "بينجشةممة", {"day": {"weekday": 3}}),
        ("ckb", "جوار شةممة", {"day": {"weekday": 2}}),
        ("ckb", "جوارشةممة", {"day": {"weekday": 2}}),
        ("ckb", "پێنچ شەممە", {"day": {"weekday": 3}}),
        ("ckb", "کلاسی شەممە", {"day": {"weekday": 5}}),
        ("en", "12 dec at 10am", {"day": {"on": "2026-12-12"}, "time_of_day": "morning"}),
    ],
)
def test_what_is_named(reader, code, text, expected):
    found = {}
    for one in reader.read(text, code, TODAY):
        found.setdefault(one.kind, one.value)
    assert found == expected


CASES = [pytest.param(code, text, named, id=f"{code}: {text[:60]}") for code in CODES for text, named in cases(code)]


@pytest.mark.parametrize(("code", "text", "expected"), CASES)
def test_held_out_sentences(reader, code, text, expected):
    assert named_in(reader, text, code) == expected


@pytest.mark.parametrize("code", ["en", "pl", "ur", "ur-Latn", "ar", "ro", "ckb"])
def test_there_are_enough_held_out_sentences(code):
    mine = [case.values for case in CASES if case.values[0] == code]
    assert len(mine) >= 60
    assert sum(not expected for _, _, expected in mine) >= 10


@pytest.mark.parametrize(
    ("code", "typed", "meant"),
    [
        ("en", "thursdsy", {"weekday": 3}),
        ("en", "satruday", {"weekday": 5}),
        ("pl", "czwartrk", {"weekday": 3}),
        ("ro", "miercuir", {"weekday": 2}),
        ("ur-Latn", "jumeeraat", {"weekday": 3}),
        ("ar", "الخمييس", {"weekday": 3}),
        ("ckb", "پێنجشەمممە", {"weekday": 3}),
    ],
)
def test_a_slip_of_the_finger_is_put_right(reader, code, typed, meant):
    assert [one.value for one in reader.read(typed, code, TODAY) if one.kind == "day"] == [meant]


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("en", "10 week old baby massage pls", {"age_months": 2}),
        ("en", "a week old", {"age_months": 0}),
        ("en", "my first is 5 my second is 2", {"age_months": 60}),
        ("en", "4 nd 6 year olds", {"age_months": 48}),
        ("pl", "mam synka 2 latka i 4 miesiace", {"age_months": 28}),
        ("pl", "maly ma poltora roczku", {"age_months": 18}),
        ("ur-Latn", "poney char saal", {"age_months": 45}),
        ("ckb", "منداڵەکانم ٣ ساڵن", {"age_months": 36}),
        ("ur-Latn", "agle mahine ek saal ka ho jae ga", {"age_months": 12}),
        ("en", "im due in 3 weeks", {"weeks_pregnant": 37}),
        ("en", "due in 2 months", {"weeks_pregnant": 31}),
        ("en", "my rent is due in 3 weeks", {}),
        ("en", "im due on 5 january", {"weeks_pregnant": 34}),
        ("en", "im due a smear on 5 january", {"day": {"on": "2027-01-05"}}),
        ("pl", "rodzę za 3 tygodnie", {"weeks_pregnant": 37}),
        ("ro", "nasc peste 4 saptamani", {"weeks_pregnant": 36}),
        ("ar", "ولادتي بعد ٣ اسابيع", {"weeks_pregnant": 37}),
        ("ur-Latn", "3 hafte mein delivery hai", {"weeks_pregnant": 37}),
        ("ro", "in luna a 5-a de sarcina", {"weeks_pregnant": 21}),
        ("ur", "حمل کا ساتواں مہینہ", {"weeks_pregnant": 30}),
        ("en", "day after 2moro", {"day": {"on": "2026-11-26"}}),
        ("en", "around 2moro", {"day": {"on": "2026-11-25"}}),
        ("en", "whats on dec 3", {"day": {"on": "2026-12-03"}}),
        ("en", "anytime but friday", {"not_day": {"weekday": 4}}),
        ("ur", "پیر کو کام ہوتا ہے", {"not_day": {"weekday": 0}}),
        ("ro", "pe 28", {"day": {"on": "2026-11-28"}}),
        ("ro", "intai decembrie", {"day": {"on": "2026-12-01"}}),
        ("ur-Latn", "5 tarikh ko", {"day": {"on": "2026-12-05"}}),
        ("ar", "بعيد الميلاد", {"day": {"on": "2026-12-25"}}),
        ("ckb", "پێنجی کانوونی یەکەم", {"day": {"on": "2026-12-05"}}),
        ("ar", "الساعة ١١ الا ربع", {"time_of_day": "morning"}),
        ("pl", "o wpol do trzeciej", {"time_of_day": "afternoon"}),
        ("pl", "2 mile stąd", {"distance_km": 3.2}),
        ("en", "half an hour walk", {"distance_km": 2.4}),
        ("ar", "ربع ساعة مشي", {"distance_km": 1.2}),
        ("ur-Latn", "brixton k qareeb", {"place": "Brixton"}),
        ("en", "oval thursday", {"place": "Oval", "day": {"weekday": 3}}),
        ("en", "rhyme time leigh library", {"place": "Leigh-on-Sea"}),
        ("ro", "max 10£", {"cost": {"max_pence": 1000}}),
        ("ar", "رقم اتنين", {"ordinal": 2}),
        ("ur", "۲ والا", {"ordinal": 2}),
    ],
)
def test_what_is_named_as_people_type_it(reader, code, text, expected):
    found = {}
    for one in reader.read(text, code, TODAY):
        found.setdefault(one.kind, one.value)
    assert found == expected


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ro", "trei copii 2 4 si 7 ani"),
        ("ur-Latn", "3 bache hain 2 4 aur 7 saal k"),
        ("ar", "اولادي سنتين واربعة وسبع سنين"),
        ("en", "kids 2 4 and 7 yrs"),
    ],
)
def test_the_ages_of_three_children_without_commas(reader, code, text):
    assert [one.value for one in reader.read(text, code, TODAY) if one.kind == "age_months"] == [24, 48, 84]


def test_two_children_are_two_ages(reader):
    ages = [one.value for one in reader.read("8 months and 3 years", "en", TODAY) if one.kind == "age_months"]
    assert ages == [8, 36]


def test_the_age_of_a_child_named_before_another(reader):
    assert [one.value for one in reader.read("son 3, daughter 11 months", "en", TODAY) if one.kind == "age_months"] == [36, 11]
    assert [one.value for one in reader.read("my son 3 days a week and daughter 11 months", "en", TODAY) if one.kind == "age_months"] == [
        11
    ]


@pytest.mark.parametrize(
    ("code", "text", "ways"),
    [
        ("en", "yes please but by message not phone", [("callback_way", "by_chat"), ("not_callback_way", "by_phone")]),
        ("en", "ok but dont ring me", [("not_callback_way", "by_phone")]),
        ("en", "anything but phone", [("not_callback_way", "by_phone")]),
        ("en", "no calls", [("not_callback_way", "by_phone")]),
        ("en", "yes by text", [("callback_way", "by_chat")]),
        ("pl", "tak, ale proszę nie dzwonić", [("not_callback_way", "by_phone")]),
        ("pl", "wszystko tylko nie telefon", [("not_callback_way", "by_phone")]),
        ("pl", "wiadomością nie telefonem", [("callback_way", "by_chat"), ("not_callback_way", "by_phone")]),
        ("ro", "da dar sa nu ma sunati", [("not_callback_way", "by_phone")]),
        ("ro", "mesaj nu telefon", [("callback_way", "by_chat"), ("not_callback_way", "by_phone")]),
        ("ar", "لا تتصلوا", [("not_callback_way", "by_phone")]),
        ("ar", "رسالة مو تلفون", [("callback_way", "by_chat"), ("not_callback_way", "by_phone")]),
        ("ur", "فون نہیں میسج", [("not_callback_way", "by_phone"), ("callback_way", "by_chat")]),
        ("ur-Latn", "call na karein message karein", [("not_callback_way", "by_phone"), ("callback_way", "by_chat")]),
        ("ur-Latn", "phone ke ilawa", [("not_callback_way", "by_phone")]),
        ("ckb", "تەلەفۆن نا نامە", [("not_callback_way", "by_phone"), ("callback_way", "by_chat")]),
        ("ckb", "تەلەفۆنم بۆ مەکەن", [("not_callback_way", "by_phone")]),
    ],
)
def test_how_a_parent_wants_to_be_reached(reader, code, text, ways):
    assert [(one.kind, one.value) for one in reader.read(text, code, TODAY) if one.kind.endswith("callback_way")] == ways


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        ("en", "am i eligible for healthy start", "time_of_day"),
        ("pl", "mam 18 lat i chcę się uczyć", "age_months"),
        ("ro", "am 17 ani si sunt insarcinata", "age_months"),
        ("ur-Latn", "41 week hogae induction ka btao", "age_months"),
        ("ur", "تین سال ہو گئے طلاق کو", "age_months"),
        ("ur", "دوسری ماؤں سے ملنا ہے", "ordinal"),
        ("ckb", "بلۆکتان ئەکەم", "ordinal"),
        ("pl", "diagnoza autyzmu ile sie czeka", "asks_price"),
    ],
)
def test_what_only_seems_to_be_named(reader, code, text, kind):
    assert kind not in {one.kind for one in reader.read(text, code, TODAY)}


def test_a_token_of_a_number_is_not_read_as_anything(reader):
    assert reader.read("call [phone-AB2CD3EF] please [card-removed]", "en", TODAY) == list(reader.read("call please", "en", TODAY))


@pytest.mark.parametrize("text", ["", "!!!", "{}", "99/99/2026", "31 february", "£", "0 weeks", "9999 years"])
def test_odd_text_does_no_harm(reader, text):
    reader.read(text, "en", TODAY)
