"""This study measures what a reward model learns from human preferences.

Writes `media/studies/reward.json`. A linear Bradley-Terry reward on features of SmolLM2 learns
which of two arguments people find more convincing, and is measured on debates of which it has read
neither side; every debate is held out once. Beside it learn the same from a bag of words, from the
same network before any training, and from nothing but the length.

Layer, pooling and penalty are chosen for each held-out debate by cross-validation among the others.
States that were read are kept in `reward/` of `WORK`.
"""

import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from statistics import mean, stdev

import numpy as np

from training.config import FOLDER as CONFIGS
from training.config import fill
from training.data.preferences import Argument, Preferences, describe, read_preferences
from training.paths import ROOT
from training.pretrained.llama_gguf import LlamaFile
from training.pretrained.smollm2 import SHA256, smollm2_file
from training.reward.bradley_terry import Comparisons, descend, fit, right_part, scale_of
from training.reward.features import (
    Candidates,
    Reader,
    States,
    kept_states,
    of_length,
    of_states,
    of_words,
    untrained,
)

QUALITY = ROOT / "media/studies/reward.json"
TRACED_STEPS = (0, 1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200)


@dataclass(frozen=True)
class StudyConfig:
    layers: list[int]
    strengths: list[float]
    steps: int
    folds: int
    counts: list[int]
    seeds: int
    traced: list[int]
    similar_length: float
    rare: int
    untrained_seed: int


@dataclass(frozen=True)
class Choice:
    features: States | str
    strength: float  # Of the penalty.


class Study:
    """Of one kind of features."""

    def __init__(self, candidates: Candidates, preferences: Preferences, config: StudyConfig):
        self.candidates = candidates
        self.preferences = preferences
        self.config = config
        self.debate_of = np.array([argument.debate for argument in preferences.arguments])

    def scaled(self, features: States | str, unseen: Sequence[str]) -> np.ndarray:
        """Of all arguments, by a scale of those that are not of the debates `unseen`."""
        values = self.candidates[features]
        seen = values[~np.isin(self.debate_of, unseen)]
        return (values * scale_of(seen)).astype(np.float32)

    def choose(self, held_out: Sequence[str] = ()) -> Choice:
        """The one with the best accuracy in a cross-validation without the debates `held_out`."""
        debates = [debate for debate in self.preferences.debates if debate not in held_out]
        folds = [debates[first :: self.config.folds] for first in range(self.config.folds)]
        right: Counter[Choice] = Counter()
        for fold, name in product(folds, self.candidates):
            unseen = [*fold, *held_out]
            features = self.scaled(name, unseen)
            learned = compare(features, self.preferences.without(unseen))
            test = compare(features, self.preferences.within(fold))
            for strength in self.config.strengths:
                margins = test.margins(fit(learned, l2_of(strength, learned), self.config.steps))
                right[Choice(name, strength)] += right_part(margins) * len(margins)
        return max(right, key=right.__getitem__)

    @cached_property
    def choices(self) -> dict[str, Choice]:
        """By the debate that is held out."""
        return {debate: self.choose([debate]) for debate in self.preferences.debates}

    def runs(
        self, count: int | None, seed: int
    ) -> Iterator[tuple[Comparisons, Comparisons, float]]:
        """For each debate what is learned from, what is held out, and the penalty."""
        for debate, choice in self.choices.items():
            features = self.scaled(choice.features, [debate])
            seen = self.preferences.without([debate])
            learned = seen if count is None else seen.draw(count, seed)
            held_out = self.preferences.within([debate])
            compared = compare(features, learned)
            yield compared, compare(features, held_out), l2_of(choice.strength, compared)

    def margins(self, count: int | None = None, seed: int = 0) -> np.ndarray:
        """[P] of all pairs, debate after debate, each held out."""
        fits = (
            held_out.margins(fit(learned, l2, self.config.steps))
            for learned, held_out, l2 in self.runs(count, seed)
        )
        return np.concatenate(list(fits))

    def by_comparisons(self) -> list[dict]:
        lines = []
        for count in self.config.counts:
            of_seeds = [
                right_part(self.margins(count, seed)) for seed in range(1, self.config.seeds + 1)
            ]
            lines.append(
                {
                    "comparisons": count,
                    "accuracy": round(mean(of_seeds), 4),
                    "deviation": round(stdev(of_seeds), 4),
                    "seeds": [round(one, 4) for one in of_seeds],
                }
            )
        return lines

    def trace(self, count: int) -> list[dict]:
        """How a training goes: means over held-out debates and seeds, without the penalty."""
        steps = [step for step in TRACED_STEPS if step <= self.config.steps]
        rows: dict[int, list[tuple[float, ...]]] = {step: [] for step in steps}
        for seed in range(1, self.config.seeds + 1):
            for learned, held_out, l2 in self.runs(count, seed):
                for step, weights in enumerate(descend(learned, l2, self.config.steps)):
                    if step in rows:
                        rows[step].append(
                            figures_of(learned, weights) + figures_of(held_out, weights)
                        )
        names = ("loss", "accuracy", "heldOutLoss", "heldOutAccuracy")
        return [
            {
                "step": step,
                **dict(zip(names, np.mean(rows[step], 0).round(4).tolist(), strict=True)),
            }
            for step in steps
        ]

    def with_all(self) -> dict:
        """Accuracy of what has learned from all pairs of the other debates."""
        margins = self.margins()
        of_debates = [self.preferences.within([debate]) for debate in self.choices]
        ratios = np.concatenate([length_ratios(pairs) for pairs in of_debates])
        ends = np.cumsum([len(pairs) for pairs in of_debates])
        similar = np.maximum(ratios, 1 / ratios) <= 1 / self.config.similar_length
        return {
            "accuracy": round(right_part(margins), 4),
            "similarLength": part(margins[similar]),
            "shorterPreferred": part(margins[ratios < 1]),
            "byDebate": [
                {"debate": debate, **part(of_debate)}
                for debate, of_debate in zip(
                    self.choices, np.split(margins, ends[:-1]), strict=True
                )
            ],
        }


