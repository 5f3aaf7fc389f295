"""Lattice thermal conductivity by the phonon Boltzmann equation against phono3py, on the same force constants.

Every measurement is a process of its own that loads finished force constants and then does all the rest: phonons,
group velocities, plane waves, triplets, linewidths, conductivity. Without isotopes, at 300 K, with phono3py's
eigenvectors in degenerate sets, so that both give the same number. Seconds and ratios are CPU time on one thread and
wall time on two. phono3py takes eight minutes on 19x19x13; on finer meshes it is not run. For silicon nitride both get
the same few irreducible points, spread over the zone, and the phonons of the whole mesh.

With --quick: Lennard-Jones argon. Otherwise AlN and β-Si3N4 by a universal potential, or --source FILE, a
phono3py_params yaml of your own. "floor" is the time of a triplet's own matrix products if they ran as fast as one
large product does here.
"""

# ruff: noqa: I001
from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

if __name__ == "__main__" and "--child" in sys.argv:  # before numpy: it sets threads
    for _library in ("OPENBLAS", "OMP", "MKL"):
        os.environ[f"{_library}_NUM_THREADS"] = "1"

import numpy as np

SOURCES = Path(__file__).resolve().parents[2] / "datasets" / "force_constants"
ALN = "phono3py_params-AlN-7net.yaml.xz"
SILICON_NITRIDE = "phono3py_params-Si3N4-beta-7net.yaml.xz"
ARGON = "phono3py_params-Ar-lj.yaml.xz"
TEMPERATURE_K = 300.0
TOLERANCE_THZ = 1.0
"""The potential's AlN has imaginary modes near Γ, where the finest meshes have points: both codes leave them out."""


@dataclass(frozen=True)
class Case:
    """One measurement."""

    source: str
    mesh: tuple[int, int, int]
    method: str = "rta"
    precision: str = "float64"
    threads: int = 1
    points: int = 0
    """Irreducible points, spread over the zone; 0: all."""
    peer: bool = True
    default: bool = False
    """Degenerate bands averaged: our default, not that of phono3py."""

    @property
    def name(self) -> str:
        stem = Path(self.source).name.removeprefix("phono3py_params-").split(".")[0].removesuffix("-7net")
        parts = [stem, "x".join(map(str, self.mesh)), self.method.upper(), self.precision]
        parts += [f"{self.points} points"] if self.points else []
        parts += ["averaged"] if self.default else []
        return " ".join(parts)


@dataclass(frozen=True)
class Row:
    """Ratio above one: we are faster. Memory is the peak of the process, loading included."""

    name: str
    peer: str
    threads: int
    ratio: float
    error: float
    seconds: float
    peer_seconds: float
    cold_seconds: float
    """Of the first run of its process; the first process of all has to compile."""
    peak_MB: float
    peer_peak_MB: float
    triplets: int
    parts_us: dict[str, float]
    """Time of a triplet by part on one thread."""
    result: list[float]
    """κ along x and z in W/(m K); for some points only, the largest linewidth in THz."""


QUICK = [Case(ARGON, (11, 11, 11)), Case(ARGON, (7, 7, 7), "lbte")]


def full(source: str) -> list[Case]:
    """Return the cases of the long form."""
    cases = [Case(source, mesh, precision=p) for mesh in ((9, 9, 7), (11, 11, 8)) for p in ("float64", "float32")]
    cases += [Case(source, (11, 11, 8), threads=2), Case(source, (11, 11, 8), default=True)]
    cases += [Case(source, (11, 11, 8), "lbte", precision) for precision in ("float64", "float32")]
    cases += [Case(source, (19, 19, 13)), Case(source, (19, 19, 13), precision="float32", peer=False)]
    cases += [Case(source, (19, 19, 13), "lbte", precision, peer=False) for precision in ("float64", "float32")]
    cases += [Case(source, mesh, peer=False) for mesh in ((25, 25, 17), (31, 31, 21))]
    return [*cases, Case(str(SOURCES / SILICON_NITRIDE), (5, 5, 12), points=6)]


def load(source: str, folder: Path) -> Any:
    """Return the crystal with its force constants, which are made once for all processes."""
    import phono3py

    path = SOURCES / source
    kept = folder / f"{path.name}.npz"
    crystal = phono3py.load(path, produce_fc=not kept.is_file(), log_level=0)
    if kept.is_file():
        arrays = np.load(kept)
        crystal.fc2, crystal.fc3 = arrays["fc2"], arrays["fc3"]
    else:
        np.savez(kept, fc2=crystal.fc2, fc3=crystal.fc3)
    return crystal


