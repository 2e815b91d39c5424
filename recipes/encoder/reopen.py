"""The weights of a shipped file as PyTorch's, so that a tuning can go on from what ships, years after its checkpoints are gone."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import ModelProto, NodeProto, numpy_helper
from torch import Tensor

from bot.base.encoder import KEY_DIGITS, learned_keys


@dataclass(frozen=True)
class Shipped:
    """One tuning of a file that ships.

    Attributes:
        network, alarm: state of `Network` and `Alarm`; eight bits a weight, with what `smooth` did taken back.
        keys: of the messages that it has learned from.
    """

    network: dict[str, Tensor]
    alarm: dict[str, Tensor]
    keys: frozenset[str]

    def has_learned(self, key: str) -> bool:
        """Whether it has learned the message of this key (`bot.nlu.training_texts.message_key`)."""
        return key[:KEY_DIGITS] in self.keys


def reopen(file: Path, part: int) -> Shipped:
    """Read one part of a joined file.

    Raises:
        KeyError: the file was not written by `export` and `join`.
    """
    model = onnx.load(file)
    notes = json.loads({note.key: note.value for note in model.metadata_props}["parts"])[part]
    weights = _weights(model, f"part-{part}/")
    network = {name.removeprefix("network."): value for name, value in weights.items() if name.startswith("network.")}
    alarm = {name.removeprefix("alarm."): value for name, value in weights.items() if name.startswith("alarm.")}
    return Shipped(network, alarm, frozenset(learned_keys(base64.b64decode(notes["learned"]))))


def _weights(model: ModelProto, prefix: str) -> dict[str, Tensor]:
    stored = {t.name.removeprefix(prefix): numpy_helper.to_array(t) for t in model.graph.initializer if t.name.startswith(prefix)}
    made_by = {output: node for node in model.graph.node for output in node.output}
    found = {name: value for name, value in stored.items() if name.startswith(("network.", "alarm.")) and not name.endswith(".shrink")}
    for node in model.graph.node:
        for name in (given.removeprefix(prefix) for given in node.input if given.startswith(prefix)):
            if node.op_type == "Add" and name.endswith(".bias") and (product := _product(node, made_by)) is not None:
                whole = product.input[1].removeprefix(prefix).removesuffix("_quantized")
                found[name.removesuffix("bias") + "weight"] = (stored[f"{whole}_quantized"].astype(np.float32) * stored[f"{whole}_scale"]).T
    for name in [name for name in found if ".linear." in name]:
        plain = name.replace(".linear.", ".")
        shrink = stored[name.split(".linear.")[0] + ".shrink"]
        found[plain] = found.pop(name) * (shrink if name.endswith("weight") else 1.0)
    return {name: torch.from_numpy(np.array(value, dtype=np.float32)) for name, value in found.items()}


def _product(add: NodeProto, made_by: dict[str, NodeProto]) -> NodeProto | None:
    """The product in whole numbers to which a bias is added."""
    ways = [made_by[name] for name in add.input if name in made_by]
    for _ in range(6):
        for node in ways:
            if node.op_type == "MatMulInteger":
                return node
        ways = [made_by[name] for node in ways for name in node.input if name in made_by and node.op_type in ("Mul", "Cast", "Add")]
    return None
