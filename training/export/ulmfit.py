"""Writes `models/ulmfit` from what was trained: language model, classifier, tokenizer, manifest.

Neither learned from IMDB: see training/data/reviews.py.
"""

from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.data.byte_level import END_OF_TEXT
from training.data.reviews import FOLDER as DATA
from training.export.fixtures import TOLERANCE
from training.export.graph import serialize
from training.export.session import open_session
from training.export.texts import VARIED
from training.export.ulmfit_graph import build_classifier, build_language_model
from training.manifest import Manifest
from training.modeling.awd_lstm import AwdLstm, AwdLstmConfig, State
from training.modeling.ulmfit import ReviewClassifier
from training.quantization import dequantized
from training.trained import load_trained


def export_ulmfit(folder: Path) -> None:
    config, _ = load_config(CONFIGS / "ulmfit.toml", AwdLstmConfig)
    model, classifier = AwdLstm(config), ReviewClassifier(config)
    load_trained("ulmfit", model)
    load_trained("ulmfit-classifier", classifier, command="training.ulmfit classify")
    tokenizer = Tokenizer.from_file(str(DATA / "tokenizer.json"))
    write_ulmfit_folder(folder, model, classifier, tokenizer)
    end = tokenizer.token_to_id(END_OF_TEXT)
    texts = [[end, *tokenizer.encode(text).ids] for text in VARIED.values()]
    compare_language_model(folder / "decoder.onnx", dequantized(model), texts[0])
    for ids in texts:
        compare_classifier(folder / "classifier.onnx", dequantized(classifier), ids)


def write_ulmfit_folder(
    folder: Path, model: AwdLstm, classifier: ReviewClassifier, tokenizer: Tokenizer
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "decoder.onnx").write_bytes(serialize(build_language_model(model)))
    (folder / "classifier.onnx").write_bytes(serialize(build_classifier(classifier)))
    (folder / "tokenizer.json").write_text(
        tokenizer.to_str(pretty=False), encoding="utf-8", newline="\n"
    )
    end = tokenizer.token_to_id(END_OF_TEXT)
    manifest = Manifest(
        id="ulmfit",
        name="ULMFiT (trained for this extension)",
        year=2018,
        family="decoder-only",
        architecture="lstm",
        layers=model.config.layers,
        heads=1,
        hiddenSize=model.config.hidden_size,
        vocabSize=model.config.vocab_size,
        contextLength=model.config.context_length,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        license="CC-BY-4.0",  # That of the texts with the strictest one.
        tokens={"begin": end, "end": end},
    )
    graphs = {"decoder": "decoder.onnx", "classifier": "classifier.onnx"}
    manifest.write(folder, tokenizer="tokenizer.json", graphs=graphs)


@torch.inference_mode()
def compare_language_model(graph: Path, model: AwdLstm, ids: list[int]) -> None:
    """Raises an AssertionError if the steps of the graph differ from one reading by PyTorch."""
    expected = model(torch.tensor([ids]))
    session = open_session(graph)
    config = model.config
    empty = np.zeros((1, config.layers, config.hidden_size), np.float32)
    hidden, cell, steps = empty, empty, []
    for id in ids:
        feeds = {"input_ids": np.array([id]), "past.hidden": hidden, "past.cell": cell}
        names = ["logits", "present.hidden", "present.cell"]
        logits, hidden, cell = session.run(names, feeds)
        steps.append(logits[0])
    check("logits", np.stack(steps), expected.logits[0].numpy())
    for number, name in enumerate(("hidden", "cell")):
        check(name, (hidden, cell)[number], wide_state(expected.state, number, config.hidden_size))


def wide_state(state: State, number: int, size: int) -> np.ndarray:
    """Hidden (0) or cell (1) state as the graph has it [B, L, D]."""
    rows = [parts[number].numpy() for parts in state]
    return np.stack([np.pad(row, ((0, 0), (0, size - row.shape[1]))) for row in rows], 1)


@torch.inference_mode()
def compare_classifier(graph: Path, model: ReviewClassifier, ids: list[int]) -> None:
    expected = model(torch.tensor([ids]), torch.tensor([len(ids)]))
    (logits,) = open_session(graph).run(["logits"], {"input_ids": np.array([ids])})
    check("classes", logits, expected.numpy())


def check(name: str, actual: np.ndarray, expected: np.ndarray) -> None:
    difference = np.abs(actual - expected).max()
    assert difference <= TOLERANCE, f"the graph's {name} is {difference:.1e} from PyTorch's"
