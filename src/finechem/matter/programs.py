"""Temperature programs: what a package goes through, as times and temperatures with straight lines between them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from finechem.errors import ConfigError, InputError, ReadError, one_line

__all__ = ["Program", "hold", "parse_program", "program_cells", "read_program", "reflow", "text_of"]

ZERO_CELSIUS_K = 273.15
_ROOM_C = 25.0
_REFLOW_SOURCE = (
    "classification profile for lead-free assembly of IPC/JEDEC J-STD-020D as reprinted by Wuerth Elektronik (standard "
    "soldering profile, version 8, 2013) and Diodes Incorporated (Table 5-2); three passes as in Microchip's sheets"
)


@dataclass(frozen=True, slots=True)
class Program:
    """A temperature program: straight lines between points.

    Parameters
    ----------
    name : str
    time_s : tuple of float
        From 0, rising.
    temperature_K : tuple of float
        As many, between 1 and 3000 K.
    source : str
        Where its numbers come from.

    Raises
    ------
    ConfigError
        With every mistake in one message.

    Examples
    --------
    >>> ramp = Program("ramp", (0.0, 60.0), (300.0, 360.0))
    >>> ramp.at(30.0)
    330.0
    >>> ramp.then(Program("cool", (0.0, 30.0), (360.0, 300.0))).duration_s
    90.0
    """

    name: str
    time_s: tuple[float, ...]
    temperature_K: tuple[float, ...]
    source: str = ""

    def __post_init__(self) -> None:
        set_field = object.__setattr__  # the one place where a frozen instance is completed
        for field in ("time_s", "temperature_K"):
            try:
                set_field(self, field, tuple(float(value) for value in getattr(self, field)))
            except (TypeError, ValueError) as error:
                raise InputError(f"program {self.name!r}: {field} are no numbers ({one_line(str(error))})") from None
        if mistakes := self._mistakes():
            raise ConfigError(f"program {self.name!r}", mistakes)

    def _mistakes(self) -> list[str]:
        times, temperatures = self.time_s, self.temperature_K
        mistakes = []
        if len(times) != len(temperatures):
            mistakes.append(f"{len(times)} times and {len(temperatures)} temperatures")
        if len(times) < 2:
            mistakes.append(f"{len(times)} points; at least two are needed")
        if times and times[0] != 0.0:
            mistakes.append(f"starts at {times[0]:g} s instead of 0")
        for before, after in pairwise(times):
            if not after > before:
                mistakes.append(f"time {after:g} s follows {before:g} s; times must rise")
        mistakes += [
            f"temperature {value:g} K is not between 1 and 3000 K"
            for value in temperatures
            if not 1.0 <= value <= 3000.0
        ]
        if times and not np.isfinite(times[-1]):
            mistakes.append("its end is not finite")
        return mistakes

    @property
    def duration_s(self) -> float:
        """Time of the last point."""
        return self.time_s[-1]

    @property
    def peak_K(self) -> float:
        """Highest temperature."""
        return max(self.temperature_K)

    def at(self, time_s: Any) -> Any:
        """Return the temperature in K at a time (or an array of times) in s.

        Raises
        ------
        InputError
            If a time lies outside the program.
        """
        times = np.asarray(time_s, dtype=float)
        if not np.all((times >= 0.0) & (times <= self.duration_s)):
            raise InputError(f"program {self.name!r} runs from 0 to {self.duration_s:g} s; asked for {time_s}")
        found = np.interp(times, self.time_s, self.temperature_K)
        return float(found) if times.ndim == 0 else found

    def then(self, other: Program, name: str = "") -> Program:
        """Return this program followed by another; a jump between them takes a millisecond."""
        shift = self.duration_s
        times, temperatures = list(self.time_s), list(self.temperature_K)
        if abs(other.temperature_K[0] - self.temperature_K[-1]) < 1e-6:
            times.pop()
            temperatures.pop()
        else:
            shift += 1e-3
        times += [shift + time for time in other.time_s]
        temperatures += other.temperature_K
        sources = "; ".join(dict.fromkeys(source for source in (self.source, other.source) if source))
        return Program(name or f"{self.name}, {other.name}", tuple(times), tuple(temperatures), sources)

    def repeated(self, times: int) -> Program:
        """Return the program run several times in a row."""
        if not (isinstance(times, int) and times >= 1):
            raise InputError(f"program {self.name!r}: repeated {times} times; a whole number, at least once")
        whole = self
        for _ in range(times - 1):
            whole = whole.then(self)
        return Program(
            f"{self.name} x{times}" if times > 1 else self.name, whole.time_s, whole.temperature_K, self.source
        )


def hold(temperature_C: float, hours: float, name: str = "") -> Program:
    """Return a constant temperature, such as molding and post-mold cure at 175 °C or storage at 200 °C.

    How long is the user's to say: it differs between molding compounds and between conditions of storage tests.

    >>> hold(175.0, 4.0)
    Program(name='175 C for 4 h', time_s=(0.0, 14400.0), temperature_K=(448.15, 448.15), source='')
    """
    if not hours > 0.0:
        raise InputError(f"a hold at {temperature_C:g} C lasts {hours:g} h; it must last longer than 0")
    kelvin = temperature_C + ZERO_CELSIUS_K
    return Program(name or f"{temperature_C:g} C for {hours:g} h", (0.0, 3600.0 * hours), (kelvin, kelvin))


def reflow(
    *,
    peak_C: float = 260.0,
    near_peak_s: float = 30.0,
    above_liquidus_s: float = 150.0,
    preheat_s: float = 120.0,
    to_peak_s: float = 480.0,
    passes: int = 3,
) -> Program:
    r"""Return solder reflow: by default the hottest and longest of J-STD-020D's lead-free profile, three times.

    The standard bounds the profile: 60 to 120 s from 150 to 200 °C, 60 to 150 s above 217 °C, `near_peak_s` within 5 K
    of the peak, at most 3 K/s up, 6 K/s down, 480 s from 25 °C to the peak. Its shape between the bounds is chosen
    here: up from 200 °C to the peak and down from it at one rate,

    .. math:: r = \frac{2\,(T_p - 5\,\mathrm{K} - 217\,^\circ\mathrm{C})}{t_{217} - t_5}

    with a plateau of :math:`t_5 - 10\,\mathrm{K}/r` at the peak, cooling to 25 °C at the same rate.

    Parameters
    ----------
    peak_C : float
        Classification temperature of the package, which the user knows; up to 260, the value for which the 30 s are
        stated.
    near_peak_s, above_liquidus_s, preheat_s, to_peak_s : float
    passes : int
        Three are what Microchip's data sheets allow a component.

    Raises
    ------
    ConfigError
        If the numbers are outside the standard's bounds or fit no profile.

    Examples
    --------
    >>> program = reflow(passes=1)
    >>> round(program.peak_K - 273.15), round(program.at(480.0) - 273.15, 6)
    (260, 260.0)
    """
    up_K, span_s = peak_C - 5.0 - 217.0, above_liquidus_s - near_peak_s
    mistakes = [
        f"{what} of {value:g} s is outside {low:g} to {high:g} s"
        for what, value, low, high in (
            ("preheat", preheat_s, 60.0, 120.0),
            ("time above 217 C", above_liquidus_s, 60.0, 150.0),
            ("time from 25 C to the peak", to_peak_s, 1.0, 480.0),
        )
        if not low <= value <= high
    ]
    if not 222.0 < peak_C <= 260.0:
        mistakes.append(f"peak of {peak_C:g} C is not above 222 and at most 260 C")
    if not 0.0 < near_peak_s < above_liquidus_s:
        mistakes.append(f"{near_peak_s:g} s near the peak do not fit in {above_liquidus_s:g} s above 217 C")
    if mistakes:
        raise ConfigError("reflow", mistakes)
    rate = 2.0 * up_K / span_s
    plateau_s = near_peak_s - 10.0 / rate
    first_s = to_peak_s - preheat_s - (peak_C - 200.0) / rate
    if rate > 3.0:
        mistakes.append(f"heats at {rate:.2g} K/s, at most 3")
    if plateau_s < 0.0:
        mistakes.append(f"within 5 K of the peak for {10.0 / rate:.0f} s at this rate, longer than {near_peak_s:g} s")
    if not first_s > 0.0 or (150.0 - _ROOM_C) / first_s > 3.0:
        mistakes.append(f"{first_s:.0f} s are left to reach 150 C, which at 3 K/s takes 42 s")
    if mistakes:
        raise ConfigError("reflow", mistakes)
    points = [(0.0, _ROOM_C), (first_s, 150.0), (first_s + preheat_s, 200.0), (to_peak_s, peak_C)]
    if plateau_s > 0.0:
        points.append((to_peak_s + plateau_s, peak_C))
    points.append((points[-1][0] + (peak_C - _ROOM_C) / rate, _ROOM_C))
    times, temperatures = zip(*points, strict=True)
    kelvin = tuple(value + ZERO_CELSIUS_K for value in temperatures)
    return Program(f"reflow to {peak_C:g} C", times, kelvin, _REFLOW_SOURCE).repeated(passes)


def parse_program(text: str, name: str = "program") -> Program:
    r"""Return a program from text: one point a line, with a header that names the units.

    The header has a time column (``time_s``, ``time_min`` or ``time_h``) and a temperature column
    (``temperature_K`` or ``temperature_C``); cells are separated by commas, semicolons, tabs or blanks (between
    semicolons or tabs a decimal comma is read as a point), lines starting with ``#`` are skipped.

    Raises
    ------
    ReadError
        If the header or a cell cannot be read; the message names the line.

    Examples
    --------
    >>> parse_program("time_min, temperature_C\n0, 25\n10, 175").at(600.0)
    448.15
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    lines = [(number, line) for number, line in lines if not line.lstrip().startswith("#")]
    if not lines:
        raise ReadError(f"{name}: empty; expected a header such as time_s,temperature_C and at least two points")
    header = [cell.lower() for cell in program_cells(lines[0][1])]
    times = {"time_s": 1.0, "time_min": 60.0, "time_h": 3600.0}
    offsets = {"temperature_k": 0.0, "temperature_c": ZERO_CELSIUS_K}
    columns = [(index, cell) for index, cell in enumerate(header) if cell in times or cell in offsets]
    time_at = [(index, times[cell]) for index, cell in columns if cell in times]
    heat_at = [(index, offsets[cell]) for index, cell in columns if cell in offsets]
    if len(time_at) != 1 or len(heat_at) != 1:
        raise ReadError(
            f"{name}, line {lines[0][0]}: header {one_line(lines[0][1])!r}; expected one of {', '.join(times)} "
            "and one of temperature_K, temperature_C"
        )
    points = []
    for number, line in lines[1:]:
        cells = program_cells(line)
        try:
            points.append((float(cells[time_at[0][0]]) * time_at[0][1], float(cells[heat_at[0][0]]) + heat_at[0][1]))
        except (IndexError, ValueError):
            raise ReadError(f"{name}, line {number}: {one_line(line)!r} is no time and temperature") from None
    if not points:
        raise ReadError(f"{name}: no points after the header")
    return Program(name, *_columns(points))


def _columns(points: Iterable[tuple[float, float]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    times, temperatures = zip(*points, strict=True)
    return times, temperatures


def program_cells(line: str) -> list[str]:
    """Return the cells of one line of a program's text."""
    separator = next((mark for mark in (";", "\t", ",") if mark in line), None)
    if separator is None:
        return line.split()
    cells = [cell.strip() for cell in next(csv.reader(io.StringIO(line), delimiter=separator))]
    return cells if separator == "," else [cell.replace(",", ".") for cell in cells]


def read_program(path: str | Path) -> Program:
    """Return a program from a CSV or text file, named after the file; see `parse_program`.

    Raises
    ------
    ReadError
        If the file cannot be read.
    """
    file = Path(path)
    return parse_program(text_of(file), file.stem)


def text_of(file: Path) -> str:
    """Return the text of a file of programs or exposures; `ReadError` if it cannot be read."""
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"{file.name}: {one_line(str(error))}") from None
