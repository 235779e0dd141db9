"""This reward is linear in features, and learns from which of two texts was preferred.

P(first preferred) = sigmoid(reward(first) - reward(second)) (Bradley and Terry 1952; so do
Christiano et al. 2017, section 2.2.3, and Ouyang et al. 2022, equation 1). Only differences count:
a reward has no zero of its own.

The fit is full-batch gradient descent with Nesterov's momentum from zero, with a step that needs no
search: some twenty lines, the same in a page as here.

Shape letters: N texts, P pairs, D features.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


def scale_of(features: np.ndarray) -> np.ndarray:
    """[D] factors after which all features [N, D] vary alike, and two texts are 2 apart, squared.

    0 for a feature that is always the same.
    """
    spread = features.std(0) * features.shape[1] ** 0.5
    return np.divide(1, spread, out=np.zeros_like(spread), where=spread > 0)


def right_part(margins: np.ndarray) -> float:
    """Of pairs [P], by their margins; equal rewards are half right."""
    return float(np.mean((margins > 0) + 0.5 * (margins == 0)))


@dataclass(frozen=True)
class Comparisons:
    features: np.ndarray  # [N, D]
    preferred: np.ndarray  # [P], rows of `features`.
    rejected: np.ndarray  # [P]

    def margins(self, weights: np.ndarray) -> np.ndarray:
        """[P], by how much the preferred one has the larger reward."""
        rewards = self.features @ weights
        return rewards[self.preferred] - rewards[self.rejected]

    def loss(self, weights: np.ndarray, l2: float) -> float:
        """Mean of -log P, and the penalty."""
        return float(
            np.mean(np.logaddexp(0, -self.margins(weights))) + l2 / 2 * (weights @ weights)
        )

    def gradient(self, weights: np.ndarray, l2: float) -> np.ndarray:
        """[D]"""
        surprise = (1 - np.tanh(self.margins(weights) / 2)) / 2  # 1 - P; overflows nowhere.
        of_texts = np.bincount(self.rejected, surprise, len(self.features))
        of_texts -= np.bincount(self.preferred, surprise, len(self.features))
        of_texts = (of_texts / len(surprise)).astype(self.features.dtype)
        return of_texts @ self.features + l2 * weights

    def curvature(self, l2: float) -> float:
        """No smaller than the largest eigenvalue of the loss's Hessian.

        The derivative of a sigmoid is at most 1/4, and a trace no less than an eigenvalue.
        """
        differences = self.features[self.preferred] - self.features[self.rejected]
        return float(np.vdot(differences, differences) / len(differences) / 4 + l2)


def descend(comparisons: Comparisons, l2: float, steps: int) -> Iterator[np.ndarray]:
    """Weights [D] before the first step and after each.

    Nesterov 2004, "Introductory Lectures on Convex Optimization", scheme 2.2.22.
    """
    curvature = comparisons.curvature(l2)
    ratio = (l2 / curvature) ** 0.5
    momentum = (1 - ratio) / (1 + ratio)
    weights = ahead = np.zeros(comparisons.features.shape[1], comparisons.features.dtype)
    yield weights
    for _ in range(steps):
        before = weights
        weights = ahead - comparisons.gradient(ahead, l2) / curvature
        ahead = weights + momentum * (weights - before)
        yield weights


def fit(comparisons: Comparisons, l2: float, steps: int) -> np.ndarray:
    *_, weights = descend(comparisons, l2, steps)
    return weights
