"""Autoxidation of candidates with phenol and phosphite, against CVODE, scipy and Cantera, at equal measured error.

The shipped mechanism (22 species, 30 reactions), each candidate with amounts and bond strengths of its own: an hour at
180 °C, and a ramp from 50 to 230 °C at 10 K/min with a hold. Every code gets the loosest tolerance, by factors of
sqrt(10), at which its error at the end is below 1e-3: the largest relative one of all candidates and species above 1e-8
mol/L, against our own solution at rtol 1e-10 (scipy's Radau agrees with that to 1e-6, where it is run). "error" is the
larger of the two; absolute tolerances are 1e-9 times the relative one for all. Times are process times, one thread.

CVODE is that of scikit-sundae, with right-hand side and Jacobian compiled by numba; so are those of scipy's BDF and
LSODA, and of scipy's older interface to LSODA, odeint. Rate constants are computed once where the temperature is
constant. Cantera has its own compiled rates; since it knows no source, oxygen is not exchanged there, in both codes,
and its reactor is IdealGasMoleReactor at constant volume and temperature, with rates changed by multipliers.
scikit-sundae and cantera are no dependencies of ours: their rows are left out, with a line that says so, where they are
missing. The last row is our own: many candidates on one program, one thread and two, in wall time.
"""

# ruff: noqa: I001
from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _timing import Row, options, report  # before numpy: it sets threads
import time
import numpy as np
from scipy.integrate import odeint, solve_ivp
from finechem.oxidation.autoxidation import rate_tables
from finechem.oxidation.formulation import Inhibitor, OxidationFilm
from finechem.oxidation.mechanism_files import load_mechanism
from finechem_kernels._jit import kernel
from finechem_kernels.mass_action import integrate

ERROR, FLOOR = 1e-3, 1e-8
TOLERANCES = 10.0 ** -np.arange(2.5, 10.0, 0.5)
ASSEMBLY = load_mechanism().assembled(("hindered phenol", "phosphite"))
REACTANTS = np.where(ASSEMBLY.reactants < 0, len(ASSEMBLY.species), ASSEMBLY.reactants)
PROGRAMS = {
    "1 h at 180 C": ((0.0, 3600.0), (453.15, 453.15)),
    "50 to 230 C at 10 K/min": ((0.0, 1080.0, 1200.0), (323.15, 503.15, 503.15)),
}


class Case(NamedTuple):
    """Candidates on one program."""

    name: str
    log_factor: Any
    energy_K: Any
    start: Any
    times: Any
    temperatures: Any


def case(program: str, count: int) -> Case:
    rng = np.random.default_rng(1)
    film = OxidationFilm(volatile=False)
    candidates = [
        (Inhibitor(kind="hindered phenol", mol_L=phenol, xh_kJ_mol=strength), Inhibitor(kind="phosphite", mol_L=other))
        for phenol, other, strength in zip(
            10 ** rng.uniform(-3.0, -2.0, count),
            10 ** rng.uniform(-3.5, -2.5, count),
            rng.uniform(325.0, 355.0, count),
            strict=True,
        )
    ]
    tables = rate_tables(ASSEMBLY, candidates, film, load_mechanism())
    return Case(program, *tables, *(np.array(part) for part in PROGRAMS[program]))


def ours(item: Case, rtol: float, workers: int = 1) -> Any:
    return integrate(ASSEMBLY.network, *item[1:], rtol=rtol, atol=1e-9 * rtol, workers=workers).final


@kernel
def _right(c: Any, k: Any, reactants: Any, species: Any, reaction: Any, number: Any, out: Any) -> None:
    count = len(c)
    out[:] = 0.0
    rates = k.copy()
    for r in range(len(k)):
        for place in range(2):
            if reactants[r, place] < count:
                rates[r] *= c[reactants[r, place]]
    for e in range(len(species)):
        out[species[e]] += number[e] * rates[reaction[e]]


@kernel
def _slopes(c: Any, k: Any, reactants: Any, species: Any, reaction: Any, number: Any, out: Any) -> None:
    count = len(c)
    out[:] = 0.0
    for e in range(len(species)):
        r = reaction[e]
        a, b = reactants[r, 0], reactants[r, 1]
        if a < count:
            out[species[e], a] += number[e] * k[r] * (c[b] if b < count else 1.0)
        if b < count:
            out[species[e], b] += number[e] * k[r] * (c[a] if a < count else 1.0)


@kernel
def _constants(t: float, log_factor: Any, energy_K: Any, times: Any, temperatures: Any, out: Any) -> None:
    temperature = np.interp(t, times, temperatures)
    for r in range(len(out)):
        out[r] = np.exp(log_factor[r] - energy_K[r] / temperature)


@kernel
def _right_at(t: float, c: Any, held: bool, k: Any, table: Any, network: Any, out: Any) -> None:
    if not held:
        _constants(t, table[0], table[1], table[2], table[3], k)
    _right(c, k, network[0], network[1], network[2], network[3], out)


