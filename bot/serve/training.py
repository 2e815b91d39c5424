"""Training: Rasa's own trainer, run when something that the model rests on has changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.base.errors import ContentError
from bot.base.sealing import fingerprint
from bot.base.settings import ROOT, Settings

_INPUTS = (
    "config.yml",
    "domain.yml",
    "data/**/*.yml",
    "content/words/*.yml",
    "content/languages/*.yml",
    "content/areas/*/area.yml",
    "content/areas/*/services.yml",
    "content/safety/*.yml",
    "bot/nlu/*.py",
    "bot/base/encoder.py",
    "bot/base/weights/*",
    "uv.lock",
)


def inputs_fingerprint(root: Path) -> str:
    """Changes when any input of the training changes."""
    paths = sorted({path for pattern in _INPUTS for path in root.glob(pattern)})
    return fingerprint(b"".join(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() for path in paths))[:16]


def train_if_needed(settings: Settings, *, force: bool = False) -> Path:
    """Train unless the model for these inputs exists; returns its path.

    Raises:
        ContentError: a training file is broken, or Rasa refuses the conversation files.
    """
    wanted = settings.model_dir / f"kinline-{inputs_fingerprint(ROOT)}.tar.gz"
    if wanted.exists() and not force:
        wanted.touch()
        return wanted
    from bot.nlu.training_texts import read_messages  # noqa: PLC0415

    messages = read_messages(ROOT / "data" / "nlu")
    print(f"Training on {len(messages)} messages; this takes a few minutes the first time.", flush=True)
    settings.model_dir.mkdir(parents=True, exist_ok=True)
    # Rasa's trainer loads TensorFlow, so it runs in a process of its own; its telemetry is off there too.
    done = subprocess.run(
        [sys.executable, "-m", "bot.serve.train_process", str(settings.model_dir), wanted.name.removesuffix(".tar.gz")],
        cwd=ROOT, check=False,
    )  # fmt: skip
    if done.returncode != 0 or not wanted.exists():
        raise ContentError("data", None, "training failed, see the lines above", "mend the file that is named there and run it again")
    return wanted
