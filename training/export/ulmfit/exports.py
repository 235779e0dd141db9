"""These functions write `models/ulmfit` from what was trained, and a tiny one drawn at random.

A folder has a language model, a classifier, tokenizer, manifest and fixtures.
What ships learned nothing from IMDB: see training/data/reviews.py.
"""

from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from training.checkpoints import load_trained
from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.data.byte_level import END_OF_TEXT
from training.data.reviews import FOLDER as DATA
from training.export.decoder.texts import ALL_CASES, TINY_CASES, decoder_texts
from training.export.fixtures import TOLERANCE
from training.export.manifest import Manifest
from training.export.onnx.graph import serialize
from training.export.onnx.session import open_session
from training.export.texts import VARIED
from training.export.ulmfit.fixtures import LONGEST, write_ulmfit_fixtures
from training.export.ulmfit.graph import build_classifier, build_language_model
from training.export.ulmfit.tiny import make_lower_case_tokenizer, make_tiny_ulmfit
from training.modeling.awd_lstm import AwdLstm, AwdLstmConfig, State
from training.modeling.ulmfit import ReviewClassifier
from training.quantization import dequantized

# Written for the purpose.
REVIEWS = {
    "liked": "A warm and funny film, and the acting is a joy from the first scene to the last.",
    "disliked": "What a dull mess: the jokes fall flat, and nobody seems to care how it ends.",
    "mixed": "The hotel was exceptionally clean, yet the service was slow.",
    "one word": "Boring!",
    "no review": "今日は天気がいい。 😀",
    "read at both ends": " ".join(["I went there with a friend."] * 60) + " It was wonderful.",
}
# The vocabulary knows lower case alone.
OWN_CASES = ("Greek final sigma", "Turkish dotted and dotless i", "full-width letters")


def export_ulmfit(folder: Path) -> None:
    config, _ = load_config(CONFIGS / "ulmfit.toml", AwdLstmConfig)
    model, classifier = AwdLstm(config), ReviewClassifier(config)
    load_trained("ulmfit", model)
    load_trained("ulmfit-classifier", classifier, command="training.ulmfit classify")
    tokenizer = Tokenizer.from_file(str(DATA / "tokenizer.json"))
    write_ulmfit_folder(
        folder,
        model,
        classifier,
        tokenizer,
        id="ulmfit",
        name="ULMFiT (trained for this extension)",
        license="CC-BY-4.0",  # That of the texts with the strictest one.
    )
    inputs = decoder_texts(LONGEST)
    write_ulmfit_fixtures(folder, model, classifier, inputs, VARIED, REVIEWS, ALL_CASES)
    end = tokenizer.token_to_id(END_OF_TEXT)
    texts = [[end, *tokenizer.encode(text).ids] for text in VARIED.values()]
    compare_language_model(folder / "decoder.onnx", dequantized(model), texts[0])
    for ids in texts:
        compare_classifier(folder / "classifier.onnx", dequantized(classifier), ids)


def export_tiny_ulmfit(folder: Path) -> None:
    models = make_tiny_ulmfit()
    tokenizer = make_lower_case_tokenizer()
    write_ulmfit_folder(
        folder,
        *models,
        tokenizer,
        id="tiny-ulmfit",
        name="ULMFiT (tiny, random parameters)",
        license="MIT",
    )
    varied = {name: VARIED[name] for name in ("prose", "repetition")}
    cases = {name: ALL_CASES[name] for name in (*TINY_CASES, *OWN_CASES)}
    inputs = decoder_texts(models[0].config.context_length)
    write_ulmfit_fixtures(folder, *models, inputs, varied, REVIEWS, cases)


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
