"""This module writes the model folder of a GPT-2: graph, tokenizer, manifest."""

from pathlib import Path

from tokenizers import Tokenizer

from training.data.byte_level import END_OF_TEXT
from training.export.gpt2.graph import build_gpt2_graph
from training.export.manifest import Manifest
from training.export.onnx.graph import serialize
from training.modeling.gpt2 import Gpt2


def write_gpt2_folder(
    folder: Path, model: Gpt2, tokenizer: Tokenizer, *, id: str, name: str, license: str
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "decoder.onnx").write_bytes(serialize(build_gpt2_graph(model)))
    (folder / "tokenizer.json").write_text(
        tokenizer.to_str(pretty=False), encoding="utf-8", newline="\n"
    )
    end = tokenizer.token_to_id(END_OF_TEXT)
    manifest = Manifest(
        id=id,
        name=name,
        year=2019,
        family="decoder-only",
        architecture="gpt2",
        layers=model.config.layers,
        heads=model.config.heads,
        hiddenSize=model.config.hidden_size,
        vocabSize=model.config.vocab_size,
        contextLength=model.config.context_length,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        license=license,
        # One token parts documents: it begins each, and says that one is over.
        tokens={"begin": end, "end": end},
    )
    manifest.write(folder, tokenizer="tokenizer.json", graphs={"decoder": "decoder.onnx"})
