"""What a formulator would trip over: each was wrong once, and the right answer was worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import openpyxl
import pytest

from finechem.adhesives import (
    Component,
    Monomer,
    Recipe,
    Site,
    balance,
    bio_content,
    cured_network,
    functional_groups,
    gel_conversion,
    load_recipes,
    recipe_monomers,
    sensitivity,
)
from finechem.adhesives.branching import gel_point
from finechem.adhesives.catalogue import shipped_component
from finechem.adhesives.groups import catalytic_groups
from finechem.adhesives.models import NetworkModel
from finechem.adhesives.remarks import remarks
from finechem.adhesives.sheet import recipe_sheet
from finechem.errors import ConfigError, InputError
from tests.adhesives.substances import CASTOR, HDI, MHHPA, hardener, resin

CHALK = "[Ca+2].[O-]C([O-])=O"


def test_molecules_of_no_amount_branch_nothing() -> None:
    """A2 + B2 makes chains, whatever else is on the list with no moles."""
    assert gel_conversion({4: 0.0, 2: 1.0}, {2: 1.0}) is None
    chains = [Monomer(0.0, (Site("A", 4),)), Monomer(1.0, (Site("A", 2),)), Monomer(1.0, (Site("B", 2),))]
    assert gel_point(chains) is None


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("NCCCCC([NH3+])C(=O)[O-]", {"amine_hydrogen_primary": 4, "carboxylic_acid": 1}),  # lysine as it crystallizes
        ("C[N+](C)(C)CC(=O)[O-]", {}),  # betaine has no hydrogen to give
        ("C[NH3+].[Cl-]", {}),
        ("CC(=O)[O-].[Na+]", {}),
        ("C=C1CC(=O)OC1=O", {"anhydride": 1, "itaconate": 1}),  # itaconic anhydride keeps its double bond
        ("Cc1ccc(cc1)S(=O)(=O)N=C=O", {"isocyanate": 1}),  # tosyl isocyanate, the drying agent of polyurethanes
        ("CC(=O)C=C(C)N", {}),  # a vinylogous amide
        ("NC1CCCCC1", {"amine_hydrogen_primary": 2}),
        ("COC(=O)c1ccc(N)cc1", {"amine_hydrogen_primary": 2}),
        ("C1CC2CC1C=C2", {"alkene": 1}),  # norbornene
        ("C1=CC2CC1C=C2", {"alkene": 2}),  # norbornadiene
        ("CC=C1CC2CC1C=C2", {"alkene": 1}),  # ethylidene norbornene: only the strained one
        ("C1CCC=CC1", {}),
        ("CCN.FB(F)F", {}),  # the amine is bound to boron
    ],
)
def test_groups_of_odd_molecules(smiles: str, expected: dict[str, int]) -> None:
    assert functional_groups(smiles) == expected


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("CCN.FB(F)F", ("boron trifluoride",)),
        ("CC[NH2+][B-](F)(F)F", ("boron trifluoride",)),
        ("C1CCC2=NCCCN2CC1", ("amidine or guanidine",)),  # DBU
        ("N#CN=C(N)N", ("dicyandiamide",)),
        ("c1ccc(cc1)P(c1ccccc1)c1ccccc1", ("phosphine",)),
        ("CCCC[N+](CCCC)(CCCC)CCCC.[Br-]", ("onium salt",)),
        ("c1ccc(cc1)[I+]c1ccccc1.F[P-](F)(F)(F)(F)F", ("onium salt",)),
        ("O=[N+]([O-])c1ccccc1", ()),
        ("COCN(COC)c1nc(N(COC)COC)nc(n1)N(COC)COC", ()),  # hexamethoxymethylmelamine, a crosslinker
        ("CC(C)=NCCN=C(C)C", ()),  # a ketimine
        ("NC(N)=O", ()),
    ],
)
def test_what_cures_by_catalysis(smiles: str, expected: tuple[str, ...]) -> None:
    assert catalytic_groups(smiles) == expected


def test_a_hardener_that_also_catalyses_still_counts() -> None:
    """Aminoethylpiperazine: three hydrogens, 129.2 g/mol, and a tertiary amine that speeds up the cure."""
    piperazine = Component.of("AEP", "hardener", smiles="NCCN1CCNCC1")
    recipe = Recipe.from_amounts("x", (resin(), piperazine), (1.0, 1.0), "eq")
    assert recipe.masses_g[1] == pytest.approx(129.20 / 3, rel=1e-3)
    (note,) = remarks(recipe)
    assert note == "AEP also catalyses (tertiary amine) beside its counted groups"


def test_the_carbon_of_chalk_is_inorganic() -> None:
    """ASTM D6866 takes organic carbon only: chalk changes nothing of it, though its carbon is 12.0 % of its mass."""
    oil = Component.of("oil", "resin", smiles="CCCCCC1OC1CC1OC1CCCCCCCC(=O)OCC", biobased_carbon=1.0)
    chalk = Component.of("chalk", "filler", smiles=CHALK)
    assert chalk.carbon_mass_fraction == 0.0
    assert chalk.inorganic_carbon_mass_fraction == pytest.approx(12.011 / 100.086, rel=1e-3)
    found = bio_content(Recipe("x", (oil, chalk), (50.0, 50.0)))
    assert (found.carbon_of_organic.low, found.carbon_of_organic.high, found.unknown) == (1.0, 1.0, ())
    oil_carbon = 20 * 12.011 / 340.50  # C20H36O4
    share = oil_carbon / (oil_carbon + 12.011 / 100.086)
    assert found.carbon_of_total.low == found.carbon_of_total.high == pytest.approx(share, rel=1e-3)
    stated = Component.of("chalk", "filler", smiles=CHALK, inorganic_carbon_mass_fraction=0.1)
    assert stated.inorganic_carbon_mass_fraction == 0.1


def test_the_density_of_minerals_and_salts_is_not_guessed() -> None:
    """The estimate is for liquids and glasses; calcite is 2.71 g/cm3, of which it would say 1.54."""
    assert Component.of("chalk", "filler", smiles=CHALK).density_g_cm3 is None
    assert Component.of("chalk", "additive", smiles=CHALK).density_g_cm3 is None
    assert Component.of("silica", "filler", smiles="O=[Si]=O").density_g_cm3 is None
    nitro = Component.of("nitrobenzene", "solvent", smiles="O=[N+]([O-])c1ccccc1")
    assert nitro.density_is_estimated and nitro.density_g_cm3 == pytest.approx(1.20, rel=0.05)


def test_a_filler_softens_no_rubber_and_a_solvent_leaves() -> None:
    """Rigid particles cannot lower the modulus of the matrix; what evaporates is neither sol nor volume."""
    base = Recipe.from_amounts("x", (resin(), hardener()), (1.0, 1.0), "eq")
    plain = cured_network(base)
    for extra in (
        Component.of("silica", "filler", density_g_cm3=2.2),
        Component.of("acetone", "solvent", smiles="CC(C)=O"),
    ):
        network = cured_network(Recipe("y", (*base.components, extra), (*base.masses_g, 100.0)))
        assert network.strands_mol_m3 == pytest.approx(plain.strands_mol_m3)
        assert network.state.sol_fraction == plain.state.sol_fraction
    stays = Component.of(**{"name": "benzyl alcohol", **shipped_component("benzyl-alcohol")})
    assert cured_network(Recipe("y", (*base.components, stays), (*base.masses_g, 100.0))).state.sol_fraction > 0.2
    # water that reacts stays in, whatever its role
    water = Component.of("water", "solvent", smiles="O")
    foam = Recipe("z", (Component.of("HDI", "hardener", smiles=HDI), water), (100.0, 5.0))
    assert len(recipe_monomers(foam)) == 2


def test_a_gel_at_the_last_group_has_an_error_too() -> None:
    """Four hydrogens and a diepoxide just below three to one: the ideal gel point lies beyond what Carothers bounds."""
    ethylenediamine = Component.of("EDA", "hardener", smiles="NCCN")
    late = Recipe.from_amounts("x", (resin(), ethylenediamine), (1.0, 2.9995), "eq")
    model = NetworkModel()
    gel = model.estimate([late], {})[model.provides[1]]
    assert gel.value[0] == pytest.approx(math.sqrt(2.9995 / 3), rel=1e-9)
    assert gel.sigma[0] >= 0.0
    assert "> 1" in recipe_sheet(late)  # beyond Carothers's theory, and no "never": it gels


def test_the_range_of_an_equivalent_weight_reaches_sol_and_branching() -> None:
    loose = resin(equivalent_weight_g_eq={"epoxide": 187.0}, equivalent_weight_tolerance_g_eq={"epoxide": 18.0})
    recipe = Recipe.from_amounts("x", (loose, hardener()), (1.25, 1.0), "eq")
    model = NetworkModel()
    found = model.estimate([recipe], {})
    branching, _, sol, _, modulus = (found[prop] for prop in model.provides)
    sigma = balance(recipe).sigma_ln_ratio
    assert branching.sigma[0] == pytest.approx(sigma / 2, rel=1e-6)  # the factor goes with the root of the ratio
    here, more = (
        cured_network(Recipe.from_amounts("x", recipe.components, (1.25 * factor, 1.0), "eq")).state.sol_fraction
        for factor in (1.0, math.exp(sigma))
    )
    assert sol.sigma[0] == pytest.approx(more - here, rel=0.2)
    exact = model.estimate([Recipe.from_amounts("x", (resin(), hardener()), (1.25, 1.0), "eq")], {})
    assert modulus.sigma[0] > exact[model.provides[4]].sigma[0]


def test_molecules_that_only_pair_up_have_no_network_and_no_crash() -> None:
    loose = Component.of(
        "phenyl glycidyl ether",
        "diluent",
        smiles="c1ccccc1OCC1CO1",
        equivalent_weight_g_eq={"epoxide": 155.0},
        equivalent_weight_tolerance_g_eq={"epoxide": 5.0},
    )
    morpholine = Component.of("morpholine", "hardener", smiles="C1COCCN1")
    model = NetworkModel()
    found = model.estimate([Recipe.from_amounts("x", (loose, morpholine), (1.0, 1.0), "eq")], {})
    branching, gel, *_ = (found[prop] for prop in model.provides)
    assert branching.value[0] == 0.0 and "too few branches" in gel.reason[0]


def test_sides_are_named_as_parts_may_be_named_the_other_way_round() -> None:
    """The polyol is part A by custom, and side B of the theory: 'B -5%' was read as less isocyanate."""
    oil = Component.of("castor oil", "resin", part="A", smiles=CASTOR)
    hdi = Component.of("HDI", "hardener", part="B", smiles=HDI)
    recipe = Recipe.from_amounts("x", (oil, hdi), (1.0, 1.5), "eq")
    text = recipe_sheet(recipe)
    assert "isocyanate/active hydrogen = 1.500" in text and "33.3% of the isocyanate" in text
    rows = sensitivity(recipe)
    assert rows[1].what == "active hydrogen -5%" and rows[1].ratio == pytest.approx(1.5 / 0.95)


def test_a_little_aminosilane_makes_no_amine_cure_in_silence() -> None:
    silane = Component.of("APTES", "additive", smiles="CCO[Si](CCCN)(OCC)OCC")
    anhydride = Component.of("MHHPA", "hardener", smiles=MHHPA)
    recipe = Recipe.from_amounts("x", (resin(), anhydride, silane), (100.0, 90.0, 1.0), "phr")
    notes = " | ".join(remarks(recipe))
    assert "taken as epoxy-amine, yet epoxy-anhydride would bond much more: name the chemistry" in notes
    named = Recipe.from_amounts("x", recipe.components, (100.0, 90.0, 1.0), "phr", chemistry_name="epoxy-anhydride")
    assert "would bond much more" not in " | ".join(remarks(named))


def test_isocyanate_alone_is_told_from_nothing_at_all() -> None:
    sealant = Component.of(
        "prepolymer", "resin", equivalent_weight_g_eq={"isocyanate": 350.0}, functionality={"isocyanate": 2.2}
    )
    (note,) = remarks(Recipe("x", (sealant,), (100.0,)))
    assert note.endswith("isocyanate alone cures with moisture")


def test_an_amine_too_vague_for_an_isocyanate_is_named_and_the_sheet_still_prints() -> None:
    pmdi = Component.of("PMDI", "hardener", equivalent_weight_g_eq={"isocyanate": 135.5})
    vague = Component.of("polyamine", "resin", equivalent_weight_g_eq={"amine_hydrogen": 95.0})
    recipe = Recipe("mix", (pmdi, vague), (60.0, 100.0))
    with pytest.raises(InputError, match="mix: polyamine: urethane: amine_hydrogen is not enough"):
        balance(recipe)
    assert "state them apart" in recipe_sheet(recipe)


def test_a_name_written_once_holds_for_the_rows_below(tmp_path: Path) -> None:
    """Merged cells and blank rows, as spreadsheets have them."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["recipe", "unit", "name", "role", "smiles", "group", "equivalent_weight_g_eq", "amount"],
        [None] * 8,
        ["My glue", "phr", "Epoxy 187", "resin", None, "epoxide", 187, 100],
        ["", " ", None, None, None, None, None, None],
        [None, None, "IPDA", "hardener", "CC1(C)CC(N)CC(C)(CN)C1", None, None, 22.8],
        ["Other", "phr", "Epoxy 190", "resin", None, "epoxide", 190, 100],
    ):
        sheet.append(row)
    book.save(tmp_path / "trial.xlsx")
    first, second = load_recipes(tmp_path / "trial.xlsx")
    assert [component.name for component in first.components] == ["Epoxy 187", "IPDA"]
    assert (first.id, second.id, len(second.components)) == ("My glue", "Other", 1)


