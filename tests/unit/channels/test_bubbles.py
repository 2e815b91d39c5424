"""Text into bubbles: cards, telephone numbers, links, maps; nothing lost, nothing invented."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.base.text import isolate
from bot.channels.bubbles import Drawing, link_pattern

FACTS = {"emergency_phone": "999", "urgent_phone": "111", "samaritans_phone": "116 123", "childline_phone": "0800 1111", "x_url": "nhs.uk"}
MAP = "https://maps.example.org/?q="
drawing = Drawing(link_pattern(FACTS), MAP, "Map")


def links(text, **options):
    return [(piece.text, piece.href) for piece in drawing.pieces(text, **options) if piece.href]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ring 999 now.", [("999", "tel:999")]),
        ("Ring 999, or 111.", [("999", "tel:999"), ("111", "tel:111")]),
        ("Samaritans 116 123, free", [("116 123", "tel:116123")]),
        ("A child can ring 0800 1111.", [("0800 1111", "tel:08001111")]),
        ("020 8571 9595 or +44 20 8571 9595", [("020 8571 9595", "tel:02085719595"), ("+44 20 8571 9595", "tel:+442085719595")]),
        (f"کال کریں {isolate('0808 2000 247')}۔", [("0808 2000 247", "tel:08082000247")]),
        ("See https://example.org/a-b?c=1.", [("example.org/a-b?c=1", "https://example.org/a-b?c=1")]),
        (f"{isolate('https://example.org/x/')} · b", [("example.org/x", "https://example.org/x/")]),
        ("www.healthystart.nhs.uk", [("www.healthystart.nhs.uk", "https://www.healthystart.nhs.uk")]),
        ("Look at nhs.uk.", [("nhs.uk", "https://nhs.uk")]),
    ],
)
def test_what_can_be_pressed(text, found):
    assert links(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Tuesday 24 November, 10:00–11:30", "£999 or £111.00", "999.5 metres", "hello@example.org", "at 9am–5pm", "A9990", "2026-11-24",
        "javascript:alert(1)", "data:text/html,x", "HP21 8PT", "about 1999", "0", "reference 4H7K2M", "01", "ftp://x",
    ],
)  # fmt: skip
def test_what_cannot(text):
    assert links(text) == []


CARD = "1. Family Food Bank\nFor: all\nWhere: Centre 14, Felpersham, HP21 8PT (about 1 mile away)\nCost: free\nContact: 01632 960114 · https://a.example/14"


def test_a_card_has_a_title_labels_a_map_and_no_dots():
    bubble = drawing.bubble(CARD)
    assert bubble.is_card
    assert [line.label for line in bubble.lines] == ["", "For:", "Where:", "Cost:", "Contact:"]
    place = bubble.lines[2].pieces[-1]
    assert (place.text, place.href) == ("Map", MAP + "Centre%2014%2C%20Felpersham%2C%20HP21%208PT")
    assert [piece.kind for piece in bubble.lines[4].pieces] == ["phone", "", "web"]
    assert bubble.lines[4].pieces[1].text == " "


def test_marks_of_direction_do_not_reach_the_map():
    line = drawing.pieces(isolate("Centre 14, HP21 8PT"), with_map=True)[-1]
    assert line.href == MAP + "Centre%2014%2C%20HP21%208PT"


@pytest.mark.parametrize("text", ["one", "a\nb\nc\nd", "For: a\nWhen: b", "Title\n\nFor: a\nWhen: b\nCost: c", ""])
def test_what_is_no_card(text):
    assert not drawing.bubble(text).is_card


@given(st.text(max_size=200))
def test_nothing_is_lost_and_only_safe_links_come_out(text):
    bubble = drawing.bubble(text)
    pieces = [piece for line in bubble.lines for piece in line.pieces]
    assert all(re.match(r"tel:\+?\d+$|https://", piece.href) for piece in pieces if piece.href)
    if not bubble.is_card:
        shown = "".join(
            piece.href if piece.kind == "web" and piece.href.removeprefix("https://") != piece.text else piece.text for piece in pieces
        )
        assert shown.replace("https://", "") == text.replace("https://", "") or "https://" in text


@pytest.mark.parametrize(
    "link",
    ["http://127.0.0.1:5005/sessions/a-1/20261125T1000.ics", isolate("https://chat.example.org/sessions/a%2F1/20261125T1000.ics")],
)
def test_a_sessions_file_is_a_button_that_says_what_it_does(link):
    line = drawing.bubble(f"{CARD}\nAdd to calendar: {link}").lines[-1]
    assert (line.label, [piece.text for piece in line.pieces]) == ("", ["Add to calendar"])
    # At the page's own address, wherever the page stands.
    assert line.pieces[0].href.startswith("/sessions/a")


@pytest.mark.parametrize(
    "link", ["https://elsewhere.example/x.ics", "javascript:/sessions/a/b.ics", "https://a.example/sessions/../b/c.ics?x=1"]
)
def test_other_files_are_no_button(link):
    assert all(piece.kind != "file" for piece in drawing.bubble(f"{CARD}\nAdd to calendar: {link}").lines[-1].pieces)
