"""This module writes a GPT-2's `fixtures.json`: what PyTorch makes of the shipped weights.

Read by `test/parity/decoderFixtures.ts`; change both.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from training.export.decoder.fixtures import compare, describe, log_probabilities, text_of
from training.export.expected import write_fixtures
from training.export.fixtures import SEED, encode
from training.export.onnx.session import open_session
from training.export.tokenizer_cases import tokenizer_case
from training.modeling.gpt2 import Gpt2
from training.quantization import dequantized


@torch.inference_mode()
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
        logits = original(torch.tensor([ids])).logits[0]
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
    write_fixtures(folder, fixtures)
