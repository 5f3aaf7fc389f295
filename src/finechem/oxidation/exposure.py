"""What an oxide grows in: a temperature program and the oxygen pressure along it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finechem.errors import ConfigError, InputError, ReadError, one_line
from finechem.matter.programs import ZERO_CELSIUS_K, Program, parse_program, program_cells, text_of
from finechem.matter.tables import header_mistakes

__all__ = ["AIR_BAR", "Exposure", "as_exposure", "parse_exposure", "read_exposure", "repeated"]

#: Oxygen in dry air at 1 bar.
AIR_BAR = 0.2095
#: Oxygen columns of a file and what one unit is in bar; ppm and percent are of 1 bar.
_OXYGEN = {"oxygen_bar": 1.0, "oxygen_Pa": 1e-5, "oxygen_ppm": 1e-6, "oxygen_percent": 1e-2}
#: The most that a share can be.
_WHOLE = {"oxygen_ppm": 1e6, "oxygen_percent": 100.0}
_COLUMNS = ("time_s", "time_min", "time_h", "temperature_K", "temperature_C", *_OXYGEN)
#: Between the passes of a repeated exposure, s: next to nothing grows in it.
_JOIN_S = 1e-6
#: No profile lies below this, K; faster heating than that (K/s) and a start in this range (degC) are asked about.
_COLDEST_K, _FASTEST_K_S, _FAHRENHEIT_ROOM_C = 200.0, 20.0, (65.0, 80.0)


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

    @property
    def hints(self) -> tuple[str, ...]:
        """What looks like a slip in a unit, but may be meant."""
        T, t = np.array(self.program.temperature_K), np.array(self.program.time_s)
        rate, first_C = float(np.max(np.diff(T) / np.diff(t))), float(T[0]) - ZERO_CELSIUS_K
        found = []
        if rate > _FASTEST_K_S:
            found.append(f"heats at {rate:.3g} K/s: is the time in the unit that its column says?")
        if _FAHRENHEIT_ROOM_C[0] <= first_C <= _FAHRENHEIT_ROOM_C[1] and T.max() > T[0] + 100.0:
            found.append(f"starts at {first_C:.0f} °C, which is room temperature in °F: is it in °C?")
        return tuple(found)

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
    holds throughout. Any other column is refused: a pressure that is not read would be air.

    Raises
    ------
    ReadError
        If a column is unknown or a cell cannot be read (the message names the line), or all is below 200 K.

    Examples
    --------
    >>> parse_exposure("time_s, temperature_C, oxygen_ppm\n0, 25, 1000\n60, 150, 500").oxygen_bar
    (0.001, 0.0005)
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    lines = [(number, line) for number, line in lines if not line.lstrip().startswith("#")]
    spelt = {known.lower(): known for known in _COLUMNS}
    header = [spelt.get(cell.lower(), cell) for cell in program_cells(lines[0][1])] if lines else []
    if mistakes := header_mistakes(header, _COLUMNS, ()):
        raise ReadError(
            f"{name}, line {lines[0][0]}: {'; '.join(text.removeprefix('row 1, ') for text in mistakes)}; oxygen goes "
            f"into one of {', '.join(_OXYGEN)}"
        )
    program = parse_program(text, name)
    if program.peak_K < _COLDEST_K:
        raise ReadError(
            f"{name}: at most {program.peak_K:g} K; nothing oxidizes: is temperature_K in °C (temperature_C)?"
        )
    columns = [(index, cell) for index, cell in enumerate(header) if cell in _OXYGEN]
    if len(columns) > 1:
        raise ReadError(f"{name}: {len(columns)} oxygen columns; one is needed")
    if not columns:
        return Exposure(program, (oxygen_bar,))
    place, unit = columns[0]
    pressures: list[float] = []
    for number, line in lines[1:]:
        try:
            value = float(program_cells(line)[place])
        except (IndexError, ValueError):
            raise ReadError(f"{name}, line {number}: {one_line(line)!r} has no oxygen pressure") from None
        if value > _WHOLE.get(unit, np.inf):
            raise ReadError(f"{name}, line {number}: {unit} of {value:g} is more than all ({_WHOLE[unit]:g})")
        pressures.append(value * _OXYGEN[unit])
    return Exposure(program, tuple(pressures))


def read_exposure(path: str | Path, *, oxygen_bar: float = AIR_BAR) -> Exposure:
    """Return an exposure from a CSV or text file, named after the file; see `parse_exposure`.

    Raises
    ------
    ReadError
        If the file cannot be read.
    """
    file = Path(path)
    text = text_of(file)
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
    """Return the exposure run several times in a row: what it does to an oxide, it does as often.

    Where a pass ends at another temperature or oxygen pressure than it starts with, the next one starts a microsecond
    later; else they share a point.

    >>> from finechem.matter.programs import Program
    >>> twice = repeated(Exposure(Program("p", (0.0, 60.0), (300.0, 500.0)), (0.2, 0.1)), 2)
    >>> twice.oxygen_bar, twice.program.time_s
    ((0.2, 0.1, 0.2, 0.1), (0.0, 60.0, 60.000001, 120.000001))
    """
    if not (isinstance(passes, int) and passes >= 1):
        raise InputError(f"exposure {exposure.program.name!r}: repeated {passes} times; a whole number, at least once")
    program, oxygen = exposure.program, exposure.oxygen_bar
    kelvin = program.temperature_K
    same = abs(kelvin[0] - kelvin[-1]) < 1e-6 and oxygen[0] == oxygen[-1]
    times, temperatures, pressures = list(program.time_s), list(kelvin), list(oxygen)
    for _ in range(passes - 1):
        # a microsecond, and more than a rounding error after weeks
        shift = times[-1] if same else times[-1] + max(_JOIN_S, 1e-12 * times[-1])
        skip = 1 if same else 0
        times += [shift + time for time in program.time_s[skip:]]
        temperatures += kelvin[skip:]
        pressures += oxygen[skip:]
    name = f"{program.name} x{passes}" if passes > 1 else program.name
    whole = Program(name, tuple(times), tuple(temperatures), program.source)
    return Exposure(whole, tuple(pressures))
