"""A translator's graphs stand here behind the interface of its PyTorch model."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from training.decoding import TranslatorConfig
from training.export.onnx.gates import open_gates
from training.export.onnx.session import open_session

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class GraphState:
    memory: Arrays  # Of one sentence, whatever the batch.
    past: Arrays  # [B, ...]
    outputs: Arrays  # All that the graph gave last.


class GraphTranslator:
    """`begin`, `step` and `reorder` as `training/decoding.py` wants them, for one sentence."""

    def __init__(self, folder: Path, config: TranslatorConfig):
        self.config = config
        self.encoder = open_session(folder / "encoder.onnx")
        self.decoder = open_session(folder / "decoder.onnx")

    def begin(self, source: Tensor, inside: bool = False) -> GraphState:
        feeds = {"input_ids": source.numpy()}
        for switch in ("output_attentions", "output_hidden_states"):
            if switch in input_names(self.encoder):
                feeds[switch] = np.array(inside)
        outputs = run(self.encoder, feeds)
        return GraphState(named(outputs, "memory."), named(outputs, "past."), outputs)

    def step(
        self, tokens: Tensor, state: GraphState, given: np.ndarray | None = None
    ) -> tuple[Tensor, GraphState]:
        feeds = {"input_ids": tokens.numpy(), **state.memory, **state.past}
        if "given_attention" in input_names(self.decoder):
            source_length = state.memory["memory.keys"].shape[1]
            nothing = np.zeros((len(tokens), source_length), np.float32)
            feeds["given_attention"] = nothing if given is None else given
            feeds["use_given_attention"] = np.array(given is not None)
        outputs = run(self.decoder, feeds)
        past = {
            name.replace("present.", "past."): value
            for name, value in named(outputs, "present.").items()
        }
        return torch.from_numpy(outputs["logits"]), GraphState(state.memory, past, outputs)

    def reorder(self, state: GraphState, rows: Tensor) -> GraphState:
        past = {name: value[rows.numpy()] for name, value in state.past.items()}
        return GraphState(state.memory, past, {})


def run(session: Any, feeds: Mapping[str, np.ndarray]) -> Arrays:
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {**open_gates(session), **feeds}), strict=True))


def input_names(session: Any) -> list[str]:
    return [value.name for value in session.get_inputs()]


def named(arrays: Arrays, prefix: str) -> Arrays:
    return {name: value for name, value in arrays.items() if name.startswith(prefix)}
