"""This command prepares English dependency trees over the words that BERT reads, with its states.

`python -m training.data.treebank [--data ../shared/data]` writes `treebank/` in `WORK`: for each
part `<part>-states.npy` float16 [U, L + 1, D], what the shipped `models/bert/encoder.onnx` makes of
each unit, `<part>-trees.npz`, and `facts.json`. A unit is a word of BERT's pre-tokenizer, the mean
of its tokens; before the words of each sentence stands one for its root, whose states are those of
[CLS].

The treebanks are EWT (Silveira et al. 2014, CC BY-SA 4.0), GUM (Zeldes 2017, the genres under CC BY
and CC BY-SA) and PUD (Zeman et al. 2017, CC BY-SA 3.0), in Universal Dependencies 2 (de Marneffe et
al. 2021), with the published parts.

BERT's words are not those of a treebank: "don't" is `do n't` there and `don ' t` here, "e-mail" is
one word there and three here. `retold` maps a tree onto them by places in the text.
"""

import argparse
import json
import lzma
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from training.paths import DATA_SETS, ROOT, WORK

FOLDER = WORK / "treebank"
SET = "treebank-en-ud"
MODEL = ROOT / "models/bert"
TRAIN = ("ewt-train", "gum-train")
HELD_OUT = ("ewt-dev", "gum-dev", "ewt-test", "gum-test", "pud-test")
CONTEXT_TOKENS = 126  # Of the sentences that are read together.
MIN_COUNT = 100  # A subtype that is rarer in what is trained on counts as its relation.
# Of a word that is not the first of what the treebank takes for one word, to that first word. Ours.
SAME_WORD = "same-word"
# Forms that are written without a space behind the word before them.
CLITICS = frozenset("n't nt 's s 'm m 'll ll 've ve 're re 'd d".split())
JOINED = frozenset([("can", "not"), ("gon", "na"), ("wan", "na"), ("got", "ta")])


@dataclass(frozen=True)
class Word:
    form: str
    upos: str
    head: int  # From 1; 0 is the root.
    relation: str


@dataclass(frozen=True)
class Tree:
    """A sentence in units: unit 0 is the root, then BERT's words."""

    heads: list[int]  # Of each of BERT's words, a unit.
    relations: list[str]
    # For each word of the treebank its unit; -1 where another word of the treebank has it.
    units: list[int]
    gold: list[tuple[int, str]]  # For each word of the treebank the unit of its head, its relation.


def read_sentences(file: Path) -> Iterator[tuple[str, list[Word]]]:
    """The document and the words of each sentence."""
    document, words = "", []
    for line in lzma.decompress(file.read_bytes()).decode().split("\n"):
        if line.startswith("# ") and "\t" not in line:
            document = line[2:].rpartition("-")[0]
        elif line:
            form, upos, head, relation = line.split("\t")
            words.append(Word(form, upos, int(head), relation))
        elif words:
            yield document, words
            words = []
    if words:
        yield document, words


def spelled(words: Sequence[Word]) -> tuple[str, list[tuple[int, int]]]:
    """The text, and the place of each word in it.

    The file does not say where spaces are. BERT parts punctuation from words whether there is one
    or not, so only the parts of a written word matter: "do" and "n't".
    """
    text, places, before = "", [], ""
    for word in words:
        form = word.form.lower().replace("\u2019", "'")
        clitic = form in CLITICS and word.upos in ("AUX", "PART")
        if text and not ((clitic and before[-1:].isalnum()) or (before, form) in JOINED):
            text += " "
        places.append((len(text), len(text) + len(word.form)))
        text += word.form
        before = form
    return text, places


def retold(
    words: Sequence[Word], places: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]
) -> Tree | None:
    """A tree over BERT's words, which lie at `spans`; None if a word of the text is in none.

    Each of BERT's words belongs to the treebank's word that it shares most characters with, the
    first of several. The first word that belongs to one stands for it; the others depend on that
    one as `SAME_WORD`. A word to which none belongs ("not" in "cannot") leaves the tree: what
    depends on it depends on what it shares its characters with.
    """
    owners = [owner(span, places) for span in spans]
    first: dict[int, int] = {}
    for unit, word in enumerate(owners, 1):
        first.setdefault(word, unit)
    unit_of = []
    for start, end in places:
        touching = [number for number, (s, e) in enumerate(spans, 1) if min(e, end) > max(s, start)]
        if not touching:
            return None
        unit_of.append(touching[0])
    unit_of = [first.get(number, unit) for number, unit in enumerate(unit_of)]
    gold = [(unit_of[word.head - 1] if word.head else 0, word.relation) for word in words]
    heads, relations = [], []
    for unit, number in enumerate(owners, 1):
        if first[number] == unit:
            head, relation = outer(words, unit_of, number)
        else:
            head, relation = first[number], SAME_WORD
        heads.append(head)
        relations.append(relation)
    units = [first.get(number, -1) for number in range(len(words))]
    return Tree(heads, relations, units, gold)