def spread(count: int, points: int) -> Any:
    """Return which of so many irreducible points are taken; all for none."""
    return np.arange(count) if points == 0 else np.unique(np.linspace(1, count - 1, points).astype(int))


def ours(crystal: Any, case: Case) -> Any:
    from finechem.thermal.bte import conductivity_from_linewidths, lattice_conductivity, phonons_on_grid
    from finechem.thermal.bte import three_phonon_linewidths

    bands: Any = "average" if case.default else "phono3py"
    if not case.points:
        return lattice_conductivity(
            crystal,
            case.mesh,
            (TEMPERATURE_K,),
            case.method,  # type: ignore[arg-type]
            isotopes=False,
            precision=case.precision,  # type: ignore[arg-type]
            degenerate_bands=bands,
            workers=case.threads,
            imaginary_tolerance_THz=TOLERANCE_THZ,
        )
    phonons = phonons_on_grid(crystal, case.mesh, imaginary_tolerance_THz=TOLERANCE_THZ)
    some = spread(len(phonons.grid_points), case.points)
    phonons = replace(
        phonons,
        grid_points=phonons.grid_points[some],
        weights=phonons.weights[some],
        velocity_matrices_m_s=phonons.velocity_matrices_m_s[some],
        group_velocities_m_s=phonons.group_velocities_m_s[some],
    )
    found = three_phonon_linewidths(
        crystal,
        phonons,
        (TEMPERATURE_K,),
        precision=case.precision,  # type: ignore[arg-type]
        degenerate_bands=bands,
        workers=case.threads,
    )
    linewidths = np.array([gamma for _, gamma in sorted(found, key=lambda pair: pair[0])]).swapaxes(0, 1)
    return conductivity_from_linewidths(phonons, (TEMPERATURE_K,), linewidths, degenerate_bands=bands)


def theirs(crystal: Any, case: Case) -> Any:
    from phonopy.phonon.grid import get_ir_grid_points

    crystal.mesh_numbers = case.mesh
    crystal.init_phph_interaction(average_degenerate_weights=case.default)
    grid = crystal.grid
    points = grid.grg2bzg[get_ir_grid_points(grid)[0]]
    some = {"grid_points": points[spread(len(points), case.points)]} if case.points else {}
    crystal.run_thermal_conductivity(temperatures=(TEMPERATURE_K,), is_LBTE=case.method == "lbte", **some)
    return crystal.thermal_conductivity


def child(text: str) -> None:
    """Measure one case in this process and print what was found."""
    asked = json.loads(text)
    case, folder, peer = Case(**asked["case"]), Path(asked["folder"]), asked["peer"]
    crystal = load(case.source, folder)
    run: Callable[[Any, Case], Any] = theirs if peer else ours
    seconds, results = [], []
    for _ in range(1 + asked["repeats"]):
        start = time.process_time() if case.threads == 1 else time.perf_counter()
        results.append(run(crystal, case))
        seconds.append((time.process_time() if case.threads == 1 else time.perf_counter()) - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    numbers = compared(results[-1], case, peer=peer)
    found = {"seconds": seconds, "numbers": numbers.tolist(), "peak_MB": peak, "triplets": 0, "parts": {}}
    if not peer:
        count = triplets(crystal, case)
        inside = parts(crystal, case) | {"floor": count * floor(case, crystal)} if asked["repeats"] else {}
        found |= {"triplets": count, "parts": inside}
    print(json.dumps(found))


def compared(result: Any, case: Case, *, peer: bool) -> Any:
    """Return what both codes must agree on: κ along x and z, or the linewidths of some points."""
    if case.points:
        return np.asarray(result.gamma[0, 0] if peer else result.linewidths_THz[0]).ravel()
    if peer:
        return np.asarray(result.kappa).reshape(6)[[0, 2]]
    return result.kappa_W_mK[0][[0, 2], [0, 2]]


def triplets(crystal: Any, case: Case) -> int:
    """Count the triplets of the points that were worked on."""
    from phono3py.phonon3.triplets import get_triplets_at_q
    from phonopy.phonon.grid import get_ir_grid_points

    crystal.mesh_numbers = case.mesh
    points = crystal.grid.grg2bzg[get_ir_grid_points(crystal.grid)[0]]
    return sum(len(get_triplets_at_q(g, crystal.grid)[0]) for g in points[spread(len(points), case.points)])


PARTS = {
    "force constants": ("three_phonon", "fill_boxes"),
    "matrix elements": ("three_phonon", "elements"),
    "energy weights": ("scattering", "_list_items"),
    "linewidths": ("scattering", "_add_linewidths"),
    "collision matrix": ("collisions", "_add"),
}


def parts(crystal: Any, case: Case) -> dict[str, float]:
    """Run once more on one thread with a clock around each kernel: seconds by part, and in all."""
    from importlib import import_module

    spent = dict.fromkeys(PARTS, 0.0)

    def clocked(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*arguments)
            finally:
                spent[part] += time.perf_counter() - start

        return call

    plain = []
    for part, (module_name, name) in PARTS.items():
        module = import_module(f"finechem_kernels.{module_name}")
        plain.append((module, name, getattr(module, name)))
        setattr(module, name, clocked(part, getattr(module, name)))
    start = time.perf_counter()
    ours(crystal, replace(case, threads=1))
    spent["all"] = time.perf_counter() - start
    for module, name, function in plain:
        setattr(module, name, function)
    return spent


def floor(case: Case, crystal: Any) -> float:
    """Return the time of a triplet's own products if they ran as fast as one large matrix product here, s."""
    from finechem.thermal.bte import phonons_on_grid
    from finechem.thermal.bte.processes import prepare_processes

    columns = prepare_processes(crystal, phonons_on_grid(crystal, case.mesh)).interaction.folds.shape[1]
    N, size, times = 3 * len(crystal.primitive), 768, []
    a, b = (np.random.default_rng(1).random((size, size)).astype(case.precision) for _ in range(2))
    for _ in range(5):
        start = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - start)
    return float((16 * N**4 + 4 * columns * N**3) * min(times) / (2.0 * size**3))