def part(margins: np.ndarray) -> dict:
    return {"pairs": len(margins), "accuracy": round(right_part(margins), 4)}


def compare(features: np.ndarray, preferences: Preferences) -> Comparisons:
    """Only of the arguments that are in a pair, so that few pairs take little time."""
    both = np.concatenate((preferences.preferred, preferences.rejected))
    numbers, rows = np.unique(both, return_inverse=True)
    return Comparisons(features[numbers], *np.split(rows, 2))


def figures_of(comparisons: Comparisons, weights: np.ndarray) -> tuple[float, float]:
    return comparisons.loss(weights, l2=0), right_part(comparisons.margins(weights))


def l2_of(strength: float, learned: Comparisons) -> float:
    """Of the mean loss. Texts are what is independent: the pairs of one text tell of it alike."""
    return strength / len(learned.features)


def length_ratios(preferences: Preferences) -> np.ndarray:
    """[P], characters of the preferred one for each of the rejected one."""
    lengths = np.array([len(argument.text) for argument in preferences.arguments])
    return lengths[preferences.preferred] / lengths[preferences.rejected]


def kinds(arguments: Sequence[Argument], config: StudyConfig) -> dict[str, Candidates]:
    file = LlamaFile(smollm2_file())
    trained = kept_states("smollm2", lambda: Reader(file), arguments)
    blank = kept_states(
        f"untrained-{config.untrained_seed}",
        lambda: Reader(file, untrained(file, config.untrained_seed)),
        arguments,
    )
    return {
        "smollm2": of_states(trained, config.layers),
        "untrained": of_states(blank, config.layers),
        "words": of_words(arguments, config.rare),
        "length": of_length(arguments),
    }


def measure(study: Study) -> dict:
    chosen = Counter(study.choices.values())
    return {
        "chosen": [{**asdict(choice), "debates": times} for choice, times in chosen.most_common()],
        "withAll": study.with_all(),
        "byComparisons": study.by_comparisons(),
    }


def describe_page(study: Study) -> dict:
    """What a page needs to do the same: chosen by all debates, and so measured on none."""
    choice = study.choose()
    scale = scale_of(study.candidates[choice.features])
    return {
        "model": "smollm2",
        "sha256": SHA256,
        **asdict(choice.features),
        "strength": choice.strength,
        "steps": study.config.steps,
        "scale": [float(f"{factor:.4g}") for factor in scale],
    }


def load_study_config(path: Path = CONFIGS / "reward.toml") -> StudyConfig:
    return fill(StudyConfig, tomllib.loads(path.read_text(encoding="utf-8")), path)


def run(data: Path, quality: Path = QUALITY) -> None:
    config = load_study_config()
    preferences = read_preferences(data)
    result: dict = {"data": describe(preferences, data)}
    for name, candidates in kinds(preferences.arguments, config).items():
        study = Study(candidates, preferences, config)
        if name == "smollm2":
            result["page"] = describe_page(study)
            result["training"] = [
                {"comparisons": count, "steps": study.trace(count)} for count in config.traced
            ]
        result[name] = measure(study)
        print(json.dumps({name: result[name]["withAll"]}, indent=2), flush=True)
    quality.parent.mkdir(parents=True, exist_ok=True)
    quality.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
