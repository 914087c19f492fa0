"""The fixed seeds of the prediction are about everything that a plan has to predict."""

from collections import Counter
from typing import Final

import pytest

from aem_mail.kinds.registry import kind_names
from tests.plan.prediction.features import FEATURES, NOT_PREDICTED, PREDICTED, features_of
from tests.plan.prediction.programs import pair_of
from tests.plan.prediction.test_prediction import SEEDS

FEWEST: Final = 5
"""Pairs among the fixed seeds that are about each feature, at least."""


@pytest.fixture(scope="module")
def counted() -> Counter[str]:
    return Counter(feature for seed in SEEDS for feature in features_of(pair_of(seed)))


def test_every_registered_kind_is_among_the_features_or_it_is_said_why_not() -> None:
    assert {*PREDICTED, *NOT_PREDICTED} == {*kind_names()}


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_is_among_the_fixed_seeds(feature: str, counted: Counter[str]) -> None:
    assert counted[feature] >= FEWEST
