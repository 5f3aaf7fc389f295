"""What a calculation of the lattice thermal conductivity found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finechem.errors import InputError
from finechem.thermal.bte.scattering import boundary_linewidths, mean_free_paths, speeds

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Conductivity", "Cumulative"]

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]

VOIGT = ((0, 1, 2, 1, 0, 0), (0, 1, 2, 2, 2, 1))
"""xx, yy, zz, yz, xz, xy: phono3py's order."""


class Cumulative(NamedTuple):
    """Conductivity of the modes below a value, for each of a list of values."""

    at: FloatArray
    """Mean free paths in m, or frequencies in THz, (X,)."""
    kappa_W_mK: FloatArray
    """(T, X, 3, 3)."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Conductivity:
    """Lattice thermal conductivity and the modes it is made of: R irreducible wave vectors, N bands."""

    method: Literal["rta", "lbte"]
    mesh: tuple[int, int, int]
    temperatures_K: FloatArray
    """(T,)."""
    qpoints: FloatArray
    """Irreducible wave vectors in units of the reciprocal basis vectors, (R, 3)."""
    grid_points: IntArray
    """Their rows in phonopy's ``BZGrid``, (R,)."""
    weights: IntArray
    """How many grid points each stands for, (R,)."""
    frequencies_THz: FloatArray
    """(R, N)."""
    group_velocities_m_s: FloatArray
    """Cartesian, (R, N, 3)."""
    velocity_products_m2_s2: FloatArray
    """v ⊗ v summed over the star of each wave vector, (R, N, 3, 3): see `finechem.thermal.bte.conductivity`."""
    heat_capacities_J_K: FloatArray
    """Of each mode, (T, R, N)."""
    linewidths_THz: FloatArray
    """Γ of all causes, half of the full width at half maximum, not angular: the lifetime is 1/(4πΓ); (T, R, N)."""
    three_phonon_THz: FloatArray
    """Γ of three-phonon scattering, (T, R, N)."""
    isotope_THz: FloatArray | None
    """Γ of isotope scattering, (R, N)."""
    boundary_um: float | None
    """Mean length between boundaries, µm."""
    sigma_THz: float | None
    """Width of Gaussians; None for the linear tetrahedron method."""
    mode_kappa_W_mK: FloatArray
    """What each mode contributes together with its star, (T, R, N, 3, 3)."""
    kappa_rta_W_mK: FloatArray
    """Conductivity in the relaxation-time approximation, whatever the method, (T, 3, 3)."""
    residuals: tuple[float, ...] | None
    """Of the full solution at each temperature, relative: see `finechem.thermal.bte.linearized.LinearizedSolution`."""
    iterations: tuple[int, ...] | None
    """Of its conjugate gradients."""
    kappa_coherence_W_mK: FloatArray
    """What flows between bands, to be added where it matters: in crystals that conduct little; (T, 3, 3)."""
    volume_m3: float
    """Of the primitive cell."""
    formula: str
    """Of the primitive cell."""

    @property
    def kappa_W_mK(self) -> FloatArray:
        """Conductivity of the modes, without the coherence term, (T, 3, 3)."""
        return np.asarray(self.mode_kappa_W_mK.sum(axis=(1, 2)))

    @property
    def boundary_THz(self) -> FloatArray | None:
        """Γ of boundary scattering, (R, N)."""
        return None if self.boundary_um is None else boundary_linewidths(self.speeds_m_s[..., None], self.boundary_um)

    @property
    def speeds_m_s(self) -> FloatArray:
        """Root mean square of the speed over the star, and over a degenerate set where those are averaged, (R, N)."""
        return speeds(self.velocity_products_m2_s2, self.weights)

    @property
    def lifetimes_s(self) -> FloatArray:
        """1/(4πΓ) of all causes, (T, R, N); zero for modes without linewidth."""
        there = self.linewidths_THz > 0.0
        return np.asarray(np.where(there, 1.0 / (4e12 * np.pi * np.where(there, self.linewidths_THz, 1.0)), 0.0))

    @property
    def mean_free_paths_m(self) -> FloatArray:
        """|v| times the lifetime, (T, R, N)."""
        return mean_free_paths(self.speeds_m_s[..., None], self.linewidths_THz)

    def cumulative(
        self, by: Literal["mean_free_path", "frequency"] = "mean_free_path", at: ArrayLike | None = None
    ) -> Cumulative:
        """Conductivity of the modes up to a mean free path or frequency.

        Parameters
        ----------
        by : {"mean_free_path", "frequency"}
            What the modes are ordered by.
        at : (X,) array, optional
            Mean free paths in m or frequencies in THz. Default: 200 up to the greatest, from the least of a mode
            that carries a millionth of what the best one does, the mean free paths evenly on a logarithmic scale.

        Returns
        -------
        Cumulative
            A sum over the modes of the grid, not smoothed: it reaches ``kappa_W_mK`` at the greatest. Of the full
            solution it need not grow everywhere: there a mode may carry heat backwards. Mean free paths are those of
            the linewidths with either method, as in phono3py.

        Raises
        ------
        InputError
            If ``by`` is neither.
        """
        if by not in ("mean_free_path", "frequency"):
            raise InputError(f'by is {by!r}; it must be "mean_free_path" or "frequency"')
        paths = by == "mean_free_path"
        values = self.mean_free_paths_m if paths else np.broadcast_to(self.frequencies_THz, self.linewidths_THz.shape)
        share = np.trace(self.mode_kappa_W_mK, axis1=-2, axis2=-1)
        if at is None:
            spread, carries = np.geomspace if paths else np.linspace, values[share > 1e-6 * share.max()]
            at = spread(carries.min(), values.max() * (1.0 + 1e-12), 200)
        points = np.asarray(at, dtype=np.float64)
        kappa = np.empty((len(values), len(points), 3, 3))
        for row, value, mode in zip(kappa, values, self.mode_kappa_W_mK, strict=True):
            order = np.argsort(value, axis=None)
            sums = np.concatenate([np.zeros((1, 3, 3)), np.cumsum(mode.reshape(-1, 3, 3)[order], axis=0)])
            row[:] = sums[np.searchsorted(value.ravel()[order], points, side="right")]
        return Cumulative(points, kappa)

    def grain_size(self, length_um: float) -> FloatArray:
        """Conductivity when boundaries stop each phonon after a length on average, beside all that scatters it now.

        Parameters
        ----------
        length_um : float
            Mean length between boundaries, µm.

        Returns
        -------
        (T, 3, 3) array
            W/(m K). No scattering is computed anew. In the relaxation-time approximation it is exact, with modes that
            nothing else scatters; of the full solution a mode keeps the share Γ/(Γ + |v|/(4πL)) of what it carried,
            which is no solution: give ``boundary_um`` when computing it.

        Raises
        ------
        InputError
            If the length is not positive.
        """
        boundary = boundary_linewidths(self.speeds_m_s[..., None], length_um)
        total = self.linewidths_THz + boundary
        rates = np.where(total > 0.0, total, 1.0)
        if self.method == "rta":
            scale = self.heat_capacities_J_K / (4e12 * np.pi * rates * self.volume_m3 * self.weights.sum())
            return np.asarray(np.einsum("trn,rnxy->txy", scale, self.velocity_products_m2_s2))
        share = self.linewidths_THz / rates
        return np.asarray(np.einsum("trn,trnxy->txy", share, self.mode_kappa_W_mK))

    def to_dataframe(self) -> pd.DataFrame:
        """Return a pandas table with a row for each temperature, irreducible wave vector and band."""
        import pandas as pd

        t, r, n = (index.ravel() for index in np.indices(self.linewidths_THz.shape))
        columns: dict[str, Any] = {"temperature_K": self.temperatures_K[t]}
        columns |= {f"q{axis}": self.qpoints[r, i] for i, axis in enumerate("abc")}
        columns |= {"weight": self.weights[r], "band": n, "frequency_THz": self.frequencies_THz[r, n]}
        columns |= {f"v{axis}_m_s": self.group_velocities_m_s[r, n, i] for i, axis in enumerate("xyz")}
        columns |= {
            "heat_capacity_J_K": self.heat_capacities_J_K.ravel(),
            "three_phonon_THz": self.three_phonon_THz.ravel(),
        }
        for name, part in (("isotope_THz", self.isotope_THz), ("boundary_THz", self.boundary_THz)):
            if part is not None:
                columns[name] = part[r, n]
        columns |= {
            "linewidth_THz": self.linewidths_THz.ravel(),
            "lifetime_s": self.lifetimes_s.ravel(),
            "mean_free_path_m": self.mean_free_paths_m.ravel(),
        }
        modes = self.mode_kappa_W_mK.reshape(-1, 3, 3)
        columns |= {f"kappa_{'xyz'[i]}{'xyz'[j]}_W_mK": modes[:, i, j] for i, j in zip(*VOIGT, strict=True)}
        return pd.DataFrame(columns)

    def write_hdf5(self, path: str | Path) -> None:
        """Write what phono3py writes to ``kappa-*.hdf5``, in its layout and units.

        ``phono3py-kaccum`` and ``phono3py-kdeplot`` read the file, the first with the cells in a ``phono3py.yaml``
        beside it. As there, ``gamma`` is that of three phonons alone. ``kappa_coherence`` is added.

        Parameters
        ----------
        path : str or Path
            File to write.
        """
        import h5py

        with h5py.File(path, "w") as file:
            for name, value in self._phono3py_arrays().items():
                file.create_dataset(name, data=value, compression="gzip" if np.size(value) > 1000 else None)

    def _phono3py_arrays(self) -> dict[str, Any]:
        from phonopy.physical_units import get_physical_units

        count = int(self.weights.sum())
        arrays = {
            "version": np.bytes_("finechem"),
            "temperature": self.temperatures_K,
            "mesh": np.array(self.mesh),
            "frequency": self.frequencies_THz,
            "group_velocity": self.group_velocities_m_s / 100.0,
            "gv_by_gv": self.velocity_products_m2_s2[(..., *VOIGT)] / 1e4,
            "heat_capacity": self.heat_capacities_J_K / get_physical_units().EV,
            "kappa": self.kappa_W_mK[(..., *VOIGT)],
            "kappa_RTA": self.kappa_rta_W_mK[(..., *VOIGT)] if self.method == "lbte" else None,
            "kappa_coherence": self.kappa_coherence_W_mK[(..., *VOIGT)],
            "mode_kappa": self.mode_kappa_W_mK[(..., *VOIGT)] * count,
            "gamma": self.three_phonon_THz,
            "gamma_isotope": self.isotope_THz,
            "qpoint": self.qpoints,
            "weight": self.weights,
            "grid_point": self.grid_points,
            "sigma": self.sigma_THz,
            "boundary_mfp": self.boundary_um,
            "kappa_unit_conversion": get_physical_units().EV * 1e-8 / (2.0 * np.pi * self.volume_m3),
        }
        return {name: value for name, value in arrays.items() if value is not None}

    def __repr__(self) -> str:
        return f"<Conductivity {' | '.join(self.card().splitlines())}>"

    def card(self) -> str:
        """Return a few lines that say what was found and how."""
        causes = ["three phonons"]
        causes += ["isotopes"] if self.isotope_THz is not None else []
        causes += [f"boundaries {self.boundary_um:g} µm apart"] if self.boundary_um is not None else []
        how = "tetrahedra" if self.sigma_THz is None else f"Gaussians of {self.sigma_THz:g} THz"
        lines = [
            f"{self.formula}, {self.method.upper()}, mesh {'x'.join(map(str, self.mesh))}, {how}; {', '.join(causes)}"
        ]
        for temperature, kappa, coherence in zip(
            self.temperatures_K, self.kappa_W_mK, self.kappa_coherence_W_mK, strict=True
        ):
            x, y, z = np.diag(kappa)
            lines.append(
                f"{temperature:g} K: κ = {x:.4g}, {y:.4g}, {z:.4g} W/(m K) along x, y, z; "
                f"between bands {np.trace(coherence) / 3.0:.2g}"
            )
        if self.iterations is not None and self.residuals is not None:
            rta = np.diagonal(self.kappa_rta_W_mK, axis1=1, axis2=2)
            lines.append(
                f"relaxation-time approximation: {'; '.join(', '.join(f'{k:.4g}' for k in row) for row in rta)}; "
                f"{max(self.iterations)} iterations, residual {max(self.residuals):.1e}"
            )
        return "\n".join(lines)