@pytest.mark.parametrize(
    ("resin_smiles", "hardener_smiles"),
    [
        ("Oc1cc(O)c2CC(O)C(Oc2c1)c1ccc(O)c(O)c1", "O=CC=O"),  # catechin, of tannins, with glyoxal
        ("OCC(O)CO", "OC(=O)CC(O)(CC(=O)O)C(=O)O"),  # glycerol with citric acid
    ],
)
def test_cures_that_are_not_described_are_no_mistakes(tmp_path: Path, resin_smiles: str, hardener_smiles: str) -> None:
    path = tmp_path / "wood.toml"
    parts = (("resin", resin_smiles), ("hardener", hardener_smiles))
    text = "".join(
        f'[[components]]\nname = "{role}"\nrole = "{role}"\nsmiles = "{smiles}"\namount = 50\n'
        for role, smiles in parts
    )
    path.write_text(f'unit = "g"\n{text}', "utf-8")
    (recipe,) = load_recipes(path)
    assert recipe.chemistry is None
    assert "no two of its groups react with each other by a known step-growth cure" in remarks(recipe)
    path.write_text(f'unit = "g"\nchemistry = "epoxy-amine"\n{text}', "utf-8")
    with pytest.raises(ConfigError):
        load_recipes(path)


def test_a_density_in_kilograms_a_cubic_metre_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match="is it in kg/m3"):
        resin(density_g_cm3=1160.0)
