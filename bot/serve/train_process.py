"""The process in which Rasa trains: `python -m bot.serve.train_process FOLDER NAME`."""

from __future__ import annotations

import sys

from bot.serve import lean


def main() -> None:
    """Train and store the model."""
    lean.prepare(serving=False)
    from rasa.model_training import train  # noqa: PLC0415

    folder, name = sys.argv[1:3]
    train(domain="domain.yml", config="config.yml", training_files="data", output=folder, fixed_model_name=name, force_training=False)


if __name__ == "__main__":
    main()
