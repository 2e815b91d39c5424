"""One tuning of a joined file alone: `python -m recipes.encoder.part FILE NUMBER --into FILE`, to join it to another one."""

from __future__ import annotations

import argparse
import base64
import json
from pathlib import Path

import onnx
from onnx import ModelProto, helper

from recipes.encoder.export import name_of, write


def part_of(joined: ModelProto, number: int) -> ModelProto:
    """The graph of a part: the same words in, its two vectors, (n, 2, width), and its alarm, (n,), out."""
    prefix = f"part-{number}/"
    nodes = [node for node in joined.graph.node if node.output[0].startswith(prefix)]
    outputs = {node.input[number]: node.output[0] for node in joined.graph.node if node.output[0] in {"vectors", "alarm"}}
    for node in nodes:
        for names in (node.input, node.output):
            for at, name in enumerate(names):
                names[at] = outputs.get(name, name)
    width = joined.graph.output[0].type.tensor_type.shape.dim[-1].dim_value
    shapes = {"vectors": ["messages", 2, width], "alarm": ["messages"]}
    infos = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    weights = [tensor for tensor in joined.graph.initializer if tensor.name.startswith(prefix)]
    graph = helper.make_graph(nodes, "one", [joined.graph.input[0]], infos, weights)
    model = helper.make_model(graph, opset_imports=joined.opset_import, ir_version=joined.ir_version)
    onnx.checker.check_model(model)
    return model


def notes_of(joined: ModelProto, number: int) -> dict[str, str]:
    """What the part has learned, and how it was made, as `export` wrote it."""
    part = json.loads({note.key: note.value for note in joined.metadata_props}["parts"])[number]
    return {"name": name_of(base64.b64decode(part["learned"])), "learned": part["learned"], "plan": json.dumps(part["plan"])}


def main() -> None:
    """Take it out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("number", type=int)
    parser.add_argument("--into", type=Path, required=True)
    arguments = parser.parse_args()
    joined = onnx.load(arguments.file)
    print(write(part_of(joined, arguments.number), notes_of(joined, arguments.number), arguments.into))


if __name__ == "__main__":
    main()
