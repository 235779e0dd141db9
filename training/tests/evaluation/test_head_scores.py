"""The scores of heads, and that the file the extension is tested with holds them."""

import json

import numpy as np
import pytest

from training.evaluation.head_scores import FIXTURE, make_cases, make_tokens, role_scores


def test_the_fixture_is_what_the_reference_gives():
    stored = json.loads(FIXTURE.read_text(encoding="utf-8"))
    made = json.loads(json.dumps(make_cases()))
    assert [case["name"] for case in stored] == [case["name"] for case in made]
    for old, new in zip(stored, made, strict=True):
        assert old["weights"] == pytest.approx(new["weights"], abs=1e-6)
        for role, scores in new["scores"].items():
            assert old["scores"][role] == pytest.approx(scores, abs=1e-6)


def test_a_head_that_looks_at_the_previous_token_scores_one():
    _, tokens = make_tokens("the old dog runs".split(), specials=False)
    weights = np.eye(len(tokens), k=-1)
    weights[0, 0] = 1
    scores = role_scores(weights, "decoder", tokens, tokens, 0)
    assert scores["previous"] == 1
    assert scores["entropy"] == 0
    assert scores["distance"] == 1
