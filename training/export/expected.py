"""This module writes `expected.json`: of `fixtures.json` the little that is shipped.

A graphics card that computes otherwise is found by it before anything of it is shown. Read by
`src/engine/models/gpuGuard.ts`; change both. A folder that has its fixtures gets it by

    python -m training.export.expected models/<id> ...
"""

import base64
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.export.manifest import add_file

FILE = "expected.json"
GREEDY_TOKENS = 4  # That a decoder writes: its cache is read and written.
TRANSLATED_TOKENS = 16
LONGEST = 100  # Characters of a text: what is short tells little, what is long takes time.
MARGIN = 0.01  # Between the probabilities of two tokens: closer ones may change places.
DIGITS = 5  # A probability is wrong from 1e-3 on.


def write_fixtures(folder: Path, fixtures: dict) -> None:
    """`fixtures.json`, and what is shipped of it."""
    text = json.dumps(fixtures, ensure_ascii=True, separators=(",", ":"))
    (folder / "fixtures.json").write_text(text + "\n", encoding="ascii")
    write_expected(folder)


def write_expected(folder: Path) -> None:
    fixtures = json.loads((folder / "fixtures.json").read_text(encoding="ascii"))
    text = json.dumps(expected_of(fixtures), ensure_ascii=True, separators=(",", ":"))
    (folder / FILE).write_text(text + "\n", encoding="ascii")
    add_file(folder, "expected", FILE)


def expected_of(fixtures: dict) -> dict:
    """A text, tokens that the model chooses on it, and probabilities.

    Of a translator those of the tokens; of a decoder those of the tokens of the text but the first;
    of an encoder those of the likeliest token in each place, if it has a head, and the attention
    of the first token in the last layer [H, S].
    """
    if "translations" in fixtures:
        case = chosen(fixtures["translations"])
        greedy = case["greedy"]
        probabilities = [math.exp(value) for value in greedy["logProbabilities"]]
        return {
            "text": case["text"],
            "tokens": greedy["ids"][:TRANSLATED_TOKENS],
            "probabilities": rounded(probabilities[:TRANSLATED_TOKENS]),
        }
    case = chosen(fixtures["inputs"])
    if "greedyIds" in case:
        judged = chosen(fixtures.get("classifications", []))
        return {
            "text": case["text"],
            "tokens": case["greedyIds"][:GREEDY_TOKENS],
            "probabilities": rounded(np.exp(decode(case["logProbabilities"]))),
            **({} if judged is None else {"classification": classification(judged)}),
        }
    layers, heads, tokens, _ = case["attention"]["shape"]
    attention = decode(case["attention"]["weights"]).reshape(layers, heads, tokens, tokens)
    ids, probabilities = likeliest(case["predictions"]) if "predictions" in case else ([], [])
    return {
        "text": case["text"],
        "tokens": ids,
        "probabilities": rounded(probabilities),
        "attention": rounded(attention[-1, :, 0]),
    }


def likeliest(predictions: dict) -> tuple[list[int | None], np.ndarray]:
    """The likeliest token in each place, None where another is nearly as likely, and how likely."""
    shape = np.shape(predictions["ids"])
    probabilities = np.exp(decode(predictions["logProbabilities"])).reshape(shape)
    best = [
        None if first - second < MARGIN else ids[0]
        for ids, (first, second) in zip(predictions["ids"], probabilities[:, :2], strict=True)
    ]
    return best, probabilities[:, 0]


def chosen(cases: Sequence[dict]) -> dict | None:
    """The longest of the short ones that is a single text of plain words."""
    others = {"textPair", "messages"}  # Of what is no single text.
    plain = [case for case in cases if case["text"].isascii() and not others & case.keys()]
    short = [case for case in plain if len(case["text"]) <= LONGEST and case.get("greedyIds") != []]
    return max(short, key=lambda case: len(case["text"]), default=None)


def classification(case: dict) -> dict:
    return {"text": case["text"], "probabilities": rounded(decode(case["probabilities"]))}


def decode(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


def rounded(values: np.ndarray | Sequence[float]) -> list[float]:
    return [round(float(value), DIGITS) for value in np.reshape(values, -1)]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        write_expected(Path(name))
