"""The scores of attention heads, written out in NumPy: what `headScores.ts` is held against.

Run `python -m training.evaluation.head_scores` from the root of the repository: it writes random
attention over made-up tokens, and its scores, to `test/fixtures/headScores.json`.
"""

import json
from typing import Any

import numpy as np

from training.paths import ROOT

FIXTURE = ROOT / "test/fixtures/headScores.json"

Token = dict[str, Any]


def visible(kind: str, query: int, keys: int) -> int:
    """Counts the keys that a query may see, from the first on."""
    return query + 1 if kind == "decoder" else keys


def role_scores(
    weights: np.ndarray, kind: str, queries: list[Token], keys: list[Token], shift: int
) -> dict[str, float]:
    """Means of one head's roles over the queries that stand for characters.

    `weights` is [Q, K]. A key stands `shift` places before its index.
    """
    found: dict[str, list[float]] = {
        role: []
        for role in (
            *("previous", "next", "same", "duplicate", "induction"),
            *("start", "separator", "entropy", "distance"),
        )
    }
    for i, query in enumerate(queries):
        if query["isSpecial"] or (kind == "decoder" and i == 0):
            continue
        row = weights[i]
        own = i + shift
        n = visible(kind, i, len(keys))
        total = dict.fromkeys(("previous", "next", "same", "duplicate", "induction"), 0.0)
        earlier = followed = False
        start = separator = far = shown = 0.0
        for j in range(n):
            key = keys[j]
            special = key["isSpecial"]
            if special:
                if j == 0:
                    start += row[j]
                else:
                    separator += row[j]
            elif j == 0 and kind == "decoder" and shift == 0:
                start += row[j]
            if kind == "cross":
                continue
            if not special:
                far += row[j] * abs(own - j)
                shown += row[j]
                if j == own - 1:
                    total["previous"] += row[j]
                if j == own + 1:
                    total["next"] += row[j]
            if key["id"] == query["id"]:
                total["same"] += row[j]
                if j < own:
                    total["duplicate"] += row[j]
                    earlier = True
            if 0 < j < own and keys[j - 1]["id"] == query["id"]:
                total["induction"] += row[j]
                followed = True
        for role in ("previous", "next", "same"):
            found[role].append(total[role])
        if earlier:
            found["duplicate"].append(total["duplicate"])
        if followed:
            found["induction"].append(total["induction"])
        found["start"].append(start)
        found["separator"].append(separator)
        seen = row[:n][row[:n] > 0]
        entropy = float(-(seen * np.log(seen)).sum())
        found["entropy"].append(entropy / np.log(n) if n > 1 else 0.0)
        found["distance"].append(far / shown if shown > 0 else 0.0)
    return {role: float(np.mean(values)) if values else 0.0 for role, values in found.items()}


def telling_score(
    weights: np.ndarray, kind: str, queries: list[Token], keys: list[Token], shift: int
) -> float:
    """The mean, over the words that point at others, of the largest weight on a far content word.

    Each token says what its word is: `pronoun`, `function`, `content`, or `none` of them. Of a
    pronoun the words before it count, and where there are none it is a function word like others.
    """
    rows: dict[str, list[float]] = {"pronoun": [], "function": [], "content": []}
    for i, query in enumerate(queries):
        if query["class"] == "none":
            continue
        far = {
            j: float(weights[i, j])
            for j in range(visible(kind, i, len(keys)))
            if keys[j]["class"] == "content"
            and not (kind == "decoder" and j == 0)
            and (kind == "cross" or abs(i + shift - j) > 2)
        }
        back = [weight for j, weight in far.items() if j < i + shift]
        if kind != "cross" and query["class"] == "pronoun" and back:
            rows["pronoun"].append(max(back))
        elif far:
            rows["content" if query["class"] == "content" else "function"].append(max(far.values()))
    if kind != "cross":
        for name in ("pronoun", "function"):
            if rows[name]:
                return float(np.mean(rows[name]))
    everything = [value for values in rows.values() for value in values]
    return float(np.mean(everything)) if everything else 0.0


