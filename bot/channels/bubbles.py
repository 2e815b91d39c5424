"""How a reply's text becomes a bubble: cards with a line each, telephone numbers and links that can be pressed.

The script in `static/bubbles.js` draws the same from the same pattern, so that a chat looks the same before and after a reload.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bot.base.text import strip_marks

_MARKS = r"\u200e\u200f\u2066-\u2069"
_LABELLED = re.compile(r"([^:\n]{1,30}:) ([^\n]+)")
_SESSION_FILE = re.compile(rf"[{_MARKS}]*https?://[^\s/]+(/sessions/[\w%.-]+/\w+\.ics)[{_MARKS}]*", re.ASCII)
"""Where a session of the service can be put into a calendar; the page asks for it at its own address."""
_FEWEST_LINES = 4
_FEWEST_LABELS = 3


@dataclass(frozen=True)
class Piece:
    """A stretch of a line.

    Attributes:
        href: `tel:`, `https:` or the path of a session's file, nothing else; None for plain words.
        kind: phone, web, map or file.
    """

    text: str
    href: str | None = None
    kind: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a bubble.

    Attributes:
        label: `Cost:` of a card's line, or nothing.
    """

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Bubble:
    """What a template draws: a card has a title and lines, any other bubble is one run of pieces."""

    is_card: bool
    lines: tuple[Line, ...]


def link_pattern(facts: Mapping[str, str]) -> str:
    """What is pressed, in the syntax that Python and JavaScript share.

    Amounts and mail addresses are matched first, so that nothing inside them is taken for a link. Groups:
    1 an https address, 2 a bare domain, 3 a telephone number, 4 a whole postcode.

    Args:
        facts: the numbers among them that do not begin with 0 (999, 111 …) count as telephone numbers too.
    """
    short = sorted((v for name, v in facts.items() if name.endswith("_phone") and not v.startswith("0")), key=len, reverse=True)
    phones = rf"\+44(?: ?\d){{9,10}}\b|\b0(?: ?\d){{7,10}}\b|\b(?:{'|'.join(short) or '999'})\b(?![:.]?\d)"
    return (
        r"£[\d.,]+|[\w.+-]+@[\w.-]+\w"
        rf"|(https://[^\s<>\"{_MARKS}]*[^\s<>\".,;:!?){_MARKS}])"
        rf"|\b((?:[\w-]+\.)+(?:uk|org|com)\b(?:/[^\s<>\"{_MARKS}]*[^\s<>\".,;:!?){_MARKS}])?)"
        rf"|({phones})"
        r"|\b([A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b"
    )


@dataclass(frozen=True)
class Drawing:
    """Draws the bubbles of a page.

    Args:
        pattern: of `link_pattern`.
        map_url: an address is appended to it.
        map_word: what a map's link says.
    """

    pattern: str
    map_url: str
    map_word: str

    def bubble(self, text: str) -> Bubble:
        """The reply as lines of pieces."""
        lines = text.split("\n")
        labels = [_LABELLED.fullmatch(line) for line in lines[1:]]
        is_card = len(lines) >= _FEWEST_LINES and all(lines) and sum(map(bool, labels)) >= _FEWEST_LABELS
        if not is_card:
            return Bubble(False, (Line("", self.pieces(text)),))
        drawn = [Line("", self.pieces(lines[0]))]
        for line, match in zip(lines[1:], labels):
            label, value = (match.group(1), match.group(2)) if match else ("", line)
            file = _SESSION_FILE.fullmatch(value)
            if file:
                drawn.append(Line("", (Piece(label.rstrip(":"), file.group(1), "file"),)))
                continue
            # Links are drawn apart from each other; dots between them would hang in the air.
            drawn.append(Line(label, self.pieces(value.replace(" · ", " "), with_map=True)))
        return Bubble(True, tuple(drawn))

    def pieces(self, text: str, *, with_map: bool = False) -> tuple[Piece, ...]:
        """Words and links of a text, in order; nothing is lost."""
        found: list[Piece] = []
        done, place = 0, None
        for match in re.finditer(self.pattern, text, re.ASCII):
            piece = _link(match)
            if match.group(4):
                place = text[: match.end()]
            if piece is None:
                continue
            found += [Piece(text[done : match.start()]), piece] if match.start() > done else [piece]
            done = match.end()
        if done < len(text):
            found.append(Piece(text[done:]))
        if with_map and place:
            found.append(Piece(self.map_word, self.map_url + quote(strip_marks(place), safe="!'()*~"), "map"))
        return tuple(found)


def _link(match: re.Match[str]) -> Piece | None:
    url, domain, phone = match.group(1), match.group(2), match.group(3)
    if url:
        return Piece(re.sub("/$", "", url[len("https://") :]), url, "web")
    if domain:
        return Piece(domain, f"https://{domain}", "web")
    return Piece(phone, "tel:" + phone.replace(" ", ""), "phone") if phone else None
