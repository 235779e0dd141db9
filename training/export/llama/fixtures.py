"""This module writes a Llama's `fixtures.json`: what PyTorch makes of the shipped weights.

Read by `test/parity/decoderFixtures.ts`; change both.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from training.export.decoder.fixtures import compare, describe
from training.export.expected import write_fixtures
from training.export.fixtures import SEED
from training.export.llama.folder import chat_template
from training.export.llama.session import open_llama
from training.export.llama.weights import tensor_of, weights_of
from training.export.tokenizer_cases import tokenizer_case
from training.pretrained.llama_gguf import LlamaFile
from training.pretrained.llama_tokenizer import make_tokenizer

# Over several of the parts that the engine reads, and with attention that a file can hold.
LONGEST = 256


def write_llama_fixtures(
    folder: Path,
    file: LlamaFile,
    context_length: int,
    inputs: Mapping[str, str],
    chats: Mapping[str, Sequence[Mapping[str, str]]],
    cases: Mapping[str, str],
) -> None:
    """Of a long text the first `LONGEST` tokens are read. `chats` are conversations to answer.

    Raises an AssertionError if the graph in `folder` does not compute what PyTorch does.
    """
    tokenizer = make_tokenizer(file)
    model = file.load(context_length)
    weights = {weight.name: tensor_of(file, weight) for weight in weights_of(file)}
    generator = np.random.default_rng(SEED)
    longest = min(context_length, LONGEST)
    render = chat_template(file)
    prompts = {name: render(messages) for name, messages in chats.items()}
    encoded = {
        name: tokenizer.encode(text).ids[:longest] for name, text in {**inputs, **prompts}.items()
    }
    session = open_llama(folder / "decoder.onnx", weights)
    for ids in encoded.values():
        compare(session, model, ids)
    fixtures = {
        "inputs": [
            {
                "name": name,
                **({"messages": chats[name]} if name in chats else {}),
                **describe(model, tokenizer, ids, generator),
            }
            for name, ids in encoded.items()
        ],
        "tokenizer": [tokenizer_case(tokenizer, name, text) for name, text in cases.items()],
    }
    write_fixtures(folder, fixtures)
