"""One service and one Chromium for the tests of the chat page and the widget."""

from __future__ import annotations

import pytest

from tests.chromium import chromium
from tests.running import running_service
from tests.widget.page import ChatPage
from tests.widget.partner import partner_site


@pytest.fixture(scope="session")
def sites(tmp_path_factory):
    """Addresses: `chat`, a `partner` that may embed it, a `stranger` that may not."""
    address = [""]
    with partner_site(address) as partner, partner_site(address) as stranger:
        settings = {"KINLINE_EMBED_ORIGINS": f"https://www.example.org {partner}"}
        with running_service(tmp_path_factory.mktemp("widget"), **settings) as chat:
            address[0] = chat["address"]
            yield {"chat": address[0], "partner": partner, "stranger": stranger}


@pytest.fixture(scope="module")
def browser():
    with chromium() as launched:
        yield launched


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
