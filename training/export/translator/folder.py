"""This module writes the model folder of a translator: two graphs, tokenizer, manifest."""

import json
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tokenizers import Tokenizer
from torch import nn

from training.data.translation import BEGIN, END, PADDING
from training.export.lstm import graph as lstm_graph
from training.export.lstm_attention import graph as lstm_attention_graph
from training.export.manifest import Manifest
from training.export.onnx.graph import serialize
from training.export.transformer import graph as transformer_graph
from training.modeling.lstm import Lstm
from training.modeling.lstm_attention import LstmAttention
from training.modeling.transformer import Transformer


@dataclass(frozen=True)
class Kind:
    architecture: str
    year: int
    graphs: ModuleType  # With build_encoder and build_decoder.


KINDS: dict[type[nn.Module], Kind] = {
    Lstm: Kind("lstm", 2014, lstm_graph),
    LstmAttention: Kind("lstm-attention", 2015, lstm_attention_graph),
    Transformer: Kind("transformer", 2017, transformer_graph),
}


def write_translator_folder(
    folder: Path,
    model: nn.Module,
    tokenizer: Tokenizer,
    *,
    id: str,
    name: str,
    license: str,
    longest_words: int | None = None,
    others: dict[str, str] | None = None,
) -> None:
    """`others`, name -> path, lie in `folder` already."""
    kind = KINDS[type(model)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "encoder.onnx").write_bytes(serialize(kind.graphs.build_encoder(model)))
    (folder / "decoder.onnx").write_bytes(serialize(kind.graphs.build_decoder(model)))
    facts = json.loads(tokenizer.to_str())
    compact = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(compact, encoding="utf-8", newline="\n")
    manifest = Manifest(
        id=id,
        name=name,
        year=kind.year,
        family="encoder-decoder",
        architecture=kind.architecture,
        layers=model.config.layers,
        heads=getattr(model.config, "heads", 1),
        hiddenSize=model.config.hidden_size,
        vocabSize=model.config.vocab_size,
        contextLength=model.config.context_length,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        license=license,
        tokens={"begin": BEGIN, "end": END, "padding": PADDING},
        languages={"source": "en", "target": "fr"},
        longestWords=longest_words,
    )
    graphs = {"encoder": "encoder.onnx", "decoder": "decoder.onnx"}
    manifest.write(folder, tokenizer="tokenizer.json", graphs=graphs, others=others)
