"""Messages that WhatsApp has approved for writing to a parent after more than a day, from `content/whatsapp_templates.yml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.base.errors import ContentError
from bot.base.yaml_files import line_of, read_yaml

_CONTENT_SID = re.compile(r"HX[0-9a-f]{32}")
"""Source: twilio.com/docs/content/content-api-resources."""
WINDOW_HOURS: Mapping[str, float] = {"whatsapp": 24.0}
"""So long after the parent's last message anything may be sent, by channel; others have no such window.

Source: developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages (customer service window).
"""


@dataclass(frozen=True)
class Template:
    """An approved template.

    Attributes:
        name: as the provider knows it: the name in WhatsApp Manager, or Twilio's ContentSid.
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


def load_templates(path: Path, *, at_twilio: bool = False) -> Templates:
    """Read the file; an installation without it has no templates.

    Args:
        at_twilio: only templates with a `content_sid` exist, under that id.

    Raises:
        ContentError: an entry lacks its name, locale or text, or its `content_sid` is none of Twilio's.
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
        sid = entry.get("content_sid")
        if sid is not None and not _CONTENT_SID.fullmatch(str(sid)):
            raise ContentError(
                path, line_of(path, f"{code}:"), f"template {code}: content_sid is not HX and 32 digits", "copy it from Twilio"
            )
        if sid or not at_twilio:
            found[code] = Template(sid if at_twilio else entry["name"], entry["locale"], entry["text"])
    return Templates(found)