def owner(span: tuple[int, int], places: Sequence[tuple[int, int]]) -> int:
    shared = [min(span[1], end) - max(span[0], start) for start, end in places]
    return shared.index(max(shared))


def outer(words: Sequence[Word], unit_of: Sequence[int], number: int) -> tuple[int, str]:
    """The first head above a word that lies in another unit."""
    while True:
        word = words[number]
        if word.head == 0:
            return 0, word.relation
        if unit_of[word.head - 1] != unit_of[number]:
            return unit_of[word.head - 1], word.relation
        number = word.head - 1


class Encoder:
    """The shipped BERT."""

    def __init__(self, folder: Path = MODEL):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.add_session_config_entry("session.disable_quant_qdq", "1")  # As in the engine.
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            folder / "encoder.onnx", options, providers=["CPUExecutionProvider"]
        )

    def states(self, encoding: Encoding) -> np.ndarray:
        """float32 [L + 1, S, D]"""
        ids = np.array([encoding.ids], np.int64)
        known = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
            "position_ids": np.arange(ids.shape[1], dtype=np.int64)[None],
        }
        shapes = {value.name: value.shape for value in self.session.get_inputs()}
        feeds = {}
        for value in self.session.get_inputs():
            if value.name in known:
                feeds[value.name] = known[value.name]
            elif value.type == "tensor(bool)":
                feeds[value.name] = np.array(value.name == "output_hidden_states")
            elif value.name == "logit_positions":
                feeds[value.name] = known["position_ids"][0]
            elif value.name == "head_gate_rows":  # Each layer has one row of gates.
                feeds[value.name] = np.ones(value.shape, np.int64)
            elif value.name == "head_gates" and "head_gate_rows" in shapes:
                feeds[value.name] = np.ones((*shapes["head_gate_rows"], value.shape[1]), np.float32)
            else:  # A gate, which is open at 1.
                feeds[value.name] = np.ones(value.shape, np.float32)
        return self.session.run(["hidden_states"], feeds)[0][:, 0]


def word_spans(encoding: Encoding) -> list[tuple[int, int]]:
    """Places in the text of BERT's words, in order."""
    spans: dict[int, tuple[int, int]] = {}
    for word, (start, end) in zip(encoding.word_ids, encoding.offsets, strict=True):
        if word is not None:
            first, last = spans.get(word, (start, end))
            spans[word] = (min(first, start), max(last, end))
    return [spans[word] for word in sorted(spans)]


def pooling_of(encoding: Encoding, text: tuple[int, int]) -> np.ndarray:
    """float32 [U, S], the weights of all tokens in each unit.

    [CLS] in the root, then the mean of the tokens of each word that begins in `text`.
    """
    units: dict[int, list[int]] = {}
    places = zip(encoding.word_ids, encoding.offsets, strict=True)
    for token, (word, (start, _)) in enumerate(places):
        if word is not None and text[0] <= start < text[1]:
            units.setdefault(word, []).append(token)
    pooling = np.zeros((len(units) + 1, len(encoding.ids)), np.float32)
    pooling[0, 0] = 1
    for unit, (_, tokens) in enumerate(sorted(units.items()), 1):
        pooling[unit, tokens] = 1 / len(tokens)
    return pooling


@dataclass(frozen=True)
class Sentence:
    document: str
    text: str
    tree: Tree


def sentences_of(file: Path, encoder: Encoder) -> tuple[list[Sentence], int]:
    """And how many were left out, because BERT's tokenizer drops one of their words."""
    sentences, left_out = [], 0
    for document, words in read_sentences(file):
        text, places = spelled(words)
        encoding = encoder.tokenizer.encode(text)
        tree = retold(words, places, word_spans(encoding)) if len(encoding.ids) <= 512 else None
        if tree is None:
            left_out += 1
        else:
            sentences.append(Sentence(document, text, tree))
    return sentences, left_out