# By what the words are; pieces of a word belong to it.
WORDS = {
    "she": "pronoun",
    "it": "pronoun",
    "the": "function",
    "because": "function",
    "and": "function",
    "dog": "content",
    "runs": "content",
    "house": "content",
    "old": "content",
    ".": "none",
}


def make_tokens(words: list[str], specials: bool) -> tuple[str, list[Token]]:
    """Tokens as the engine gives them; every third word is cut where it is long enough."""
    text = " ".join(words)
    tokens: list[Token] = []
    at = 0
    for place, word in enumerate(words):
        cut = 2 if len(word) > 3 and place % 3 == 0 else len(word)
        for start, end in ((0, cut), (cut, len(word))):
            if start < end:
                piece = word[start:end]
                tokens.append(
                    {
                        "id": 10 + sum(ord(c) * 7**k for k, c in enumerate(piece)) % 1000,
                        "text": piece,
                        "start": at + start,
                        "end": at + end,
                        "segment": 0,
                        "isSpecial": False,
                        "word": place,
                        "class": WORDS[word],
                    }
                )
        at += len(word) + 1
    if not specials:
        return text, tokens
    special = {"start": 0, "end": 0, "segment": 0, "isSpecial": True, "word": -1, "class": "none"}
    last = {**special, "start": len(text), "end": len(text)}
    return text, [
        {"id": 1, "text": "[CLS]", **special},
        *tokens,
        {"id": 2, "text": "[SEP]", **last},
    ]


def make_case(
    name: str, kind: str, words: list[str], seed: int, other: list[str]
) -> dict[str, Any]:
    """Random attention of 2 layers and 2 heads over made-up tokens, and its scores."""
    random = np.random.default_rng(seed)
    text, source = make_tokens(words, specials=kind != "decoder" or bool(other))
    target_text, target = make_tokens(other, specials=False)
    begin = {**source[0], "id": -1, "text": "<s>"}
    queries, keys, shift = {
        "encoder": (source, source, 0),
        "cross": (target, source, 0),
        "decoder": (target, [begin, *target[:-1]], 1) if other else (source, source, 0),
    }[kind]
    shape = (2, 2, len(queries), len(keys))
    scores = np.exp(3 * random.standard_normal(shape))
    for i in range(len(queries)):
        scores[:, :, i, visible(kind, i, len(keys)) :] = 0
    weights = (scores / scores.sum(-1, keepdims=True)).astype(np.float32)
    heads = [weights[layer, head].astype(np.float64) for layer in (0, 1) for head in (0, 1)]
    roles = [role_scores(head, kind, queries, keys, shift) for head in heads]

    def plain(tokens: list[Token]) -> list[Token]:
        return [{k: v for k, v in token.items() if k != "class"} for token in tokens]

    return {
        "name": name,
        "kind": kind,
        "text": text,
        "targetText": target_text if other else None,
        "source": plain(source),
        "target": plain(target),
        "shape": shape,
        "weights": [float(f"{value:.7g}") for value in weights.ravel()],
        "scores": {
            **{role: [each[role] for each in roles] for role in roles[0]},
            "telling": [telling_score(head, kind, queries, keys, shift) for head in heads],
        },
    }


def make_cases() -> list[dict[str, Any]]:
    dog = "the old dog runs because she and the old dog and it runs .".split()
    return [
        make_case("encoder", "encoder", dog, 1, []),
        make_case(
            "pronoun first", "encoder", "it runs because the old dog and the house".split(), 8, []
        ),
        make_case("no pronoun", "encoder", "the old house and the dog runs .".split(), 2, []),
        make_case("no function word", "encoder", "old dog runs house old runs dog".split(), 3, []),
        make_case("decoder only", "decoder", dog, 4, []),
        make_case("one token", "encoder", ["dog"], 5, []),
        make_case("cross", "cross", dog, 6, "she runs the old house .".split()),
        make_case(
            "decoder of a translator", "decoder", dog, 7, "it runs and the old dog runs".split()
        ),
    ]


def main() -> None:
    FIXTURE.write_text(json.dumps(make_cases()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
