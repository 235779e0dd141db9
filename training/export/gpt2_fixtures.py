"""Writes the `fixtures.json` of a GPT-2: what PyTorch makes of the shipped weights.

Read by `test/parity/fixtures.ts`; change both.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.export.fixtures import (
    SEED,
    attention_rows,
    check,
    encode,
    hidden_state_samples,
)
from training.export.session import open_session
from training.export.tokenizer_cases import tokenizer_case
from training.modeling.gpt2 import Gpt2, Gpt2Output, KeysValues
from training.quantization import dequantized

GREEDY_TOKENS = 16
SWITCHES = ("all_logits", "output_attentions", "output_hidden_states", "output_lens")


def write_gpt2_fixtures(
    folder: Path,
    original: Gpt2,
    inputs: Mapping[str, str],
    varied: Mapping[str, str],
    cases: Mapping[str, str],
) -> None:
    """Raises an AssertionError if the graph in `folder` does not compute what PyTorch does.

    The loss by quantisation is measured on the texts `varied`.
    """
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    shipped = dequantized(original)
    session = open_session(folder / "decoder.onnx")
    generator = np.random.default_rng(SEED)
    written = []
    for name, text in inputs.items():
        ids = tokenizer.encode(text).ids[: original.config.context_length]
        compare(session, shipped, ids)
        written.append({"name": name, **describe(shipped, tokenizer, ids, generator)})
    originals = []
    for name, text in varied.items():
        ids = tokenizer.encode(text).ids[: original.config.context_length]
        logits = read(original, ids).logits[0]
        originals.append(
            {
                "name": name,
                "text": text_of(tokenizer, ids),
                "inputIds": ids,
                "logProbabilities": encode(log_probabilities(logits, ids)),
            }
        )
    fixtures = {
        "inputs": written,
        "originals": originals,
        "tokenizer": [tokenizer_case(tokenizer, name, text) for name, text in cases.items()],
    }
    text = json.dumps(fixtures, ensure_ascii=True, separators=(",", ":"))
    (folder / "fixtures.json").write_text(text + "\n", encoding="ascii")


@torch.inference_mode()
def describe(
    model: Gpt2, tokenizer: Tokenizer, ids: list[int], generator: np.random.Generator
) -> dict:
    output = read(model, ids)
    return {
        "text": text_of(tokenizer, ids),
        "inputIds": ids,
        # [V], after the last token.
        "logits": encode(output.logits[0, -1].numpy()),
        # [T - 1], of every token but the first, in nats.
        "logProbabilities": encode(log_probabilities(output.logits[0], ids)),
        "greedyIds": greedy(model, ids),
        # [L + 1], the most probable token after the last one, by what each layer leaves.
        "lensIds": model.lens(output)[:, 0].argmax(-1).tolist(),
        "attention": attention_rows(torch.stack(output.attentions), generator),
        "hiddenStates": hidden_state_samples(torch.stack(output.hidden_states)),
    }


def text_of(tokenizer: Tokenizer, ids: list[int]) -> str:
    """What these tokens are the tokens of: a text that was too long is cut here."""
    text = tokenizer.decode(ids, skip_special_tokens=False)
    assert tokenizer.encode(text).ids == ids, "the cut went through a character"
    return text


@torch.inference_mode()
def read(model: Gpt2, ids: list[int], past: list[KeysValues] | None = None) -> Gpt2Output:
    return model(torch.tensor([ids]), past)


def log_probabilities(logits: Tensor, ids: list[int]) -> np.ndarray:
    """logits [T, V] -> [T - 1]"""
    following = torch.tensor(ids[1:])[:, None]
    return logits[:-1].log_softmax(-1).gather(1, following)[:, 0].numpy()


def greedy(model: Gpt2, ids: list[int]) -> list[int]:
    """The most probable token each time, until the positions run out."""
    output, chosen = read(model, ids), []
    while len(ids) + len(chosen) < model.config.context_length and len(chosen) < GREEDY_TOKENS:
        chosen.append(int(output.logits[0, -1].argmax()))
        if len(ids) + len(chosen) < model.config.context_length:
            output = read(model, chosen[-1:], output.present)
    return chosen


@torch.inference_mode()
def compare(session: onnxruntime.InferenceSession, model: Gpt2, ids: list[int]) -> None:
    """The whole text at once, and in two parts with the cache between them."""
    output = read(model, ids)
    whole = run(session, model, ids, None, {name: True for name in SWITCHES})
    check("logits", whole["logits"], output.logits)
    check("attentions", whole["attentions"], torch.stack(output.attentions))
    check("hidden_states", whole["hidden_states"], torch.stack(output.hidden_states))
    check("lens_logits", whole["lens_logits"], model.lens(output))
    if len(ids) > 1:
        half = len(ids) // 2
        first = run(session, model, ids[:half], None, {})
        rest = run(session, model, ids[half:], first, {})
        check("logits after two parts", rest["logits"], output.logits[:, -1:])
        for layer, (keys, values) in enumerate(output.present):
            check(f"present.{layer}.key", rest[f"present.{layer}.key"], keys)
            check(f"present.{layer}.value", rest[f"present.{layer}.value"], values)


def run(
    session: onnxruntime.InferenceSession,
    model: Gpt2,
    ids: list[int],
    past: Mapping[str, np.ndarray] | None,
    switches: Mapping[str, bool],
) -> dict[str, np.ndarray]:
    """`past` is what a run gave for the tokens before."""
    config = model.config
    empty = np.zeros((1, config.heads, 0, config.head_size), np.float32)
    feeds = {
        f"past_key_values.{layer}.{kind}": empty
        if past is None
        else past[f"present.{layer}.{kind}"]
        for layer in range(config.layers)
        for kind in ("key", "value")
    }
    start = feeds["past_key_values.0.key"].shape[2]
    feeds["input_ids"] = np.array([ids], np.int64)
    feeds["position_ids"] = np.arange(start, start + len(ids), dtype=np.int64)[None]
    feeds |= {name: np.array(switches.get(name, False)) for name in SWITCHES}
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds), strict=True))
