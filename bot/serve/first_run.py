"""What a fresh machine needs: keys in `.env`, and a database in its newest shape."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from bot.base.errors import SettingsError
from bot.base.sealing import new_key
from bot.base.settings import ROOT, Settings


def write_environment(root: Path) -> bool:
    """Write `.env` with a random key, readable by its owner only; an existing one stays as it is.

    Returns:
        Whether a file was written.

    Raises:
        SettingsError: the folder cannot be written to (a full disk, a read-only folder).
    """
    path = root / ".env"
    if path.exists():
        return False
    text = (root / ".env.example").read_text(encoding="utf-8").replace("KINLINE_KEY=", f"KINLINE_KEY={new_key()}", 1)
    try:
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"cannot write {path.name}: {error.strerror}; make room or give the right to write") from error
    return True


def upgrade_database(settings: Settings) -> None:
    """Run the migrations that are missing."""
    from bot.base.db import open_database  # noqa: PLC0415

    open_database(settings.database_url).close()  # makes the folder and the file with the right mode
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
    config.set_main_option("sqlalchemy.url", settings.database_url.replace("%", "%%"))
    command.upgrade(config, "head")
