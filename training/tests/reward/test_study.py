"""A reward learns from preferences, and no debate is on both sides of a split."""

import json
import lzma
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.data.preferences import FILE, Argument, Preferences, describe, read_preferences
from training.reward.bradley_terry import Comparisons, descend, fit, right_part, scale_of
from training.reward.features import States, of_length, of_states, of_words
from training.reward.study import (
    Study,
    compare,
    describe_page,
    l2_of,
    length_ratios,
    load_study_config,
    measure,
)

N, D = 96, 8
CONFIG = replace(
    load_study_config(),
    layers=[0, 1],
    strengths=[0.3, 3.0],
    folds=3,
    counts=[2, 200],
    seeds=4,
    traced=[64],
)
GENERATOR = np.random.default_rng(0)
PLANTED = GENERATOR.normal(size=D)


@pytest.fixture
def comparisons() -> Comparisons:
    generator = np.random.default_rng(1)
    features = generator.normal(size=(20, D))
    preferred, rejected = generator.integers(0, 20, (2, 60))
    return Comparisons(features, preferred, rejected)


@pytest.fixture(scope="module")
def states() -> np.ndarray:
    """[N, L + 1, 2, D], of which only the mean of layer 1 tells what people prefer."""
    return np.random.default_rng(2).normal(size=(N, 2, 2, D))


