"""This command measures how good a shipped translator is.

Run it with `python -m training.evaluation.translator <id>`.
Writes `models/<id>/quality.json`. What is measured are the files in `models/<id>`, through the
command line of the engine (`npm run engine`), so `npm run build` must have been run. Translations
are kept in `<id>/translations/` of `WORK`, and a run that was broken off goes on from there.

All scores are corpus BLEU and chrF by sacreBLEU with its defaults, of one reference. Lengths are in
English words.
"""

import argparse
import hashlib
import json
import lzma
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import sacrebleu

from training.data.translation import BUCKETS, bucket_of, clean, space_punctuation
from training.data.translation import FOLDER as DATA
from training.paths import DATA_SETS, ROOT, WORK

STRATEGIES = {"greedy": [], "beam5": ["--beams", "5"]}
SHORT = (1, 14)  # Natural sentences of these lengths are what the training data are full of.
LONG = (30, 40)
LONGEST_JOIN = 4  # Sentences.
NTREX_ITEMS = 500  # The first ones: news, with sentences far longer than those of the training.
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
Translate = Callable[[Sequence[str]], list[str]]


@dataclass(frozen=True)
class Item:
    english: str
    french: str
    words: int
    parts: tuple[int, ...] = ()  # Of a joined item, the numbers of its sentences.


def read_test(folder: Path) -> tuple[list[Item], list[Item]]:
    """Natural sentences, and sentences put together."""
    test = json.loads((folder / "test.json").read_text(encoding="utf-8"))
    singles = [
        Item(pair["english"], pair["french"], len(pair["english"].split()))
        for pair in test["singles"]
    ]
    joined = [
        Item(
            " ".join(singles[number].english for number in item["parts"]),
            " ".join(singles[number].french for number in item["parts"]),
            item["words"],
            tuple(item["parts"]),
        )
        for item in test["joined"]
    ]
    return singles, joined


def measure(singles: Sequence[Item], joined: Sequence[Item], translate: Translate) -> dict:
    of_singles = translate([item.english for item in singles])
    of_joined = translate([item.english for item in joined])
    return {
        "natural": by_length(singles, of_singles),
        "joined": by_length(joined, of_joined),
        "naturalShort": {"words": SHORT, **score_of(singles, of_singles, SHORT)},
        "wholeOrParts": whole_or_parts(joined, of_joined, of_singles),
        "bySentence": by_sentence(joined, of_joined, singles),
    }


def by_length(items: Sequence[Item], translations: Sequence[str]) -> list[dict]:
    """One for each bucket that has items."""
    firsts = [1, *(last + 1 for last in BUCKETS)]
    ranges = list(zip(firsts, BUCKETS, strict=False))
    used = sorted({b for b in (bucket_of(item.words) for item in items) if b is not None})
    return [{"words": ranges[b], **score_of(items, translations, ranges[b])} for b in used]


def score_of(
    items: Sequence[Item], translations: Sequence[str], words: tuple[int, int]
) -> dict[str, float]:
    chosen = [
        (translation, item.french)
        for item, translation in zip(items, translations, strict=True)
        if words[0] <= item.words <= words[1]
    ]
    return score(chosen)


