"""This command writes what numpy makes of measures of attention, for the tests of ours.

`python -m training.export.bert.measures` writes `test/unit/common/attention/measures.json`: tensors
of the tiny BERT on a sentence, a dependency tree written by hand, and each measure by its formula.
"""

import json
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from training.export.bert.fixtures import make_feeds
from training.export.bert.tiny import make_tiny_bert, make_tiny_tokenizer
from training.export.fixtures import encode
from training.modeling.bert import Bert
from training.paths import ROOT

FILE = ROOT / "test/unit/common/attention/measures.json"
TEXT = "the old dog saw a birdhouse and it ran over there ."
HEADS = [3, 3, 4, 0, 6, 4, 9, 9, 4, 9, 9, 4]  # Of each word, from 1; 0 is the root.
RELATIONS = "det amod nsubj root det obj cc nsubj conj advmod advmod punct".split()
PRONOUN, NAMES = 7, (2, 5)  # "it"; "dog" and "birdhouse" are the noun phrases before it.
MASKED = 3  # The token that is masked in the second reading.


def word_matrix(attention: np.ndarray, words: list[list[int]]) -> np.ndarray:
    """[S, S] -> [W, W]: sum over the tokens of a word looked at, mean over those that look."""
    to = np.stack([attention[:, tokens].sum(1) for tokens in words], axis=1)
    return np.stack([to[tokens].mean(0) for tokens in words])


def agreement(attentions: np.ndarray, words: list[list[int]]) -> dict[str, dict]:
    """Of the arcs of each relation, [L, H]: the share whose one end looks most at the other, and
    the mean weight that it gives it."""
    pooled = np.array([[word_matrix(head, words) for head in layer] for layer in attentions])
    looks = np.array([[most_looked_at(head) for head in layer] for layer in pooled])  # [L, H, W]

    def shares(ends: np.ndarray, others: np.ndarray) -> dict[str, list[float]]:
        return {
            "largest": (looks[..., ends] == others).mean(-1).ravel().tolist(),
            "weight": pooled[..., ends, others].mean(-1).ravel().tolist(),
        }

    found = {}
    for relation in sorted({*RELATIONS} - {"root"}):
        dependents = np.array([n for n, name in enumerate(RELATIONS) if name == relation])
        heads = np.array(HEADS)[dependents] - 1
        found[relation] = {
            "count": len(dependents),
            "toHead": shares(dependents, heads),
            "toDependent": shares(heads, dependents),
        }
    found["antecedent"] = {
        "count": 1,
        "toHead": {
            "largest": np.isin(looks[..., PRONOUN], NAMES).astype(float).ravel().tolist(),
            "weight": pooled[..., PRONOUN, NAMES].max(-1).ravel().tolist(),
        },
    }
    return found


def most_looked_at(matrix: np.ndarray) -> np.ndarray:
    others = matrix.copy()
    np.fill_diagonal(others, -1)
    return others.argmax(1)


def rollout(attentions: np.ndarray) -> np.ndarray:
    """[L, H, S, S] -> [L, S, S]"""
    identity = np.eye(attentions.shape[-1])
    rolled, product = [], identity
    for layer in attentions.mean(1):
        product = (0.5 * layer + 0.5 * identity) @ product
        rolled.append(product)
    return np.stack(rolled)


def weighted_by_values(
    attention: np.ndarray, values: np.ndarray, projection: np.ndarray | None
) -> np.ndarray:
    """attention [H, S, S], values [H, S, K], projection [H K, D] -> lengths [H, S, S]."""
    vectors = attention[..., None] * values[:, None]  # [H, query, key, K]
    if projection is not None:
        by_head = projection.reshape(*values.shape[::2], -1)
        vectors = np.einsum("hqkc,hcd->hqkd", vectors, by_head)
    return np.linalg.norm(vectors, axis=-1)


@torch.inference_mode()
def values_of(model: Bert, states: torch.Tensor, layer: int) -> np.ndarray:
    """[L + 1, B, S, D] -> [H, S, K]"""
    source = model.layers[layer]
    return source.value(states[layer][0]).unflatten(-1, (source.heads, -1)).transpose(0, 1).numpy()


def measures() -> dict:
    model = make_tiny_bert()
    tokenizer = Tokenizer.from_str(json.dumps(make_tiny_tokenizer()))
    encoding = tokenizer.encode(TEXT)
    with torch.inference_mode():
        output = model(**tensors(encoding))
    words = [
        [token for token, word in enumerate(encoding.word_ids) if word == number]
        for number in range(len(HEADS))
    ]
    assert all(words), "a word has no token"
    assert max(map(len, words)) > 1, "a word should have several tokens"
    attentions = output.attentions[:, 0].double().numpy()
    layers = [
        {
            "values": values_of(model, output.hidden_states, layer),
            "projection": source.projection.weight.detach().numpy().T,
        }
        for layer, source in enumerate(model.layers)
    ]
    masked = tensors(encoding)
    masked["input_ids"][0, MASKED] = tokenizer.token_to_id("[MASK]")
    with torch.inference_mode():
        after = model(**masked).last_hidden_state[0].numpy()
    before = output.last_hidden_state[0].numpy()
    return {
        "text": TEXT,
        "tokens": [
            {"text": text, "word": -1 if word is None else word}
            for text, word in zip(encoding.tokens, encoding.word_ids, strict=True)
        ],
        "heads": HEADS,
        "relations": RELATIONS,
        "attention": packed(attentions),
        "words": packed(np.array([[word_matrix(h, words) for h in layer] for layer in attentions])),
        "agreement": agreement(attentions, words),
        "rollout": packed(rollout(attentions)),
        "layers": [
            {
                "values": packed(part["values"]),
                "projection": packed(part["projection"]),
                "weighted": packed(
                    weighted_by_values(attentions[layer], part["values"], part["projection"])
                ),
                "unprojected": packed(weighted_by_values(attentions[layer], part["values"], None)),
            }
            for layer, part in enumerate(layers)
        ],
        "states": {"before": packed(before[None]), "after": packed(after[None])},
        "change": packed(np.linalg.norm(after - before, axis=-1) / np.linalg.norm(before, axis=-1)),
    }


def tensors(encoding) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(value) for name, value in make_feeds(encoding).items()}


def packed(array: np.ndarray) -> dict:
    return {"shape": list(array.shape), "values": encode(array)}


def write(file: Path = FILE) -> None:
    file.write_text(json.dumps(measures()) + "\n", encoding="ascii")


if __name__ == "__main__":
    write()
