"""This module writes the model folder of a Llama.

It holds the GGUF, a graph without weights, tokenizer, chat template and manifest.
"""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jinja2.sandbox import ImmutableSandboxedEnvironment

from training.export.llama.graph import build_llama_graph
from training.export.llama.weights import describe_weights, weights_of
from training.export.manifest import Manifest
from training.export.onnx.graph import serialize
from training.pretrained.llama_gguf import LlamaFile
from training.pretrained.llama_tokenizer import make_tokenizer

CONVERSATIONS = {
    "a question": [{"role": "user", "content": "What is a verb?"}],
    "with a system message": [
        {"role": "system", "content": "Answer in one word."},
        {"role": "user", "content": "Is ice cold?"},
    ],
    "a second turn": [
        {"role": "user", "content": "Hello!"},
        {"role": "assistant", "content": "Hello, how can I help?"},
        {"role": "user", "content": "Name a colour.\nOnly one."},
    ],
}


def write_llama_folder(
    folder: Path, file: LlamaFile, *, context_length: int, id: str, name: str, license: str
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file.path, folder / file.path.name)
    config, weights = file.config(context_length), weights_of(file)
    (folder / "decoder.onnx").write_bytes(serialize(build_llama_graph(config, weights)))
    write_json(folder / "weights.json", describe_weights(weights))
    write_json(folder / "chat.json", describe_chat(file))
    (folder / "tokenizer.json").write_text(
        make_tokenizer(file).to_str(pretty=False), encoding="utf-8", newline="\n"
    )
    manifest = Manifest(
        id=id,
        name=name,
        year=2024,
        family="decoder-only",
        architecture="llama",
        layers=config.layers,
        heads=config.heads,
        hiddenSize=config.hidden_size,
        vocabSize=config.vocab_size,
        contextLength=config.context_length,
        parameters=file.parameter_count(),
        license=license,
        keyValueHeads=config.key_value_heads,
        tokens={
            "begin": file.field("tokenizer.ggml.bos_token_id"),
            "end": file.field("tokenizer.ggml.eos_token_id"),
        },
    )
    manifest.write(
        folder,
        tokenizer="tokenizer.json",
        graphs={"decoder": "decoder.onnx"},
        others={"weights": file.path.name, "tensors": "weights.json", "chat": "chat.json"},
    )


def describe_chat(file: LlamaFile) -> dict:
    """The template as the file has it (Jinja), and what it makes of a few conversations.

    The engine writes these texts without Jinja: ChatML, with `system` before a conversation that
    has no system message of its own, unless it is null. It holds itself against the examples.
    """
    render = chat_template(file)
    examples = [
        {"name": name, "messages": messages, "prompt": render(messages)}
        for name, messages in CONVERSATIONS.items()
    ]
    return {
        "template": file.field("tokenizer.chat_template"),
        "system": default_system_message(examples[0]["prompt"]),
        "examples": examples,
    }


def chat_template(file: LlamaFile) -> Callable[[Sequence[Mapping[str, str]]], str]:
    """What writes a conversation as the text that the answer goes on from."""
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(file.field("tokenizer.chat_template"))
    return lambda messages: template.render(messages=messages, add_generation_prompt=True)


def default_system_message(prompt: str) -> str | None:
    """Of a prompt made of a question alone."""
    start, end = "<|im_start|>system\n", "<|im_end|>\n"
    return prompt.removeprefix(start).partition(end)[0] if prompt.startswith(start) else None


def write_json(path: Path, content: dict) -> None:
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    path.write_text(text + "\n", encoding="ascii")