def score(pairs: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Of translation and reference."""
    translations, references = zip(*pairs, strict=True)
    return {
        "items": len(translations),
        "bleu": round(sacrebleu.corpus_bleu(translations, [references]).score, 2),
        "chrf": round(sacrebleu.corpus_chrf(translations, [references]).score, 2),
    }


def whole_or_parts(
    joined: Sequence[Item], of_joined: Sequence[str], of_singles: Sequence[str]
) -> dict:
    """Long joined items translated at once, and their sentences one by one."""
    numbers = [i for i, item in enumerate(joined) if LONG[0] <= item.words <= LONG[1]]
    whole = score((of_joined[i], joined[i].french) for i in numbers)
    parts = score(
        (" ".join(of_singles[number] for number in joined[i].parts), joined[i].french)
        for i in numbers
    )
    return {
        "words": LONG,
        "whole": whole,
        "parts": parts,
        "bleuKept": round(whole["bleu"] / parts["bleu"], 3) if parts["bleu"] else None,
    }


def by_sentence(
    joined: Sequence[Item], of_joined: Sequence[str], singles: Sequence[Item]
) -> list[dict]:
    """chrF of the first to the fourth sentence of long items of four.

    A translation is cut where its sentences end; a sentence that is missing counts as empty.
    Items are left out if one of their references has an end in its middle.
    """
    pairs: list[list[tuple[str, str]]] = [[] for _ in range(LONGEST_JOIN)]
    for item, translation in zip(joined, of_joined, strict=True):
        references = [singles[number].french for number in item.parts]
        whole = all(len(SENTENCE_END.split(reference)) == 1 for reference in references)
        if len(references) != LONGEST_JOIN or not whole or item.words < LONG[0]:
            continue
        sentences = SENTENCE_END.split(translation, LONGEST_JOIN - 1)
        sentences += [""] * (LONGEST_JOIN - len(sentences))
        for place, pair in enumerate(zip(sentences, references, strict=True)):
            pairs[place].append(pair)
    return [
        {
            "sentence": place + 1,
            "items": len(of_place),
            "chrf": round(
                sacrebleu.corpus_chrf([t for t, _ in of_place], [[r for _, r in of_place]]).score, 2
            ),
        }
        for place, of_place in enumerate(pairs)
        if of_place
    ]


def read_ntrex(data: Path) -> list[Item]:
    def lines(name: str) -> list[str]:
        with lzma.open(data / "ntrex-128" / name, "rt", encoding="utf-8") as file:
            return [clean(line) for line in file][:NTREX_ITEMS]

    pairs = zip(
        lines("newstest2019-src.eng.txt.xz"), lines("newstest2019-ref.fra.txt.xz"), strict=True
    )
    return [
        Item(english, space_punctuation(french), len(english.split())) for english, french in pairs
    ]


def learning_curve(log: Path) -> list[dict]:
    """After each epoch, on the validation sentences, greedily, in float32."""
    if not log.exists():
        print(f"There is no {log}: the learning curve is left out.", file=sys.stderr)
        return []
    names = {
        "epoch": "epoch",
        "update": "updates",
        "tokens": "tokens",
        "cpu_seconds": "cpuSeconds",
        "validationLoss": "validationLoss",
        "bleu": "bleu",
        "chrf": "chrf",
        "naturalBleu": "naturalBleu",  # Where natural sentences were learned from.
        "naturalChrf": "naturalChrf",
    }
    lines = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    return [
        {name: line[key] for key, name in names.items() if key in line}
        for line in lines
        if "bleu" in line
    ]


class Door:
    """Translates through the command line of the engine, and keeps what it got."""

    def __init__(self, id: str, options: Sequence[str], kept: Path, command: Sequence[str]):
        self.command = [*command, "generate", "--model", id, *options]
        self.kept = kept
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch()
        lines = kept.read_text(encoding="utf-8").splitlines()
        self.translations: dict[str, str] = dict(map(json.loads, lines))

    def translate(self, texts: Sequence[str]) -> list[str]:
        """Raises a RuntimeError if the engine does."""
        missing = [text for text in dict.fromkeys(texts) if text not in self.translations]
        if missing:
            self.ask(missing)
        return [self.translations[text] for text in texts]

    def ask(self, texts: Sequence[str]) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.write("\n".join(texts) + "\n")
            file.flush()
            command = [*self.command, "--text-file", file.name, "--lines"]
            with (
                subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process,
                self.kept.open("a", encoding="utf-8") as kept,
            ):
                for text, line in zip(texts, process.stdout, strict=False):
                    answer = json.loads(line)
                    if "text" not in answer:
                        raise RuntimeError(f"The engine did not translate {text!r}: {answer}")
                    self.translations[text] = answer["text"]
                    kept.write(json.dumps([text, answer["text"]], ensure_ascii=False) + "\n")
                    kept.flush()
            if process.returncode != 0 or any(text not in self.translations for text in texts):
                raise RuntimeError(f"{' '.join(command)} ended early, with {process.returncode}")


def evaluate(id: str, models: Path, data: Path, command: Sequence[str]) -> dict:
    folder = models / id
    singles, joined = read_test(DATA)
    ntrex = read_ntrex(data)
    shipped = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("encoder.onnx", "decoder.onnx")
    }
    version = shipped["decoder.onnx"][:12]
    quality: dict = {"model": id, "files": shipped}
    for name, options in STRATEGIES.items():
        kept = WORK / id / "translations" / f"{version}-{name}.jsonl"
        door = Door(id, [*options, "--models-dir", str(models)], kept, command)
        quality[name] = measure(singles, joined, door.translate)
        if name == "beam5":
            of_ntrex = door.translate([item.english for item in ntrex])
            references = [item.french for item in ntrex]
            quality["ntrex"] = score(zip(of_ntrex, references, strict=True))
    quality["learning"] = learning_curve(WORK / id / "log.jsonl")
    return {**quality, **calibration(WORK / f"{id}-multi30k" / "log.jsonl")}


def calibration(log: Path) -> dict:
    """The same network trained on Multi30k, beside published figures, where that was done."""
    return {"multi30k": learning_curve(log)} if log.exists() else {}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.evaluation.translator")
    parser.add_argument("id", choices=("seq2seq-lstm", "seq2seq-attention", "transformer"))
    parser.add_argument("--models-dir", type=Path, default=ROOT / "models")
    parser.add_argument("--data", type=Path, default=DATA_SETS)
    parser.add_argument(
        "--calibration",
        action="store_true",
        help="measure nothing anew: only add the log of Multi30k to the quality.json that is there",
    )
    arguments = parser.parse_args()
    models = arguments.models_dir.resolve()
    file = models / arguments.id / "quality.json"
    if arguments.calibration:
        log = WORK / f"{arguments.id}-multi30k" / "log.jsonl"
        quality = {**json.loads(file.read_text(encoding="utf-8")), **calibration(log)}
    else:
        command = ["npm", "run", "-s", "engine", "--"]
        quality = evaluate(arguments.id, models, arguments.data, command)
    text = json.dumps(quality, indent=1) + "\n"
    file.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
