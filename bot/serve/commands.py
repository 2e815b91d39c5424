"""Whole messages that steer the chat in any language, from `content/commands.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.base.errors import ContentError
from bot.base.text import fold, words
from bot.base.yaml_files import line_of, read_yaml

_KNOWN = {"menu", "start_again", "leave", "stop", "affirm", "deny", "unclear", "thank", "delete_my_data"}


class Commands:
    """What a whole message stands for."""

    def __init__(self, intents: Mapping[str, str]) -> None:
        self._intents = dict(intents)

    def intent(self, text: str, in_questions: bool) -> str | None:
        """The intent of a message that is nothing but a command.

        Args:
            in_questions: a bare “stop” leaves a series of questions; elsewhere it ends messages. A bare
                “maybe” answers none of them; elsewhere it is no command.
        """
        found = self._intents.get(_key(text))
        if found == "stop":
            return "leave" if in_questions else "stop_messages"
        if found == "leave" and not in_questions:
            return "menu"
        if found == "unclear":
            return "nlu_fallback" if in_questions else None
        return found


def load_commands(path: Path) -> Commands:
    """Read the file.

    Raises:
        ContentError: an unknown command, or one word under two.
    """
    intents: dict[str, str] = {}
    for intent, phrases in (read_yaml(path) or {}).items():
        if intent not in _KNOWN:
            raise ContentError(path, line_of(path, f"{intent}:"), f"unknown command {intent}", f"use one of {sorted(_KNOWN)}")
        for phrase in phrases:
            key = _key(str(phrase))
            if intents.setdefault(key, intent) != intent:
                raise ContentError(path, line_of(path, str(phrase)), f"{phrase!r} stands twice", "keep it under one command")
    return Commands(intents)


def _key(text: str) -> str:
    return " ".join(words(text)) or "".join(fold(text).split())
