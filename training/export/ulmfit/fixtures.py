"""This module writes an ULMFiT's `fixtures.json`: what PyTorch makes of the shipped weights.

Read by `test/parity/decoderFixtures.ts`; change both.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from training.data.byte_level import END_OF_TEXT
from training.export.decoder.fixtures import GREEDY_TOKENS, log_probabilities
from training.export.expected import write_fixtures
from training.export.fixtures import TOLERANCE, encode, hidden_state_samples
from training.export.onnx.session import open_session
from training.export.tokenizer_cases import tokenizer_case
from training.modeling.awd_lstm import AwdLstm, State
from training.modeling.ulmfit import ReviewClassifier
from training.quantization import dequantized
from training.tasks.reviews import FIRST_TOKENS, LAST_TOKENS, READ_TOKENS

LONGEST = 256  # Of a text for the language model, which knows no end.


def write_ulmfit_fixtures(
    folder: Path,
    original: AwdLstm,
    classifier: ReviewClassifier,
    inputs: Mapping[str, str],
    varied: Mapping[str, str],
    reviews: Mapping[str, str],
    cases: Mapping[str, str],
) -> None:
    """The loss by quantisation is measured on the texts `varied`."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    begin = tokenizer.token_to_id(END_OF_TEXT)
    shipped, judge = dequantized(original), dequantized(classifier)
    length = min(LONGEST, original.config.context_length)
    fixtures = {
        "inputs": [
            {"name": name, **describe(shipped, tokenizer, begin, text, length)}
            for name, text in inputs.items()
        ],
        "originals": [
            {"name": name, **describe_original(original, tokenizer, begin, text, length)}
            for name, text in varied.items()
        ],
        "classifications": [
            {"name": name, **describe_classification(judge, tokenizer, begin, text)}
            for name, text in reviews.items()
        ],
        "tokenizer": [tokenizer_case(tokenizer, name, text) for name, text in cases.items()],
    }
    write_fixtures(folder, fixtures)


@torch.inference_mode()
def describe(model: AwdLstm, tokenizer: Tokenizer, begin: int, text: str, length: int) -> dict:
    text, ids = cut(tokenizer, text, length)
    logits, hidden, state = read(model, [begin, *ids])
    return {
        "text": text,
        "inputIds": ids,
        # [V], after the last token.
        "logits": encode(logits[-1].numpy()),
        # [T - 1], of every token but the first, in nats.
        "logProbabilities": encode(log_probabilities(logits[1:], ids)),
        "greedyIds": greedy(model, logits, state, len(ids)),
        # [L, T, D]
        "hiddenStates": hidden_state_samples(hidden[:, None, 1:]),
    }


@torch.inference_mode()
def describe_original(
    model: AwdLstm, tokenizer: Tokenizer, begin: int, text: str, length: int
) -> dict:
    text, ids = cut(tokenizer, text, length)
    logits, _, _ = read(model, [begin, *ids])
    return {
        "text": text,
        "inputIds": ids,
        "logProbabilities": encode(log_probabilities(logits[1:], ids)),
    }


@torch.inference_mode()
def describe_classification(
    model: ReviewClassifier, tokenizer: Tokenizer, begin: int, text: str
) -> dict:
    encoding = tokenizer.encode(text)
    return {
        "text": text,
        # [C]
        "probabilities": encode(classify(model, begin, encoding.ids)),
        # [words, C], of the text without each of its words; of a text that is read whole.
        **(
            {"without": encode(without_each_word(model, begin, encoding))}
            if len(encoding.ids) < READ_TOKENS
            else {}
        ),
    }


def without_each_word(model: ReviewClassifier, begin: int, encoding: Encoding) -> np.ndarray:
    tokens = list(zip(encoding.ids, encoding.word_ids, strict=True))
    return np.stack(
        [
            classify(model, begin, [id for id, of in tokens if of != word])
            for word in sorted(set(encoding.word_ids))
        ]
    )


def classify(model: ReviewClassifier, begin: int, text: list[int]) -> np.ndarray:
    ids = [begin, *text]
    if len(ids) > READ_TOKENS:
        ids = ids[:FIRST_TOKENS] + ids[-LAST_TOKENS:]
    return model(torch.tensor([ids]), torch.tensor([len(ids)]))[0].softmax(-1).numpy()


def cut(tokenizer: Tokenizer, text: str, length: int) -> tuple[str, list[int]]:
    """A text that is too long ends where its last token does."""
    encoding = tokenizer.encode(text)
    if len(encoding.ids) > length:
        text = text[: encoding.offsets[length - 1][1]]
    ids = tokenizer.encode(text).ids
    assert ids == encoding.ids[:length], "the cut went through a character"
    return text, ids


def read(model: AwdLstm, ids: list[int]) -> tuple[Tensor, Tensor, State]:
    """Logits [T, V], hidden states [L, T, D] with zeros where a layer is narrower, the last state.

    One step at a time, as the graph reads.
    """
    logits, hidden, state = [], [], None
    for id in ids:
        output = model(torch.tensor([[id]]), state)
        state = output.state
        logits.append(output.logits[0, -1])
        hidden.append(torch.stack([padded(part[0], model.config.hidden_size) for part, _ in state]))
    return torch.stack(logits), torch.stack(hidden, 1), state


def padded(row: Tensor, size: int) -> Tensor:
    return torch.nn.functional.pad(row, (0, size - len(row)))


def greedy(model: AwdLstm, logits: Tensor, state: State, length: int) -> list[int]:
    """The most probable token each time, until the context is full."""
    following, chosen = logits[-1], []
    while length + len(chosen) < model.config.context_length and len(chosen) < GREEDY_TOKENS:
        chosen.append(int(following.argmax()))
        output = model(torch.tensor([chosen[-1:]]), state)
        following, state = output.logits[0, -1], output.state
    return chosen


@torch.inference_mode()
def compare_language_model(graph: Path, model: AwdLstm, ids: list[int]) -> None:
    """Raises an AssertionError if the steps of the graph differ from one reading by PyTorch."""
    expected = model(torch.tensor([ids]))
    session = open_session(graph)
    config = model.config
    empty = np.zeros((1, config.layers, config.hidden_size), np.float32)
    hidden, cell, steps = empty, empty, []
    for id in ids:
        feeds = {"input_ids": np.array([id]), "past.hidden": hidden, "past.cell": cell}
        names = ["logits", "present.hidden", "present.cell"]
        logits, hidden, cell = session.run(names, feeds)
        steps.append(logits[0])
    check("logits", np.stack(steps), expected.logits[0].numpy())
    for number, name in enumerate(("hidden", "cell")):
        check(name, (hidden, cell)[number], wide_state(expected.state, number, config.hidden_size))


def wide_state(state: State, number: int, size: int) -> np.ndarray:
    """Hidden (0) or cell (1) state as the graph has it [B, L, D]."""
    rows = [parts[number].numpy() for parts in state]
    return np.stack([np.pad(row, ((0, 0), (0, size - row.shape[1]))) for row in rows], 1)


@torch.inference_mode()
def compare_classifier(graph: Path, model: ReviewClassifier, ids: list[int]) -> None:
    expected = model(torch.tensor([ids]), torch.tensor([len(ids)]))
    (logits,) = open_session(graph).run(["logits"], {"input_ids": np.array([ids])})
    check("classes", logits, expected.numpy())


def check(name: str, actual: np.ndarray, expected: np.ndarray) -> None:
    difference = np.abs(actual - expected).max()
    assert difference <= TOLERANCE, f"the graph's {name} is {difference:.1e} from PyTorch's"
