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


def test_two_children_are_two_ages(reader):
    ages = [one.value for one in reader.read("8 months and 3 years", "en", TODAY) if one.kind == "age_months"]
    assert ages == [8, 36]


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
