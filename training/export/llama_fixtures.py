"""Writes the `fixtures.json` of a Llama: what PyTorch makes of the shipped weights.

Read by `test/parity/fixtures.ts`; change both.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from training.export.fixtures import (
    SEED,
    attention_rows,
    check,
    encode,
    hidden_state_samples,
)
from training.export.gpt2_fixtures import log_probabilities, text_of
from training.export.llama_session import SWITCHES, PaddedCache, open_llama
from training.export.llama_tokenizer import make_tokenizer
from training.export.llama_weights import LlamaFile
from training.export.tokenizer_cases import tokenizer_case
from training.modeling.llama import Llama, LlamaOutput

GREEDY_TOKENS = 16
# Between the best and the second best logit: closer ones may change places on another machine.
GREEDY_MARGIN = 1e-3
# Over several of the parts that the engine reads, and with attention that a file can hold.
LONGEST = 256
PARTS = (1, 5, 2)  # Tokens in a run, again and again.


def write_llama_fixtures(
    folder: Path,
    file: LlamaFile,
    context_length: int,
    inputs: Mapping[str, str],
    cases: Mapping[str, str],
) -> None:
    """Of a long text the first `LONGEST` tokens are read.

    Raises an AssertionError if the graph in `folder` does not compute what PyTorch does.
    """
    tokenizer = make_tokenizer(file)
    model = file.load(context_length)
    weights = {weight.name: file.tensor(weight) for weight in file.weights()}
    generator = np.random.default_rng(SEED)
    longest = min(context_length, LONGEST)
    encoded = {name: tokenizer.encode(text).ids[:longest] for name, text in inputs.items()}
    session = open_llama(folder / "decoder.onnx", weights)
    for ids in encoded.values():
        compare(session, model, ids)
    fixtures = {
        "inputs": [
            {"name": name, "text": text_of(tokenizer, ids), **describe(model, ids, generator)}
            for name, ids in encoded.items()
        ],
        "tokenizer": [tokenizer_case(tokenizer, name, text) for name, text in cases.items()],
    }
    text = json.dumps(fixtures, ensure_ascii=True, separators=(",", ":"))
    (folder / "fixtures.json").write_text(text + "\n", encoding="ascii")


@torch.inference_mode()
def describe(model: Llama, ids: Sequence[int], generator: np.random.Generator) -> dict:
    output = model(torch.tensor([ids]))
    return {
        "inputIds": ids,
        # [V], after the last token.
        "logits": encode(output.logits[0, -1].numpy()),
        # [T - 1], of every token but the first, in nats.
        "logProbabilities": encode(log_probabilities(output.logits[0], ids)),
        "greedyIds": greedy(model, output),
        # [L + 1], the most probable token after the last one, by what each layer leaves.
        "lensIds": model.lens(output, len(ids) - 1)[:, 0].argmax(-1).tolist(),
        "attention": attention_rows(torch.stack(output.attentions), generator),
        "hiddenStates": hidden_state_samples(torch.stack(output.hidden_states)),
    }


@torch.inference_mode()
def greedy(model: Llama, output: LlamaOutput) -> list[int]:
    """The most probable token each time, after those of `output`; ends before a near tie."""
    chosen: list[int] = []
    room = model.config.context_length - output.logits.shape[1]
    while len(chosen) < min(GREEDY_TOKENS, room):
        best = output.logits[0, -1].topk(2)
        if best.values[0] - best.values[1] < GREEDY_MARGIN:
            break
        chosen.append(int(best.indices[0]))
        output = model(torch.tensor([chosen[-1:]]), output.present)
    return chosen


@torch.inference_mode()
def compare(session: onnxruntime.InferenceSession, model: Llama, ids: Sequence[int]) -> None:
    """The whole text at once, and in parts with the padded cache between them."""
    expected = model(torch.tensor([ids]))
    for parts, asked in (([len(ids)], ()), ([len(ids)], SWITCHES), (PARTS, ()), (PARTS, SWITCHES)):
        cache, start = PaddedCache(model.config), 0
        while start < len(ids):
            for length in parts:
                part = ids[start : start + length]
                if part:
                    compare_outputs(cache, session, part, asked, expected, model)
                    start += len(part)


def compare_outputs(
    cache: PaddedCache,
    session: onnxruntime.InferenceSession,
    ids: Sequence[int],
    asked: Sequence[str],
    expected: LlamaOutput,
    model: Llama,
) -> None:
    """Of `ids`, which stand where the cache ends, against `expected` for the whole text."""
    start = cache.length
    end = start + len(ids)
    outputs = cache.run(session, ids, asked)
    new = [part[0, :, start:end] for pair in expected.present for part in pair]
    attentions = torch.stack(expected.attentions)[:, :, :, start:end, :end]
    hidden_states = torch.stack(expected.hidden_states)[:, :, start:end]
    check("new_key_values", outputs["new_key_values"], torch.stack(new))
    lens = model.lens(expected, end - 1)
    first = start if "all_logits" in asked else end - 1
    check("logits", outputs["logits"], expected.logits[:, first:end])
    # What was not asked for is nothing.
    for name, switch, values in (
        ("attentions", "output_attentions", attentions),
        ("hidden_states", "output_hidden_states", hidden_states),
        ("lens_logits", "output_lens", lens),
    ):
        if switch in asked:
            check(name, outputs[name], values)
        else:
            assert outputs[name].shape[0] == 0, f"the graph gives {name} unasked"
