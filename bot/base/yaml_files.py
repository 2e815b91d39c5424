"""Reading YAML that people edit: a mistake names the file, the line and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.base.errors import ContentError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> Any:
    """What YAML says.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, in C where there is one: some ten times as fast


def read_yaml(path: Path) -> Any:
    """The content of a YAML file.

    Raises:
        ContentError: missing, not UTF-8, or not YAML; with the line where the parser stopped.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError(path, None, "the file is missing", "restore it from git") from None
    except UnicodeDecodeError as error:
        raise ContentError(path, None, f"not UTF-8 ({error.reason})", "save it as UTF-8") from error
    try:
        return parse_yaml(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise ContentError(
            path,
            mark.line + 1 if mark else None,
            f"broken YAML ({problem})",
            "check indentation, quotes and colons on that line",
        ) from error


def line_of(path: Path, needle: str) -> int | None:
    """1-based line of the first occurrence of `needle`, for error messages; None when absent."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    for number, line in enumerate(lines, start=1):
        if needle in line:
            return number
    return None
