"""This module writes the dependency parser beside a BERT: `parser.onnx`, and its manifest's lines.

Mirrors `training/modeling/dependency_parser.py`; the names of inputs and outputs appear in
`src/engine/onnx/graphs.ts`; change both.

Inputs: `hidden_states` float32 [L + 1, 1, S, D], as the encoder gives them; `pooling` float32
[U, S], the weights of the tokens in each unit; `heads` int64 [U].
Outputs, float32 logits: `arcs` [U, U], dependent then head, those of the diagonal without a
meaning; `relations` [U, R], of each unit to the head that was given.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto

from training.checkpoints import load_trained
from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.data.treebank import FOLDER as TREEBANK
from training.export.fixtures import SEED, TOLERANCE
from training.export.manifest import describe_file
from training.export.onnx.graph import GraphBuilder, serialize, tensor
from training.export.onnx.layers import array, linear
from training.export.onnx.session import open_session
from training.modeling.dependency_parser import DependencyParser, DependencyParserConfig
from training.quantization import dequantized

FILE = "parser.onnx"


def export_parser(folder: Path) -> None:
    """Into the folder of a BERT that is there."""
    config, _ = load_config(CONFIGS / "bert-parser.toml", DependencyParserConfig)
    model = DependencyParser(config)
    load_trained("bert-parser", model)
    facts = json.loads((TREEBANK / "facts.json").read_text(encoding="utf-8"))
    write_parser(folder, model, facts["relations"])


def write_parser(folder: Path, model: DependencyParser, relations: list[str]) -> None:
    """Raises an AssertionError if the graph does not compute what PyTorch does."""
    assert len(relations) == model.config.relations
    (folder / FILE).write_bytes(serialize(build_parser_graph(model)))
    compare(folder / FILE, dequantized(model))
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    files = manifest.pop("files")
    files["graphs"]["parser"] = describe_file(folder, FILE)
    # Until `training.evaluation.dependencies` has measured it.
    parser = {"relations": relations, "unlabelled": 0.0, "labelled": 0.0}
    manifest = {**manifest, "parser": parser, "files": files}
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def build_parser_graph(model: DependencyParser) -> onnx.ModelProto:
    config = model.config
    d, relations = config.hidden_size, config.relations
    graph = GraphBuilder()
    x = mixed_states(graph, model)
    dependent, head, relation_dependent, relation_head = (
        graph.node("Gelu", [linear(graph, x, getattr(model, name), name)], f"{name}.active")
        for name in ("arc_dependent", "arc_head", "relation_dependent", "relation_head")
    )
    weight = graph.quantized("arc.weight", array(model.arc), axis=0)
    turned = graph.node("Transpose", [weight], "arc.turned", perm=[1, 0])  # [A + 1, A]
    products = graph.node("MatMul", [with_one(graph, dependent), turned], "arc.products")
    columns = graph.node("Transpose", [head], "arc.heads", perm=[1, 0])
    graph.node("MatMul", [products, columns], "arcs")
    chosen = graph.node("Gather", [relation_head, "heads"], "relation.chosen", axis=0)
    matrices = graph.quantized("relation.weight", array(model.relation), axis=0)
    columns = graph.node("Transpose", [matrices], "relation.turned", perm=[1, 0])
    flat = graph.node("MatMul", [with_one(graph, chosen), columns], "relation.flat")
    size = config.relation_size + 1
    shape = graph.constant("relation.shape", np.array([0, relations, size], np.int64))
    by_relation = graph.node("Reshape", [flat, shape], "relation.products")  # [U, R, E + 1]
    axis = graph.constant("relation.axis", np.array([2], np.int64))
    column = graph.node(
        "Unsqueeze", [with_one(graph, relation_dependent), axis], "relation.dependents"
    )
    logits = graph.node("MatMul", [by_relation, column], "relation.logits")  # [U, R, 1]
    graph.node("Squeeze", [logits, axis], "relations")
    states = tensor("hidden_states", TensorProto.FLOAT, [config.layers + 1, 1, "tokens", d])
    return graph.build(
        "dependency-parser",
        [
            states,
            tensor("pooling", TensorProto.FLOAT, ["units", "tokens"]),
            tensor("heads", TensorProto.INT64, ["units"]),
        ],
        [
            tensor("arcs", TensorProto.FLOAT, ["units", "units"]),
            tensor("relations", TensorProto.FLOAT, ["units", relations]),
        ],
    )


def mixed_states(graph: GraphBuilder, model: DependencyParser) -> str:
    """The mix of layers, pooled to units: [U, D]."""
    mix = (model.mix.factor * model.mix.weights.softmax(0)).detach().numpy()
    weights = graph.constant("mix.weights", mix.reshape(-1, 1, 1, 1).astype(np.float32))
    axes = graph.constant("mix.axes", np.array([0, 1], np.int64))
    scaled = graph.node("Mul", ["hidden_states", weights], "mix.scaled")
    tokens = graph.node("ReduceSum", [scaled, axes], "mix", keepdims=0)  # [S, D]
    return graph.node("MatMul", ["pooling", tokens], "units")


def with_one(graph: GraphBuilder, x: str) -> str:
    """[U, N] -> [U, N + 1]: the bias of a biaffine product."""
    pads = graph.constant(f"{x}.pads", np.array([0, 0, 0, 1], np.int64))
    one = graph.constant(f"{x}.one", np.array(1, np.float32))
    return graph.node("Pad", [x, pads, one], f"{x}.with_one")


def compare(file: Path, model: DependencyParser) -> None:
    config = model.config
    units, tokens = 7, 9
    generator = np.random.default_rng(SEED)
    shape = (config.layers + 1, 1, tokens, config.hidden_size)
    states = generator.normal(size=shape).astype(np.float32)
    pooling = generator.dirichlet(np.ones(tokens), units).astype(np.float32)
    heads = generator.integers(units, size=units)
    feeds = {"hidden_states": states, "pooling": pooling, "heads": heads}
    arcs, relations = open_session(file).run(None, feeds)
    pooled = np.einsum("us,lsd->uld", pooling, states[:, 0])
    with torch.inference_mode():
        output = model.eval()(
            torch.from_numpy(pooled)[None],
            torch.from_numpy(heads)[None],
            torch.ones(1, units, dtype=torch.bool),
        )
    beside = ~np.eye(units, dtype=bool)
    for actual, expected in (
        (arcs[beside], output.arcs[0].numpy()[beside]),
        (relations, output.relations[0].numpy()),
    ):
        difference = np.abs(actual - expected).max() / max(1, np.abs(expected).max())
        assert difference <= TOLERANCE, f"the graph is {difference:.1e} from PyTorch"
