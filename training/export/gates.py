"""This command puts gates into the graphs of a model folder that was exported without them.

A BERT with a head for masked words gets the choice of logits with them.

    python -m training.export.gates models/bert

The weights stay as they are, byte for byte; the manifest gets the new sizes and sums. What gates
are is told in `onnx/gates.py`, where they go in each architecture's `graph.py`.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import onnx

from training.export.bert import graph as bert
from training.export.gpt2 import graph as gpt2
from training.export.llama import graph as llama
from training.export.lstm_attention import graph as lstm_attention
from training.export.manifest import describe_file
from training.export.onnx.gates import Gates, add_gates
from training.export.onnx.graph import serialize
from training.export.transformer import graph as transformer

# By the architecture and the name of the graph; layers and heads are given.
GATES: dict[str, dict[str, Callable[[int, int], Sequence[Gates]]]] = {
    "bert": {"encoder": bert.encoder_gates},
    "gpt2": {"decoder": gpt2.decoder_gates},
    "llama": {"decoder": llama.decoder_gates},
    "lstm-attention": {"decoder": lambda _layers, _heads: lstm_attention.decoder_gates()},
    "transformer": {"encoder": transformer.encoder_gates, "decoder": transformer.decoder_gates},
}


def add_gates_to_folder(folder: Path) -> None:
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    graphs = manifest["files"]["graphs"]
    for name, gates_of in GATES[manifest["architecture"]].items():
        path = folder / graphs[name]["path"]
        model = onnx.load(path, load_external_data=False)
        if manifest["architecture"] == "bert" and "mask" in manifest.get("tokens", {}):
            bert.choose_logits(model)
        add_gates(model, gates_of(manifest["layers"], manifest["heads"]))
        path.write_bytes(serialize(model))
        graphs[name] = describe_file(folder, graphs[name]["path"])
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m training.export.gates", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="models/<id>")
    for folder in parser.parse_args().folders:
        add_gates_to_folder(folder)
