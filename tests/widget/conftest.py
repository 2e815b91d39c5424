"""One service and one Chromium for the tests of the chat page and the widget."""

from __future__ import annotations

import pytest
from playwright.sync_api import sync_playwright

from tests.waiting import until
from tests.widget.page import ChatPage
from tests.widget.service import CHROMIUM_ARGUMENTS, find_chromium, partner_site, service


@pytest.fixture(scope="session")
def sites(tmp_path_factory):
    """Addresses: `chat`, a `partner` that may embed it, a `stranger` that may not."""
    address = [""]
    folder = tmp_path_factory.mktemp("widget")
    with (
        partner_site(address) as partner,
        partner_site(address) as stranger,
        service(folder, KINLINE_EMBED_ORIGINS=f"https://www.example.org {partner}") as chat,
    ):
        address[0] = chat
        # Before that the same search may be answered in another order.
        until(lambda: "indexed by meaning" in (folder / "log.txt").read_text(), why="the directory was not indexed")
        yield {"chat": chat, "partner": partner, "stranger": stranger}


@pytest.fixture(scope="session")
def browser():
    """A Chromium."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def open_chat(browser, sites):
    """Opens the chat page in a browser profile of its own, or in a given one; what went wrong in it fails the test."""
    opened, contexts = [], []

    def open_(path="/", *, context=None, width=360, height=740, **options):
        if context is None:
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            contexts.append(context)
        chat = ChatPage(context.new_page(), sites["chat"])
        opened.append(chat)
        chat.page.goto(path if path.startswith("http") else sites["chat"] + path)
        return chat

    yield open_
    problems = [problem for chat in opened for problem in chat.problems]
    for context in contexts:
        context.close()
    assert not problems