def measured(case: Case, folder: Path, *, peer: bool, repeats: int) -> dict[str, Any]:
    asked = json.dumps({"case": asdict(case), "folder": str(folder), "peer": peer, "repeats": repeats})
    threads = {"RAYON_NUM_THREADS": str(case.threads), "NUMBA_CACHE_DIR": str(folder / "numba")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, "--child", asked],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **threads},
    )
    if done.returncode:
        sys.exit(f"{case.name} ({'phono3py' if peer else 'finechem'}) failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def row(case: Case, folder: Path, repeats: int) -> Row:
    mine = measured(case, folder, peer=False, repeats=repeats)
    warm = float(np.median(mine["seconds"][1:] or mine["seconds"]))
    numbers, error, peer_seconds, peer_peak = np.array(mine["numbers"]), float("nan"), float("nan"), float("nan")
    if case.peer:
        other = measured(case, folder, peer=True, repeats=0)
        error = float(np.max(np.abs(numbers - other["numbers"])) / np.max(other["numbers"]))
        peer_seconds, peer_peak = other["seconds"][0], other["peak_MB"]
    found = Row(
        name=case.name,
        peer="phono3py" if case.peer else "-",
        threads=case.threads,
        ratio=peer_seconds / warm,
        error=error,
        seconds=warm,
        peer_seconds=peer_seconds,
        cold_seconds=mine["seconds"][0],
        peak_MB=mine["peak_MB"],
        peer_peak_MB=peer_peak,
        triplets=mine["triplets"],
        parts_us={part: 1e6 * spent / mine["triplets"] for part, spent in mine["parts"].items()},
        result=[float(numbers.max())] if case.points else numbers.tolist(),
    )
    show(found)
    return found


def show(row: Row) -> None:
    """Print a row as soon as it is there."""
    numbers = ", ".join(f"{number:.4f}" for number in row.result)
    print(
        f"{row.name:38} {row.threads} threads  {row.seconds:7.2f} s (cold {row.cold_seconds:6.1f}), "
        f"{row.peer} {row.peer_seconds:7.1f} s: {row.ratio:5.1f}x  error {row.error:.0e}  "
        f"{row.peak_MB:5.0f} MB, {row.peer_peak_MB:5.0f} MB  {row.triplets:8d} triplets  [{numbers}]",
        file=sys.stderr,
        flush=True,
    )
    inside = "  ".join(f"{part} {spent:.2f}" for part, spent in row.parts_us.items() if spent > 0.0)
    print(f"{'':38} µs a triplet: {inside}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="argon only")
    parser.add_argument("--json", action="store_true", help="print one JSON list of rows")
    parser.add_argument("--source", default=str(SOURCES / ALN), help="phono3py_params yaml with force sets")
    parser.add_argument("--only", default="", help="only cases whose name contains this")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child)
        return
    cases = QUICK if given.quick else full(given.source)
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            row(case, Path(folder), repeats=2 if case.peer and np.prod(case.mesh) < 4000 else 0)
            for case in cases
            if given.only in case.name
        ]
    if given.json:
        print(json.dumps([asdict(one) for one in rows], indent=1))


if __name__ == "__main__":
    main()
