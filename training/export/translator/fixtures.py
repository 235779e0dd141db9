"""This module writes a translator's `fixtures.json`: what PyTorch makes of the shipped weights.

Read by the engine's parity tests; change both. Numbers of tensors are base64 of little-endian
float32. For each text:

- `sourceIds`, with the end; `greedy` and `beam` with their ids, the end among them if it came;
- `inside`, for some: what the graphs give under these names while the greedy translation of T
  tokens is made, without the batch and with the steps put together. `encoder_attentions`
  [L, H, S, S], `encoder_hidden_states` and `encoder_cell_states` [L or L + 1, S, D];
  `decoder_attentions` [L, H, T, T], 0 for what comes later, `cross_attentions` [L, H, T, S],
  `decoder_hidden_states` [L + 1, T, D]; `present.hidden` and `present.cell` [L, T, D];
  `attention_scores` [T, S], `context` [T, 2C];
- `given`, for attention that can be overwritten: log-probabilities [V] after the beginning when all
  attention is on one source token.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.data.translation import BEGIN, END
from training.decoding import Hypothesis, translate_by_beam
from training.export.expected import write_fixtures
from training.export.fixtures import TOLERANCE, encode
from training.export.tokenizer_cases import tokenizer_cases
from training.export.translator.session import GraphTranslator
from training.modeling.lstm_attention import LstmAttention
from training.modeling.transformer import Transformer
from training.quantization import dequantized

BEAMS = 5
LENGTH_PENALTY = 1.0
TRANSFORMER_TENSORS = (
    "encoder_attentions",
    "encoder_hidden_states",
    "decoder_attentions",
    "cross_attentions",
    "decoder_hidden_states",
)
# Axes of length 1 of a step's output for one sentence; steps are then put together before the last.
STEP_AXES = {
    "cross_attentions": (1, 3),
    "decoder_hidden_states": (1,),
    "present.hidden": (0,),
    "present.cell": (0,),
    "attention_scores": (0,),
    "context": (0,),
}


def write_translator_fixtures(
    folder: Path,
    original: nn.Module,
    texts: Mapping[str, str],
    *,
    inside: list[str],
    cases: Mapping[str, str],
) -> None:
    """Raises an AssertionError if the graphs in `folder` do not compute what PyTorch does."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    model = dequantized(original)
    graphs = GraphTranslator(folder, model.config)
    translations = []
    for name, text in texts.items():
        source = [*tokenizer.encode(text).ids, END]
        greedy = translate_step_by_step(model, source)
        hypotheses = translate_by_beam(model, source, BEGIN, END, BEAMS, LENGTH_PENALTY)
        beam = {
            "beams": BEAMS,
            "lengthPenalty": LENGTH_PENALTY,
            "hypotheses": [describe(one, tokenizer) for one in hypotheses],
        }
        translation = {
            "name": name,
            "text": text,
            "sourceIds": source,
            "greedy": describe(greedy, tokenizer),
            "beam": beam,
        }
        compare_hypotheses([greedy], [translate_step_by_step(graphs, source)])
        graph_hypotheses = translate_by_beam(graphs, source, BEGIN, END, BEAMS, LENGTH_PENALTY)
        compare_hypotheses(hypotheses, graph_hypotheses)
        if name in inside:
            tensors = inside_of_pytorch(model, source, greedy.ids)
            compare_tensors(tensors, inside_of_graphs(graphs, source, greedy.ids))
            translation["inside"] = {key: pack(value) for key, value in tensors.items()}
            if isinstance(model, LstmAttention):
                translation["given"] = given_attention(model, graphs, source)
        translations.append(translation)
    fixtures = {
        "translations": translations,
        "tokenizer": tokenizer_cases(tokenizer, cases),
    }
    write_fixtures(folder, fixtures)


def translate_step_by_step(model: Any, source: list[int]) -> Hypothesis:
    return translate_by_beam(model, source, BEGIN, END, beams=1)[0]


def describe(hypothesis: Hypothesis, tokenizer: Tokenizer) -> dict:
    return {
        "ids": hypothesis.ids,
        "text": tokenizer.decode(list(hypothesis.ids)).strip(),
        "logProbabilities": [round(value, 6) for value in hypothesis.log_probabilities],
        "logProbability": round(hypothesis.log_probability, 6),
        "score": round(hypothesis.score(LENGTH_PENALTY), 6),
        "ended": hypothesis.ended,
    }


