"""These functions write `models/ulmfit` from what was trained, and a tiny one drawn at random.

What ships learned nothing from IMDB: see training/data/reviews.py.
"""

from pathlib import Path

from tokenizers import Tokenizer

from training.checkpoints import load_trained
from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.data.byte_level import END_OF_TEXT
from training.data.reviews import FOLDER as DATA
from training.export.decoder.texts import ALL_CASES, TINY_CASES, decoder_texts
from training.export.texts import VARIED
from training.export.ulmfit.fixtures import (
    LONGEST,
    compare_classifier,
    compare_language_model,
    write_ulmfit_fixtures,
)
from training.export.ulmfit.folder import write_ulmfit_folder
from training.export.ulmfit.tiny import make_lower_case_tokenizer, make_tiny_ulmfit
from training.modeling.awd_lstm import AwdLstm, AwdLstmConfig
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
