"""From recipe to network: hand-worked strands and moduli, and what cannot be said."""

from __future__ import annotations

import pytest

from finechem.adhesives import (
    Component,
    Recipe,
    cured_network,
    recipe_monomers,
    rubbery_modulus_Pa,
    sensitivity,
)
from finechem.adhesives.remarks import remarks
from finechem.errors import DomainError, InputError
from tests.adhesives.substances import DETA, MHHPA, hardener, resin


def stoichiometric() -> Recipe:
    parts = (resin(density_g_cm3=1.16), hardener(density_g_cm3=0.92))
    return Recipe.from_amounts("DGEBA + IPDA", parts, (1.0, 1.0), "eq")


def test_strands_by_hand() -> None:
    """A quarter mole of diamine and half a mole of diepoxide: 0.5 mol strands, 0.25 mol rings in their volume."""
    network = cured_network(stoichiometric())
    volume = (0.5 * 340.42 / 1.16 + 0.25 * 170.30 / 0.92) * 1e-6
    assert network.strands_mol_m3 == pytest.approx(0.5 / volume, rel=1e-4)
    assert network.cycle_rank_mol_m3 == pytest.approx(0.25 / volume, rel=1e-4)
    assert network.gel is not None
    assert network.gel.limiting == pytest.approx(0.57735, abs=1e-5)
    assert network.branching**2 == pytest.approx(3.0)
    # 3 x 2591 mol/m3 x 8.314 J/(mol K) x 453.15 K
    assert rubbery_modulus_Pa(0.5 / volume, 453.15) == pytest.approx(3 * 0.5 / volume * 8.314463 * 453.15)


def test_batch_size_does_not_matter() -> None:
    small, large = cured_network(stoichiometric()), cured_network(stoichiometric().scaled_to(1e6))
    assert large.strands_mol_m3 == pytest.approx(small.strands_mol_m3)
    assert large.state.sol_fraction == pytest.approx(small.state.sol_fraction, abs=1e-15)


def test_plasticizers_dilute_strands() -> None:
    plain = cured_network(stoichiometric())
    oil = Component.of("oil", "plasticizer", density_g_cm3=0.9)
    base = stoichiometric()
    soft = Recipe("soft", (*base.components, oil), (*base.masses_g, 0.9 * plain.volume_m3 * 1e6))  # type: ignore[operator]
    assert cured_network(soft).strands_mol_m3 == pytest.approx(plain.strands_mol_m3 / 2)  # type: ignore[operator]


def test_plasticizer_is_sol_and_a_catalyst_is_not() -> None:
    base = stoichiometric()
    total = sum(base.masses_g)
    for role, sol in (("plasticizer", 1 / 11), ("catalyst", 0.0)):
        extra = Component.of("extra", role, smiles="CCCCCCCC")
        network = cured_network(Recipe("x", (*base.components, extra), (*base.masses_g, total / 10)))
        assert network.state.sol_fraction == pytest.approx(sol, abs=1e-12)


def test_an_epoxide_and_an_anhydride_bond_twice() -> None:
    anhydride = Component.of("MHHPA", "hardener", smiles=MHHPA)
    monomers = recipe_monomers(Recipe.from_amounts("x", (resin(), anhydride), (1.0, 1.0), "eq"))
    assert [(monomer.groups("A"), monomer.groups("B")) for monomer in monomers] == [(4.0, 0.0), (0.0, 2.0)]


def test_substitution_reaches_primary_amines_only() -> None:
    deta = Component.of("DETA", "hardener", smiles=DETA)
    _, amine = recipe_monomers(Recipe.from_amounts("x", (resin(), deta), (1.0, 1.0), "eq"), substitution=0.3)
    assert sorted((site.groups, site.count, site.substitution) for site in amine.sites) == [
        (1, 1.0, 1.0),
        (2, 2.0, 0.3),
    ]


def test_sensitivity_is_worst_off_ratio() -> None:
    loose = resin(equivalent_weight_g_eq={"epoxide": 187.0}, equivalent_weight_tolerance_g_eq={"epoxide": 5.0})
    rows = sensitivity(Recipe.from_amounts("x", (loose, hardener()), (1.0, 1.0), "eq"))
    assert [row.what.split()[0] for row in rows] == ["as", "amine", "amine", "equivalent", "equivalent"]
    ratios = [row.ratio for row in rows]
    assert ratios[:3] == pytest.approx([1.0, 1 / 0.95, 1 / 1.05])
    assert ratios[3] * ratios[4] == pytest.approx(1.0)
    assert ratios[3] == pytest.approx(1 + 5 / 187, rel=2e-3)
    gels = [row.network.gel.limiting for row in rows if row.network.gel]
    assert min(gels) == gels[0]


def test_what_cannot_be_said_says_why() -> None:
    trade = Component.of("trade name", "hardener", equivalent_weight_g_eq={"amine_hydrogen": 93.0})
    with pytest.raises(InputError, match="needs the molar mass of trade name"):
        cured_network(Recipe.from_amounts("x", (resin(), trade), (1.0, 1.0), "eq"))
    unknown_density = Component.of("x", "additive")
    network = cured_network(Recipe("x", (*stoichiometric().components, unknown_density), (80.0, 20.0, 1.0)))
    assert network.volume_m3 is network.strands_mol_m3 is network.cycle_rank_mol_m3 is None
    for wrong in ((-1.0, 400.0), (1.0, 0.0), (1.0, float("nan"))):
        with pytest.raises(DomainError):
            rubbery_modulus_Pa(*wrong)


def test_remarks() -> None:
    dicy = Component.of("DICY", "hardener", smiles="N#CN=C(N)N")
    mystery = Component.of("Trade 42", "hardener")
    light = resin(equivalent_weight_g_eq={"epoxide": 150.0})
    oil = Component.of("oil", "resin", smiles="CCCCC1OC1CCCC")
    notes = " | ".join(remarks(Recipe("x", (light, oil, dicy, mystery, hardener()), (1.0,) * 5)))
    assert "DICY cures by catalysis (dicyandiamide)" in notes
    assert "nothing is known of what reacts in Trade 42" in notes
    assert "stated 150 g/eq of epoxide is below the 170.2 of its structure" in notes
    assert "internal or cycloaliphatic epoxides (oil) react slowly with amines" in notes
    vanillin = Component.of("vanillin", "additive", smiles="COc1cc(C=O)ccc1O")
    notes = " | ".join(remarks(Recipe("x", (resin(), hardener(), vanillin), (1.0,) * 3)))
    assert "not counted in epoxy-amine: aldehyde, phenol" in notes
