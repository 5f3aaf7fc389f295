"""The force sets of the repository: they load, have the symmetry they claim, and give stable crystals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import constants

FOLDER = Path(__file__).resolve().parents[1] / "datasets" / "force_constants"
#: File: space group, atoms of the primitive cell, of the supercell, decimals of the forces in eV/Å, their noise.
FILES = {
    "phono3py_params-Ar-lj.yaml.xz": (225, 1, 27, 14, 1e-14),
    "phono3py_params-AlN-7net.yaml.xz": (186, 4, 72, 6, 2e-6),
    "phono3py_params-Si3N4-beta-7net.yaml.xz": (176, 14, 42, 5, 1e-5),
}
ARGON = "phono3py_params-Ar-lj.yaml.xz"
ALN = "phono3py_params-AlN-7net.yaml.xz"

EPSILON_EV, SIGMA_ANGSTROM, CUTOFF_ANGSTROM = 120.0 * constants.k / constants.e, 3.4, 5.8
THZ = np.sqrt(constants.e / constants.atomic_mass) * 1e-2 / (2.0 * np.pi)
"""√(eV/Å²/u)/2π in THz."""


@cache
def loaded(name: str) -> Any:
    """The crystal and its forces, with second-order force constants only: those of third order take longer."""
    import phono3py

    phonons = phono3py.load(FOLDER / name, produce_fc=False)
    phonons.produce_fc2()
    phonons.symmetrize_fc2(use_symfc_projector=True)  # as phono3py.load does
    return phonons


def frequencies(name: str, qpoints: Sequence[tuple[float, ...]], direction: Any = None) -> NDArray[np.float64]:
    from phonopy import Phonopy

    phonons = loaded(name)
    harmonic = Phonopy(phonons.unitcell, phonons.phonon_supercell.supercell_matrix, phonons.primitive_matrix)
    harmonic.force_constants = phonons.fc2
    if phonons.nac_params is not None:
        harmonic.nac_params = phonons.nac_params
    harmonic.run_qpoints(qpoints, nac_q_direction=direction)
    return np.asarray(harmonic.qpoints.frequencies)


@pytest.mark.parametrize("name", FILES)
def test_the_crystal_is_the_one_that_is_advertised(name: str) -> None:
    phonons = loaded(name)
    group, atoms, supercell, *_ = FILES[name]
    assert phonons.symmetry.dataset.number == group
    assert (len(phonons.primitive), len(phonons.supercell)) == (atoms, supercell)
    assert (FOLDER / name).stat().st_size < 1.5e6


@pytest.mark.parametrize("name", FILES)
def test_forces_are_rounded_but_balanced(name: str) -> None:
    *_, decimals, noise = FILES[name]
    dataset = loaded(name).dataset
    pairs = [pair for first in dataset["first_atoms"] for pair in first["second_atoms"]]
    forces = np.array([entry["forces"] for entry in (*dataset["first_atoms"], *pairs)])
    assert np.all(np.abs(forces * 10**decimals - np.round(forces * 10**decimals)) < 1e-2)
    # Newton's third law, atom by atom: rounding of independent signs grows as the root of their number.
    assert np.abs(forces.sum(axis=1)).max() < 10.0 * noise * np.sqrt(forces.shape[1])


@pytest.mark.parametrize("name", FILES)
def test_no_force_on_a_translated_crystal_and_no_imaginary_mode(name: str) -> None:
    fc2 = loaded(name).fc2
    assert np.abs(fc2.sum(axis=1)).max() < 1e-12 * np.abs(fc2).max()
    mesh = list(product((0.0, 0.25, 0.5), repeat=3))
    found = frequencies(name, mesh)
    assert np.all(np.abs(found[0, :3]) < 1e-3)
    assert found[0, 3:].min(initial=np.inf) > 1.0
    assert found[1:].min() > 0.3


def shells() -> Iterator[tuple[NDArray[np.float64], float]]:
    """Vectors to the neighbours that argon's potential reaches, with their lengths."""
    cell = loaded(ARGON).primitive.cell
    for steps in product(range(-2, 3), repeat=3):
        r = np.array(steps) @ cell
        if 0.0 < (length := float(np.linalg.norm(r))) < CUTOFF_ANGSTROM:
            yield r, length


