"""Training messages with their language, as Rasa's training data carries them, and their vectors."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.base.encoder import Encoder, Vectors, load_encoder
from bot.base.errors import ContentError
from bot.base.yaml_files import line_of, read_yaml

logger = logging.getLogger(__name__)

_TEXTS_AT_A_TIME = 200


def read_messages(folder: Path) -> list[tuple[str, str, str]]:
    """(language, intent, text) of every training message under `data/nlu`.

    Raises:
        ContentError: a file that is not one intent's messages, or lies in the wrong place.
    """
    found = []
    for path in sorted(folder.glob("*/*.yml")):
        entries = (read_yaml(path) or {}).get("nlu")
        if not isinstance(entries, list) or len(entries) != 1 or entries[0].get("intent") != path.stem:
            raise ContentError(
                path, line_of(path, "intent:"), f"must hold exactly one intent, {path.stem}", "name the file after its intent"
            )
        lines = str(entries[0].get("examples", "")).splitlines()
        texts = [line[2:].strip() for line in lines if line.startswith("- ")]
        if not texts or len(texts) != len([line for line in lines if line.strip()]):
            raise ContentError(path, line_of(path, "examples:"), "a line that is no message", "begin each message with `- `")
        found += [(path.parent.name, path.stem, text) for text in texts]
    if not found:
        raise ContentError(folder, None, "no training messages", "restore data/nlu from git")
    return found


def message_key(text: str) -> str:
    """24 hex digits that stand for a message where its words need not be kept."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def encode_with_memory(encoder: Encoder, texts: Sequence[str], memory: Path) -> Vectors:
    """Vectors of the texts; those encoded before come from a file, so that training again is quick.

    Args:
        memory: folder for the file; it holds hashes of training messages and vectors, no parent's words.
    """
    path = memory / f"vectors-{encoder.name}.npz"
    known: dict[str, int] = {}
    rows = np.zeros((0, encoder.size), dtype=np.float16)
    if path.exists():
        with np.load(path) as stored:
            rows = stored["rows"]
            known = {name: at for at, name in enumerate(stored["names"].tolist())}
    names = [message_key(text) for text in texts]
    new = {name: text for name, text in zip(names, texts) if name not in known}
    if new:
        fresh = _encode(encoder, list(new.values())).astype(np.float16)
        rows = np.concatenate([rows, fresh])
        known |= {name: len(known) + at for at, name in enumerate(new)}
        memory.mkdir(parents=True, exist_ok=True)
        np.savez(path, rows=rows, names=np.array(list(known)))
    return rows[[known[name] for name in names]].astype(np.float32)


def _encode(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    columns = (TextColumn("Reading training messages"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Messages of one length go through the encoder together, a fifth quicker; the longest first, so that no process is left with them.
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]), reverse=True)
    parts = [[texts[at] for at in order[start : start + _TEXTS_AT_A_TIME]] for start in range(0, len(texts), _TEXTS_AT_A_TIME)]
    found: list[Vectors] = []
    with Progress(*columns) as progress, ProcessPoolExecutor(max_workers=os.cpu_count(), mp_context=get_context("spawn")) as pool:
        task = progress.add_task("encode", total=len(texts))
        for vectors in pool.map(_encode_part, parts) if len(parts) > 1 else map(encoder.encode, parts):
            found.append(vectors)
            progress.advance(task, len(vectors))
    return np.concatenate(found)[np.argsort(order)]


def _encode_part(texts: list[str]) -> Vectors:
    """In a process of its own, which keeps its encoder."""
    return _encoder_of_process().encode(texts)


@cache
def _encoder_of_process() -> Encoder:
    return load_encoder()


def messages_fingerprint(folder: Path, component: str) -> str:
    """Changes when a training message or any file of this package changes; see Rasa's component cache."""
    digest = hashlib.sha256()
    for path in [*sorted(folder.glob("*/*.yml")), *sorted(Path(component).parent.glob("*.py"))]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
