"""Two exported encoders as one file: `python -m recipes.encoder.join FILE FILE --into FILE`.

Two tunings that learned from different messages err in different places; the head sees the vectors of both. See docs/adr/0014.
"""

from __future__ import annotations

import argparse
import base64
import json
from collections.abc import Sequence
from pathlib import Path

import onnx
from onnx import ModelProto, compose, helper

from recipes.encoder.export import name_of, write


def join(parts: Sequence[ModelProto]) -> ModelProto:
    """One graph: the vectors of all, (n, 2 × parts, width), and the mean of their alarms, (n,), from the same words."""
    graphs = [compose.add_prefix(part, f"part-{at}/", rename_inputs=False).graph for at, part in enumerate(parts)]
    names = {"vectors": [g.output[0].name for g in graphs], "alarm": [g.output[1].name for g in graphs]}
    nodes = [node for graph in graphs for node in graph.node]
    nodes += [helper.make_node("Concat", names["vectors"], ["vectors"], axis=1), helper.make_node("Mean", names["alarm"], ["alarm"])]
    width = parts[0].graph.output[0].type.tensor_type.shape.dim[-1].dim_value
    shapes = {"vectors": ["messages", 2 * len(parts), width], "alarm": ["messages"]}
    outputs = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    weights = [tensor for graph in graphs for tensor in graph.initializer]
    whole = helper.make_graph(nodes, "joined", [graphs[0].input[0]], outputs, weights)
    model = helper.make_model(whole, opset_imports=parts[0].opset_import, ir_version=parts[0].ir_version)
    onnx.checker.check_model(model)
    return model


def notes_of(parts: Sequence[ModelProto]) -> dict[str, str]:
    """What was learned by any part, by each, and how each was made."""
    notes = [{note.key: note.value for note in part.metadata_props} for part in parts]
    learned = [base64.b64decode(note["learned"]) for note in notes]
    union = b"".join(sorted({keys[at : at + 6] for keys in learned for at in range(0, len(keys), 6)}))
    return {
        "name": name_of(union),
        "learned": base64.b64encode(union).decode(),
        "parts": json.dumps([{"learned": note["learned"], "plan": json.loads(note["plan"])} for note in notes]),
    }


def main() -> None:
    """Join."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs=2)
    parser.add_argument("--into", type=Path, required=True)
    arguments = parser.parse_args()
    parts = [onnx.load(file) for file in arguments.files]
    print(write(join(parts), notes_of(parts), arguments.into))


if __name__ == "__main__":
    main()
