"""This Llama of some tens of kB has random parameters, in a GGUF like SmolLM2's, for tests."""

import json
from pathlib import Path

import numpy as np

from training.data.byte_level import END_OF_TEXT
from training.export.decoder.tiny import make_tiny_tokenizer
from training.pretrained.llama_gguf import import_gguf
from training.pretrained.llama_tokenizer import CONTROL

SEED = 2023
LAYERS, HEADS, KEY_VALUE_HEADS, HIDDEN_SIZE, INTERMEDIATE_SIZE = 2, 4, 2, 64, 96
VOCAB_SIZE = 320
CONTEXT_LENGTH = 128
NORMAL = 1  # The type of a token that is a piece of text.
# In no entry of SmolLM2's, and of no text that makes sense: some controls, what UTF-8 never has,
# and what begins a character of planes without any.
NO_BYTES = [4, 6, 0x13, 0x14, 0x16, 0x1D, 0xC0, 0xC1, 0xF1, 0xF2, *range(0xF5, 0x100)]
SPECIAL = [END_OF_TEXT, "<|im_start|>", "<|im_end|>"]
# As SmolLM2's, with a system message where there is none.
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are tiny.<|im_end|>\n' }}{% endif %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def write_tiny_gguf(path: Path) -> None:
    gguf = import_gguf()
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT_LENGTH)
    writer.add_block_count(LAYERS)
    writer.add_embedding_length(HIDDEN_SIZE)
    writer.add_feed_forward_length(INTERMEDIATE_SIZE)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_VALUE_HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(VOCAB_SIZE)
    tokens, merges = make_vocabulary()
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([CONTROL if token in SPECIAL else NORMAL for token in tokens])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(CHAT_TEMPLATE)
    for name, values in make_parameters().items():
        if values.ndim == 1:
            writer.add_tensor(name, values)
            continue
        kind = gguf.GGMLQuantizationType["Q8_0" if name == "token_embd.weight" else "Q4_1"]
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def make_vocabulary() -> tuple[list[str], list[str]]:
    """All bytes but `NO_BYTES`, some pieces of English words, and what makes the pieces."""
    learned = make_tiny_tokenizer(VOCAB_SIZE - len(SPECIAL) + 1 + len(NO_BYTES))
    vocabulary = learned.get_vocab()
    # As `src/engine/tokenizer/bytesToUnicode.ts` spells these bytes.
    letters = {chr(byte if byte > 0x20 else 0x100 + byte) for byte in NO_BYTES}
    left_out = {END_OF_TEXT, *letters}
    pieces = sorted(vocabulary.keys() - left_out, key=vocabulary.__getitem__)
    # Pieces come in the order in which they were made: each of two that were there before.
    merges = [" ".join(merge) for merge in merges_of(learned.to_str())]
    return [*SPECIAL, *pieces], merges


def merges_of(tokenizer: str) -> list[list[str]]:
    return json.loads(tokenizer)["model"]["merges"]


def make_parameters() -> dict[str, np.ndarray]:
    """Drawn so wide that attention is far from uniform: a wrong axis or order of rows is seen."""
    generator = np.random.default_rng(SEED)
    width = HIDDEN_SIZE // HEADS * KEY_VALUE_HEADS

    def matrix(rows: int, columns: int, deviation: float | None = None) -> np.ndarray:
        deviation = 2 / columns**0.5 if deviation is None else deviation
        return generator.normal(0, deviation, (rows, columns)).astype(np.float32)

    def norm() -> np.ndarray:
        return generator.normal(1, 0.1, HIDDEN_SIZE).astype(np.float32)

    parameters = {"token_embd.weight": matrix(VOCAB_SIZE, HIDDEN_SIZE, 0.3)}
    for layer in range(LAYERS):
        parameters |= {
            f"blk.{layer}.attn_norm.weight": norm(),
            f"blk.{layer}.ffn_down.weight": matrix(HIDDEN_SIZE, INTERMEDIATE_SIZE),
            f"blk.{layer}.ffn_gate.weight": matrix(INTERMEDIATE_SIZE, HIDDEN_SIZE),
            f"blk.{layer}.ffn_up.weight": matrix(INTERMEDIATE_SIZE, HIDDEN_SIZE),
            f"blk.{layer}.ffn_norm.weight": norm(),
            f"blk.{layer}.attn_k.weight": matrix(width, HIDDEN_SIZE),
            f"blk.{layer}.attn_output.weight": matrix(HIDDEN_SIZE, HIDDEN_SIZE),
            f"blk.{layer}.attn_q.weight": matrix(HIDDEN_SIZE, HIDDEN_SIZE),
            f"blk.{layer}.attn_v.weight": matrix(width, HIDDEN_SIZE),
        }
    return {**parameters, "output_norm.weight": norm()}
