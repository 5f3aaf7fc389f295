"""What an oxide grows in: a temperature program and the oxygen pressure along it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem.errors import ConfigError, InputError, ReadError, one_line
from finechem.matter.programs import Program, parse_program, program_cells

__all__ = ["AIR_BAR", "Exposure", "as_exposure", "parse_exposure", "read_exposure", "repeated"]

#: Oxygen in dry air at 1 bar.
AIR_BAR = 0.2095
#: Oxygen columns of a file and what one unit is in bar; ppm and percent are of 1 bar.
_OXYGEN = {"oxygen_bar": 1.0, "oxygen_pa": 1e-5, "oxygen_ppm": 1e-6, "oxygen_percent": 1e-2}


@dataclass(frozen=True, slots=True)
class Exposure:
    """A temperature program with an oxygen pressure at each of its points, straight between them.

    Parameters
    ----------
    program : Program
    oxygen_bar : tuple of float
        As many as the program has points, or one for all; not negative, at most 1000.

    Raises
    ------
    ConfigError
        With every mistake in one message.

    Examples
    --------
    >>> from finechem.matter.programs import hold
    >>> Exposure(hold(250.0, 0.1)).oxygen_bar
    (0.2095, 0.2095)
    """

    program: Program
    oxygen_bar: tuple[float, ...] = (AIR_BAR,)

    def __post_init__(self) -> None:
        points = len(self.program.time_s)
        values = tuple(float(value) for value in self.oxygen_bar)
        if len(values) == 1:
            values *= points
        object.__setattr__(self, "oxygen_bar", values)
        mistakes = []
        if len(values) != points:
            mistakes.append(f"{len(values)} oxygen pressures for {points} points")
        mistakes += [
            f"an oxygen pressure of {value:g} bar is not between 0 and 1000"
            for value in values
            if not 0 <= value <= 1000
        ]
        if mistakes:
            raise ConfigError(f"exposure {self.program.name!r}", mistakes)

    @property
    def label(self) -> str:
        """Name of the program with its oxygen."""
        low, high = min(self.oxygen_bar), max(self.oxygen_bar)
        shown = f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
        return f"{self.program.name} at {shown} bar O2"

    def points(
        self, each_s: float | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return times, temperatures and oxygen pressures; with `each_s` also between the corners, for a curve."""
        times = np.array(self.program.time_s)
        if each_s is not None:
            times = np.union1d(times, np.arange(0.0, times[-1], each_s))
        corners = self.program.time_s
        return times, np.interp(times, corners, self.program.temperature_K), np.interp(times, corners, self.oxygen_bar)


def parse_exposure(text: str, name: str = "exposure", *, oxygen_bar: float = AIR_BAR) -> Exposure:
    r"""Return an exposure from text: columns of `finechem.matter.programs.parse_program`, and oxygen.

    The oxygen column is ``oxygen_bar``, ``oxygen_Pa``, ``oxygen_ppm`` or ``oxygen_percent``; without one, `oxygen_bar`
    holds throughout.

    Raises
    ------
    ReadError
        If a cell cannot be read; the message names the line.

    Examples
    --------
    >>> parse_exposure("time_s, temperature_C, oxygen_ppm\n0, 25, 1000\n60, 150, 500").oxygen_bar
    (0.001, 0.0005)
    """
    program = parse_program(text, name)
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    lines = [(number, line) for number, line in lines if not line.lstrip().startswith("#")]
    header = [cell.lower() for cell in program_cells(lines[0][1])]
    unknown = [cell for cell in header if cell.startswith(("oxygen", "po2", "p_o2")) and cell not in _OXYGEN]
    if unknown:
        raise ReadError(
            f"{name}: column {unknown[0]!r}; oxygen goes into one of oxygen_bar, oxygen_Pa, oxygen_ppm, oxygen_percent"
        )
    columns = [(index, _OXYGEN[cell]) for index, cell in enumerate(header) if cell in _OXYGEN]
    if len(columns) > 1:
        raise ReadError(f"{name}: {len(columns)} oxygen columns; one is needed")
    if not columns:
        return Exposure(program, (oxygen_bar,))
    place, factor = columns[0]
    pressures: list[float] = []
    for number, line in lines[1:]:
        try:
            pressures.append(float(program_cells(line)[place]) * factor)
        except (IndexError, ValueError):
            raise ReadError(f"{name}, line {number}: {one_line(line)!r} has no oxygen pressure") from None
    return Exposure(program, tuple(pressures))


def read_exposure(path: str | Path, *, oxygen_bar: float = AIR_BAR) -> Exposure:
    """Return an exposure from a CSV or text file, named after the file; see `parse_exposure`.

    Raises
    ------
    ReadError
        If the file cannot be read.
    """
    file = Path(path)
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"{file.name}: {one_line(str(error))}") from None
    try:
        return parse_exposure(text, file.stem, oxygen_bar=oxygen_bar)
    except ConfigError as error:
        raise ReadError(f"{file.name}: {one_line(str(error))}") from None


def as_exposure(given: Exposure | Program | Any) -> Exposure:
    """Return an exposure; a program alone is in air."""
    if isinstance(given, Exposure):
        return given
    if isinstance(given, Program):
        return Exposure(given)
    raise InputError(f"expected an Exposure or a temperature program, got {type(given).__name__}")


def repeated(exposure: Exposure, passes: int) -> Exposure:
    """Return the exposure run several times in a row, see `Program.repeated`.

    >>> from finechem.matter.programs import Program
    >>> repeated(Exposure(Program("p", (0.0, 60.0), (300.0, 500.0)), (0.2, 0.1)), 2).oxygen_bar
    (0.2, 0.1, 0.2, 0.1)
    """
    program, oxygen = exposure.program, exposure.oxygen_bar
    # where the passes join at one temperature, they share a point
    shared = 1 if abs(program.temperature_K[0] - program.temperature_K[-1]) < 1e-6 else 0
    for _ in range(passes - 1):
        oxygen = (*oxygen[: len(oxygen) - shared], *exposure.oxygen_bar)
    return Exposure(program.repeated(passes), oxygen)
