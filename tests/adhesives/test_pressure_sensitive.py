"""The pressure-sensitive window: limits of its formulae, and where windows of known position fall."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finechem.adhesives.network import rubbery_modulus_Pa
from finechem.adhesives.pressure_sensitive import (
    BlendPart,
    diluted_plateau_modulus_Pa,
    plateau_modulus_Pa,
    tack_probability,
)
from finechem.adhesives.tacky import TackyBlend
from finechem.adhesives.tacky_models import BlendGlassModel, DilutionModel
from finechem.adhesives.viscoelastic_windows import CHANG_MIDDLE_PA, viscoelastic_window
from finechem.errors import DomainError


@pytest.mark.parametrize(("modulus_MPa", "tacky"), [(0.08, 1.0), (0.10, 1.0), (0.12, 0.0)])
def test_a_known_modulus_falls_on_its_side_of_the_limit(modulus_MPa: float, tacky: float) -> None:
    assert tack_probability(modulus_MPa * 1e6) == tacky
    assert tack_probability(3.0 * modulus_MPa * 1e6, tensile=True) == tacky


def test_with_an_error_the_answer_is_never_certain() -> None:
    below, on, above = (tack_probability(modulus * 1e6, 0.3) for modulus in (0.08, 0.10, 0.12))
    assert on == pytest.approx(0.5) and 1.0 > below > on > above > 0.0
    # one standard deviation below the limit
    assert tack_probability(1e5 * math.exp(-0.3), 0.3) == pytest.approx(0.8413447, abs=1e-6)
    assert tack_probability(2e5, 0.3, limit_Pa=3e5) > 0.5 > tack_probability(2e5, 0.3)


@settings(deadline=None)
@given(st.floats(1e3, 1e7), st.floats(0.0, 2.0), st.floats(1.0, 10.0))
def test_stiffer_is_never_more_likely_tacky(modulus: float, sigma: float, factor: float) -> None:
    assert 0.0 <= tack_probability(modulus * factor, sigma) <= tack_probability(modulus, sigma) <= 1.0


def test_the_plateau_is_the_rubber_of_its_entanglements() -> None:
    """E = 3 G with one strand an entanglement length: the network module's formula is an independent path."""
    strands_mol_m3 = 920.0 / 10.0  # 10 kg/mol between entanglements
    plateau = plateau_modulus_Pa(920.0, 10000.0, 300.0)
    assert 3.0 * plateau == pytest.approx(rubbery_modulus_Pa(strands_mol_m3, 300.0))
    assert plateau_modulus_Pa(920.0, 10000.0, 300.0, 0.8) == pytest.approx(0.8 * plateau)


def test_dilution_of_the_plateau() -> None:
    assert diluted_plateau_modulus_Pa(3e5, 1.0) == 3e5
    assert diluted_plateau_modulus_Pa(3e5, 0.5) == pytest.approx(3e5 / 4.0)
    assert diluted_plateau_modulus_Pa(3e5, 0.5, 1.0) == pytest.approx(3e5 / 2.0)


def blend(resin: float, temperature_K: float = 298.15) -> tuple[float, float, bool]:
    """Probability of being soft, distance above the glass transition, and whether the plateau is reached."""
    rubber = BlendPart("rubber", 1.0 - resin, 920.0, 205.0)
    diluents = (BlendPart("resin", resin, 1000.0, 310.0),) if resin else ()
    candidate = TackyBlend("blend", rubber, diluents, plateau_modulus_Pa=4e5)
    modulus, _ = DilutionModel(temperature_K).answers(candidate)
    (above,) = BlendGlassModel(temperature_K).answers(candidate)
    return tack_probability(modulus.value, 0.2), above.value, modulus.in_domain


