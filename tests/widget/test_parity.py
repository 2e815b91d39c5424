"""The conversations of all channels in a real Chromium, beside the same ones over bare HTTP: the page shows what the service says."""

from __future__ import annotations

import re

import pytest

from bot.base.text import strip_marks
from tests.channels.test_parity import SCRIPTS, same_words
from tests.channels.wire import WebParent

pytestmark = pytest.mark.browser

PAGES_OWN = "a.map, .who, .listen"
"""What the page adds to a reply: a link to the map, who speaks, the button for listening."""


class BrowserParent:
    """A parent at the chat page."""

    def __init__(self, chat):
        self.chat = chat
        self.before = chat.replies()

    def says(self, text):
        self.before = self.chat.replies()
        self.chat.say(text)
        return self.texts()

    def presses(self, title):
        self.before = self.chat.replies()
        self.chat.frame.locator("#log .choices button", has_text=title).last.click()
        self.chat.answered(self.before)
        return self.texts()

    def texts(self):
        return "\n".join(
            self.chat.frame.locator(".bubble.bot").evaluate_all(
                """(all, [before, own]) => all.slice(before).map(bubble => {
                    const copy = bubble.cloneNode(true);
                    copy.querySelectorAll(own).forEach(one => one.remove());
                    return [...(copy.querySelector("p") ? copy.children : [copy])].map(line => line.textContent).join("\\n");
                })""",
                [self.before, PAGES_OWN],
            )
        )

    def titles(self):
        return self.chat.frame.locator("#log .choices button").all_text_contents()


EMPTIES_THE_PAGE = "forget me"
"""What was said goes from the page as well, so there is nothing to compare; see test_leaving."""


@pytest.mark.parametrize("script", [one for one in SCRIPTS if one["name"] != EMPTIES_THE_PAGE], ids=lambda script: script["name"])
def test_a_conversation_in_the_browser_means_what_it_means_everywhere(open_chat, sites, script):
    browser = BrowserParent(open_chat())
    wire = WebParent({"address": sites["chat"]}, None)
    wire.http.get("/")
    for turn in script["turns"]:
        heard, wanted = [p.says(turn["say"]) if "say" in turn else p.presses(turn["press"]) for p in (browser, wire)]
        for words in turn["then"]:
            assert words in heard, (turn, heard)
        assert browser.titles() == wire.titles(), turn
        assert as_shown(heard) == as_shown(wanted), turn


def as_shown(text):
    """Addresses lose their scheme on the page, a session's file is a link of its own, and no dots hang between links."""
    text = re.sub(r": https?://\S+\.ics", "", strip_marks(text)).replace("https://", "").replace(" · ", " ")
    return same_words(re.sub(r"/(?=\s|$)", "", text))
