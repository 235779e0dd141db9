"""This module writes the model folder of a BERT: graph, tokenizer, manifest."""

import json
from pathlib import Path

from training.export.bert.graph import build_bert_graph
from training.export.manifest import Manifest
from training.export.onnx.graph import serialize
from training.modeling.bert import Bert, MaskedBert


def write_bert_folder(
    folder: Path, model: Bert | MaskedBert, tokenizer: dict, *, id: str, name: str, license: str
) -> None:
    """A model with a head can fill in what is masked, and its manifest names that token."""
    body, head = (model.bert, model.head) if isinstance(model, MaskedBert) else (model, None)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "encoder.onnx").write_bytes(serialize(build_bert_graph(body, head)))
    compact = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(compact, encoding="utf-8", newline="\n")
    manifest = Manifest(
        id=id,
        name=name,
        year=2018,
        family="encoder-only",
        architecture="bert",
        layers=model.config.layers,
        heads=model.config.heads,
        hiddenSize=model.config.hidden_size,
        vocabSize=model.config.vocab_size,
        contextLength=model.config.context_length,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        license=license,
        tokens=None if head is None else special_tokens(tokenizer),
    )
    manifest.write(folder, tokenizer="tokenizer.json", graphs={"encoder": "encoder.onnx"})


def special_tokens(tokenizer: dict) -> dict[str, int]:
    vocabulary = tokenizer["model"]["vocab"]
    names = {"begin": "[CLS]", "end": "[SEP]", "padding": "[PAD]", "unknown": "[UNK]"}
    return {name: vocabulary[entry] for name, entry in {**names, "mask": "[MASK]"}.items()}
