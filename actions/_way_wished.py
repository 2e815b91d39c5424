"""How a parent wants to be reached, where it is said without being asked: “yes but not by phone”."""

from __future__ import annotations

from actions._questions import Answers
from actions._turn import Turn

PARTS_OF_THE_WAY = ("by", "phone", "place", "safe", "voicemail")
"""The way to be reached, and the answers that belong to it."""


def way_wished(turn: Turn) -> str | None:
    """The way that a message names; by message where it only says that it is not to be the phone.

    “Call me” says that a person is wanted, and not yet how, unless it takes up the offer of a call.
    """
    wished = {str(way).removeprefix("by_") for way in turn.values("callback_way")}
    if not wished and "by_phone" in turn.values("not_callback_way"):
        return "chat"
    way = wished.pop() if len(wished) == 1 else None
    offered = (turn.slot("pending") or {}).get("intent") == "request_callback"
    return None if way == "phone" and not offered else way


def reached(answers: Answers, way: str) -> Answers:
    """The answers with another way to be reached, without what belonged to the one before."""
    if answers.get("by") == way:
        return answers
    return {**{name: value for name, value in answers.items() if name not in PARTS_OF_THE_WAY}, "by": way}
