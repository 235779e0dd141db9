"""This command measures a trained translator on everyday and natural sentences, before its export.

Run it with `python -m training.evaluation.natural <training> [--beams 5] [--epochs 1]`.
Prints JSON and keeps it in `<training>/` of `WORK`: BLEU and chrF by length on Tatoeba, on
sentences put together, on held-out stretches of natural text, on public test sets; words that no
French text has; and the translations of everyday sentences, to be read by eye.
Greedily unless told, with the parameters as float32.
"""

import argparse
import json
import lzma
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from training.checkpoints import load_trained
from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.data.english_french import FOLDER
from training.data.parallel import SET, read_tags
from training.data.translation import BEGIN, END, read_pairs
from training.decoding import translate_by_beam, translate_greedily
from training.evaluation.everyday_sentences import EVERYDAY_SENTENCES
from training.evaluation.translator import (
    Item,
    Translate,
    by_length,
    learning_curve,
    measure,
    read_ntrex,
    read_test,
    score,
)
from training.export.translator.word_counts import WORD
from training.modeling.lstm import Lstm, LstmConfig
from training.modeling.lstm_attention import LstmAttention, LstmAttentionConfig
from training.modeling.transformer import Transformer, TransformerConfig
from training.paths import DATA_SETS, WORK
from training.tasks.natural_translation import NaturalTranslationTask

MODELS: dict[str, tuple[type, Callable[..., nn.Module]]] = {
    "seq2seq-lstm-natural": (LstmConfig, Lstm),
    "seq2seq-attention-natural": (LstmAttentionConfig, LstmAttention),
    "transformer-natural": (TransformerConfig, Transformer),
}
SHORTEST_WORD = 4  # Letters; shorter strings are words of some kind more often than not.


@dataclass(frozen=True)
class TaggedItem:
    tag: str
    item: Item


def read_part(folder: Path, part: str) -> list[TaggedItem]:
    test = json.loads((folder / "test.json").read_text(encoding="utf-8"))
    return [
        TaggedItem(p["tag"], Item(p["english"], p["french"], len(p["english"].split())))
        for p in test[part]
    ]


def first_of_each(items: Sequence[TaggedItem], most: int) -> list[TaggedItem]:
    """At most so many of each tag."""
    tags = dict.fromkeys(one.tag for one in items)
    return [one for tag in tags for one in [i for i in items if i.tag == tag][:most]]


def by_tag(items: Sequence[TaggedItem], translations: Sequence[str]) -> dict[str, dict]:
    pairs = [(one.tag, t, one.item.french) for one, t in zip(items, translations, strict=True)]
    return {
        tag: score((t, french) for other, t, french in pairs if other == tag)
        for tag in dict.fromkeys(one.tag for one in items)
    }


def forms(texts: Iterable[str]) -> set[str]:
    return {form for text in texts for form in forms_of(text)}


def forms_of(text: str) -> list[str]:
    """Words in lower case, cut at apostrophes and hyphens."""
    words = WORD.findall(text.lower())
    return [part for word in words for part in word.replace("-", "'").split("'")]


def french_forms(data: Path) -> set[str]:
    """What occurs in any French sentence that is at hand, whether trained on or not."""
    tatoeba = (pair.french for pair in read_pairs(data / "tatoeba-en-fr/fra.txt.xz"))
    parallel = (pair.french for pairs in read_tags(data / SET).values() for pair in pairs)
    with lzma.open(data / "ntrex-128/newstest2019-ref.fra.txt.xz", "rt", encoding="utf-8") as file:
        return forms(tatoeba) | forms(parallel) | forms(file)


def non_words(
    sources: Sequence[str], translations: Sequence[str], known: set[str]
) -> dict[str, float | int | list[str]]:
    """Words that neither French texts nor the source have, for 1,000 words of output.

    An upper bound: a rare word that is well formed counts too, so the words themselves are told.
    """
    found, count = [], 0
    for source, translation in zip(sources, translations, strict=True):
        copied = set(forms_of(source))
        words = forms_of(translation)
        count += len(words)
        found += [
            word
            for word in words
            if len(word) >= SHORTEST_WORD and word not in known and word not in copied
        ]
    return {
        "words": count,
        "perThousand": round(1000 * len(found) / max(1, count), 2),
        "examples": list(dict.fromkeys(found))[:40],
    }


def translator(model: nn.Module, task: NaturalTranslationTask, beams: int) -> Translate:
    """The best translation of each text, of so many beams; 1 is greedy."""

    def translate(texts: Sequence[str]) -> list[str]:
        sources = [[*task.tokenizer.encode(text).ids, END] for text in texts]
        if beams == 1:
            ids = translate_greedily(model, sources, BEGIN, END)
        else:
            best = [translate_by_beam(model, one, BEGIN, END, beams)[0].ids for one in sources]
            ids = [[id for id in one if id != END] for one in best]
        return [text.strip() for text in task.tokenizer.decode_batch([list(one) for one in ids])]

    return translate


def evaluate(translate: Translate, data: Path, most: int, known: set[str]) -> dict:
    singles, joined = read_test(FOLDER)
    natural = first_of_each(read_part(FOLDER, "natural"), most)
    public = first_of_each(read_part(FOLDER, "public"), most)
    ntrex = read_ntrex(data)[:most]
    of_natural = translate([one.item.english for one in natural])
    of_public = translate([one.item.english for one in public])
    of_ntrex = translate([item.english for item in ntrex])
    everyday = translate(EVERYDAY_SENTENCES)
    items = [one.item for one in natural]
    return {
        "natural": {
            "all": score(zip(of_natural, [item.french for item in items], strict=True)),
            "byLength": by_length(items, of_natural),
            "bySource": by_tag(natural, of_natural),
        },
        "public": by_tag(public, of_public),
        "ntrex": score(zip(of_ntrex, [item.french for item in ntrex], strict=True)),
        "nonWords": {
            "natural": non_words([item.english for item in items], of_natural, known),
            "ntrex": non_words([item.english for item in ntrex], of_ntrex, known),
            "everyday": non_words(EVERYDAY_SENTENCES, everyday, known),
        },
        "tatoeba": measure(singles, joined, translate),
        "everyday": dict(zip(EVERYDAY_SENTENCES, everyday, strict=True)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluation.natural", description=__doc__
    )
    parser.add_argument("training", choices=MODELS)
    parser.add_argument("--beams", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=1, help="how many of the last are averaged")
    parser.add_argument("--most", type=int, default=300, help="items of a source or public set")
    parser.add_argument("--data", type=Path, default=DATA_SETS)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model_config, make_model = MODELS[arguments.training]
    config, training = load_config(CONFIGS / f"{arguments.training}.toml", model_config)
    model = make_model(config)
    load_trained(arguments.training, model, arguments.epochs)
    translate = translator(model, NaturalTranslationTask(training), arguments.beams)
    learning = learning_curve(WORK / arguments.training / "log.jsonl")
    quality = {
        "training": arguments.training,
        "beams": arguments.beams,
        "epochs": arguments.epochs,
        **evaluate(translate, arguments.data, arguments.most, french_forms(arguments.data)),
        "learning": learning,
    }
    text = json.dumps(quality, indent=1, ensure_ascii=False) + "\n"
    updates = learning[-1]["updates"] if learning else 0
    name = f"natural-{updates}-beams{arguments.beams}.json"
    (WORK / arguments.training / name).write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
