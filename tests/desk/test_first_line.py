"""What a connector has to know before getting in touch stands on the first line of a request, and in the way of a mistake."""

from __future__ import annotations

import dataclasses
import re

import pytest

from bot.callbacks.model import Contact, Wish
from bot.flows import work_on_request as work
from bot.flows.book_callback import book
from tests.desk.running import ANY_TIME, CAREFUL, a_callback, seat

MORNING = Wish(3, "morning")


def first_line(page):
    """The text of the line before the heading, and the line itself."""
    before = page.text[: page.text.index("<h1")]
    [line] = re.findall(r'<section class="safety.*?</section>', before, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", line)), line


@pytest.fixture
def connector(house, team):
    return seat(house, team["connector"])


def of(house, team, contact):
    request = book(house, "s" * 32, "borsetshire", "pl", contact, MORNING, "find_food_help", True)
    work.claim(house, request.reference, team["connector"])
    return f"/desk/requests/{request.reference}"


def test_wishes_name_times_and_number_stand_there_together(house, team, connector):
    text, line = first_line(connector.get(of(house, team, CAREFUL)))
    for part in (
        "only when he is at work",
        "NO voicemail",
        "Ask for Sana",
        "When: Thursday morning",
        "Polish, with an interpreter",
        "+447700900456",
    ):
        assert part in text
    assert "<details" in line  # a press stands between a careful parent and the number
    assert line.index("at work") < line.index("<details") < line.index("tel:+447700900456")


def test_a_number_that_is_safe_at_any_time_is_open(house, team, connector):
    text, line = first_line(connector.get(of(house, team, ANY_TIME)))
    assert "+447700900123" in text
    assert "<details" not in line


def test_a_number_that_must_not_be_rung_is_nowhere(house, team, connector):
    page = connector.get(of(house, team, dataclasses.replace(ANY_TIME, safe_to_call="safe_no")))
    assert "NOT safe to ring" in first_line(page)[0]
    assert "900123" not in page.text


def test_where_a_visit_is_wanted_stands_there_too(house, team, connector):
    text, _line = first_line(connector.get(of(house, team, Contact("visit", None, "safe_any_time", None, "Ola", "12 Church Road"))))
    assert "Where: 12 Church Road" in text


def test_who_does_not_have_the_request_finds_the_press_that_opens_it_on_the_first_line(house, team, connector):
    path = f"/desk/requests/{a_callback(house).reference}"
    text, line = first_line(connector.get(path))
    assert "This is written down" in text
    assert f'action="{path}/contact"' in line
    assert "900123" not in text
    opened, _line = first_line(connector.post(f"{path}/contact"))
    assert "+447700900123" in opened
