"""What a reader would see of a text with mark-up, in one walk through it, whatever is in it.

A library for HTML, and patterns that look for the end of a tag, start anew at each `<` and take minutes for some thousand of
them without an end; here nothing is looked at more than a few times. What an editor writes is taken out by two patterns.
"""

from __future__ import annotations

import re
from html import unescape

# What needs the walk: scripts, comments, attributes (they may hold a `>`). What follows the last `>` is dealt with beside it.
_ODD = re.compile(r"<(?:script|style|head|template|!|\?)", re.IGNORECASE)
_VALUE = re.compile(r"=\s*[\"']")
_BLOCKS = "p|br|div|li|ul|ol|tr|h[1-4]"
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCKS})\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
_TAG_BEGINS = re.compile(r"<(/?)([a-z][^\s/>]*)|<[!?]", re.IGNORECASE)
_BLOCK = re.compile(_BLOCKS, re.IGNORECASE)
_UNSEEN = {"script", "style", "head", "template"}
_END_OR_VALUE = re.compile(r">|=\s*([\"'])")


def without_markup(text: str) -> str:
    """The text without tags, comments and scripts; blocks begin on new lines, and `&amp;` is `&`."""
    if _ODD.search(text) or _VALUE.search(text):
        text = _Walk(text).seen()
    elif whole := text.rfind(">") + 1:  # up to here each `<` has an end, so that the patterns find it without looking far
        text = _TAG.sub("", _BLOCK_TAG.sub("\n", text[:whole])) + text[whole:]
    try:
        return unescape(text)
    except ValueError:  # a character with a number of thousands of digits
        return text


class _Walk:
    """One walk through a text from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self._text = text
        # Ends that were looked for in vain are not looked for again at each beginning.
        self._quotes_end, self._comments_end = True, True

    def seen(self) -> str:
        """What is outside of all mark-up; a tag that never ends is text like any other."""
        parts, at = [], 0
        while begins := _TAG_BEGINS.search(self._text, at):
            ends = self._end_of(begins)
            if ends < 0:
                break
            parts.append(self._text[at : begins.start()])
            at, name = ends, (begins.group(2) or "").lower()
            if _BLOCK.fullmatch(name):
                parts.append("\n")
            elif name in _UNSEEN and not begins.group(1) and self._text[ends - 2] != "/":
                at = self._after_unseen(name, ends)
        return "".join((*parts, self._text[at:]))

    def _end_of(self, begins: re.Match[str]) -> int:
        """Where a tag or comment is over; -1 where it never is."""
        if begins.group(2):
            return self._end_of_tag(begins.end())
        if self._comments_end and self._text.startswith("<!--", begins.start()):
            ends = self._after("-->", begins.end())
            if ends >= 0:
                return ends
            self._comments_end = False
        return self._after(">", begins.end())

    def _end_of_tag(self, at: int) -> int:
        """Past the first `>` outside of quoted values; past the first one at all, from the moment that quotes do not come out."""
        where = at
        while self._quotes_end and (found := _END_OR_VALUE.search(self._text, where)):
            if found.group(1) is None:
                return found.end()
            closed = self._text.find(found.group(1), found.end())
            if closed < 0:
                break
            where = closed + 1
        self._quotes_end = False
        return self._after(">", at)

    def _after_unseen(self, name: str, at: int) -> int:
        closing = re.compile(rf"</{name}\b", re.IGNORECASE).search(self._text, at)
        return closing.start() if closing else len(self._text)

    def _after(self, mark: str, at: int) -> int:
        found = self._text.find(mark, at)
        return -1 if found < 0 else found + len(mark)
