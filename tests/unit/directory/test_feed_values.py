from __future__ import annotations

import time as clock
from datetime import date, time
from typing import Any

import pytest

from bot.directory import feed_values as read
from bot.directory.model import Point


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("<p>Drop-in <strong>stay and play</strong>.&nbsp;No need to book.</p>", "Drop-in stay and play. No need to book."),
        ("one<br>two<li>three</li>", "one two three"),
        ("<script>alert(1)</script>safe<style>p{}</style>", "safe"),
        ("Tom & Jerry &amp; friends &lt;3", "Tom & Jerry & friends <3"),
        ("a < b", "a < b"),
        ("  blanks \n\t and\u00a0lines  ", "blanks and lines"),
        ("hidden\u202e text\u0000", "hidden text"),
        ('<a title="2 > 1" href="x">more</a> of it', "more of it"),
        ('See <a href="https://hall.example">our page</a>; it\'s new', "See our page; it's new"),
        ('<a href="https://hall.example>our page</a> and "more"', 'our page and "more"'),
        ("<p it's nice>yes</p> it's", "yes it's"),
        ("<style>p > b {}</style >seen<style/> too", "seen too"),
        ("<!-- hidden > --> seen <!-- <b>never</b> ends", "seen never ends"),
        ('<?xml version="1.0"?><![CDATA[x]]>seen', "seen"),
        ("<SCRIPT>if (a<b) { x('</p>') }</script>seen<header>h</header><style-x>y", "seenhy"),
        ('Come along. <a href="http', 'Come along. <a href="http'),
        ("1 <2 and 3> 2", "1 <2 and 3> 2"),
        ("<script>never ends <b>x</b>", None),
        (f"a &#{'9' * 5000}; b", f"a &#{'9' * 5000}; b"[:1999].rpartition(" ")[0] + "…"),
        ("<p><br></p>", None),
        ("", None),
        ("N/A", None),
        (None, None),
        (7, None),
        ({"text": "x"}, None),
    ],
)
def test_text_loses_its_mark_up(value: Any, text: str | None) -> None:
    assert read.plain_text(value) == text


def test_a_long_text_is_cut_at_a_sentence_or_word() -> None:
    assert read.plain_text("The first sentence. A second one goes on", 30) == "The first sentence."
    cut = read.plain_text("words " * 20, 30)
    assert cut is not None
    assert len(cut) <= 30
    assert cut.endswith("words…")


def test_ten_megabytes_are_read_quickly_and_cut() -> None:
    cut = read.plain_text("<p>" + "x y " * 2_500_000)
    assert cut is not None
    assert len(cut) <= read.LONGEST_TEXT


@pytest.mark.parametrize(
    "again",
    ["<", '<"', "<a", "<p ", "</", "<a x=", '<a b="', '<a x=">" ', "<!--", "<!-- >", "<!", "<?", "<![CDATA[", "<script>", "<script></", "&", "&#x", "=",
     "= ", "<style></style", "<a b='\">"],
)  # fmt: skip
@pytest.mark.parametrize("end", ["", ">", "\">'"])
def test_marks_without_end_are_over_in_a_moment(again: str, end: str) -> None:
    begun = clock.monotonic()
    read.plain_text(again * (read.MOST_READ // len(again)) + end)
    assert clock.monotonic() - begun < 2.0


@pytest.mark.parametrize(
    ("low", "high", "months"),
    [
        (0, 5, (0, 71)),
        (2, 4, (24, 59)),
        (0.5, 1.5, (6, 18)),
        ("1", "3", (12, 47)),
        (0, 0, (0, 11)),
        (-1, -1, (None, None)),
        ("", None, (None, None)),
        ("five", "?", (None, None)),
        (5, 2, (None, None)),
        (2, 2, (24, 35)),
        (0, 999, (0, None)),
        (999, None, (None, None)),
        (True, float("inf"), (None, None)),
        (19, -1, (228, None)),
    ],
)
def test_ages_in_years_become_months(low: Any, high: Any, months: tuple[int | None, int | None]) -> None:
    assert read.ages_in_months(low, high) == months


@pytest.mark.parametrize(
    ("value", "hour"),
    [
        ("10:00", time(10)),
        ("09:30:00", time(9, 30)),
        ("09:00:00Z", time(9)),
        ("10:45Z", time(10, 45)),
        ("09:00:00.000+00:00", time(9)),
        ("2026-06-01T09:15:00Z", time(9, 15)),
        ("9.30am", time(9, 30)),
        ("2:15 PM", time(14, 15)),
        ("12:00am", time(0)),
        ("24:00", time(0)),
        ("25:00", None),
        ("12 noon", time(12)),
        ("teatime", None),
        ("", None),
        (None, None),
        (10, None),
    ],
)
def test_times_are_read_as_the_hour_on_the_wall(value: Any, hour: time | None) -> None:
    assert read.clock_time(value) == hour


@pytest.mark.parametrize(
    ("value", "on"),
    [
        ("2026-11-24", date(2026, 11, 24)),
        ("2026-01-01T12:06:15.654", date(2026, 1, 1)),
        ("24/11/2026", date(2026, 11, 24)),
        ("24/11/2026 00:00:00", date(2026, 11, 24)),
        ("30/02/2026", None),
        ("2026-13-01", None),
        ("next week", None),
        (None, None),
    ],
)
def test_dates_in_three_forms(value: Any, on: date | None) -> None:
    assert read.day(value) == on


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("Hub reception: 01632 960100", "01632 960100"),
        ("0117 496 0000", "0117 496 0000"),
        ("+44 20 7946 0000", "020 7946 0000"),
        ("Mon 9-5 0300 123 4567", "0300 123 4567"),
        ("0800 5999 247", "0800 5999 247"),
        ("020 7946 0100 - 020 7946 0101", "020 7946 0100"),
        ("020 7946 0100 020 7946 0101", "020 7946 0100"),
        ("+44 (0) 20 7946 0100 9-5", "020 7946 0100"),
        ("0113 496 0100 10-4pm", "0113 496 0100"),
        ("0808 157 0100 (1-5pm)", "0808 157 0100"),
        ("0800 1111 (24 hours)", "0800 1111"),
        ("0800 1111 24 hours", "0800 1111"),
        ("(01632) 960100 x12", "(01632) 960100 x12"),
        ("NHS 111", "111"),
        ("Call 116123", "116123"),
        ("0909 879 0000", None),
        ("01 23", None),
        ("ask inside", None),
        ("", None),
        (None, None),
    ],
)
def test_numbers_are_found_behind_labels(value: Any, number: str | None) -> None:
    assert read.phone(value) == number


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("hello@borsetshire.example", "hello@borsetshire.example"),
        (" hello@example.org ", "hello@example.org"),
        ("mailto:hello@example.org", "hello@example.org"),
        ("Unknown-17774709@noemail.invalid", None),
        ("not an address", None),
        ("a@b", None),
        (None, None),
    ],
)
def test_placeholder_addresses_are_none(value: Any, address: str | None) -> None:
    assert read.email(value) == address


