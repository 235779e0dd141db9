"""Trees of a treebank are told over the words that BERT reads."""

import json
import lzma
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.data import treebank
from training.data.treebank import SAME_WORD, Word, pooling_of, retold, spelled, word_spans
from training.export.bert.folder import write_bert_folder
from training.export.bert.tiny import make_tiny_bert, make_tiny_tokenizer
from training.modeling.dependency_parser import DependencyParserConfig
from training.tasks.dependencies import DependencyTask


def words(text: str, heads: list[int], relations: str, upos: str = "") -> list[Word]:
    tags = upos.split() or ["X"] * len(heads)
    return [Word(*row) for row in zip(text.split(), tags, heads, relations.split(), strict=True)]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_str(json.dumps(make_tiny_tokenizer()))


def told(sentence: list[Word], tokenizer: Tokenizer):
    text, places = spelled(sentence)
    return retold(sentence, places, word_spans(tokenizer.encode(text)))


@pytest.mark.parametrize(
    ("form", "tags", "text"),
    [
        ("They do n't know", "PRON AUX PART VERB", "They don't know"),
        ("You can not go", "PRON AUX PART VERB", "You cannot go"),
        ("the dog 's house", "DET NOUN PART NOUN", "the dog's house"),
        ("it does n\u2019t", "PRON AUX PART", "it doesn\u2019t"),
        ("1990 s music", "NUM NOUN NOUN", "1990 s music"),
        ("( ' s", "PUNCT PUNCT PART", "( ' s"),
    ],
)
def test_parts_of_a_written_word_stand_together(form: str, tags: str, text: str):
    sentence = words(form, [0] * len(form.split()), "x " * len(form.split()), tags)
    spelling, places = spelled(sentence)
    assert spelling == text
    assert [spelling[start:end] for start, end in places] == form.split()


def test_a_contraction_has_the_units_of_its_words(tokenizer: Tokenizer):
    # They | don | ' | t | know
    sentence = words(
        "They do n't know", [4, 4, 4, 0], "nsubj aux advmod root", "PRON AUX PART VERB"
    )
    tree = told(sentence, tokenizer)
    assert tree.heads == [5, 5, 5, 3, 0]
    assert tree.relations == ["nsubj", "aux", "advmod", SAME_WORD, "root"]
    assert tree.units == [1, 2, 3, 5]
    assert tree.gold == [(5, "nsubj"), (5, "aux"), (5, "advmod"), (0, "root")]


def test_later_parts_of_a_word_depend_on_its_first(tokenizer: Tokenizer):
    tree = told(words("send e-mail now", [0, 1, 1], "root obj advmod"), tokenizer)
    assert tree.heads == [0, 1, 2, 2, 1]
    assert tree.relations == ["root", "obj", SAME_WORD, SAME_WORD, "advmod"]
    assert tree.units == [1, 2, 5]


def test_of_two_words_in_one_unit_the_longer_has_it(tokenizer: Tokenizer):
    # cannot: "can" has it, and what depends on "not" depends on it.
    sentence = words("You can not go", [4, 4, 4, 0], "nsubj aux advmod root", "PRON AUX PART VERB")
    tree = told(sentence, tokenizer)
    assert tree.units == [1, 2, -1, 3]
    assert tree.heads == [3, 3, 0]
    below = told([*sentence[:3], Word("go", "VERB", 3, "dep")], tokenizer)
    assert below.gold[3] == (2, "dep")


def test_a_word_that_the_tokenizer_drops_has_no_tree(tokenizer: Tokenizer):
    assert told(words("a \u200b b", [0, 1, 1], "root x y"), tokenizer) is None


def test_pooling_is_the_mean_of_the_tokens_of_each_word(tokenizer: Tokenizer):
    encoding = tokenizer.encode("the birds ran . the dog")
    pooling = pooling_of(encoding, (0, 15))
    assert pooling[0].tolist() == [1] + [0] * (len(encoding.ids) - 1)
    assert pooling.sum(1).tolist() == [1] * 5
    assert np.count_nonzero(pooling[2]) == encoding.word_ids.count(1) > 1
    later = pooling_of(encoding, (16, 24))
    assert len(later) == 3
    assert later[0, 0] == 1


TREES = """# doc-0001
The\tDET\t2\tdet
dog\tNOUN\t3\tnsubj
ran\tVERB\t0\troot

# doc-0002
It\tPRON\t2\tnsubj
sat\tVERB\t0\troot

"""


def test_what_is_prepared_can_be_learned_from(tmp_path: Path):
    data, model, folder = tmp_path / "data", tmp_path / "model", tmp_path / "treebank"
    (data / treebank.SET).mkdir(parents=True)
    for name in (*treebank.TRAIN, *treebank.HELD_OUT):
        (data / treebank.SET / f"{name}.tsv.xz").write_bytes(lzma.compress(TREES.encode()))
    write_bert_folder(
        model, make_tiny_bert(), make_tiny_tokenizer(), id="tiny", name="tiny", license="MIT"
    )
    treebank.prepare(data, folder, model)
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    assert facts["relations"] == ["det", "nsubj", "root"]
    assert set(facts["leftOut"].values()) == {0}
    alone = np.load(folder / "ewt-train-alone-states.npy")
    context = np.load(folder / "ewt-train-context-states.npy")
    assert alone.shape == context.shape == (4 + 3, 3, 32)
    # Among its neighbours a word has other states, and a sentence another [CLS].
    assert np.abs(alone - context).max() > 0.01
    _, training = load_config(CONFIGS / "bert-parser.toml", DependencyParserConfig)
    task = DependencyTask(training, folder)
    batches = [task.load(numbers) for numbers in task.batches(0)]
    assert sum(batch.tokens for batch in batches) == 2 * 5
    assert [len(gold) for gold in task.validation.gold] == [3, 2]
