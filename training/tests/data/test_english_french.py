"""Everyday and natural sentences become one set, without a sentence on both sides."""

import json
import lzma
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.data import english_french, parallel, translation
from training.data.english_french import EVERYDAY, TAGS, prepare, typed_in_haste
from training.data.parallel import Stretch
from training.data.translation import Pair, key
from training.modeling.transformer import TransformerConfig
from training.tasks import natural_translation
from training.tasks.natural_translation import NaturalTranslationTask
from training.tests.data.test_parallel import write_sets

NAMES = "Tom Mary John Anna Paul".split()
VERBS = {"sees": "voit", "hears": "entend", "likes": "aime", "knows": "connaît"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    counts = {"validation": (6, 0, 8, 0, 0, 0), "test": (6, 0, 8, 0, 0, 0)}
    monkeypatch.setattr(translation, "HELD_OUT", counts)
    monkeypatch.setattr(translation, "JOINED_ITEMS", 5)
    monkeypatch.setattr(parallel, "PUBLIC_TESTS", ("tico19",))
    stretches = (Stretch("vue-docs", 200, 10, 20), Stretch("wesnoth", None, 10, 20))
    monkeypatch.setattr(parallel, "HELD_OUT", stretches)
    monkeypatch.setattr(english_french, "VOCAB_SIZE", 500)
    data = tmp_path / "data"
    write_sets(data / parallel.SET)
    (data / "tatoeba-en-fr").mkdir()
    rows = [
        f"{a} {verb}{' the house of' * long} {b}.\t{a} {VERBS[verb]}{' la maison de' * long} {b}.\n"
        for a in NAMES
        for b in NAMES
        for verb in VERBS
        for long in (0, 3)  # 3 words, or 12: 4 of those are an item of 30 to 40
    ]
    text = "".join(rows).encode()
    (data / "tatoeba-en-fr/fra.txt.xz").write_bytes(lzma.compress(text))
    prepare(data, tmp_path / "english-french")
    return tmp_path / "english-french"


def decoded(folder: Path, variant: int, side: str) -> list[str]:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    arrays = np.load(folder / f"train-{variant}.npz")
    ids = np.split(arrays[f"{side}_ids"], arrays[f"{side}_ends"][:-1])
    return [text.strip() for text in tokenizer.decode_batch([one.tolist() for one in ids])]


def test_no_english_sentence_is_on_both_sides(folder: Path):
    trained = {key(text) for text in decoded(folder, 0, "source")}
    for name in ("validation", "test"):
        held = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for part in ("singles", "natural", "public"):
            assert not trained & {key(pair["english"]) for pair in held.get(part, [])}, (name, part)
    assert len(held["natural"]) == 40
    assert len(held["public"]) == 300


def test_the_held_out_everyday_items_are_those_of_the_older_set(folder: Path, tmp_path: Path):
    translation.prepare(tmp_path / "data", tmp_path / "translation")
    for name in ("validation", "test"):
        old, new = (
            json.loads((tmp_path / set / f"{name}.json").read_text(encoding="utf-8"))
            for set in ("translation", "english-french")
        )
        assert {part: new[part] for part in old} == old


def test_every_variant_has_the_same_texts_cut_in_another_way(folder: Path):
    plain, cut = (decoded(folder, variant, "target") for variant in (0, 1))
    same = sum(a == b or a == b + "." for a, b in zip(plain, cut, strict=True))
    assert same == len(plain)
    lengths = [len(np.load(folder / f"train-{v}.npz")["target_ids"]) for v in (0, 1)]
    assert lengths[1] > lengths[0]


def test_hasty_typing_is_a_lower_case_source_or_no_stop_on_both_sides():
    pair = Pair("I love India.", "J'adore l'Inde.")
    assert typed_in_haste(pair, 0.0) == Pair("i love india.", "J'adore l'Inde.")
    assert typed_in_haste(pair, english_french.HASTY * 0.75) == Pair(
        "I love India", "J'adore l'Inde"
    )
    assert typed_in_haste(pair, 0.5) == pair


def test_an_epoch_reads_each_source_by_its_share_and_joins_everyday_sentences(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(natural_translation, "SHARES", {**parallel.SHARES, "vue-docs": 0.0})
    _, training = load_config(CONFIGS / "transformer-natural.toml", TransformerConfig)
    task = NaturalTranslationTask(training, folder, joined_items=50)
    tags = np.load(folder / "train-0.npz")["tags"]
    items = [item for batch in task.batches(0) for item in batch]
    singles = Counter(TAGS[tags[item[0]]] for item in items if len(item) == 1)
    joined = {TAGS[tags[number]] for item in items if len(item) > 1 for number in item}
    assert joined == {EVERYDAY}
    assert "vue-docs" not in singles
    assert 0.3 < singles["novels"] / sum(tags == TAGS.index("novels")) < 0.7
    assert task.batches(0) == task.batches(0)
    lengths = []
    for epoch in (0, 3):
        task.batches(epoch)
        lengths.append(sum(map(len, task.targets)))
    assert lengths[0] > lengths[1]  # The last of four is cut by plain BPE.
