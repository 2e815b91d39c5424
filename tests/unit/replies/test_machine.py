"""Machine translation against a server on loopback that speaks LibreTranslate's interface, and breaks in all its ways."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.base.clock import LONDON
from bot.base.db import Database
from bot.replies import machine as module
from bot.replies import store
from bot.replies.machine import LibreTranslate, Machine, machine_of, missing, protect
from tests.loopback import Answer, Asked, as_json, serving

TEXT = "Come to Messy Play at HP21 7AA on Tuesdays, 9:30am to 11:00. It costs £2.50; call 01632 960100 or see https://play.example/a?b=1."
NAMES = ("Messy Play",)


def polish(text: str) -> str:
    """Words become others, markers stay: what a good machine does."""
    return re.sub(r"[A-Za-z]+", lambda match: f"pl{match.group(0)[::-1]}", text)


def libre(change: Callable[[str], str] = polish) -> Callable[[Asked], Answer]:
    def say(asked: Asked) -> Answer:
        assert (asked.method, asked.path, asked.form["source"], asked.form["format"]) == ("POST", "/translate", "en", "text")
        assert asked.query == {}, "an access log would keep the words"
        return as_json({"translatedText": change(asked.form["q"])})

    return say


def test_names_numbers_times_postcodes_and_links_come_back_unchanged() -> None:
    with serving(libre()) as server:
        made = Machine(LibreTranslate(server.address)).translate(TEXT, "en", "ur", NAMES)
        sent = server.asked[0].form["q"]
    assert made.text is not None
    for kept in ("Messy Play", "HP21 7AA", "9:30am", "11:00", "£2.50", "01632 960100", "https://play.example/a?b=1."):
        assert kept in made.text
        assert kept not in sent
    assert "pl" in made.text
    assert server.asked[0].form["target"] == "ur"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text.replace("[1]", ""), "a name, number or link was lost"),
        (lambda text: f"{polish(text)} [0]", "a name, number or link was lost"),
        (lambda text: f"{polish(text)} 24", "a number was added"),
        (lambda text: text, "it came back as it was"),
        (lambda text: "", "it came back as it was"),
        (lambda text: " ".join(re.findall(r"\[\d+\]", text)), "only a part came back"),
        (lambda text: polish(text) * 9, "lost"),
        (lambda text: f"<b>{polish(text)}</b>", "mark-up"),
    ],
)  # fmt: skip
def test_a_translation_that_lost_something_is_thrown_away(change: Callable[[str], str], problem: str) -> None:
    with serving(libre(change)) as server:
        made = Machine(LibreTranslate(server.address)).translate(TEXT, "en", "pl", NAMES)
    assert made.text is None
    assert problem in made.problem


def test_markers_may_move_and_be_written_in_other_numerals() -> None:
    eastern = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    with serving(libre(lambda text: polish(text).translate(eastern).replace("[", "[ "))) as server:
        made = Machine(LibreTranslate(server.address)).translate("Open 10:00 at Messy Play", "en", "ur", NAMES)
    assert made.text is not None
    assert "10:00" in made.text
    assert "Messy Play" in made.text


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>busy</html>", kind="text/html"), Answer(b'{"translatedText": "pl'), as_json({}), as_json({"translatedText": None}),
        as_json({"translatedText": ["a"]}), as_json({"error": "ku is not supported"}, status=400), Answer(b"", status=500),
        Answer(b"", status=429), Answer(b"", status=403), Answer(b"", status=302, headers={"Location": "/elsewhere"}),
        Answer(b'{"translatedText": "pl"}', claimed=900),
    ],
)  # fmt: skip
def test_a_server_that_fails_in_any_way_gives_no_translation_and_no_error(answer: Answer) -> None:
    with serving(lambda _asked: answer) as server:
        made = Machine(LibreTranslate(server.address)).translate("Come and play with us", "en", "pl")
    assert made.text is None
    assert made.problem.startswith("the server failed")


def test_a_server_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TIMEOUT_S", (0.2, 0.2))
    with serving(lambda _asked: Answer(hang=True)) as server:
        made = Machine(LibreTranslate(server.address)).translate("Come and play with us", "en", "pl")
    assert "Timeout" in made.problem


def test_after_several_failures_the_server_is_left_in_peace() -> None:
    with serving(lambda _asked: Answer(b"", status=500)) as server:
        machine = Machine(LibreTranslate(server.address))
        for _time in range(8):
            made = machine.translate("Come and play with us", "en", "pl")
        assert (len(server.asked), machine.is_resting) == (5, True)
    assert "resting" in made.problem


def test_many_at_once_get_their_own_answers() -> None:
    barrier = threading.Barrier(2, timeout=10)

    def slow(text: str) -> str:
        barrier.wait()  # two are under way at the same time, always
        return polish(text)

    texts = [(f"Group number {chr(97 + n) * 3} meets here", ()) for n in range(24)]
    with serving(libre(slow)) as server:
        made = list(Machine(LibreTranslate(server.address)).translate_all(texts, "en", "pl"))
    assert [one.text for one in made] == [polish(text) for text, _names in texts]


def test_nothing_is_asked_when_there_is_nothing_to_translate() -> None:
    with serving(libre()) as server:
        machine = Machine(LibreTranslate(server.address))
        for text in ("01632 960100", "👍 !!!", "https://play.example", ""):
            assert machine.translate(text, "en", "pl").problem == "nothing to translate"
        assert server.asked == []


def test_there_is_no_machine_unless_the_settings_name_one() -> None:
    assert machine_of("", "") is None
    found = machine_of("http://127.0.0.1:5000", "k")
    assert found is not None
    assert found.provider.name == "libretranslate"


@given(st.text(max_size=300), st.lists(st.text(min_size=2, max_size=12), max_size=3))
def test_a_machine_that_changes_nothing_but_words_gives_every_fixed_part_back(text: str, names: list[str]) -> None:
    _protected, kept = protect(text, names)
    put_back = module._MARKER.sub(lambda match: kept[int(match.group(1))], _protected)
    assert put_back == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Come to 12 Church Road today", ["12 Church Road"]), ("We meet at Queen's Park Road, by the bus stop", ["Queen's Park Road"]),
        ("Visit Church Street", ["Church Street"]), ("Church Hall is open", ["Church Hall"]), ("Come to flat B, 7 High St", ["7 High St"]),
        ("The road is closed, walk there", []),
    ],
)  # fmt: skip
def test_addresses_are_not_translated(text: str, kept: list[str]) -> None:
    assert protect(text)[1] == kept


@pytest.mark.parametrize(
    ("translation", "lost"),
    [
        ("O 10:30 w BD3 9AA, numer 3", []), ("10:30، BD3 9AA و3", []), ("o ۱۰:۳۰ w BD39AA, ۳", []), ("O 10:30 w BD3 9AA, numer 13", ["3"]), ("O 10 w BD3 9AA: 3", ["10:30"]),
    ],
)  # fmt: skip
def test_what_a_person_changed_must_still_hold_every_number(translation: str, lost: list[str]) -> None:
    assert missing("At 10:30 in BD3 9AA, room 3.", translation) == lost


def test_stored_translations_go_by_text_language_provider_and_version(each_database: Database) -> None:
    at = datetime(2026, 11, 24, tzinfo=LONDON)
    with each_database.session() as session:
        store.put(session, {"Come": "Chodź", "Play": "Baw się"}, "en", "pl", "libretranslate", "1", at)
        store.put(session, {"Come": "آئیں"}, "en", "ur", "libretranslate", "1", at)
    with each_database.session() as session:
        assert store.translations(session, ["Come", "Play", "New"], "en", "pl") == {"Come": "Chodź", "Play": "Baw się"}
        assert store.translations(session, ["Come."], "en", "pl") == {}
        assert store.stored(session, ["Come", "New"], "en", "pl", "libretranslate", "1") == {"Come"}
        assert store.stored(session, ["Come"], "en", "pl", "libretranslate", "2") == set()
        store.put(session, {"Come": "Przyjdź"}, "en", "pl", "other", "2", at)
        assert store.translations(session, ["Come"], "en", "pl") == {"Come": "Przyjdź"}