@pytest.fixture(scope="module")
def preferences(states: np.ndarray) -> Preferences:
    """Four debates; preferred is what the planted reward of the states says."""
    arguments = tuple(
        Argument(f"debate {n % 4}", "yes" if n % 8 < 4 else "no", "word " * (1 + n % 5))
        for n in range(N)
    )
    generator = np.random.default_rng(3)
    first = generator.integers(0, N, 800)
    second = (first + 4 * generator.integers(1, N // 4, 800)) % N  # Of the same debate.
    better = ((states[first] - states[second])[:, 1, 0] @ PLANTED > 0)[:, None]
    pairs = np.where(better, np.stack((first, second), 1), np.stack((second, first), 1))
    return Preferences(arguments, *pairs.T)


def test_the_gradient_is_the_slope_of_the_loss(comparisons: Comparisons):
    weights, tiny = np.random.default_rng(4).normal(size=D), 1e-6
    slopes = [
        comparisons.loss(weights + tiny * unit, 0.1) - comparisons.loss(weights - tiny * unit, 0.1)
        for unit in np.eye(D)
    ]
    expected = np.array(slopes) / (2 * tiny)
    np.testing.assert_allclose(comparisons.gradient(weights, 0.1), expected, atol=1e-7)


def test_nothing_learned_is_a_coin(comparisons: Comparisons):
    nothing = np.zeros(D)
    assert comparisons.loss(nothing, 0.1) == pytest.approx(np.log(2))
    assert right_part(comparisons.margins(nothing)) == 0.5


def test_pairs_the_other_way_round_teach_the_opposite(comparisons: Comparisons):
    turned = Comparisons(comparisons.features, comparisons.rejected, comparisons.preferred)
    weights = fit(comparisons, 0.01, 50)
    np.testing.assert_allclose(fit(turned, 0.01, 50), -weights)
    assert turned.loss(-weights, 0.01) == pytest.approx(comparisons.loss(weights, 0.01))


def test_pairs_both_ways_round_teach_nothing(comparisons: Comparisons):
    pair = (comparisons.preferred, comparisons.rejected)
    both = Comparisons(comparisons.features, np.append(*pair), np.append(*reversed(pair)))
    np.testing.assert_allclose(fit(both, 0.01, 50), 0, atol=1e-12)


def test_the_descent_ends_where_the_slope_is_nothing(comparisons: Comparisons):
    weights = fit(comparisons, 0.01, 200)
    np.testing.assert_allclose(comparisons.gradient(weights, 0.01), 0, atol=1e-6)


def test_the_curvature_bounds_the_hessian(comparisons: Comparisons):
    differences = comparisons.features[comparisons.preferred]
    differences = differences - comparisons.features[comparisons.rejected]
    largest = np.linalg.eigvalsh(differences.T @ differences / len(differences) / 4)[-1] + 0.1
    assert largest <= comparisons.curvature(0.1)


def test_a_few_pairs_are_learned_by_heart():
    features = np.random.default_rng(5).normal(size=(6, D)).astype(np.float32)
    comparisons = Comparisons(features, np.array([0, 1, 2]), np.array([3, 4, 5]))
    first, *_, last = descend(comparisons, 1e-4, 200)
    assert comparisons.loss(last, 0) < 0.05 < comparisons.loss(first, 0)
    assert right_part(comparisons.margins(last)) == 1
    assert last.dtype == np.float32


def test_features_are_scaled_to_vary_alike():
    features = np.random.default_rng(6).normal(3, [1, 100, 0], (1000, 3))
    scaled = features * scale_of(features)
    np.testing.assert_allclose(scaled.var(0), [1 / 3, 1 / 3, 0])


def test_reads_pairs_of_arguments(tmp_path: Path):
    lines = [
        "#topic\tid\tlabel\ta1\ta2",
        "tea-or-coffee-_tea\targ1_arg2\ta2\tTea.\tIt&#39;s hot.<br/> Try it.",
        "tea-or-coffee-_tea\targ3_arg2\ta1\tTea wakes.\tIt&#39;s hot.<br/> Try it.",
        "is-it-late_no-\targ4_arg5\ta1\tNo.\tTea.",
    ]
    path = tmp_path / FILE
    path.parent.mkdir()
    path.write_bytes(lzma.compress(("\n".join(lines) + "\n").encode()))
    preferences = read_preferences(tmp_path)
    texts = [argument.text for argument in preferences.arguments]
    assert texts == ["Tea.", "It's hot.\nTry it.", "Tea wakes.", "No.", "Tea."]
    assert (preferences.preferred.tolist(), preferences.rejected.tolist()) == ([1, 2, 3], [0, 1, 4])
    assert preferences.debates == ["is it late", "tea or coffee"]
    request = 'Give an argument. The debate: "is it late". My side: "no".'
    assert preferences.arguments[3].request == request
    facts = describe(preferences, tmp_path)
    assert (facts["pairs"], facts["arguments"], facts["debates"], facts["sides"]) == (3, 5, 2, 2)


def test_no_debate_is_on_both_sides_of_a_split(preferences: Preferences):
    held_out = ["debate 1", "debate 3"]
    parts = preferences.without(held_out), preferences.within(held_out)
    assert sum(map(len, parts)) == len(preferences)
    for part, debates in zip(parts, (["debate 0", "debate 2"], held_out), strict=True):
        numbers = np.concatenate((part.preferred, part.rejected))
        assert {part.arguments[number].debate for number in numbers} == set(debates)
        assert {part.arguments[number].side for number in numbers} == {"yes", "no"}


def test_a_larger_sample_goes_on_where_a_smaller_one_ends(preferences: Preferences):
    small, large = preferences.draw(10, seed=1), preferences.draw(20, seed=1)
    assert small.preferred.tolist() == large.preferred[:10].tolist()
    assert small.preferred.tolist() != preferences.draw(10, seed=2).preferred.tolist()


def test_only_compared_texts_are_kept(preferences: Preferences, states: np.ndarray):
    features, few = states[:, 1, 0], preferences.draw(3, seed=1)
    compared = compare(features, few)
    assert len(compared.features) <= 6
    expected = (features[few.preferred] - features[few.rejected]) @ PLANTED
    np.testing.assert_allclose(compared.margins(PLANTED), expected)
    assert l2_of(3.0, compared) == 3 / len(compared.features)


def test_planted_preferences_are_found_and_carry_over(preferences: Preferences, states: np.ndarray):
    study = Study(of_states(states, CONFIG.layers), preferences, CONFIG)
    assert {choice.features for choice in study.choices.values()} == {States(1, "mean")}
    figures = measure(study)
    assert figures["withAll"]["accuracy"] > 0.95
    assert [line["debate"] for line in figures["withAll"]["byDebate"]] == preferences.debates
    few, many = figures["byComparisons"]
    assert 0.5 < few["accuracy"] < many["accuracy"]
    assert len(set(few["seeds"])) == CONFIG.seeds
    assert few["deviation"] == pytest.approx(np.std(few["seeds"], ddof=1), abs=1e-3)
    page = describe_page(study)
    assert (page["layer"], page["pooling"], len(page["scale"])) == (1, "mean", D)
    json.dumps([figures, page])


def test_what_a_held_out_debate_says_changes_nothing_it_is_judged_by(
    preferences: Preferences, states: np.ndarray
):
    held_out = preferences.within(["debate 2"])
    turned = np.isin(preferences.preferred, held_out.preferred)
    pairs = (
        np.where(turned, preferences.rejected, preferences.preferred),
        np.where(turned, preferences.preferred, preferences.rejected),
    )
    others = states.copy()
    others[[argument.debate == "debate 2" for argument in preferences.arguments]] *= 5
    candidates = of_states(states, CONFIG.layers)
    before = Study(candidates, preferences, CONFIG)
    after = Study(
        of_states(others, CONFIG.layers), Preferences(preferences.arguments, *pairs), CONFIG
    )
    assert before.choose(["debate 2"]) == after.choose(["debate 2"])
    for study in (before, after):
        study.choices = {"debate 2": before.choose(["debate 2"])}
    learned = [next(study.runs(None, 0))[0] for study in (before, after)]
    np.testing.assert_array_equal(learned[0].features, learned[1].features)
    np.testing.assert_array_equal(learned[0].preferred, learned[1].preferred)


def test_a_trace_tells_how_the_loss_falls(preferences: Preferences, states: np.ndarray):
    study = Study(of_states(states, [1]), preferences, CONFIG)
    rows = study.trace(64)
    assert rows[0] == {
        "step": 0,
        "loss": 0.6931,
        "accuracy": 0.5,
        "heldOutLoss": 0.6931,
        "heldOutAccuracy": 0.5,
    }
    assert rows[-1]["step"] == CONFIG.steps
    assert rows[-1]["loss"] < rows[0]["loss"]
    assert rows[-1]["heldOutAccuracy"] > 0.8


def test_baselines_see_length_and_words():
    arguments = [Argument("d", "s", text) for text in ("Ice, ice!", "It's ice.", "No, no")]
    np.testing.assert_allclose(*of_length(arguments).values(), np.log([[9], [9], [6]]))
    comma_and_ice = of_words(arguments, rare=2)
    np.testing.assert_allclose(*comma_and_ice.values(), np.log1p([[1, 2], [0, 1], [1, 0]]))
    pairs = Preferences(tuple(arguments), np.array([0]), np.array([2]))
    assert length_ratios(pairs).tolist() == [1.5]
