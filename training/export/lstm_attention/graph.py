"""This module builds the translator with attention; it mirrors `modeling/lstm_attention.py`.

The names of inputs and outputs appear in `src/engine/onnx/graphs.ts`; change both.
Shape letters as there. The state has the batch as its first axis, so that a beam is reordered by
taking rows.

Encoder. Inputs: `input_ids` int64 [B, S]; `output_hidden_states` bool [].
Outputs, all float32: `memory.values` [B, S, 2C]; `memory.keys` [B, S, A]; `past.hidden`,
`past.cell` [B, 1, D]; `encoder_hidden_states`, `encoder_cell_states` [L, B, S, 2C], the two
directions side by side, whose first axis is 0 unless they are asked for.

Decoder, one step. Inputs: `input_ids` int64 [B]; `memory.*` of one sentence [1, S, ...], which all
rows share; `past.*`; `given_attention` float32 [B, S], which takes the place of the model's own
where `use_given_attention`, bool [], is true; `cross_head_gates` float32 [1, 1], see
`onnx/gates.py`.
Outputs: `logits` [B, V]; `present.*` [B, 1, D]; `cross_attentions` [1, B, 1, 1, S], which are the
given ones if those were used; `attention_scores` [B, S], before the softmax; `context` [B, 2C].
"""

import numpy as np
import onnx
from onnx import TensorProto

from training.export.onnx.gates import Gates, add_gates
from training.export.onnx.graph import GraphBuilder, tensor
from training.export.onnx.layers import array, linear, scaled_embedding, stack, tied_logits
from training.export.onnx.recurrent import (
    by_sentence,
    encoder_inputs,
    encoder_state_outputs,
    floats,
    optional_states,
    scan,
    source_by_step,
    state,
    update,
)
from training.modeling.lstm_attention import LstmAttention


def build_encoder(model: LstmAttention) -> onnx.ModelProto:
    config = model.config
    graph = GraphBuilder()
    x = source_by_step(graph, model.embedding)
    hiddens, cells = [], []
    backward_end = ""
    for layer in range(config.layers):
        name = f"encoder.{layer}"
        forward_hidden, forward_cell, _, _ = scan(
            graph, x, model.encoder, f"l{layer}", f"{name}.forward", backward=False
        )
        backward_hidden, backward_cell, backward_end, _ = scan(
            graph, x, model.encoder, f"l{layer}_reverse", f"{name}.backward", backward=True
        )
        x = graph.node("Concat", [forward_hidden, backward_hidden], f"{name}.hidden", axis=-1)
        cell = graph.node("Concat", [forward_cell, backward_cell], f"{name}.cell", axis=-1)
        hiddens.append(by_sentence(graph, x))
        cells.append(by_sentence(graph, cell))
    values = graph.node("Identity", [hiddens[-1]], "memory.values")
    linear(graph, values, model.key, "memory.keys")
    first = linear(graph, backward_end, model.first_state, "first_state")
    hidden = graph.node("Tanh", [first], "first_state.hidden")
    zero = graph.constant("zero", np.array(0, np.float32))
    cell = graph.node("Mul", [hidden, zero], "first_state.cell")
    stack(graph, [hidden], 1, "past.hidden")
    stack(graph, [cell], 1, "past.cell")
    optional_states(graph, hiddens, cells, 2 * config.encoder_size)
    return graph.build(
        "lstm_attention_encoder",
        encoder_inputs(),
        [
            *memory(model, "batch"),
            *state("past", 1, config.hidden_size),
            *encoder_state_outputs(2 * config.encoder_size),
        ],
    )


def build_decoder(model: LstmAttention) -> onnx.ModelProto:
    config = model.config
    graph = GraphBuilder()
    axis_1 = graph.constant("axis_1", np.array([1], np.int64))
    embedded = scaled_embedding(graph, model.embedding)  # [B, E]
    past_hidden = graph.node("Squeeze", ["past.hidden", axis_1], "past_hidden")
    past_cell = graph.node("Squeeze", ["past.cell", axis_1], "past_cell")
    attention, context = attend(graph, model, past_hidden, axis_1)
    asked = graph.node("Concat", [embedded, context, past_hidden], "gates.input", axis=-1)
    hidden, cell = update(graph, linear(graph, asked, model.gates, "gates"), past_cell, "state")
    stack(graph, [hidden], 1, "present.hidden")
    stack(graph, [cell], 1, "present.cell")
    seen = graph.node("Concat", [embedded, context, hidden], "output.input", axis=-1)
    mixed = graph.node("Tanh", [linear(graph, seen, model.output, "output")], "output.tanh")
    tied_logits(graph, mixed, "logits")
    axes = graph.constant("cross_attentions.axes", np.array([0, 2, 3], np.int64))
    graph.node("Unsqueeze", [attention, axes], "cross_attentions")
    built = graph.build(
        "lstm_attention_decoder",
        [
            tensor("input_ids", TensorProto.INT64, ["batch"]),
            *memory(model, 1),
            *state("past", 1, config.hidden_size),
            floats("given_attention", ["batch", "source"]),
            tensor("use_given_attention", TensorProto.BOOL, []),
        ],
        [
            floats("logits", ["batch", config.vocab_size]),
            *state("present", 1, config.hidden_size),
            floats("cross_attentions", [1, "batch", 1, 1, "source"]),
            floats("attention_scores", ["batch", "source"]),
            floats("context", ["batch", 2 * config.encoder_size]),
        ],
    )
    return add_gates(built, decoder_gates())


def decoder_gates() -> list[Gates]:
    """Of the only attention, whose output is the context."""
    return [Gates("cross_head_gates", (1, 1), ["context.row"])]


def memory(model: LstmAttention, batch: int | str) -> list[onnx.ValueInfoProto]:
    return [
        floats("memory.values", [batch, "source", 2 * model.config.encoder_size]),
        floats("memory.keys", [batch, "source", model.config.attention_size]),
    ]


def attend(graph: GraphBuilder, model: LstmAttention, hidden: str, axis_1: str) -> tuple[str, str]:
    """hidden [B, D] asks -> attention [B, S], context [B, 2C]"""
    query = linear(graph, hidden, model.query, "query")  # [B, A]
    every_query = graph.node("Unsqueeze", [query, axis_1], "query.every")  # [B, 1, A]
    sums = graph.node("Add", ["memory.keys", every_query], "attention.sums")  # [B, S, A]
    matched = graph.node("Tanh", [sums], "attention.matched")
    score = graph.constant("score", array(model.score)[:, np.newaxis])  # [A, 1]
    column = graph.node("MatMul", [matched, score], "attention.column")  # [B, S, 1]
    last = graph.constant("axis_2", np.array([2], np.int64))
    scores = graph.node("Squeeze", [column, last], "attention_scores")
    own = graph.node("Softmax", [scores], "attention.own", axis=-1)
    attention = graph.node("Where", ["use_given_attention", "given_attention", own], "attention")
    row = graph.node("Unsqueeze", [attention, axis_1], "attention.row")  # [B, 1, S]
    mixed = graph.node("MatMul", [row, "memory.values"], "context.row")  # [B, 1, 2C]
    return attention, graph.node("Squeeze", [mixed, axis_1], "context")
