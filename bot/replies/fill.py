"""Puts values and facts into a text, keeps their order in right-to-left text, leaves out what is out of date."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.base.languages import Direction
from bot.base.text import RLM, is_right_to_left, isolate, sentences

PLACEHOLDER = re.compile(r"\{(fact:)?([a-z][a-z0-9_]*)\}")
_STRONG_LTR = re.compile(r"[A-Za-z0-9+£@]")


def placeholders(text: str) -> frozenset[str]:
    """Names in braces, facts as `fact:id`."""
    return frozenset(f"{kind}{name}" for kind, name in PLACEHOLDER.findall(text))


def fill(text: str, values: Mapping[str, object], facts: Mapping[str, str], direction: Direction, *, whole_paragraphs: bool = True) -> str:
    """The text with its placeholders filled.

    What names a fact that is not among `facts` (it is overdue) is left out. A value of None becomes
    nothing. Braces that are no placeholder stay as they are.

    Args:
        direction: of the language; in right-to-left text each value that holds Latin letters or
            digits and no right-to-left letter is isolated, so that a number keeps its order.
        whole_paragraphs: leave out the whole paragraph (longer answers), or the sentence alone
            (short replies, whose other sentences can stand without it).
    """
    kept = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if _is_stated(paragraph, facts):
            kept.append(paragraph)
        elif not whole_paragraphs:
            kept.append(" ".join(sentence for sentence in sentences(paragraph) if _is_stated(sentence, facts)))
    filled = "\n\n".join(_fill_paragraph(p, values, facts, direction) for p in kept if p)
    return start_right_to_left(filled) if direction == "rtl" else filled


def _is_stated(text: str, facts: Mapping[str, str]) -> bool:
    return all(name in facts for kind, name in PLACEHOLDER.findall(text) if kind)


def _fill_paragraph(text: str, values: Mapping[str, object], facts: Mapping[str, str], direction: Direction) -> str:
    def put(match: re.Match[str]) -> str:
        kind, name = match.group(1), match.group(2)
        if kind:
            value: object = facts[name]
        elif name in values:
            value = values[name]
        else:
            return match.group(0)
        shown = "" if value is None else str(value)
        return isolate(shown) if direction == "rtl" and needs_isolate(shown) else shown

    return PLACEHOLDER.sub(put, text)


def needs_isolate(value: str) -> bool:
    """Whether a value would be reordered inside right-to-left text."""
    return bool(_STRONG_LTR.search(value)) and not is_right_to_left(value)


def start_right_to_left(text: str) -> str:
    """A mark before each line that would otherwise be laid out from the left.

    A line's direction follows its first strong letter (Unicode UAX 9); one that begins with a
    digit, an isolate or a Latin name needs the mark.
    """
    lines = []
    for line in text.split("\n"):
        first = next((c for c in line if c.isalpha() or c.isdigit()), "")
        lines.append(line if not line or not first or is_right_to_left(first) else RLM + line)
    return "\n".join(lines)
