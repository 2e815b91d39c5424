"""Reads `.env`, and only from a file that is safe to hold secrets in."""

from __future__ import annotations

import stat
from pathlib import Path

from dotenv import dotenv_values

from bot.base.errors import SettingsError

KEY_REMEDY = "put the installation's own key back; if it never had one, move .env away and run `make setup`, which writes a random one"
"""A new key would open nothing that was sealed before: none is ever made where a file exists already."""


def read_env_file(path: Path) -> dict[str, str]:
    """What stands in the file; nothing when there is none.

    Raises:
        SettingsError: it is no file, others may read it, it cannot be read, or it is no text; says what to do.
    """
    try:
        if not path.exists():
            return {}
        if not path.is_file():
            raise SettingsError(f"{path} is not a file: move it away and run `make setup`, which writes one")
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SettingsError(
                f"{path} holds secrets and is open to other users (mode {mode:03o}): run `chmod 600 {path}`, then start again"
            )
        return {name: value for name, value in dotenv_values(path).items() if value is not None}
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read ({error.strerror}): start as the user whom it belongs to, or give it to this one"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not text in UTF-8: save it as such, or bring it back from a backup") from error
