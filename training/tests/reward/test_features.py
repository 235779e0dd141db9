"""A reward's features are the states that the model has of an answer."""

from pathlib import Path

import numpy as np
import pytest
import torch

from training.data.preferences import Argument
from training.paths import ROOT
from training.pretrained.llama_gguf import LlamaFile
from training.reward.features import Reader, kept_states, untrained

pytest.importorskip("gguf", reason="gguf is not installed: pip install gguf==0.19.0")

FILE = ROOT / "test/fixtures/tiny-llama/tiny-llama.gguf"
ARGUMENTS = [
    Argument("tea", "yes", "Tea wakes."),
    Argument("war", "no", "No."),
    Argument("tea", "yes", "It's hot.\nTry it."),
]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(LlamaFile(FILE), longest=128)


def test_states_are_those_of_reading_the_conversation_at_once(reader: Reader):
    prompt = reader.prompt(ARGUMENTS[0].request)
    assert prompt.endswith("<|im_end|>\n<|im_start|>assistant\n")
    encoding = reader.tokenizer.encode(prompt + "Tea wakes.<|im_end|>")
    first = next(n for n, (begin, _) in enumerate(encoding.offsets) if begin >= len(prompt))
    with torch.inference_mode():
        states = torch.cat(reader.model(torch.tensor([encoding.ids])).hidden_states)
    (read,) = reader.read(ARGUMENTS[:1])
    assert read.shape == (3, 2, 64)
    np.testing.assert_allclose(read[:, 0], states[:, first:-1].mean(1), atol=1e-5)
    np.testing.assert_allclose(read[:, 1], states[:, -1], atol=1e-5)


def test_states_are_read_once_and_stand_in_the_order_of_the_arguments(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("training.reward.features.FOLDER", tmp_path / "reward")
    states = kept_states("tiny", lambda: reader, ARGUMENTS)
    for argument, expected in zip(ARGUMENTS, states, strict=True):
        np.testing.assert_array_equal(next(reader.read([argument])), expected)
    np.testing.assert_array_equal(kept_states("tiny", pytest.fail, ARGUMENTS), states)


def test_an_untrained_network_differs_by_its_seed_alone():
    file = LlamaFile(FILE)
    first, again, other = (
        next(Reader(file, untrained(file, seed, 128), 128).read(ARGUMENTS)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert np.isfinite(first).all()
    assert not np.allclose(first, other)
