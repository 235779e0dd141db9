"""This command writes what PyTorch says of shipped models with parts of them switched off.

    python -m training.export.ablations bert gpt2 smollm2 transformer

Each gets `test/parity/ablations/<id>.json`, read by `test/parity/ablations.test.ts`; change both.
Before and after, for each place that is predicted: the most probable tokens, and their
log-probabilities.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.data.translation import BEGIN, END
from training.export.shipped import load_shipped
from training.modeling.ablation import ablated, parts_of
from training.paths import ROOT

TOP = 50
TEXTS = {
    "encoder-only": [
        "The capital of [MASK] is Paris.",
        "The cat sat on the mat because it was [MASK].",
    ],
    "decoder-only": ["The capital of France is", "Once upon a time there was a little"],
    "encoder-decoder": ["The cat sleeps.", "Where do you live?"],
}
# What a translator is held against: its words, whatever it would write itself.
TARGETS = ["Le chat dort.", "Où habitez-vous ?"]


def ablations_of(manifest: dict) -> list[dict]:
    """Some heads, one of each layer, a feed-forward network, half a head, and all there is."""
    layers, heads = manifest["layers"], manifest["heads"]
    kinds = {
        "encoder-only": ["encoder"],
        "decoder-only": ["decoder"],
        "encoder-decoder": ["encoder", "decoder", "cross"],
    }[manifest["family"]]
    own = [kind for kind in kinds if kind != "cross"]

    def head(kind: str, layer: int, index: int) -> dict:
        return {"kind": kind, "layer": layer, "head": index % heads}

    last = layers - 1
    return [
        *({"heads": [head(kind, 0, 1)]} for kind in kinds),
        *({"heads": [head(kind, last, 3)]} for kind in kinds),
        {"heads": [head(kind, layer, layer + 2) for kind in kinds for layer in range(layers)]},
        *({"feedForwards": [{"kind": kind, "layer": last // 2}]} for kind in own),
        {"heads": [head(kinds[-1], last // 2, 0)], "gate": 0.5},
        {
            "heads": [
                head(kind, layer, index)
                for kind in kinds
                for layer in range(layers)
                for index in range(heads)
            ],
            "feedForwards": [
                {"kind": kind, "layer": layer} for kind in own for layer in range(layers)
            ],
        },
    ]


def predict(model: nn.Module, family: str, ids: Sequence[int], target: Sequence[int]) -> Tensor:
    """Log-probabilities [places, V]: of the mask, of the next token, or of every target token."""
    tokens = torch.tensor([ids])
    if family == "encoder-only":
        ones = torch.ones_like(tokens)
        places = torch.arange(len(ids))[None]
        logits = model(tokens, ones, torch.zeros_like(tokens), places).logits[0]
        logits = logits[[place for place, id in enumerate(ids) if id == model.mask]]
    elif family == "decoder-only":
        logits = model(tokens).logits[0, -1:]
    else:
        read = torch.tensor([[BEGIN, *target[:-1]]])
        logits = model(tokens, read).logits[0]
    return logits.log_softmax(-1)


def places_of(distributions: Tensor) -> list[dict]:
    best = distributions.topk(min(TOP, distributions.shape[-1]))
    return [
        {"ids": ids.tolist(), "logProbabilities": [round(value, 6) for value in values.tolist()]}
        for ids, values in zip(best.indices, best.values, strict=True)
    ]


def divergence(before: Tensor, after: Tensor) -> float:
    """D(before || after) in nats, summed over the places."""
    before, after = before.double(), after.double()
    return float((before.exp() * (before - after)).sum())


@torch.inference_mode()
def write_ablations(folder: Path, file: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(folder / manifest["files"]["tokenizer"]["path"]))
    model, family = load_shipped(folder), manifest["family"]
    model.mask = manifest.get("tokens", {}).get("mask")
    end = [END] if family == "encoder-decoder" else []
    cases = []
    for index, text in enumerate(TEXTS[family]):
        ids = [*tokenizer.encode(text).ids, *end]
        words = TARGETS[index] if end else None
        target = [*tokenizer.encode(words).ids, *end] if words else []
        before = predict(model, family, ids, target)
        effects = []
        for ablation in ablations_of(manifest):
            with ablated(model, parts_of(ablation), ablation.get("gate", 0)):
                after = predict(model, family, ids, target)
            effects.append(
                {
                    "ablation": ablation,
                    "klDivergence": round(divergence(before, after), 6),
                    "after": places_of(after),
                }
            )
        cases.append(
            {
                "text": text,
                **({"targetText": words, "targetIds": target} if words else {}),
                "ids": ids,
                "before": places_of(before),
                "effects": effects,
            }
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"cases": cases}, separators=(",", ":")) + "\n", encoding="ascii")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m training.export.ablations", description=__doc__
    )
    parser.add_argument("ids", nargs="+", metavar="id")
    torch.set_num_threads(1)
    for id in parser.parse_args().ids:
        write_ablations(ROOT / "models" / id, ROOT / "test/parity/ablations" / f"{id}.json")
