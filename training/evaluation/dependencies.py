"""This command measures the dependency parser of `models/bert` as it is shipped.

`python -m training.evaluation.dependencies [--data ../shared/data]` runs the shipped graphs on the
test parts of the treebanks, each sentence alone, and of EWT also among its neighbours. It writes
`models/bert/quality.json`, the figures of EWT into the manifest, and `test/parity/parses.json`,
what the engine must find in a few texts.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from training.data.treebank import (
    MODEL,
    SET,
    Encoder,
    Sentence,
    kept,
    pooling_of,
    sentences_of,
    texts_of,
)
from training.export.onnx.session import open_session
from training.paths import DATA_SETS, ROOT
from training.tasks.arborescence import best_tree
from training.tasks.dependencies import AttachmentCounts

MAIN = "ewt-test"
TESTS = (MAIN, "gum-test", "pud-test")
DIGITS = 4
PARSES = ROOT / "test/parity/parses.json"
# Each a list of sentences that are read together.
TEXTS = (
    ["The cat sat on the mat because it was tired."],
    ["They don't know that Anna's e-mail was unbelievably long."],
    ["Yes.", "We cannot believe you met Dr Smith in Paris yesterday!"],
    ["The Überraschung was, of course, 図."],
)


class ShippedParser:
    def __init__(self, folder: Path):
        self.encoder = Encoder(folder)
        self.graph: onnxruntime.InferenceSession = open_session(folder / "parser.onnx")
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.relations: list[str] = manifest["parser"]["relations"]

    def read(self, sentences: Sequence[str]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Heads [U] and relations [U] of each sentence of a text."""
        encoding = self.encoder.tokenizer.encode(" ".join(sentences))
        states = self.encoder.states(encoding)[:, None]
        start = 0
        for sentence in sentences:
            pooling = pooling_of(encoding, (start, start + len(sentence)))
            yield self.parse(states, pooling)
            start += len(sentence) + 1

    def parse(self, states: np.ndarray, pooling: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """states [L + 1, 1, S, D], pooling [U, S]"""
        feeds = {"hidden_states": states, "pooling": pooling}
        nowhere = np.zeros(len(pooling), np.int64)
        (arcs,) = self.graph.run(["arcs"], {**feeds, "heads": nowhere})
        heads = best_tree(log_probabilities(arcs))
        given = np.maximum(heads, 0)
        (logits,) = self.graph.run(["relations"], {**feeds, "heads": given})
        return heads, logits.argmax(1)


def log_probabilities(arcs: np.ndarray) -> np.ndarray:
    """Over the heads of each unit, which is no head of its own."""
    scores = arcs.astype(np.float64)
    np.fill_diagonal(scores, -np.inf)
    return scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)


def measure(parser: ShippedParser, texts: Sequence[Sequence[Sentence]]) -> dict[str, float]:
    index = {relation: number for number, relation in enumerate(parser.relations)}
    counts = AttachmentCounts(parser.relations)
    for text in texts:
        read = parser.read([sentence.text for sentence in text])
        for sentence, (heads, relations) in zip(text, read, strict=True):
            gold = [(head, index[kept(name, index)]) for head, name in sentence.tree.gold]
            is_punctuation = [name.split(":")[0] == "punct" for _, name in sentence.tree.gold]
            units = np.array(sentence.tree.units)
            counts.add(heads, relations, units, np.array(gold), np.array(is_punctuation))
    return {name: round(value, DIGITS) for name, value in counts.scores().items()}


def parses(parser: ShippedParser) -> list[dict]:
    """Of `TEXTS`: for each word the number of its head in the text, -1 for a root; its relation."""
    found = []
    for sentences in TEXTS:
        heads, relations = [], []
        for units, names in parser.read(sentences):
            before = len(heads)
            heads += [before + int(unit) - 1 if unit > 0 else -1 for unit in units[1:]]
            relations += [parser.relations[name] for name in names[1:]]
        found.append({"text": " ".join(sentences), "heads": heads, "relations": relations})
    return found


def main(data: Path, folder: Path = MODEL) -> None:
    parser = ShippedParser(folder)
    text = json.dumps(parses(parser), indent=1)
    PARSES.write_text(text + "\n", encoding="ascii")
    scores = {}
    for name in TESTS:
        sentences, _ = sentences_of(data / SET / f"{name}.tsv.xz", parser.encoder)
        scores[name] = measure(parser, [[sentence] for sentence in sentences])
        if name == MAIN:
            texts = list(texts_of(sentences, parser.encoder))
            scores[f"{name}-in-context"] = measure(parser, texts)
    text = json.dumps({"dependencies": scores}, indent=2)
    (folder / "quality.json").write_text(text + "\n", encoding="utf-8")
    print(text)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for figure in ("unlabelled", "labelled"):
        manifest["parser"][figure] = round(scores[MAIN][figure], 3)
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="training.evaluation.dependencies", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA_SETS)
    main(parser.parse_args().data)