def compare_hypotheses(expected: list[Hypothesis], actual: list[Hypothesis]) -> None:
    assert [one.ids for one in actual] == [one.ids for one in expected], (
        "the graphs do not give PyTorch's translations"
    )
    for theirs, ours in zip(expected, actual, strict=True):
        difference = np.abs(np.subtract(ours.log_probabilities, theirs.log_probabilities)).max()
        assert difference <= TOLERANCE, f"a log-probability is {difference:.1e} from PyTorch's"


def compare_tensors(expected: dict[str, np.ndarray], actual: dict[str, np.ndarray]) -> None:
    assert actual.keys() == expected.keys()
    for name, theirs in expected.items():
        assert actual[name].shape == theirs.shape, name
        difference = np.abs(actual[name] - theirs).max()
        assert difference <= TOLERANCE, f"{name} is {difference:.1e} from PyTorch's"


def pack(values: np.ndarray) -> dict:
    return {"shape": values.shape, "values": encode(values)}


@torch.inference_mode()
def inside_of_pytorch(
    model: nn.Module, source: list[int], ids: tuple[int, ...]
) -> dict[str, np.ndarray]:
    sources = torch.tensor([source])
    inputs = torch.tensor([[BEGIN, *ids[:-1]]])
    if isinstance(model, Transformer):
        return inside_of_transformer(model, sources, inputs)
    hidden, cell = model.encoder_states(sources)
    encoder = {"encoder_hidden_states": hidden[:, 0], "encoder_cell_states": cell[:, 0]}
    state = model.begin(sources)
    hiddens, cells = [], []
    for token in inputs.unbind(1):
        _, state = model.step(token, state)
        one_hidden, one_cell = decoder_state(state)
        hiddens.append(one_hidden)
        cells.append(one_cell)
    tensors = {
        **encoder,
        "present.hidden": torch.stack(hiddens, 1),
        "present.cell": torch.stack(cells, 1),
    }
    if isinstance(model, LstmAttention):
        output = model(sources, inputs)
        tensors["cross_attentions"] = output.attention[None]
        tensors["attention_scores"] = output.scores[0]
        tensors["context"] = output.context[0]
    return as_arrays(tensors)


def decoder_state(state: Any) -> tuple[Tensor, Tensor]:
    """-> hidden and cell [L, D] of the first of the batch."""
    if isinstance(state, tuple):
        hidden, cell = state
        return hidden[:, 0], cell[:, 0]
    return state.hidden, state.cell


def inside_of_transformer(
    model: Transformer, sources: Tensor, inputs: Tensor
) -> dict[str, np.ndarray]:
    output = model(sources, inputs)
    return as_arrays(
        {name: torch.cat(getattr(output, name)) for name in TRANSFORMER_TENSORS}  # Batch of one.
    )


def as_arrays(tensors: dict[str, Tensor]) -> dict[str, np.ndarray]:
    return {name: tensor.numpy() for name, tensor in tensors.items()}


def inside_of_graphs(
    graphs: GraphTranslator, source: list[int], ids: tuple[int, ...]
) -> dict[str, np.ndarray]:
    state = graphs.begin(torch.tensor([source]), inside=True)
    tensors = {
        name: value[:, 0] for name, value in state.outputs.items() if name.startswith("encoder_")
    }
    steps = []
    for token in (BEGIN, *ids[:-1]):
        _, state = graphs.step(torch.tensor([token]), state)
        steps.append(state.outputs)
    for name, axis in STEP_AXES.items():
        if name in steps[0]:
            tensors[name] = np.stack([np.squeeze(step[name], axis) for step in steps], -2)
    if "decoder_attentions" in steps[0]:
        tensors["decoder_attentions"] = triangle([step["decoder_attentions"] for step in steps])
    return tensors


def triangle(rows: list[np.ndarray]) -> np.ndarray:
    """[L, 1, H, 1, P + 1] of each step -> [L, H, T, T]"""
    longest = rows[-1].shape[-1]
    padded = [np.pad(row[:, 0], [*[(0, 0)] * 3, (0, longest - row.shape[-1])]) for row in rows]
    return np.concatenate(padded, -2)


@torch.inference_mode()
def given_attention(model: LstmAttention, graphs: GraphTranslator, source: list[int]) -> dict:
    """All attention on the last token of the source."""
    begin = torch.tensor([BEGIN])
    given = torch.zeros(1, len(source))
    given[0, -1] = 1
    logits, _ = model.step(begin, model.begin(torch.tensor([source])), given)
    state = graphs.begin(torch.tensor([source]))
    of_graph, _ = graphs.step(begin, state, given.numpy())
    expected, actual = (x.log_softmax(-1).numpy() for x in (logits, of_graph))
    compare_tensors({"given": expected}, {"given": actual})
    return {"position": len(source) - 1, "logProbabilities": encode(expected[0])}
