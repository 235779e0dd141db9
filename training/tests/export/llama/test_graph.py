"""The exported graph of a Llama is run as the engine runs it."""

import copy
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from training.export.decoder.fixtures import compare
from training.export.decoder.slots import SWITCHES, PaddedCache
from training.export.llama.exports import CONTEXT_LENGTH, export_tiny_llama
from training.export.llama.folder import write_llama_folder
from training.export.llama.session import open_llama
from training.export.llama.tiny import CONTEXT_LENGTH as TINY_CONTEXT_LENGTH
from training.export.llama.tiny import HIDDEN_SIZE, INTERMEDIATE_SIZE, VOCAB_SIZE, write_tiny_gguf
from training.export.llama.weights import tensor_of, weights_of
from training.export.onnx.gates import open_gates
from training.pretrained.llama_gguf import LlamaFile
from training.pretrained.packages import PackageMissingError
from training.pretrained.smollm2 import smollm2_file

pytest.importorskip("gguf", reason="gguf is not installed: pip install gguf==0.19.0")

IDS = [5, 80, 300, 7, 7, 41, 319, 0, 12]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> LlamaFile:
    path = tmp_path_factory.mktemp("file") / "tiny.gguf"
    write_tiny_gguf(path)
    return LlamaFile(path)


@pytest.fixture(scope="module")
def folder(file: LlamaFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("folder")
    write_llama_folder(
        folder, file, context_length=TINY_CONTEXT_LENGTH, id="t", name="t", license="MIT"
    )
    return folder


@pytest.fixture(scope="module")
def weights(file: LlamaFile) -> dict[str, np.ndarray]:
    return {weight.name: tensor_of(file, weight) for weight in weights_of(file)}


@pytest.fixture(scope="module")
def session(folder: Path, weights) -> onnxruntime.InferenceSession:
    return open_llama(folder / "decoder.onnx", weights)


@pytest.mark.parametrize("ids", [IDS, IDS[:1], (IDS * 8)[:70]])
def test_the_graph_computes_what_pytorch_computes(session, file, ids: list[int]):
    compare(session, file.load(TINY_CONTEXT_LENGTH), ids)


def test_the_comparison_can_fail(session, file):
    model = file.load(TINY_CONTEXT_LENGTH)
    with torch.no_grad():
        model.layers[1].self_attn.q_proj.weight[0] += 0.1
    with pytest.raises(AssertionError, match="from PyTorch's"):
        compare(session, model, IDS)


def test_what_stands_in_an_empty_slot_does_not_matter(session, file):
    exact = PaddedCache(file.config(TINY_CONTEXT_LENGTH))
    exact.run(session, IDS[:4])
    exact.buffers = exact.buffers[..., :4, :]  # No empty slot at all.
    padded = PaddedCache(file.config(TINY_CONTEXT_LENGTH), slots=128)
    padded.buffers[:] = 1e3
    padded.run(session, IDS[:4])
    without, with_padding = (cache.run(session, IDS[4:], SWITCHES) for cache in (exact, padded))
    for name, values in without.items():
        np.testing.assert_allclose(with_padding[name], values, atol=1e-5)


def test_going_back_to_a_prefix_is_a_smaller_length(session, file):
    cache = PaddedCache(file.config(TINY_CONTEXT_LENGTH))
    first = cache.run(session, IDS)["logits"]
    cache.length = 3
    other = cache.run(session, [9, 9, 9])["logits"]
    assert not np.allclose(first, other, atol=1e-2)
    cache.length = 3
    np.testing.assert_allclose(cache.run(session, IDS[3:])["logits"], first, atol=1e-5)


def test_the_rows_of_a_batch_are_read_as_each_alone(session, file):
    config = file.config(TINY_CONTEXT_LENGTH)
    texts = [IDS[:6], IDS[3:]]
    caches = [PaddedCache(config) for _ in texts]
    for cache, ids in zip(caches, texts, strict=True):
        cache.run(session, ids[:2])
    alone = [
        cache.run(session, ids[2:], SWITCHES)
        for cache, ids in zip(copy.deepcopy(caches), texts, strict=True)
    ]
    feeds = {
        "input_ids": np.array(texts)[:, 2:],
        "past_length": np.array([2]),
        **{switch: np.array(True) for switch in SWITCHES},
        **open_gates(session),
    }
    for index, buffers in enumerate(zip(*(cache.buffers for cache in caches), strict=True)):
        kind = ("key", "value")[index % 2]
        feeds[f"past_key_values.{index // 2}.{kind}"] = np.concatenate(buffers)
    together = dict(zip(alone[0], session.run(list(alone[0]), feeds), strict=True))
    together["new_key_values"] = together["new_key_values"].reshape(
        2 * config.layers, 2, *together["new_key_values"].shape[1:]
    )
    axes = {name: 0 if name == "logits" else 1 for name in together}
    for row, outputs in enumerate(alone):
        for name, values in outputs.items():
            expected = values if name == "new_key_values" else values.take(0, axes[name])
            np.testing.assert_allclose(
                together[name].take(row, axes[name]), expected, atol=1e-5, err_msg=name
            )


def test_a_position_needs_nothing_before_it(session, file):
    cache = PaddedCache(file.config(TINY_CONTEXT_LENGTH))
    cache.length = TINY_CONTEXT_LENGTH - 2
    outputs = cache.run(session, IDS[:2], SWITCHES)
    assert outputs["attentions"].shape[-2:] == (2, 2)
    np.testing.assert_allclose(outputs["attentions"].sum(-1), 1, atol=1e-5)
    with pytest.raises(Exception, match="RotaryEmbedding"):
        cache.run(session, IDS[:2])


def test_the_rows_of_queries_and_keys_are_put_back_in_order(file):
    """The second of the GGUF's rows of a head is the first of its second half."""
    source = file.source("blk.0.attn_k.weight")
    assert source.interleavedHeads == 2
    in_order = file.read(source)
    as_stored = file.read(file.source("blk.0.attn_v.weight"))
    assert file.source("blk.0.attn_v.weight").interleavedHeads == 0
    assert as_stored.shape == in_order.shape == (32, HIDDEN_SIZE)
    stored = file.read(type(source)(**{**asdict(source), "interleavedHeads": 0}))
    head = 16  # Rows.
    for row in range(32):
        start, within = row // head * head, row % head
        there = start + 2 * (within % (head // 2)) + within // (head // 2)
        np.testing.assert_array_equal(in_order[row], stored[there])


def size(weight: dict) -> int:
    return (1 if weight["content"] == "integers" else 4) * int(np.prod(weight["dims"]))


def test_weights_lie_one_after_the_other_and_the_graph_asks_for_just_those(folder: Path, file):
    described = json.loads((folder / "weights.json").read_text(encoding="ascii"))
    by_name = {weight["name"]: weight for weight in described["tensors"]}
    end = 0
    for weight in described["tensors"]:
        assert weight["offset"] == end
        end += size(weight)
    assert end == described["bytes"]
    assert by_name["embedding.integers"]["dims"] == [VOCAB_SIZE, HIDDEN_SIZE]
    assert by_name["embedding.scales"]["dims"] == [VOCAB_SIZE, HIDDEN_SIZE // 32]
    assert by_name["head.7"]["dims"] == [VOCAB_SIZE // 8, HIDDEN_SIZE]
    assert by_name["layers.1.gate_up"]["dims"] == [2 * INTERMEDIATE_SIZE, HIDDEN_SIZE]
    model = onnx.load(folder / "decoder.onnx", load_external_data=False)
    external = {
        value.name: {entry.key: entry.value for entry in value.external_data}
        for value in model.graph.initializer
        if value.data_location == onnx.TensorProto.EXTERNAL
    }
    assert external == {
        name: {
            "location": "w",
            "offset": str(weight["offset"]),
            "length": str(size(weight)),
        }
        for name, weight in by_name.items()
    }


def test_names_are_those_of_the_contract(folder: Path):
    inputs = ["input_ids", "past_length"]
    inputs += [f"past_key_values.{layer}.{kind}" for layer in range(2) for kind in ("key", "value")]
    model = onnx.load(folder / "decoder.onnx", load_external_data=False).graph
    gates = ["head_gates", "feed_forward_gates"]
    assert [value.name for value in model.input] == [*inputs, *SWITCHES, *gates]
    assert [value.name for value in model.output] == [
        "logits",
        "new_key_values",
        "attentions",
        "hidden_states",
        "lens_logits",
    ]


def test_the_template_makes_chatml(folder: Path):
    chat = json.loads((folder / "chat.json").read_text(encoding="ascii"))
    prompts = {example["name"]: example["prompt"] for example in chat["examples"]}
    assert chat["system"] == "You are tiny."
    assert prompts["a question"] == (
        "<|im_start|>system\nYou are tiny.<|im_end|>\n"
        "<|im_start|>user\nWhat is a verb?<|im_end|>\n<|im_start|>assistant\n"
    )
    assert prompts["with a system message"] == (
        "<|im_start|>system\nAnswer in one word.<|im_end|>\n"
        "<|im_start|>user\nIs ice cold?<|im_end|>\n<|im_start|>assistant\n"
    )


def test_digits_are_tokens_of_their_own(tmp_path: Path):
    export_tiny_llama(tmp_path)
    cases = json.loads((tmp_path / "fixtures.json").read_text(encoding="ascii"))["tokenizer"]
    [case] = [case for case in cases if case["name"] == "numbers"]
    tokens = [token["text"] for token in case["tokens"]]
    digits = [character for character in case["text"] if character.isdigit()]
    assert len(digits) > 10
    assert [token for token in tokens if token.strip("Ġ").isdigit()] == digits


def test_every_tensor_of_smollm2_is_what_transformers_reads():
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("accelerate", reason="transformers reads no GGUF without accelerate")
    try:
        path = smollm2_file()
    except PackageMissingError as error:
        pytest.skip(str(error))
    theirs = transformers.AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32
    ).state_dict()
    ours = LlamaFile(path).load(CONTEXT_LENGTH).state_dict()
    assert theirs.keys() - {"lm_head.weight"} == {f"model.{name}" for name in ours}
    for name, values in ours.items():
        assert torch.equal(values, theirs[f"model.{name}"]), name
