"""The conformance check itself: it passes the good toys and catches every lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from finechem.errors import ModelError
from finechem.screening import Estimates, Property, PropertyModel
from tests.screening.conformance import check_model
from tests.screening.toys import SIZE, HalfModel, LifeModel, LyingModel, SizeModel, Toy

CANDIDATES = [Toy("a", 1.0), Toy("b", -0.5), Toy("c", 4.0), Toy("d", 2.0)]
KNOWN = SizeModel().estimate(CANDIDATES, {})


@pytest.mark.parametrize("model", [SizeModel(), LifeModel(), HalfModel()], ids=lambda model: model.name)
def test_the_toys_conform(model: PropertyModel) -> None:
    check_model(model, CANDIDATES, KNOWN)


@dataclass(frozen=True)
class Crooked(SizeModel):
    """Breaks one rule each, in ways a single batch does not show."""

    fault: str = ""

    @property
    def provides(self) -> tuple[Property, ...]:
        return [SIZE] if self.fault == "list" else (SIZE,)  # type: ignore[return-value]

    def subject(self, candidate: Any) -> Any:
        return object() if self.fault == "subject" else candidate

    def estimate(self, subjects: Sequence[Any], _known: Mapping[Property, Estimates]) -> Mapping[Property, Estimates]:
        x = np.array([toy.x for toy in subjects])
        if self.fault == "batch":
            x = x - x.mean()
        if self.fault == "place":
            x = x + 1e-6 * np.arange(x.size)
        if self.fault == "infinite":
            x = x * np.inf
        reason = "doubtful" if self.fault == "reason" else ""
        given = {SIZE: Estimates(x, np.full(x.size, 0.1), reason=reason)}
        return {} if self.fault == "nothing" else given


@pytest.mark.parametrize("fault", ["batch", "place", "infinite", "reason", "nothing", "list"])
def test_faults_are_found(fault: str) -> None:
    with pytest.raises(AssertionError):
        check_model(Crooked(fault=fault), CANDIDATES)


def test_faults_that_raise_by_themselves() -> None:
    with pytest.raises(ValueError, match="cannot hash a object"):
        check_model(Crooked(fault="subject"), CANDIDATES)
    with pytest.raises(ModelError, match="gives no reason"):
        check_model(LyingModel(), CANDIDATES)


def test_values_off_their_scale_are_found() -> None:
    with pytest.raises(AssertionError, match="outside a log scale"):
        check_model(LyingModel(lie="negative"), CANDIDATES)


def test_required_estimates_must_be_given() -> None:
    with pytest.raises(AssertionError, match=r"life needs estimates of \['size'\] for 4"):
        check_model(LifeModel(), CANDIDATES)
