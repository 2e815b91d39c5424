"""Understanding beside its peers, on the same messages in one run: `make bench-peers`.

Rasa's default pipeline (DIET) and nlp.js (npm `node-nlp`) learn from `data/nlu` and read `tests/nlu`, as
ours does. DIET may take an hour or more, so this is no part of `make test` or `make bench`. Each peer
runs in a process of its own, whose memory is what the table shows; nlp.js is told the language of each
message, which ours and DIET are not.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from bot.base.settings import ROOT
from bot.nlu.training_texts import read_messages
from tests.bench.figures import macro_f1
from tests.nlu.held_out import CODES, HeldOut, read_set

NODE_NLP = "node-nlp@4.27.0"
_DEFAULT_PIPELINE = """
recipe: default.v1
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: 100
  constrain_similarities: true
- name: EntitySynonymMapper
- name: FallbackClassifier
  threshold: 0.3
  ambiguity_threshold: 0.1
"""


@dataclass(frozen=True)
class Result:
    """What one of them made of the held-out messages; `found` in their order."""

    name: str
    found: list[str]
    train_seconds: float
    ms: float
    memory_mb: float


def in_process(part: str, folder: Path) -> Result:
    """Run a part of this module in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.peers", "--part", part, "--folder", str(folder)],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return Result(part, **json.loads(done.stdout.splitlines()[-1]))


def read_ours(folder: Path) -> dict[str, Any]:
    """Train and read with the intent model alone."""
    from bot.base.encoder import load_encoder
    from bot.nlu.intent_model import Training, train_intent_model
    from bot.nlu.remembered import encode_anew
    from bot.nlu.training_texts import message_key

    train, test = _stored(folder)
    encoder, begun = load_encoder(), time.perf_counter()
    texts = [m["text"] for m in train]
    unseen = [not encoder.has_learned(message_key(text)) for text in texts]
    # Not with what ships: the peers have read nothing beforehand, and training is timed.
    encoded = encode_anew(encoder, texts, folder)
    # Without the danger lists: the peers have none either.
    model = train_intent_model(Training(texts, [m["intent"] for m in train], encoded, unseen, [[]] * len(texts)))
    return _timed(test, lambda text: model.understand(text, encoder).intent, time.perf_counter() - begun)


def read_rasa(folder: Path) -> dict[str, Any]:
    """Rasa's default pipeline."""
    import asyncio

    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    train, test = _stored(folder)
    by_intent: dict[str, list[str]] = {}
    for message in train:
        by_intent.setdefault(message["intent"], []).append(" ".join(message["text"].split()))
    entries = [{"intent": name, "examples": "".join(f"- {text}\n" for text in texts)} for name, texts in by_intent.items()]
    (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": entries}, allow_unicode=True), encoding="utf-8")
    (folder / "config.yml").write_text(_DEFAULT_PIPELINE, encoding="utf-8")
    begun = time.perf_counter()
    path = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder / "models"))
    spent, agent = time.perf_counter() - begun, Agent.load(path)

    def best(text: str) -> str:
        ranking = asyncio.run(agent.parse_message(text))["intent_ranking"]
        return next((r["name"] for r in ranking if r["name"] != "nlu_fallback"), "")

    return _timed(test, best, spent)


def read_nlpjs(folder: Path) -> Result:
    """nlp.js, installed into the folder."""
    subprocess.run(["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(folder), NODE_NLP], check=True)
    script = folder / "nlpjs.js"
    script.write_bytes((Path(__file__).parent / "nlpjs.js").read_bytes())
    done = subprocess.run(
        ["node", str(script), str(folder / "train.json"), str(folder / "test.json")], check=True, stdout=subprocess.PIPE, text=True
    )
    return Result("nlp.js", **json.loads(done.stdout.splitlines()[-1]))


def _stored(folder: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    train, test = (json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("train", "test"))
    return train, test


def _timed(test: list[dict[str, str]], read: Any, train_seconds: float) -> dict[str, Any]:
    read("warm")
    found, taken = [], []
    for message in test:
        begun = time.perf_counter()
        found.append(read(message["text"]))
        taken.append(time.perf_counter() - begun)
    memory = next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return {"found": found, "train_seconds": train_seconds, "ms": sorted(taken)[len(taken) // 2] * 1000, "memory_mb": memory / 1000}


def show(results: list[Result], messages: list[HeldOut]) -> None:
    """One table."""
    table = Table("", *(f"F1 {code}" for code in CODES), "training", "a message", "memory")
    for result in results:
        pairs = [(m, found) for m, found in zip(messages, result.found)]
        scores = [macro_f1([(m.intent, f or "") for m, f in pairs if m.language == code]) for code in CODES]
        table.add_row(
            result.name, *(f"{score:.2f}" for score in scores), f"{result.train_seconds:.0f} s", f"{result.ms:.1f} ms",
            f"{result.memory_mb:.0f} MB",
        )  # fmt: skip
    Console(width=170).print(table)


def main() -> int:
    """Measure all three and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("ours", "rasa"), help="used by the bench itself")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--share", type=float, default=1.0, help="learn from a part of the messages only")
    parser.add_argument("--without", nargs="*", default=[], choices=("rasa", "nlpjs"))
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps({"ours": read_ours, "rasa": read_rasa}[arguments.part](arguments.folder)))
        return 0
    train = [{"language": code, "intent": intent, "text": text} for code, intent, text in read_messages(ROOT / "data" / "nlu")]
    train = random.Random(1).sample(train, int(len(train) * arguments.share))
    test = [message for code in CODES for message in read_set("intents", code)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "train.json").write_text(json.dumps(train), encoding="utf-8")
        (folder / "test.json").write_text(
            json.dumps([{"language": m.language, "intent": m.intent, "text": m.text} for m in test]), encoding="utf-8"
        )
        results = [in_process("ours", folder)]
        results += [] if "nlpjs" in arguments.without else [read_nlpjs(folder)]
        results += [] if "rasa" in arguments.without else [in_process("rasa", folder)]
    show(results, test)
    return 0


if __name__ == "__main__":
    sys.exit(main())
