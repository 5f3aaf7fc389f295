"""Potentials by name: what is told apart, what is kept, and what to install."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.calculators.lj import LennardJones

from finechem.errors import DomainError, InputError, MissingExtraError, ReadError
from finechem.matter import calculators
from finechem.matter.calculators import calculator, evaluate
from finechem.screening.cache import Cache
from tests.matter.springs import Springs, diamond


def test_what_is_not_installed_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(calculators, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'finechem\[mlip\]'"):
        calculator("7net-0")
    with pytest.raises(MissingExtraError, match="pip install chgnet") as missing:
        calculator("chgnet")
    assert str(pickle.loads(pickle.dumps(missing.value))) == str(missing.value)
    potential = tmp_path / "nep.txt"
    potential.write_text("nep4 1 Si")
    with pytest.raises(MissingExtraError, match=r"pip install nep-adapters \(GPL\)"):
        calculator(f"nep:{potential}")


def test_what_is_no_potential() -> None:
    with pytest.raises(InputError, match="did you mean '7net-0'"):
        calculator("7net0")
    with pytest.raises(ReadError, match="no such file"):
        calculator("nep:nowhere.txt")
    with pytest.raises(InputError, match="a float is no potential"):
        calculator(1.0)


def test_parameters_tell_ases_calculators_apart() -> None:
    one, same, other = (calculator(LennardJones(epsilon=e, sigma=3.4)) for e in (0.01, 0.01, 0.02))
    assert one.fingerprint == same.fingerprint != other.fingerprint
    assert calculator(EMT()).fingerprint not in ("", one.fingerprint)
    assert calculator(one) is one
    assert pickle.loads(pickle.dumps(calculator(EMT(), "mine"))).fingerprint == "mine"


def test_of_a_calculator_nobody_knows_nothing_is_kept(tmp_path: Path) -> None:
    cache, atoms = Cache(tmp_path), diamond()
    unknown = calculator(Springs())
    assert unknown.fingerprint == ""
    evaluate(unknown, atoms, cache=cache)
    assert not any(tmp_path.rglob("*.json"))
    known = calculator(Springs(), "springs")
    first = evaluate(known, atoms, cache=cache)
    again = evaluate(known, atoms, cache=cache)
    assert (first.kept, again.kept, known.ase.calls) == (False, True, 1)
    np.testing.assert_array_equal(first.forces_eV_angstrom, again.forces_eV_angstrom)
    assert evaluate(known, atoms, stress=True, cache=cache).stress_GPa is not None  # kept without one: computed again
    assert not evaluate(calculator(Springs(), "others"), atoms, cache=cache).kept
    moved = atoms.copy()
    moved.positions[0, 0] += 1e-6
    assert not evaluate(known, moved, cache=cache).kept


def test_what_it_cannot_compute_is_an_error_in_our_words() -> None:
    with pytest.raises(DomainError, match=r"quartz: EMT cannot compute it .*NotImplementedError"):
        evaluate(calculator(EMT()), bulk("Si"), label="quartz")

    class Broken(Springs):
        def calculate(self, *args: Any, **more: Any) -> None:
            super().calculate(*args, **more)
            self.results["energy"] = float("nan")

    with pytest.raises(DomainError, match="not finite"):
        evaluate(calculator(Broken()), diamond())


def test_springs_push_as_their_energy_says() -> None:
    """The tests' own potential: forces and stress are derivatives of its energy."""
    atoms, springs = diamond().repeat(2), calculator(Springs())
    atoms.rattle(0.05, seed=3)
    found = evaluate(springs, atoms, stress=True)
    step = 1e-5
    for axis in range(3):
        energies = []
        for sign in (1, -1):
            moved = atoms.copy()
            moved.positions[3, axis] += sign * step
            energies.append(evaluate(springs, moved).energy_eV)
        assert abs(found.forces_eV_angstrom[3, axis] + (energies[0] - energies[1]) / (2 * step)) < 1e-6
    assert found.stress_GPa is not None
    energies = []
    for sign in (1, -1):
        moved = atoms.copy()
        moved.set_cell(atoms.cell.array @ (np.eye(3) + sign * step * np.diag([0, 0, 1.0])), scale_atoms=True)
        energies.append(evaluate(springs, moved).energy_eV)
    slope = (energies[0] - energies[1]) / (2 * step) / atoms.get_volume() * 160.21766
    assert abs(found.stress_GPa[2] - slope) < 1e-3


@pytest.mark.parametrize("name", ["7net-0", "7net-l3i5"])
def test_a_universal_potential_pushes_as_its_energy_says(name: str) -> None:
    pytest.importorskip("sevenn")
    potential = calculator(name)
    others = {calculator(other).fingerprint for other in ("7net-0", "7net-l3i5") if other != name}
    assert "sevenn" in potential.fingerprint and potential.fingerprint not in others
    atoms = bulk("AlN", "wurtzite", a=3.11, c=4.98)
    atoms.positions[0] += (0.03, 0.02, 0.05)
    found, step = evaluate(potential, atoms), 0.01
    energies = []
    for sign in (1, -1):
        moved = atoms.copy()
        moved.positions[0, 2] += sign * step
        energies.append(evaluate(potential, moved).energy_eV)
    assert found.forces_eV_angstrom[0, 2] == pytest.approx(-(energies[0] - energies[1]) / (2 * step), abs=5e-3)