def pair_derivative(order: int, r: float) -> float:
    """Derivative of 4ε[(σ/r)¹² − (σ/r)⁶] by r."""
    terms = 4.0 * EPSILON_EV * np.array([1.0, -1.0]) * (SIGMA_ANGSTROM / r) ** np.array([12, 6])
    for n in range(order):
        terms = -terms * (np.array([12, 6]) + n) / r
    return float(terms.sum())


def test_argon_is_at_rest_under_its_potential() -> None:
    assert len(list(shells())) == 18
    pull = sum(r * pair_derivative(1, r) for _, r in shells())
    push = sum(r * abs(pair_derivative(1, r)) for _, r in shells())
    assert abs(pull) < 1e-8 * push


def test_argon_vibrates_as_its_potential_says() -> None:
    """Against D(q) = 1/m Σ (1 − cos q·r) ∂²φ/∂r∂r, summed over the 18 neighbours in closed form."""
    qpoints = [(0.5, 0.5, 0.0), (0.5, 0.5, 0.5), (0.1, 0.2, 0.35), (0.01, 0.0, 0.0)]
    phonons = loaded(ARGON)
    expected = []
    for q in np.array(qpoints) @ (2.0 * np.pi * np.linalg.inv(phonons.primitive.cell).T):
        matrix = np.zeros((3, 3))
        for r, length in shells():
            n = r / length
            one, two = pair_derivative(1, length) / length, pair_derivative(2, length)
            matrix += (1.0 - np.cos(q @ r)) * (one * np.eye(3) + (two - one) * np.outer(n, n))
        expected.append(np.sqrt(np.linalg.eigvalsh(matrix / phonons.primitive.masses[0])) * THZ)
    # finite displacements of 0.001 Å leave an error of the fourth derivative, φ''''u²/6φ'' ≈ 4e-6
    np.testing.assert_allclose(frequencies(ARGON, qpoints), expected, rtol=1e-5)


def test_third_derivatives_of_argon_are_those_of_its_potential() -> None:
    """Along a bond Φ(0jj) = −φ''', across it −(φ''/r − φ'/r²); and moving the whole crystal does nothing."""
    import phono3py

    phonons = phono3py.load(FOLDER / ARGON)
    fc3 = phonons.fc3
    largest = np.abs(fc3).max()
    for axis in (1, 2):
        assert np.abs(fc3.sum(axis=axis)).max() < 1e-12 * largest
    np.testing.assert_allclose(fc3[0], fc3[0].transpose(1, 0, 2, 4, 3), atol=1e-12 * largest)
    steps = phonons.supercell.scaled_positions - phonons.supercell.scaled_positions[phonons.primitive.p2s_map[0]]
    separations = (steps - np.round(steps)) @ phonons.supercell.cell
    seen = 0
    for j, r in enumerate(separations):
        length = float(np.linalg.norm(r))
        if not 0.0 < length < CUTOFF_ANGSTROM:
            continue
        n = r / length
        across = np.cross(n, [0.3, 0.5, 0.8])
        across /= np.linalg.norm(across)
        along = np.einsum("abc,a,b,c", fc3[0, j, j], n, n, n)
        bent = np.einsum("abc,a,b,c", fc3[0, j, j], n, across, across)
        one, two = pair_derivative(1, length), pair_derivative(2, length)
        np.testing.assert_allclose(along, -pair_derivative(3, length), rtol=1e-5, atol=1e-5 * largest)
        np.testing.assert_allclose(bent, -(two / length - one / length**2), rtol=1e-5, atol=1e-5 * largest)
        seen += 1
    assert seen == 18


def test_charges_of_aluminium_nitride_split_its_optical_modes() -> None:
    charges = np.asarray(loaded(ALN).nac_params["born"])
    np.testing.assert_allclose(charges.sum(axis=0), 0.0, atol=1e-12)
    across = frequencies(ALN, [(0.0, 0.0, 0.0)], direction=(1.0, 0.0, 0.0))[0]
    along = frequencies(ALN, [(0.0, 0.0, 0.0)], direction=(0.0, 0.0, 1.0))[0]
    assert across[-1] > 1.2 * across[5]
    assert np.abs(across - along).max() > 1.0
