"""The process in which Rasa trains: `python -m bot.serve.train_process FOLDER NAME`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import yaml

from bot.base.settings import ROOT
from bot.serve import lean

_SHOWN = 2
"""Rasa warns of intents with fewer messages."""


def main() -> None:
    """Train and store the model."""
    lean.prepare(serving=False)
    from rasa.model_training import train  # noqa: PLC0415

    folder, name = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as shown:
        files = ["data/stories", str(_few_messages(Path(shown)))]
        train(domain="domain.yml", config="config.yml", training_files=files, output=folder, fixed_model_name=name, force_training=False)


def _few_messages(folder: Path) -> Path:
    """A file with a few messages of each intent.

    The components read `data/nlu` by themselves and tell Rasa when it has changed; Rasa needs no more of it than which intents there
    are, and takes a minute and a half to read, check and carry all the messages about.
    """
    from bot.nlu.training_texts import read_messages  # noqa: PLC0415

    by_intent: dict[str, list[str]] = {}
    for _language, intent, text in read_messages(ROOT / "data" / "nlu"):
        by_intent.setdefault(intent, []).append(text)
    entries = [{"intent": intent, "examples": "".join(f"- {text}\n" for text in texts[:_SHOWN])} for intent, texts in by_intent.items()]
    file = folder / "nlu.yml"
    file.write_text(yaml.safe_dump({"version": "3.1", "nlu": entries}, allow_unicode=True), encoding="utf-8")
    return file


if __name__ == "__main__":
    main()
