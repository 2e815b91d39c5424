"""A parent at the chat page: says and presses things, and looks at what stands there."""

from __future__ import annotations

from playwright.sync_api import Frame, Page


class ChatPage:
    """The page, or the frame in which the chat stands.

    Args:
        address: of the service.
    """

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.frame: Page | Frame = page
        self.problems: list[str] = []
        self.posted: list[dict[str, object]] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda line: self.problems.append(line.text) if line.type == "error" and "ERR_" not in line.text else None)
        page.on("request", self._note)

    def _note(self, request):
        if request.url.endswith("/chat/turn"):
            self.posted.append(request.post_data_json)

    def wait(self, condition: str, seconds: float = 40) -> None:
        """Until a condition holds; the page's own policy forbids Playwright's waiting on strings."""
        for _ in range(int(seconds * 20)):
            if self.frame.evaluate(condition):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never: {condition}")

    def say(self, text: str) -> None:
        """Write and send, and wait for the answer."""
        before = self.replies()
        self.frame.fill("#write", text)
        self.frame.press("#write", "Enter")
        self.answered(before)

    def answered(self, before: int) -> None:
        """Wait for replies beyond a number of them."""
        self.wait(f"document.querySelectorAll('.bubble.bot').length > {before}")
        self.wait("document.getElementById('status').textContent === ''")

    def replies(self) -> int:
        """How many bubbles of the assistant there are."""
        return int(self.frame.locator(".bubble.bot").count())

    def said(self) -> list[str]:
        """What the parent has said, as shown."""
        return [text.removeprefix("You: ") for text in self.frame.locator(".bubble.parent").all_text_contents()]

    def bubbles(self) -> str:
        """All bubbles as markup, without buttons for listening."""
        return str(self.frame.evaluate("[...document.querySelectorAll('.bubble')].map(b => b.outerHTML).join('\\n')"))

    def status(self) -> str:
        """What the page says about itself."""
        return str(self.frame.locator("#status").text_content())

    def turns(self) -> list[dict[str, object]]:
        """The turns as the server has them."""
        return list(self.frame.evaluate("fetch('/chat/events?after=0', {headers: kinline.headers}).then(r => r.json()).then(r => r.turns)"))
