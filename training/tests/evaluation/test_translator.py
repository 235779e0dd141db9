"""The figures of a shipped translator are those of the engine's translations."""

import json
import sys
from pathlib import Path

import pytest

from training.evaluation.translator import (
    Door,
    Item,
    by_length,
    by_sentence,
    calibration,
    learning_curve,
    measure,
    read_test,
    whole_or_parts,
)

# Answers as the engine's door does: a JSON document for each line; what is "bad" fails.
FAKE = """
import json, sys
file = sys.argv[sys.argv.index("--text-file") + 1]
open(LOG, "a").write(" ".join(sys.argv[1:]) + "\\n")
for line in open(file, encoding="utf-8"):
    line = line.rstrip("\\n")
    print(json.dumps({"error": "no"} if line == "bad" else {"text": line.upper()}))
"""
SINGLES = [
    Item("One two.", "Un deux.", 2),
    Item("Three four five.", "Trois quatre cinq.", 3),
    Item("Six seven eight nine ten eleven.", "Six sept huit neuf dix onze.", 6),
    Item("I said: stop. Now go.", "J'ai dit : arrête. Pars.", 5),
]
FOUR = Item("", " ".join(SINGLES[i].french for i in (0, 1, 2, 0)), 35, (0, 1, 2, 0))


@pytest.fixture
def fake(tmp_path: Path) -> list[str]:
    script = FAKE.replace("LOG", repr(str(tmp_path / "calls")))
    return [sys.executable, "-c", script]


def test_the_door_is_asked_once_for_each_text(tmp_path: Path, fake: list[str]):
    kept = tmp_path / "kept.jsonl"
    door = Door("transformer", ["--beams", "5"], kept, fake)
    assert door.translate(["a", "é", "a"]) == ["A", "É", "A"]
    assert door.translate(["a", "b"]) == ["A", "B"]
    again = Door("transformer", ["--beams", "5"], kept, fake)
    assert again.translate(["b", "é"]) == ["B", "É"]
    calls = (tmp_path / "calls").read_text().splitlines()
    assert len(calls) == 2
    assert calls[0].startswith("generate --model transformer --beams 5 --text-file")


def test_a_failure_of_the_engine_is_told_and_what_came_before_kept(tmp_path: Path, fake: list[str]):
    kept = tmp_path / "kept.jsonl"
    with pytest.raises(RuntimeError, match="did not translate 'bad'"):
        Door("x", [], kept, fake).translate(["good", "bad"])
    assert json.loads(kept.read_text()) == ["good", "GOOD"]


def test_a_door_that_ends_early_is_an_error(tmp_path: Path):
    with pytest.raises(RuntimeError, match="ended early, with 3"):
        Door("x", [], tmp_path / "kept", [sys.executable, "-c", "exit(3)"]).translate(["a"])


def test_scores_are_by_length_and_only_where_there_are_items():
    buckets = by_length(SINGLES, [item.french for item in SINGLES])
    assert [(bucket["words"], bucket["items"]) for bucket in buckets] == [((1, 4), 2), ((5, 9), 2)]
    assert all(bucket["bleu"] == pytest.approx(100) for bucket in buckets)
    assert by_length(SINGLES, ["rien"] * 4)[0]["bleu"] == 0


def test_a_translator_that_forgets_keeps_less_of_the_whole_than_of_the_parts():
    of_singles = [item.french for item in SINGLES]
    forgetful = whole_or_parts([FOUR], ["Un deux. Trois quatre cinq."], of_singles)
    assert forgetful["parts"]["bleu"] == pytest.approx(100)
    assert forgetful["bleuKept"] < 0.5
    assert whole_or_parts([FOUR], [FOUR.french], of_singles)["bleuKept"] == 1


def test_quality_is_told_by_the_place_of_a_sentence():
    places = by_sentence([FOUR], ["Un deux. Trois quatre cinq. Non !"], SINGLES)
    assert [place["sentence"] for place in places] == [1, 2, 3, 4]
    chrf = [place["chrf"] for place in places]
    assert chrf[:2] == [100, 100]
    assert chrf[2] < 30
    assert chrf[3] == 0


def test_items_whose_sentences_cannot_be_told_apart_are_left_out():
    item = Item("", "", 35, (0, 1, 2, 3))
    assert by_sentence([item], ["Un. Deux. Trois. Quatre."], SINGLES) == []


def test_the_curve_has_one_point_an_epoch(tmp_path: Path):
    log = tmp_path / "log.jsonl"
    point = {"epoch": 1, "update": 9, "tokens": 7, "cpu_seconds": 5, "validationLoss": 2.0}
    log.write_text(
        json.dumps({"epoch": 0, "update": 5, "loss": 3.0})
        + "\n"
        + json.dumps({**point, "batch": 0, "bleu": 20.0, "chrf": 40.0})
        + "\n"
    )
    expected = {"epoch": 1, "updates": 9, "tokens": 7, "cpuSeconds": 5}
    curve = [{**expected, "validationLoss": 2.0, "bleu": 20.0, "chrf": 40.0}]
    assert learning_curve(log) == curve
    assert calibration(log) == {"multi30k": curve}
    assert calibration(tmp_path / "absent.jsonl") == {}


def test_everything_is_measured_on_the_test_as_it_was_prepared(tmp_path: Path):
    test = {
        "singles": [{"english": item.english, "french": item.french} for item in SINGLES],
        "joined": [{"words": 35, "parts": [0, 1, 2, 0]}],
    }
    (tmp_path / "test.json").write_text(json.dumps(test))
    singles, joined = read_test(tmp_path)
    assert joined[0].french == FOUR.french
    french = {item.english: item.french for item in (*singles, *joined)}
    measured = measure(singles, joined, lambda texts: [french[text] for text in texts])
    assert measured["naturalShort"]["items"] == 4
    assert measured["joined"][0]["words"] == (30, 40)
    assert measured["wholeOrParts"]["whole"]["bleu"] == pytest.approx(100)
    assert [place["chrf"] for place in measured["bySentence"]] == [100] * 4
