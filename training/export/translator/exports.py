"""These functions write the folders of the three trained translators, and of three tiny ones."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from torch import nn

from training.checkpoints import load_trained
from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.data.translation import FOLDER as DATA
from training.export.texts import NON_ASCII, SENTENCE
from training.export.tokenizer_cases import CASES
from training.export.translator.fixtures import write_translator_fixtures
from training.export.translator.folder import write_translator_folder
from training.export.translator.tiny import (
    make_tiny_lstm,
    make_tiny_lstm_attention,
    make_tiny_tokenizer,
    make_tiny_transformer,
)
from training.export.translator.word_counts import write_word_counts
from training.modeling.lstm import Lstm, LstmConfig
from training.modeling.lstm_attention import LstmAttention, LstmAttentionConfig
from training.modeling.transformer import Transformer, TransformerConfig
from training.tasks.translation import JOINED_WORDS


@dataclass(frozen=True)
class Translator:
    name: str
    config: type
    model: type[nn.Module]
    tiny: Callable[[], nn.Module]
    # How many of the last epochs are averaged:
    # `python -m training.evaluation.checkpoint_averaging <id>` tells.
    epochs: int = 1


TRANSLATORS = {
    "seq2seq-lstm": Translator("LSTM encoder-decoder", LstmConfig, Lstm, make_tiny_lstm),
    "seq2seq-attention": Translator(
        "LSTM with attention", LstmAttentionConfig, LstmAttention, make_tiny_lstm_attention
    ),
    "transformer": Translator("Transformer", TransformerConfig, Transformer, make_tiny_transformer),
}
TEXTS = {
    "one word": "chair",
    "a sentence": SENTENCE,
    "a question": "Where did you buy that book?",
    "two sentences": "My sister lives in Paris. She works in a big hotel.",
    "three sentences": "It is raining. I have no umbrella. Can you wait for me?",
    "numbers": "The train leaves at 10:45 from platform 3.",
    "names": "Marie gave Tom the key to her house in Boston.",
    "beyond ASCII": NON_ASCII,
    "not a sentence": "!!! ???",
    "long": (
        "When I was a child, my father used to tell me stories about the sea every evening before "
        "I went to bed, and I always wanted to know how they ended."
    ),
}
TINY_TEXTS = ("one word", "a question", "two sentences", "beyond ASCII")
CASE_NAMES = [name for name, text in CASES.items() if isinstance(text, str)]
TINY_CASE_NAMES = ("empty", "plain", "code", "numbers", "emoji, skin tone and joiners")


def longest_of_training(data: Path) -> int:
    """In words: the longest sentence, or the longest that were put together of several."""
    return max(int(np.load(data / "train.npz")["words"].max()), JOINED_WORDS[1])


def export_translator(id: str) -> Callable[[Path], None]:
    def export(folder: Path) -> None:
        translator = TRANSLATORS[id]
        config, _ = load_config(CONFIGS / f"{id}.toml", translator.config)
        model = translator.model(config)
        load_trained(id, model, translator.epochs)
        folder.mkdir(parents=True, exist_ok=True)
        write_word_counts(folder, DATA)
        write_translator_folder(
            folder,
            model,
            Tokenizer.from_file(str(DATA / "tokenizer.json")),
            id=id,
            name=f"{translator.name} (trained for this extension)",
            license="CC-BY-2.0",  # That of the sentences it learned from.
            longest_words=longest_of_training(DATA),
            others={"words": "words.json"},
        )
        write_translator_fixtures(
            folder,
            model,
            TEXTS,
            inside=["a question", "two sentences"],
            cases={name: CASES[name] for name in CASE_NAMES},
        )

    return export


def export_tiny_translator(id: str) -> Callable[[Path], None]:
    def export(folder: Path) -> None:
        translator = TRANSLATORS[id]
        model = translator.tiny()
        write_translator_folder(
            folder,
            model,
            make_tiny_tokenizer(),
            id=f"tiny-{id}",
            name=f"{translator.name} (tiny, random parameters)",
            license="MIT",
        )
        write_translator_fixtures(
            folder,
            model,
            {name: TEXTS[name] for name in TINY_TEXTS},
            inside=["one word", "a question"],
            cases={name: CASES[name] for name in TINY_CASE_NAMES},
        )

    return export
