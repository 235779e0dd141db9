"""A decoder's fixtures are what PyTorch makes of its shipped weights; its graph must make the same.

Read by `test/parity/decoderFixtures.ts`; change both.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.export.decoder.slots import SWITCHES, DecoderConfig, PaddedCache
from training.export.fixtures import attention_rows, check, encode, hidden_state_samples
from training.modeling.gpt2 import Gpt2Output
from training.modeling.llama import LlamaOutput

GREEDY_TOKENS = 16
# Between the best and the second best logit: closer ones may change places on another machine.
GREEDY_MARGIN = 1e-3
PARTS = (1, 5, 2)  # Tokens in a run, again and again.

DecoderOutput = Gpt2Output | LlamaOutput


class Decoder(Protocol):
    config: DecoderConfig

    def __call__(self, input_ids: Tensor, past: Sequence | None = None) -> DecoderOutput: ...

    def lens(self, output: DecoderOutput, index: int) -> Tensor: ...


@torch.inference_mode()
def describe(
    model: Decoder, tokenizer: Tokenizer, ids: list[int], generator: np.random.Generator
) -> dict:
    output = model(torch.tensor([ids]))
    return {
        "text": text_of(tokenizer, ids),
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
def greedy(model: Decoder, output: DecoderOutput) -> list[int]:
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
def compare(session: onnxruntime.InferenceSession, model: Decoder, ids: Sequence[int]) -> None:
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
    expected: DecoderOutput,
    model: Decoder,
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
    logits = expected.logits[:, first:end]
    check("logits", outputs["logits"], logits)
    probabilities = torch.from_numpy(outputs["logits"]).softmax(-1).numpy()
    check("probabilities", probabilities, logits.softmax(-1))
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


def text_of(tokenizer: Tokenizer, ids: list[int]) -> str:
    """What these tokens are the tokens of: a text that was too long is cut here."""
    text = tokenizer.decode(ids, skip_special_tokens=False)
    assert tokenizer.encode(text).ids == ids, "the cut went through a character"
    return text


def log_probabilities(logits: Tensor, ids: list[int]) -> np.ndarray:
    """logits [T, V] -> [T - 1]"""
    following = torch.tensor(ids[1:])[:, None]
    return logits[:-1].log_softmax(-1).gather(1, following)[:, 0].numpy()
