"""This module writes a BERT's `fixtures.json`: what PyTorch makes of the shipped weights.

Read by `test/parity/fixtures.ts`; change both.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from training.export.expected import write_fixtures
from training.export.fixtures import (
    SEED,
    TOLERANCE,
    attention_rows,
    encode,
    hidden_state_samples,
)
from training.export.onnx.gates import open_gates
from training.export.onnx.session import open_session
from training.export.tokenizer_cases import tokenizer_cases
from training.modeling.bert import Bert, BertOutput, MaskedBert
from training.quantization import dequantized

TOP = 5


@dataclass(frozen=True)
class Texts:
    inputs: dict[str, str | tuple[str, str]]
    # Those on which the loss by quantisation is measured, against the weights before it.
    varied: dict[str, str]
    tokenizer: list[str]


def write_bert_fixtures(folder: Path, original: Bert | MaskedBert, texts: Texts) -> None:
    """Raises an AssertionError if the graph in `folder` does not compute what PyTorch does."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(original.config.context_length)
    shipped = dequantized(original)
    session = open_session(folder / "encoder.onnx")
    generator = np.random.default_rng(SEED)
    inputs, originals = [], []
    for name, text in texts.inputs.items():
        first, second = text if isinstance(text, tuple) else (text, None)
        encoding = tokenizer.encode(first, second)
        feeds = make_feeds(encoding)
        output = run(shipped, feeds)
        compare(session, feeds, output)
        inputs.append(
            {
                "name": name,
                "text": first,
                **({} if second is None else {"textPair": second}),
                "inputIds": encoding.ids,
                "tokenTypeIds": encoding.type_ids,
                "attention": attention_rows(output.attentions, generator),
                "hiddenStates": hidden_state_samples(output.hidden_states),
                **({} if output.logits is None else {"predictions": predictions(output.logits)}),
            }
        )
    for name, text in texts.varied.items():
        encoding = tokenizer.encode(text)
        output = run(original, make_feeds(encoding))
        originals.append(
            {
                "name": name,
                "text": text,
                "inputIds": encoding.ids,
                "attention": attention_rows(output.attentions, generator),
            }
        )
    tokenizer.no_truncation()
    fixtures = {
        "inputs": inputs,
        "originals": originals,
        "tokenizer": tokenizer_cases(tokenizer, texts.tokenizer),
    }
    write_fixtures(folder, fixtures)


def make_feeds(encoding: Encoding) -> dict[str, np.ndarray]:
    """Named as the graph's inputs; int64 [1, S]."""
    ids = np.array([encoding.ids], np.int64)
    return {
        "input_ids": ids,
        "attention_mask": np.ones_like(ids),
        "token_type_ids": np.array([encoding.type_ids], np.int64),
        "position_ids": np.arange(ids.shape[1], dtype=np.int64)[None],
    }


def run(model: Bert | MaskedBert, feeds: dict[str, np.ndarray]) -> BertOutput:
    with torch.inference_mode():
        return model(**{name: torch.from_numpy(value) for name, value in feeds.items()})


def compare(
    session: onnxruntime.InferenceSession, feeds: dict[str, np.ndarray], expected: BertOutput
) -> None:
    names = [output.name for output in session.get_outputs()]
    feeds = with_all_outputs(session, feeds)
    for name, actual in zip(names, session.run(names, feeds), strict=True):
        difference = np.abs(actual - getattr(expected, name).numpy()).max()
        assert difference <= TOLERANCE, f"the graph's {name} is {difference:.1e} from PyTorch's"


def with_all_outputs(
    session: onnxruntime.InferenceSession, feeds: dict[str, np.ndarray], **gates: np.ndarray
) -> dict[str, np.ndarray]:
    """What the graph takes beside a text: every switch on, every logit, gates of 1 but `gates`."""
    inputs = {value.name for value in session.get_inputs()}
    return {
        **feeds,
        **{name: np.array(True) for name in inputs if name.startswith("output_")},
        **({"logit_positions": feeds["position_ids"][0]} if "logit_positions" in inputs else {}),
        **open_gates(session, **gates),
    }


def predictions(logits: Tensor) -> dict:
    """Of [1, S, V], the most probable words of each token, [S, 5], and their log-probabilities."""
    best = logits[0].log_softmax(-1).topk(TOP)
    return {"ids": best.indices.tolist(), "logProbabilities": encode(best.values.numpy())}