@kernel
def _slopes_at(t: float, c: Any, held: bool, k: Any, table: Any, network: Any, out: Any) -> None:
    if not held:
        _constants(t, table[0], table[1], table[2], table[3], k)
    _slopes(c, k, network[0], network[1], network[2], network[3], out)


_ROWS, _COLUMNS = np.nonzero(ASSEMBLY.stoichiometry)
NETWORK = (REACTANTS, _ROWS, _COLUMNS, ASSEMBLY.stoichiometry[_ROWS, _COLUMNS])


class Callbacks:
    """Right-hand side and Jacobian of one candidate, compiled."""

    def __init__(self, item: Case, candidate: int) -> None:
        self.table = (item.log_factor[candidate], item.energy_K[candidate], item.times, item.temperatures)
        self.held = bool(np.ptp(item.temperatures) == 0.0)
        self.k = np.empty(item.log_factor.shape[1])
        _constants(0.0, *self.table, self.k)
        self.size = item.start.shape[1]

    def fill(self, t: float, c: Any, out: Any) -> None:
        _right_at(t, c, self.held, self.k, self.table, NETWORK, out)

    def fill_slopes(self, t: float, c: Any, _: Any, out: Any) -> None:
        _slopes_at(t, c, self.held, self.k, self.table, NETWORK, out)

    def right(self, t: float, c: Any) -> Any:
        out = np.empty(self.size)
        _right_at(t, c, self.held, self.k, self.table, NETWORK, out)
        return out

    def slopes(self, t: float, c: Any) -> Any:
        out = np.empty((self.size, self.size))
        _slopes_at(t, c, self.held, self.k, self.table, NETWORK, out)
        return out


def scipy_by(method: str) -> Callable[[Case, float], Any]:
    def run(item: Case, rtol: float) -> Any:
        found = []
        for number, start in enumerate(item.start):
            callbacks = Callbacks(item, number)
            with np.errstate(all="ignore"):
                done = solve_ivp(
                    callbacks.right, (0.0, item.times[-1]), start, method, jac=callbacks.slopes, rtol=rtol,
                    atol=1e-9 * rtol,
                )  # fmt: skip
            found.append(done.y[:, -1])
        return np.array(found)

    return run


def by_odeint(item: Case, rtol: float) -> Any:
    found = []
    for number, start in enumerate(item.start):
        callbacks = Callbacks(item, number)
        done = odeint(
            callbacks.right, start, [0.0, item.times[-1]], Dfun=callbacks.slopes, tfirst=True, rtol=rtol,
            atol=1e-9 * rtol, mxstep=100_000,
        )  # fmt: skip
        found.append(done[-1])
    return np.array(found)


def by_cvode(item: Case, rtol: float) -> Any:
    from sksundae.cvode import CVODE

    found = []
    for number, start in enumerate(item.start):
        callbacks = Callbacks(item, number)
        solver = CVODE(callbacks.fill, rtol=rtol, atol=1e-9 * rtol, jacfn=callbacks.fill_slopes, max_num_steps=100_000)
        with contextlib.redirect_stdout(io.StringIO()):  # it prints what it cannot do
            found.append(solver.solve(np.array([0.0, item.times[-1]]), start).y[-1])
    return np.array(found)


def without_exchange(item: Case) -> Case:
    """No oxygen from outside, but a hundred times as much inside."""
    log_factor, start = item.log_factor.copy(), item.start.copy()
    log_factor[:, [role.startswith("oxygen") for role in ASSEMBLY.roles]] = -1e4
    start[:, ASSEMBLY.index("O2")] *= 100.0
    return item._replace(name=f"{item.name}, closed", log_factor=log_factor, start=start)


