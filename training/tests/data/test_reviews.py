"""Reviews become text as people write it, and none is in two parts."""

import lzma
from pathlib import Path

from training.data.reviews import Review, joined, read_imdb


def test_words_that_stand_apart_are_joined():
    assert joined("it's  a film , and \n good .") == "it's a film, and good."


def test_a_review_that_is_in_the_test_as_well_is_not_learned_from(tmp_path: Path):
    def line(number: int, label: int, text: str) -> str:
        return f"{number}\t{label}\t5\t{text}\n"

    (tmp_path / "imdb").mkdir()
    for part, rows in {
        "train": line(0, 1, "Fine.<br /><br />Really.") + line(1, 0, "In both."),
        "test": line(0, 0, "In both."),
    }.items():
        content = lzma.compress(("id\tlabel\trating\ttext\n" + rows).encode())
        (tmp_path / f"imdb/imdb_{part}.tsv.xz").write_bytes(content)
    assert read_imdb(tmp_path) == {
        "train": [Review("Fine.\n\nReally.", 1)],
        "test": [Review("In both.", 0)],
    }