def test_a_tackifier_opens_the_window_and_too_much_closes_it() -> None:
    """Dilution softens; the glass transition that rises with the resin ends it."""
    none, half, most = blend(0.0), blend(0.55), blend(0.9)
    assert none[0] < 0.01 and none[1] == pytest.approx(93.15) and none[2]
    phi = (0.45 / 920.0) / (0.45 / 920.0 + 0.55 / 1000.0)  # 89 kPa, under the limit
    assert half[0] == pytest.approx(tack_probability(4e5 * phi**2, 0.2)) and half[0] > 0.5 and half[2]
    assert most[0] > half[0] and not most[2]
    assert blend(0.9, 298.15 + 60.0)[2]


def square(storage: tuple[float, float], loss: tuple[float, float]) -> dict[str, float]:
    """Return the shares of a window with these moduli at 0.01 and 100 rad/s; one between is ignored."""
    found = viscoelastic_window([100.0, 1.0, 0.01], [storage[1], 1.0, storage[0]], [loss[1], 1.0, loss[0]])
    assert found.corners == ((storage[0], loss[1]), (storage[1], loss[0]))
    return dict(found.shares)


@pytest.mark.parametrize(
    ("storage", "loss", "kind"),
    [
        ((1e5, 1e6), (1e3, 1e4), "not pressure-sensitive, or a release coating"),
        ((1e5, 1e6), (1e5, 1e6), "high shear"),
        ((1e3, 1e4), (1e3, 1e4), "removable or medical"),
        ((1e3, 1e4), (1e5, 1e6), "quick stick or cold stick"),
    ],
)
def test_quadrants(storage: tuple[float, float], loss: tuple[float, float], kind: str) -> None:
    assert square(storage, loss)[kind] == pytest.approx(1.0)


def test_a_window_about_the_middle_reaches_into_all_quadrants() -> None:
    low, high = CHANG_MIDDLE_PA / 10.0, CHANG_MIDDLE_PA * 10.0
    found = viscoelastic_window([0.01, 100.0], [low, high], [low, high])
    assert found.central and list(found.shares.values()) == pytest.approx([0.25] * 4)
    assert not viscoelastic_window([0.01, 100.0], [1e5, 1e6], [low, high]).central


@settings(deadline=None)
@given(*[st.floats(1e2, 1e7)] * 4)
def test_shares_add_up(first: float, second: float, third: float, fourth: float) -> None:
    shares = viscoelastic_window([0.01, 100.0], [first, second], [third, fourth]).shares.values()
    assert sum(shares) == pytest.approx(1.0) and min(shares) >= 0.0


def test_nothing_is_extrapolated() -> None:
    frequency = np.logspace(-1, 2, 10)
    with pytest.raises(DomainError, match=r"at 0\.01 rad/s, and a window is not extrapolated"):
        viscoelastic_window(frequency, np.full(10, 1e4), np.full(10, 1e4))
    with pytest.raises(DomainError, match="at 100 rad/s"):
        viscoelastic_window([0.01, 62.8], [1e4, 1e4], [1e4, 1e4])
    with pytest.raises(DomainError, match="2 frequencies, 1 storage"):
        viscoelastic_window([0.01, 100.0], [1e4], [1e4, 1e4])
    with pytest.raises(DomainError, match="a modulus is -1 Pa"):
        viscoelastic_window([0.01, 100.0], [1e4, -1.0], [1e4, 1e4])


def test_mistakes_name_the_value() -> None:
    with pytest.raises(DomainError, match="modulus is 0 Pa"):
        tack_probability(0.0)
    with pytest.raises(DomainError, match="sigma_ln is -1"):
        tack_probability(1e5, -1.0)
    with pytest.raises(DomainError, match="entanglement_g_mol is 0"):
        plateau_modulus_Pa(920.0, 0.0, 300.0)
    with pytest.raises(DomainError, match=r"polymer_volume_fraction is 1\.5"):
        diluted_plateau_modulus_Pa(1e5, 1.5)
    with pytest.raises(DomainError, match="resin: mass fraction"):
        BlendPart("resin", 0.0, 1000.0, 330.0)
