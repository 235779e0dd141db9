"""Writes a model folder of a Llama: the GGUF, graphs without weights, tokenizer, chat, manifest."""

import json
import shutil
from pathlib import Path

from jinja2.sandbox import ImmutableSandboxedEnvironment

from training.export.graph import serialize
from training.export.llama_graph import build_llama_graph
from training.export.llama_tokenizer import make_tokenizer
from training.export.llama_weights import LlamaFile, describe_weights
from training.manifest import Manifest, describe_file

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
    config, weights = file.config(context_length), file.weights()
    for graph in ("decoder", "taps"):
        model = build_llama_graph(config, weights, taps=graph == "taps")
        (folder / f"{graph}.onnx").write_bytes(serialize(model))
    write_json(folder / "weights.json", describe_weights(weights))
    write_json(folder / "chat.json", describe_chat(file))
    (folder / "tokenizer.json").write_text(
        make_tokenizer(file).to_str(pretty=False), encoding="utf-8", newline="\n"
    )
    manifest = Manifest(
        id=id,
        name=name,
        year=2023,
        family="decoder-only",
        architecture="llama",
        layers=config.layers,
        heads=config.heads,
        hiddenSize=config.hidden_size,
        vocabSize=config.vocab_size,
        contextLength=config.context_length,
        parameters=sum(weight.bytes for weight in weights) // 4,
        license=license,
        tokens={
            "begin": file.field("tokenizer.ggml.bos_token_id"),
            "end": file.field("tokenizer.ggml.eos_token_id"),
        },
    )
    manifest.write(
        folder,
        tokenizer="tokenizer.json",
        graphs={"decoder": "decoder.onnx", "taps": "taps.onnx"},
    )
    others = {"weights": file.path.name, "tensors": "weights.json", "chat": "chat.json"}
    add_files(folder, others)


def add_files(folder: Path, files: dict[str, str]) -> None:
    """`files` is name -> path, beside tokenizer and graphs."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"] |= {name: describe_file(folder, file) for name, file in files.items()}
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def describe_chat(file: LlamaFile) -> dict:
    """The template as the file has it (Jinja), and what it makes of a few conversations.

    The engine writes these texts without Jinja, and tests itself against them.
    """
    template = file.field("tokenizer.chat_template")
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    render = environment.from_string(template).render
    return {
        "template": template,
        "examples": [
            {
                "name": name,
                "messages": messages,
                "prompt": render(messages=messages, add_generation_prompt=True),
            }
            for name, messages in CONVERSATIONS.items()
        ],
    }


def write_json(path: Path, content: dict) -> None:
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    path.write_text(text + "\n", encoding="ascii")
