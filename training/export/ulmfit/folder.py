"""This module writes the model folder of an ULMFiT: two graphs, tokenizer, manifest.

The graphs are those of the language model and of the classifier.
"""

from pathlib import Path

from tokenizers import Tokenizer

from training.data.byte_level import END_OF_TEXT
from training.export.manifest import Manifest
from training.export.onnx.graph import serialize
from training.export.ulmfit.graph import build_classifier, build_language_model
from training.modeling.awd_lstm import AwdLstm
from training.modeling.ulmfit import ReviewClassifier


def write_ulmfit_folder(
    folder: Path,
    model: AwdLstm,
    classifier: ReviewClassifier,
    tokenizer: Tokenizer,
    *,
    id: str,
    name: str,
    license: str,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "decoder.onnx").write_bytes(serialize(build_language_model(model)))
    (folder / "classifier.onnx").write_bytes(serialize(build_classifier(classifier)))
    (folder / "tokenizer.json").write_text(
        tokenizer.to_str(pretty=False), encoding="utf-8", newline="\n"
    )
    end = tokenizer.token_to_id(END_OF_TEXT)
    manifest = Manifest(
        id=id,
        name=name,
        year=2018,
        family="decoder-only",
        architecture="lstm",
        layers=model.config.layers,
        heads=1,
        hiddenSize=model.config.hidden_size,
        vocabSize=model.config.vocab_size,
        contextLength=model.config.context_length,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        license=license,
        tokens={"begin": end, "end": end},
        classes=["disliked", "liked"],
    )
    graphs = {"decoder": "decoder.onnx", "classifier": "classifier.onnx"}
    manifest.write(folder, tokenizer="tokenizer.json", graphs=graphs)
