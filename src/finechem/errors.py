"""Errors that name the value, the rule, the candidate and the way out.

Everything a user can cause ends in one of these. They subclass the builtin a caller would expect, so
``except ValueError`` keeps working.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

__all__ = [
    "ConfigError",
    "ConvergenceError",
    "DataError",
    "DomainError",
    "FinechemError",
    "InputError",
    "MissingExtraError",
    "ModelError",
    "ReadError",
    "RunError",
    "UnstableError",
    "did_you_mean",
    "one_line",
]


class FinechemError(Exception):
    """Base of all errors finechem raises on purpose."""


class InputError(FinechemError, ValueError):
    """An argument breaks a rule."""


class DomainError(InputError):
    """A value is meaningful, but outside what a model may be asked."""


class UnstableError(DomainError):
    """A crystal that is no minimum of its potential: soft modes, a broken Born condition."""


class ReadError(InputError):
    """A file could not be turned into a candidate; the message names file and cause."""


class ConfigError(InputError):
    """One or more mistakes in a configuration; all of them are listed.

    Parameters
    ----------
    where : str
        The file or option the mistakes are in.
    mistakes : sequence of str
        One sentence each.
    """

    def __init__(self, where: str, mistakes: Sequence[str]) -> None:
        self.where = where
        self.mistakes = tuple(one_line(mistake) for mistake in mistakes)
        count = "1 mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        super().__init__("\n".join([f"{where}: {count}", *(f"  - {line}" for line in self.mistakes)]))

    def __reduce__(self) -> tuple[type[ConfigError], tuple[str, tuple[str, ...]]]:
        return type(self), (self.where, self.mistakes)


class DataError(FinechemError, LookupError):
    """A data set has no such table, row or column."""


class ModelError(FinechemError, RuntimeError):
    """A property model broke its contract; no candidate caused that, so the run stops."""


class RunError(FinechemError, RuntimeError):
    """A stored run cannot be used as asked."""


class ConvergenceError(FinechemError, RuntimeError):
    """An iterative solution did not reach its tolerance; the message says how far it came."""


class MissingExtraError(FinechemError, ImportError):
    """An optional dependency is needed: an extra of finechem, or what the user installs with a line of its own."""

    def __init__(self, package: str, extra: str, install: str = "") -> None:
        self.package = package
        self.extra = extra
        self.install = install or f"pip install 'finechem[{extra}]'"
        super().__init__(f"{package} is needed for this; install it with: {self.install}")

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str, str]]:
        return type(self), (self.package, self.extra, self.install)  # a worker sends it to the driver


def one_line(text: str) -> str:
    r"""Return text on one line, with a question mark for what neither terminals nor JSON nor SQLite take.

    >>> one_line("an odd\n\x1b[31m  name\udcff")
    'an odd ?[31m name?'
    """
    return "".join(letter if letter.isprintable() else "?" for letter in " ".join(text.split()))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the closest known word, or list what is known.

    >>> did_you_mean("wieght", ["weight", "worst"])
    " (did you mean 'weight'?)"
    >>> did_you_mean("zzz", ["weight", "worst"])
    ' (known: weight, worst)'
    """
    names = sorted(known)
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    return f" (did you mean '{close[0]}'?)" if close else f" (known: {', '.join(names)})"
