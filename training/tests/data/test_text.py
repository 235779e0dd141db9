"""The English texts are cleaned, held out, cut into tokens, and read by their shares."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from training.config import FOLDER as CONFIGS
from training.config import load_config
from training.data import corpus
from training.data.byte_level import END_OF_TEXT, learn_byte_level
from training.data.corpus import book, chat, news, split, telling_paragraphs, tidy, without
from training.data.text import encode, join_words, read_wikitext
from training.modeling.gpt2 import Gpt2Config
from training.tasks.text import TextTask, bytes_of_tokens
from training.tasks.windows import WindowReader, shared_out, spread_windows

SENTENCES = [
    f"The {i}th bird sat on the old red house and sang a song of {i * i}." for i in range(99)
]


@pytest.mark.parametrize(
    ("clean", "text", "expected"),
    [
        (book, "Title: A\n\nAuthor: B\n\nYear: 1\n\nOnce--she _was_ here.", "Once - she was here."),
        (news, "Level: Adv\n\nIt's new.", "It's new."),
        (news, "Level: Int\n\nIts new.", ""),
        (chat, "Topic: film\nA: Hello!\nB: Oh, hi.", "A: Hello!\nB: Oh, hi."),
        (chat, "Topic: film\nA: hello!\nB: oh, hi.", ""),
        (tidy, "a \r\nb\u00ad\x00c\n\n\n\nd", "a\nbc\n\nd"),
    ],
)
def test_texts_are_cleaned(clean, text: str, expected: str):
    assert clean(text) == expected


def test_whole_documents_are_held_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(corpus, "HELD_OUT_CHARACTERS", {"validation": 300, "test": 900})
    parts = split(SENTENCES, "birds")
    assert sorted(text for part in parts.values() for text in part) == sorted(SENTENCES)
    assert sum(map(len, parts["test"])) >= 900
    assert len(parts["validation"]) >= 4
    assert parts == split(SENTENCES, "birds") != split(SENTENCES, "other birds")


def test_a_held_out_paragraph_is_taken_out_of_training_in_whatever_spelling():
    told = "A fox saw some fine bunches of grapes hanging from a vine, and he wanted them all."
    other = "Another tale is told here, of a crow, and of a jug that had a little water in it."
    more = other.replace("tale", "story")
    held_out = set(telling_paragraphs(told))
    assert without(f"{other}\n\n{told.upper()}\n\n{more}", held_out) == f"{other}\n\n{more}"
    assert without(f"{other}\n\n{told}\n\n{told}\n\n{told}", held_out) == ""
    assert without(other, held_out) == other


def test_the_end_of_a_text_is_one_token_before_each_document():
    tokenizer = learn_byte_level(SENTENCES, 300)
    ids = encode(tokenizer, [*SENTENCES[:3], f"One {END_OF_TEXT} two"])
    assert np.flatnonzero(ids == 0).shape == (4,)
    documents = "".join(tokenizer.decode(ids.tolist(), skip_special_tokens=False)).split(
        END_OF_TEXT
    )
    assert documents == ["", *SENTENCES[:3], "One  two"]


def test_bytes_of_tokens_add_up():
    tokenizer = learn_byte_level(SENTENCES, 300)
    text = "naïve 東京 😀 birds"
    sizes = bytes_of_tokens(tokenizer)
    assert sum(sizes[id] for id in tokenizer.encode(text).ids) == len(text.encode())
    assert sizes[0] == 0


def test_every_window_is_read_once_before_any_is_read_again():
    reader = WindowReader(np.arange(1000), 10, (1,))
    first = [reader.start(number) for number in range(98)]
    assert len({start // 10 for start in first}) == 98
    assert len({start % 10 for start in first}) == 1
    again = [reader.start(number) for number in range(98, 196)]
    assert first != again
    assert max(first + again) + 10 < 1000
    assert [reader.start(number) for number in range(98)] == first


def test_windows_are_shared_out_by_the_shares():
    assert shared_out(20, [50, 25, 25]) == [10, 5, 5]
    assert sum(shared_out(7, [1, 1, 1])) == 7
    assert spread_windows(np.arange(100), 10, 30).tolist() == [
        [*range(start, start + 10)] for start in (0, 45, 90)
    ]


def test_wikitext_becomes_text_as_people_write_it():
    assert join_words("the 2 @,@ 000 dogs ' food ( dry ) , it 's here .") == (
        "the 2,000 dogs ' food (dry), it's here."
    )
    text = " \n = Robert = \n \n He sang . \n \n = = Life = = \n \n More . \n = Ship = \n Old . \n"
    articles, words = read_wikitext(text)
    assert articles == ["= Robert =\n\nHe sang.\n\n= = Life = =\n\nMore.", "= Ship =\nOld."]
    assert words == len(text.split()) + text.count("\n")


@pytest.fixture
def task(tmp_path: Path) -> TextTask:
    tokenizer = learn_byte_level(SENTENCES, 300)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    generator = np.random.default_rng(0)
    for number, source in enumerate(corpus.SOURCES):
        for part in ("train", "validation"):
            # The source can be told by its tokens.
            ids = generator.integers(number * 10, number * 10 + 10, 4000).astype(np.uint16)
            np.save(tmp_path / f"{source.id}-{part}.npy", ids)
    _, training = load_config(CONFIGS / "gpt2.toml", Gpt2Config)
    settings = {"epochs": 20, "updates": 50, "window": 32, "last_window": 64, "batch_tokens": 640}
    return TextTask(type(training)(**{**training.__dict__, **settings}), tmp_path)


def test_an_epoch_is_its_updates_of_windows_by_the_shares(task: TextTask):
    for epoch, share, shape in (
        (0, "share", (20, 33)),
        (16, "share", (20, 33)),
        (17, "last_share", (10, 65)),
        (19, "last_share", (10, 65)),
    ):
        batches = [task.load(batch) for batch in task.batches(epoch)]
        assert [batch.ids.shape for batch in batches] == [shape] * 50
        sources = torch.cat([batch.ids[:, 0] for batch in batches]) // 10
        counts = torch.bincount(sources, minlength=len(corpus.SOURCES))
        for source, count in zip(corpus.SOURCES, counts.tolist(), strict=True):
            assert abs(count - shape[0] / 2 * getattr(source, share)) <= 1, source.id


def test_epochs_are_the_same_each_time_and_read_on(task: TextTask):
    assert task.batches(3) == task.batches(3)
    novels = [
        window.start
        for epoch in (0, 1)
        for batch in task.batches(epoch)
        for window in batch
        if window.source == 0
    ]
    assert len(novels) == 2 * 50 * 20 * corpus.SOURCES[0].share / 100
    assert len(set(novels[:123])) == 123  # All that there are in 4,000 tokens, but the shift.


def test_the_shipped_tokenizer_reads_back_every_text():
    tokenizer = learn_byte_level(SENTENCES, 300)
    for text in ("", " two  spaces\n\ttab ", "naïve 東京 😀\x00", "\r\n"):
        assert tokenizer.decode(tokenizer.encode(text).ids) == text
    assert json.loads(tokenizer.to_str())["added_tokens"][0]["content"] == END_OF_TEXT