def texts_of(sentences: Sequence[Sentence], encoder: Encoder) -> Iterator[list[Sentence]]:
    """Neighbours of one document, as many as `CONTEXT_TOKENS` hold."""
    text: list[Sentence] = []
    tokens = 0
    for sentence in sentences:
        size = len(encoder.tokenizer.encode(sentence.text, add_special_tokens=False).ids)
        if text and (text[0].document != sentence.document or tokens + size > CONTEXT_TOKENS):
            yield text
            text, tokens = [], 0
        text.append(sentence)
        tokens += size
    if text:
        yield text


def read_states(texts: Sequence[Sequence[Sentence]], encoder: Encoder) -> Iterator[np.ndarray]:
    """float16 [U, L + 1, D] of each sentence."""
    for text in texts:
        encoding = encoder.tokenizer.encode(" ".join(sentence.text for sentence in text))
        states = encoder.states(encoding)
        start = 0
        for sentence in text:
            end = start + len(sentence.text)
            pooling = pooling_of(encoding, (start, end))
            units = np.einsum("us,lsd->uld", pooling, states).astype(np.float16)
            assert len(units) == len(sentence.tree.heads) + 1
            yield units
            start = end + 1


def save_part(
    folder: Path,
    name: str,
    texts: Sequence[Sequence[Sentence]],
    encoder: Encoder,
    relations: Sequence[str],
) -> None:
    sentences = [sentence for text in texts for sentence in text]
    index = {relation: number for number, relation in enumerate(relations)}
    sizes = np.array([len(sentence.tree.heads) + 1 for sentence in sentences])
    rows, file = 0, folder / f"{name}-states.npy"
    states = None
    for units in read_states(texts, encoder):
        if states is None:
            shape = (int(sizes.sum()), *units.shape[1:])
            states = np.lib.format.open_memmap(file, "w+", np.float16, shape)
        states[rows : rows + len(units)] = units
        rows += len(units)
    trees = [sentence.tree for sentence in sentences]
    gold = [[head, index[kept(relation, index)]] for t in trees for head, relation in t.gold]
    np.savez(
        folder / f"{name}-trees.npz",
        sizes=sizes,  # Units of each sentence, its root among them.
        # Of each unit; -1 for a root.
        heads=np.concatenate([[-1, *tree.heads] for tree in trees]),
        relations=np.concatenate(
            [[-1, *(index[kept(r, index)] for r in tree.relations)] for tree in trees]
        ),
        words=np.array([len(tree.units) for tree in trees]),  # Of the treebank, in each sentence.
        units=np.concatenate([tree.units for tree in trees]),
        gold=np.array(gold),  # Head's unit and relation of each word of the treebank.
        punctuation=np.array([r.split(":")[0] == "punct" for t in trees for _, r in t.gold]),
    )


def kept(relation: str, known: Collection[str]) -> str:
    """Without a subtype that is too rare to be learned."""
    return relation if relation in known else relation.split(":")[0]


def prepare(data: Path, folder: Path = FOLDER, model: Path = MODEL) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    encoder = Encoder(model)
    parts, left_out = {}, {}
    for name in (*TRAIN, *HELD_OUT):
        parts[name], left_out[name] = sentences_of(data / SET / f"{name}.tsv.xz", encoder)
    counts = Counter(r for name in TRAIN for s in parts[name] for r in s.tree.relations)
    bases = {relation.split(":")[0] for relation in counts}
    relations = sorted(r for r in {*counts, *bases} if r in bases or counts[r] >= MIN_COUNT)
    for name, sentences in parts.items():
        save_part(folder, f"{name}-alone", [[s] for s in sentences], encoder, relations)
        texts = list(texts_of(sentences, encoder))
        save_part(folder, f"{name}-context", texts, encoder, relations)
        print(name, len(sentences), flush=True)
    facts = {
        "relations": relations,
        "sentences": {name: len(sentences) for name, sentences in parts.items()},
        "words": {name: sum(len(s.tree.units) for s in part) for name, part in parts.items()},
        "leftOut": left_out,
        "withoutUnit": {
            name: sum(s.tree.units.count(-1) for s in part) for name, part in parts.items()
        },
    }
    (folder / "facts.json").write_text(json.dumps(facts, indent=2), encoding="utf-8")
    print(json.dumps(facts, indent=2))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA_SETS)
    prepare(parser.parse_args().data)
