"""A report of something wrong, and texts translated ahead, with every room open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.base.db import Database
from bot.base.errors import BadInput
from bot.base.sealing import new_key
from bot.base.settings import Settings, load_settings
from bot.delivery import address_store, awaited, outbox_store
from bot.delivery import store as delivery
from bot.directory.model import Hit
from bot.flows import work_on_request
from bot.flows.forget_parent import forget_parent
from bot.flows.house import House, open_house
from bot.flows.report_wrong import put_right, report_wrong
from bot.flows.show_services import Cards
from bot.flows.translate_directory import texts_of, translate_directory
from bot.replies.machine import LibreTranslate, Machine
from bot.serve import import_verb
from bot.staff.model import Member
from tests.loopback import Answer, serving
from tests.unit.directory.feeds.conftest import DATA
from tests.unit.replies.test_machine import libre

SENDER = "a" * 32


@pytest.fixture
def settings(database_url: str) -> Settings:
    return load_settings({"KINLINE_KEY": new_key(), "DATABASE_URL": database_url, "KINLINE_CLOCK_STOPPED_AT": "2026-11-24T10:00"})


@pytest.fixture
def house(settings: Settings, each_database: Database) -> House:
    return open_house(settings, each_database)


def reports(house: House) -> list[str]:
    with house.database.session() as session:
        return [one.reference for one in house.requests.open_requests(session, ("wrong_answer",))]


def test_a_report_is_one_task_without_its_author_and_the_parent_hears_once(house: House) -> None:
    one = report_wrong(house, SENDER, "borsetshire", "pl", "The food bank is closed on Fridays", "find_food_help", "ea16")
    again = report_wrong(house, SENDER, "borsetshire", "pl", "the food bank is closed on fridays", "find_food_help", "ea16")
    assert reports(house) == [one.reference] == [again.reference]
    assert (one.sender, one.details["service"]) == ("-", "ea16")
    assert report_wrong(house, "b" * 32, "borsetshire", "en", "Something else").reference != one.reference
    assert put_right(house, one.reference) == 1
    assert put_right(house, one.reference) == 0
    with house.database.session() as session:
        turns = delivery.turns_after(session, SENDER, 0)
        assert delivery.turns_after(session, "b" * 32, 0) == []
    assert [turn["said"] for turn in turns] == [""]
    assert turns[0]["replies"][0]["lang"] == "pl"
    assert "The food bank is closed on Fridays" in turns[0]["replies"][0]["text"]
    assert len(reports(house)) == 1


OTHER = "b" * 32


def on_messenger(house: House, sender: str, language: str, channel: str = "telegram") -> None:
    with house.database.session() as session:
        address_store.heard_from(session, sender, channel, house.sealer.seal("12345"), house.clock.now())
        address_store.speaks(session, sender, language, "borsetshire")


def sent_to(house: House, sender: str) -> list[str]:
    """What waits in the outbox for a parent."""
    found = []
    with house.database.session() as session:
        while due := outbox_store.next_for(session, sender):
            outbox_store.claim(session, due.outbox_id)
            outbox_store.sent(session, due.outbox_id, house.clock.now(), None)
            found.append(due.message.text)
    return found


def test_a_parent_on_a_messenger_hears_it_there_whether_the_command_or_the_desk_closes_it(house: House) -> None:
    on_messenger(house, SENDER, "pl")
    on_messenger(house, OTHER, "en", "whatsapp")
    one = report_wrong(house, SENDER, "borsetshire", "pl", "The food bank is closed on Fridays")
    other = report_wrong(house, OTHER, "borsetshire", "en", "The hub has moved")
    assert put_right(house, one.reference) == 1
    work_on_request.close(house, other.reference, Member("m1", "sam", "Sam", frozenset({"connector"})), "put_right")
    (told,) = sent_to(house, SENDER)
    assert "The food bank is closed on Fridays" in told
    assert "You told us" not in told
    assert ["The hub has moved" in text for text in sent_to(house, OTHER)] == [True]


def test_who_wants_no_messages_is_not_written_to(house: House) -> None:
    on_messenger(house, SENDER, "en")
    report = report_wrong(house, SENDER, "borsetshire", "en", "The time is wrong")
    with house.database.session() as session:
        address_store.set_stopped(session, SENDER, house.clock.now())
    assert put_right(house, report.reference) == 0
    assert sent_to(house, SENDER) == []


def test_one_service_is_one_task_however_often_and_by_whomever_it_is_reported(house: House) -> None:
    on_messenger(house, OTHER, "pl")
    service = house.directory.find_by_name("family food bank", "borsetshire")
    assert service is not None
    about = ("find_food_help", service.id)
    one = report_wrong(house, SENDER, "borsetshire", "en", "the time is wrong", *about)
    report_wrong(house, SENDER, "borsetshire", "en", "The time is wrong!!", *about)
    report_wrong(house, OTHER, "borsetshire", "pl", "zly numer", *about)
    assert reports(house) == [one.reference]
    assert (
        len({report_wrong(house, SENDER, "borsetshire", "en", words).reference for words in ("Wrong place", "wrong place.", "Other")}) == 2
    )
    with house.database.session() as session:
        assert [(entry.code, entry.text) for entry in house.entries.of(session, one.reference)] == [("reported_again", "zly numer")]
    assert put_right(house, one.reference) == 2
    # One parent's words are not for another: both hear which service it is.
    (told,) = sent_to(house, OTHER)
    assert service.name in told
    assert "time is wrong" not in told


def test_a_report_can_be_closed_without_a_word_and_a_forgotten_parent_hears_nothing(house: House) -> None:
    quiet = report_wrong(house, SENDER, "borsetshire", "en", "Nothing was wrong really")
    assert put_right(house, quiet.reference, tell=False) == 0
    gone = report_wrong(house, SENDER, "borsetshire", "en", "The time is wrong")
    forget_parent(house, SENDER)
    assert put_right(house, gone.reference) == 0
    with house.database.session() as session:
        assert delivery.turns_after(session, SENDER, 0) == []
        assert awaited.awaited_by(session, SENDER) == []


def test_texts_are_translated_ahead_once_and_shown_as_machine_made(house: House) -> None:
    with serving(libre()) as server:
        machine = Machine(LibreTranslate(server.address))
        first = translate_directory(house, machine, "ur", ["borsetshire"])
        asked = len(server.asked)
        assert (first.made, first.there, first.problems, first.complete) == (asked, 0, {}, True)
        assert asked > 20
        second = translate_directory(house, machine, "ur", ["borsetshire"])
        assert (second.made, second.there, len(server.asked)) == (0, asked, asked)
    service = house.directory.find_by_name("family food bank", "borsetshire")
    assert service is not None
    assert service.summary is not None
    shown = Cards(house, house.languages.get("ur")).details(Hit(service, None, None)).text
    label = house.catalogue.text("utter_card_machine_made", "ur", {})
    assert label in shown
    assert service.summary not in shown
    for language in ("pl", "en"):
        other = Cards(house, house.languages.get(language)).details(Hit(service, None, None)).text
        assert service.summary in other
        assert house.catalogue.text("utter_card_machine_made", language, {}) not in other


def test_a_text_that_changes_is_shown_in_the_providers_words_until_it_is_translated_anew(house: House) -> None:
    with serving(libre()) as server:
        translate_directory(house, Machine(LibreTranslate(server.address)), "pl", ["borsetshire"])
    service = house.directory.find_by_name("family food bank", "borsetshire")
    assert service is not None
    changed = replace(service, summary="We moved to the library.", how_to_join=None, access=())
    shown = Cards(house, house.languages.get("pl")).details(Hit(changed, None, None)).text
    assert "We moved to the library." in shown
    assert house.catalogue.text("utter_card_machine_made", "pl", {}) not in shown
    assert set(texts_of(service)) >= {"summary", "how_to_join"}


def test_a_server_that_fails_stops_the_work_and_keeps_what_was_made(house: House) -> None:
    with serving(lambda _asked: Answer(b"", status=500)) as server:
        report = translate_directory(house, Machine(LibreTranslate(server.address)), "pl", ["borsetshire"])
    assert (report.made, report.complete) == (0, False)


def options(**given: object) -> SimpleNamespace:
    base = {
        "source": None,
        "area": None,
        "all": False,
        "now": False,
        "accept_shrink": False,
        "provider": None,
        "licence": None,
        "json": False,
    }
    return SimpleNamespace(**{**base, **given})


def test_the_command_prints_what_it_did_and_its_exit_code_is_honest(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert import_verb.import_directory(house, options(source=str(DATA / "borsetshire_v1"))) == 0
    assert "added 22, changed 0, unchanged 0, withdrawn 0, refused 2" in capsys.readouterr().out
    (tmp_path / "services_page_1.json").write_text('{"contents": [{"id": 1, "name": "A", "status": "active"}]}', encoding="utf-8")
    (tmp_path / "services_page_2.json").write_text("<html>", encoding="utf-8")
    assert import_verb.import_directory(house, options(source=str(tmp_path), json=True)) == 1
    assert '"complete": false' in capsys.readouterr().out
    for wrong in (options(), options(source="a", all=True), options(source="a", area="atlantis")):
        with pytest.raises(BadInput):
            import_verb.import_directory(house, wrong)


def test_without_a_server_nothing_is_translated(house: House) -> None:
    with pytest.raises(BadInput, match="TRANSLATOR_URL"):
        import_verb.translate_directory(house, SimpleNamespace(to="ur", area=None))
    with serving(libre()) as server:
        ready = replace(house, settings=replace(house.settings, translator_url=server.address))
        for code in ("en", "ur-Latn", "xx"):
            with pytest.raises(BadInput, match="cannot be translated"):
                import_verb.translate_directory(ready, SimpleNamespace(to=code, area=None))
        assert import_verb.translate_directory(ready, SimpleNamespace(to="pl", area="borsetshire")) == 0


FEEDS = """feeds:
- {id: council, source: saved, provider: Council, licence: OGL-UK-3.0, every_hours: 24}
- {id: broken, source: nowhere, provider: Council, licence: OGL-UK-3.0}
"""


def test_all_due_feeds_are_imported_each_on_its_own(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    content = tmp_path / "content"
    area = content / "areas" / "borsetshire"
    area.mkdir(parents=True)
    (area / "feeds.yml").write_text(FEEDS, encoding="utf-8")
    shutil.copytree(DATA / "borsetshire_v1", area / "saved")
    ready = replace(house, settings=replace(house.settings, content_dir=content))
    assert import_verb.import_directory(ready, options(all=True)) == 1  # one of them is broken
    out = capsys.readouterr().out
    assert "added 22" in out
    assert "no such folder" in out
    import_verb.import_directory(ready, options(all=True))
    assert "1 of 2 feeds were due" in capsys.readouterr().out
    import_verb.import_directory(ready, options(all=True, now=True))
    assert "unchanged 22" in capsys.readouterr().out
