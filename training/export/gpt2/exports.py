"""These functions write `models/gpt2` from what was trained, and a tiny one drawn at random."""

from pathlib import Path

from tokenizers import Tokenizer

from training.checkpoints import load_trained
from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.data.text import FOLDER as TEXTS
from training.export.decoder.texts import ALL_CASES, TINY_CASES, decoder_texts
from training.export.decoder.tiny import make_tiny_tokenizer
from training.export.gpt2.fixtures import write_gpt2_fixtures
from training.export.gpt2.folder import write_gpt2_folder
from training.export.gpt2.tiny import make_tiny_gpt2
from training.export.texts import VARIED
from training.modeling.gpt2 import Gpt2, Gpt2Config


def export_gpt2(folder: Path) -> None:
    config, _ = load_config(CONFIGS / "gpt2-tail.toml", Gpt2Config)
    model = Gpt2(config)
    load_trained("gpt2-tail", model)
    write_gpt2_folder(
        folder,
        model,
        Tokenizer.from_file(str(TEXTS / "tokenizer.json")),
        id="gpt2",
        name="GPT-2 (small, trained for this extension)",
        license="CC-BY-SA-4.0",  # That of the texts with the strictest one.
    )
    write_gpt2_fixtures(folder, model, decoder_texts(config.context_length), VARIED, ALL_CASES)


def export_tiny_gpt2(folder: Path) -> None:
    model = make_tiny_gpt2()
    write_gpt2_folder(
        folder,
        model,
        make_tiny_tokenizer(model.config.vocab_size),
        id="tiny-gpt2",
        name="GPT-2 (tiny, random parameters)",
        license="MIT",
    )
    write_gpt2_fixtures(
        folder,
        model,
        decoder_texts(model.config.context_length),
        varied={name: VARIED[name] for name in ("prose", "repetition")},
        cases={name: ALL_CASES[name] for name in TINY_CASES},
    )
