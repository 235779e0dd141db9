"""This module builds the LSTM translator as two graphs; it mirrors `training/modeling/lstm.py`.

The names of inputs and outputs appear in `src/engine/onnx/graphs.ts`; change both.
Shape letters as there. The state has the batch as its first axis, so that a beam is reordered by
taking rows.

Encoder. Inputs: `input_ids` int64 [B, S] in the order of the text (the graph reverses it);
`output_hidden_states` bool [].
Outputs, all float32: `past.hidden`, `past.cell` [B, L, D]; `encoder_hidden_states`,
`encoder_cell_states` [L, B, S, D] in the order of the text, whose first axis is 0 unless they are
asked for.

Decoder, one step. Inputs: `input_ids` int64 [B]; `past.*`. Outputs: `logits` [B, V]; `present.*`
[B, L, D].
"""

import onnx
from onnx import TensorProto

from training.export.onnx.graph import GraphBuilder, tensor
from training.export.onnx.layers import layer_of, linear, scaled_embedding, stack, tied_logits
from training.export.onnx.recurrent import (
    by_sentence,
    encoder_inputs,
    encoder_state_outputs,
    floats,
    from_input,
    optional_states,
    recurrent_weight,
    scan,
    source_by_step,
    state,
    update,
)
from training.modeling.lstm import Lstm


def build_encoder(model: Lstm) -> onnx.ModelProto:
    config = model.config
    graph = GraphBuilder()
    x = source_by_step(graph, model.embedding)
    hiddens, cells, last_hiddens, last_cells = [], [], [], []
    for layer in range(config.layers):
        x, cell, last_hidden, last_cell = scan(
            graph, x, model.encoder, f"l{layer}", f"encoder.{layer}", config.reverse_source
        )
        hiddens.append(by_sentence(graph, x))
        cells.append(by_sentence(graph, cell))
        last_hiddens.append(last_hidden)
        last_cells.append(last_cell)
    stack(graph, last_hiddens, 1, "past.hidden")
    stack(graph, last_cells, 1, "past.cell")
    optional_states(graph, hiddens, cells, config.hidden_size)
    return graph.build(
        "lstm_encoder",
        encoder_inputs(),
        [
            *state("past", config.layers, config.hidden_size),
            *encoder_state_outputs(config.hidden_size),
        ],
    )


def build_decoder(model: Lstm) -> onnx.ModelProto:
    config = model.config
    graph = GraphBuilder()
    x = scaled_embedding(graph, model.embedding)  # [B, E]
    hiddens, cells = [], []
    for layer in range(config.layers):
        name = f"decoder.{layer}"
        hidden = layer_of(graph, "past.hidden", layer, f"{name}.past_hidden")
        cell = layer_of(graph, "past.cell", layer, f"{name}.past_cell")
        given = from_input(graph, x, model.decoder, f"l{layer}", name)
        weight = recurrent_weight(graph, model.decoder, f"l{layer}", name)
        recurrent = graph.node("MatMul", [hidden, weight], f"{name}.recurrent")
        gates = graph.node("Add", [given, recurrent], f"{name}.gates")
        x, cell = update(graph, gates, cell, f"{name}.present")
        hiddens.append(x)
        cells.append(cell)
    tied_logits(graph, linear(graph, x, model.output, "output"), "logits")
    stack(graph, hiddens, 1, "present.hidden")
    stack(graph, cells, 1, "present.cell")
    return graph.build(
        "lstm_decoder",
        [
            tensor("input_ids", TensorProto.INT64, ["batch"]),
            *state("past", config.layers, config.hidden_size),
        ],
        [
            floats("logits", ["batch", config.vocab_size]),
            *state("present", config.layers, config.hidden_size),
        ],
    )