@pytest.mark.parametrize(
    ("value", "link"),
    [
        ("https://borsetshire.example/1", "https://borsetshire.example/1"),
        ("www.pennyhassett-sports.example", "https://www.pennyhassett-sports.example"),
        ("HTTP://a.example/x?y=1", "HTTP://a.example/x?y=1"),
        ("http://www.example.com", None),
        ("javascript:alert(1)", None),
        (" JavaScript:alert(1)//a.example", None),
        ("data:text/html,x", None),
        ("ftp://a.example", None),
        ("https://[broken", None),
        ("https://localhost", None),
        ("kim.roe@hall.example", None),
        ("https://council.example@elsewhere.example/", None),
        ("see our page", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_links(value: Any, link: str | None) -> None:
    assert read.link(value) == link


@pytest.mark.parametrize(
    ("location", "point"),
    [
        ({"latitude": 51.8, "longitude": -0.78}, Point(51.8, -0.78)),
        ({"latitude": "51.8", "longitude": "-0.78"}, Point(51.8, -0.78)),
        ({"latitude": 0, "longitude": 0}, None),
        ({"latitude": 100, "longitude": 0}, None),
        ({"latitude": 51.8, "longitude": 40}, None),
        ({"latitude": None, "longitude": 1}, None),
        ({"latitude": "x", "longitude": 1}, None),
        ({"latitude": float("nan"), "longitude": 1}, None),
        ({}, None),
    ],
)
def test_points_outside_great_britain_are_slips(location: dict[str, Any], point: Point | None) -> None:
    assert read.point(location) == point


@pytest.mark.parametrize(
    ("texts", "step_free"),
    [
        (["Step-free access, accessible toilet"], True),
        (["Level access at the side"], True),
        (["Wheelchair users welcome"], True),
        (["No step-free access"], False),
        (["Steps at the entrance"], False),
        (["Ramp to the hall", "two steps up to the kitchen"], False),
        (["Baby changing"], None),
        ([], None),
    ],
)
def test_what_texts_say_of_steps(texts: list[str], step_free: bool | None) -> None:
    assert read.says_step_free(texts) is step_free


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"code": "ar"}, "ar"),
        ({"code": "UR"}, "ur"),
        ({"code": "zh_Hant"}, "zh-Hant"),
        ({"name": "Urdu"}, "ur"),
        ({"code": "", "name": "Polish"}, "pl"),
        ("Sorani", "ckb"),
        ({"code": "xx-unknown"}, None),
        ({"name": "Klingonish"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_languages_by_code_or_name(entry: Any, code: str | None) -> None:
    assert read.language_code(entry) == code


@pytest.mark.parametrize(("value", "text"), [(" a1 ", "a1"), (17, "17"), (None, ""), ({"x": 1}, ""), (True, "")])
def test_ids_become_text(value: Any, text: str) -> None:
    assert read.identifier(value) == text
