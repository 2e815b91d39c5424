"""What became of a message, in the words of the people who run the service and of the desk. English only."""

from __future__ import annotations

from collections.abc import Mapping

MEANS: Mapping[str, str] = {
    "asked": "the parent is being asked whether it arrived; it goes again if they say no",
    "dead": "it will not arrive by itself",
    "held": "a template went out in its place; it goes as soon as the parent writes",
    "uncertain": "nobody knows whether it arrived; it is not sent twice, the parent is asked when they write next",
}
"""States of the outbox in which a message has not surely arrived."""
_WHY: Mapping[str, str] = {
    "gone": "account gone", "blocked": "parent blocked", "stopped": "service stopped", "no_answer": "no answer", "no_sense": "odd answer",
    "no_connection": "no connection", "window_closed": "24 hours over", "no_address": "no address",
}  # fmt: skip


def why(problem: str) -> str:
    """The outbox's short code in words; any other is the provider's own and stays as it is."""
    return _WHY.get(problem, problem)


def fate(state: str, problem: str, reported: str | None) -> str:
    """A word or two beside a message in the conversation.

    Args:
        reported: what the provider has said about it since: sent, delivered, read or failed.
    """
    if state == "dead":
        return f"NOT arrived: {why(problem)}"
    if state == "sent":
        return {"delivered": "arrived", "read": "read"}.get(reported or "", "sent")
    return {"held": "waits until the parent writes", "uncertain": "perhaps not arrived", "asked": "perhaps not arrived"}.get(
        state, "on its way"
    )