class Cantera:
    """One gas of all species for all candidates."""

    def __init__(self, item: Case) -> None:
        import cantera

        self.module = cantera
        self.columns = [column for column in range(len(REACTANTS)) if item.log_factor[0, column] > -1e3]
        names = [name.replace("#", "_") for name in ASSEMBLY.species]
        kinds = list(ASSEMBLY.moieties)
        lines = ["units: {length: m, quantity: kmol, activation-energy: J/mol}", "phases:", "- name: film",
                 "  thermo: ideal-gas", f"  elements: [{', '.join('M' + kind for kind in kinds)}]",
                 f"  species: [{', '.join(names)}]", "  kinetics: gas", "elements:"]  # fmt: skip
        lines += [f"- {{symbol: M{kind}, atomic-weight: 10.0}}" for kind in kinds]
        lines.append("species:")
        for place, name in enumerate(names):
            counts = {f"M{kind}": int(ASSEMBLY.moieties[kind][place]) for kind in kinds}
            inside = ", ".join(f"{kind}: {count}" for kind, count in counts.items() if count)
            lines.append(f"- {{name: {name}, composition: {{{inside}}}, thermo: {{model: constant-cp}}}}")
        lines.append("reactions:")
        for column in self.columns:
            before = [names[i] for i in REACTANTS[column] if i < len(names)]
            after = dict.fromkeys(before, 0)
            for name in before:
                after[name] += 1
            for place in np.flatnonzero(ASSEMBLY.stoichiometry[:, column]).tolist():
                after[names[place]] = after.get(names[place], 0) + int(ASSEMBLY.stoichiometry[place, column])
            right = " + ".join(f"{count} {name}" for name, count in after.items() if count)
            lines.append(f"- equation: {' + '.join(before)} => {right}\n  duplicate: true\n"
                         "  rate-constant: {A: 1.0, b: 0.0, Ea: 0.0}")  # fmt: skip
        self.gas = cantera.Solution(yaml="\n".join(line.replace("  duplicate: true\n", "") for line in lines))

    def __call__(self, item: Case, rtol: float) -> Any:
        found = []
        temperature = item.temperatures[0]
        for log_factor, energy_K, start in zip(item.log_factor, item.energy_K, item.start, strict=True):
            total = start.sum()
            pressure = total * 1e3 * self.module.gas_constant / 1e3 * temperature
            self.gas.TPX = temperature, pressure, start / total
            for place, column in enumerate(self.columns):
                self.gas.set_multiplier(float(np.exp(log_factor[column] - energy_K[column] / temperature)), place)
            reactor = self.module.IdealGasMoleReactor(self.gas, energy="off", clone=False)
            network = self.module.ReactorNet([reactor])
            network.rtol, network.atol, network.max_steps = rtol, 1e-9 * rtol, 100_000
            network.advance(item.times[-1])
            found.append(reactor.phase.concentrations.copy())
        return np.array(found)


def largest_error(found: Any, exact: Any) -> float:
    some = exact > FLOOR
    return float(np.max(np.abs(found[some] / exact[some] - 1)))


def loosest(run: Callable[[Case, float], Any], item: Case, exact: Any) -> tuple[float, float]:
    """Return the loosest tolerance below the wanted error, and the error there; the tightest where none is."""
    error = np.inf
    for rtol in TOLERANCES:
        try:
            error = largest_error(run(item, rtol), exact)
        except RuntimeError:  # CVODE and Cantera may give up where the tolerance is too loose
            error = np.inf
        if error <= ERROR:
            return float(rtol), error
    return float(TOLERANCES[-1]), error


def process_time(run: Callable[[], Any], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return float(np.median(times))


def compare_at_equal_error(item: Case, peers: dict[str, Callable[[Case, float], Any]], repeats: int) -> list[Row]:
    start = time.perf_counter()
    ours(item, 1e-3)
    cold = time.perf_counter() - start
    exact = ours(item, 1e-10)
    rtol, error = loosest(ours, item, exact)
    mine = process_time(partial(ours, item, rtol), 3 * repeats)
    rows = []
    for name, run in peers.items():
        theirs, their_error = loosest(run, item, exact)
        seconds = process_time(partial(run, item, theirs), repeats)
        rows.append(
            Row(
                f"{len(item.start)} candidates, {item.name}, rtol {rtol:.0e}", f"{name}, rtol {theirs:.0e}", 1,
                seconds / mine, max(error, their_error), mine, seconds, cold,
            )
        )  # fmt: skip
    return rows


def many(count: int) -> Row:
    item = case("1 h at 180 C", count)
    ours(item._replace(log_factor=item.log_factor[:32], energy_K=item.energy_K[:32], start=item.start[:32]), 1e-4)
    start = time.perf_counter()
    one = ours(item, 1e-4)
    middle = time.perf_counter()
    two = ours(item, 1e-4, workers=2)
    end = time.perf_counter()
    error = float(np.max(np.abs(one - two)))
    return Row(f"{count} candidates, 1 h at 180 C, rtol 1e-04", "ourselves, one thread", 2, (middle - start) /
               (end - middle), error, end - middle, middle - start, 0.0)  # fmt: skip


def main() -> None:
    arguments = options(__doc__)
    count, repeats = (16, 1) if arguments.quick else (64, 3)
    peers: dict[str, Callable[[Case, float], Any]] = {
        "scipy LSODA": scipy_by("LSODA"),
        "scipy odeint": by_odeint,
        "scipy BDF": scipy_by("BDF"),
    }
    if find_spec("sksundae"):
        peers["CVODE"] = by_cvode
    else:
        print("scikit-sundae is not installed: its rows are left out", file=sys.stderr)
    rows = []
    for program in PROGRAMS:
        rows += compare_at_equal_error(case(program, count), peers, repeats)
    if find_spec("cantera"):
        closed = without_exchange(case("1 h at 180 C", count))
        rows += compare_at_equal_error(closed, {"Cantera": Cantera(closed)}, repeats)
    else:
        print("cantera is not installed: its rows are left out", file=sys.stderr)
    rows.append(many(2_000 if arguments.quick else 100_000))
    report(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
