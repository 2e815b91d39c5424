"""Messages that WhatsApp has approved for writing to a parent after more than a day, from `content/whatsapp_templates.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.base.errors import ContentError
from bot.base.yaml_files import line_of, read_yaml

WINDOW_HOURS: Mapping[str, float] = {"whatsapp": 24.0}
"""So long after the parent's last message anything may be sent, by channel; others have no such window.

Source: developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages (customer service window).
"""


@dataclass(frozen=True)
class Template:
    """An approved template.

    Attributes:
        locale: Meta's code of the language that it was approved in.
        text: as approved; shown at the desk, never sent.
    """

    name: str
    locale: str
    text: str


class Templates:
    """By language; purposes share one, which says only that a message waits."""

    def __init__(self, by_language: Mapping[str, Template]) -> None:
        self._by_language = dict(by_language)

    def of(self, language: str) -> Template | None:
        """The template of a language; None when there is none, never another language's."""
        return self._by_language.get(language)


def load_templates(path: Path) -> Templates:
    """Read the file; an installation without it has no templates.

    Raises:
        ContentError: an entry lacks its name, locale or text.
    """
    if not path.exists():
        return Templates({})
    found: dict[str, Template] = {}
    entries: Mapping[str, Any] = (read_yaml(path) or {}).get("templates") or {}
    for code, entry in entries.items():
        if not all((entry or {}).get(name) for name in ("name", "locale", "text")):
            raise ContentError(
                path, line_of(path, f"{code}:"), f"template {code} lacks name, locale or text", "compare with another language's"
            )
        found[code] = Template(entry["name"], entry["locale"], entry["text"])
    return Templates(found)
