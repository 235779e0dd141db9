"""Attention in a dozen lines: what the panel shows, written out."""

from math import exp, sqrt


def softmax(scores: list[float]) -> list[float]:
    """Positive numbers that sum to one; the largest score gets the most."""
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def dot(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def attend(query: list[float], keys: list[list[float]], values: list[list[float]]) -> list[float]:
    """Mix the values, each by how well its key answers the query."""
    weights = softmax([dot(query, key) / sqrt(len(query)) for key in keys])
    width = len(values[0])
    return [dot(weights, [value[i] for value in values]) for i in range(width)]


if __name__ == "__main__":
    cat, mat = [1.0, 0.0], [0.0, 1.0]
    it = [0.9, 0.1]
    print(attend(it, keys=[cat, mat], values=[cat, mat]))
