"""Ask a model about subjects, so that one bad subject costs its own result and nothing else."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pickle import PicklingError
from typing import Any

import numpy as np

from finechem.errors import DomainError, FinechemError, MissingExtraError, ModelError, RunError
from finechem.screening.model import PropertyModel
from finechem.screening.properties import Estimates, Property, to_scale

__all__ = ["Answer", "answer_batch", "answer_isolated", "say"]

Known = Mapping[Property, Estimates]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one (subject, model): status ``ok``, ``failed``, ``timeout`` or ``crashed``.

    ``records`` holds one `Estimates.record` a provided property, in the model's order.
    """

    status: str
    reason: str
    records: list[list[Any]]
    seconds: float

    def payload(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"reason": self.reason, "records": self.records, "seconds": self.seconds}

    @classmethod
    def from_payload(cls, status: str, payload: Mapping[str, Any]) -> Answer:
        """Rebuild from status and JSON form."""
        return cls(status, payload["reason"], payload["records"], payload["seconds"])

    @classmethod
    def lost(cls, model: PropertyModel, status: str, reason: str, seconds: float) -> Answer:
        """Return the answer of a subject that gave none."""
        return cls(status, reason, [[None, None, True, reason, "", {}] for _ in model.provides], seconds)


def answer_batch(model: PropertyModel, subjects: Sequence[Any], known: Known) -> list[Answer]:
    """Ask a vectorised model; an exception bisects the batch to the culprit.

    Raises
    ------
    MissingExtraError, ModelError
        What no candidate caused stops the run.
    """
    start = time.perf_counter()
    try:
        given = model.estimate(subjects, known)
        _check_contract(model, given, len(subjects))
    except (MissingExtraError, ModelError, ImportError, MemoryError, RunError):
        raise
    except Exception as error:
        if len(subjects) == 1:
            return [Answer.lost(model, "failed", say(error), time.perf_counter() - start)]
        middle = len(subjects) // 2
        return [
            *answer_batch(model, subjects[:middle], _part(known, range(middle))),
            *answer_batch(model, subjects[middle:], _part(known, range(middle, len(subjects)))),
        ]
    seconds = (time.perf_counter() - start) / max(len(subjects), 1)
    columns = [given[prop] for prop in model.provides]
    return [Answer("ok", "", [c.record(i) for c in columns], seconds) for i in range(len(subjects))]


def answer_isolated(
    model: PropertyModel, subjects: Sequence[Any], known: Known, *, timeout_s: float | None, workers: int
) -> Iterator[tuple[int, Answer]]:
    """Ask about each subject in a process of its own; yield (index, answer) as they come.

    A hang becomes ``timeout``, a dead process ``crashed``, an exception ``failed``. Workers run one thread each and
    die with this process.

    Raises
    ------
    ModelError
        If the model or a subject cannot be sent to a process.
    MissingExtraError
        If a worker lacks an optional dependency.
    """
    from pebble import ProcessExpired, ProcessPool

    with (
        _one_thread_each(),
        ProcessPool(
            max_workers=max(1, workers),
            context=get_context("spawn"),
            initializer=_die_with_parent,
            initargs=[os.getpid()],
        ) as pool,
    ):
        futures = []
        for index, subject in enumerate(subjects):
            job = [model, subject, _part(known, [index])]
            futures.append(pool.schedule(_ask_one, args=job, timeout=timeout_s))
        try:
            for index, future in _as_they_come(futures):
                start = time.perf_counter()
                try:
                    answer: Answer = future.result()
                except FutureTimeoutError:
                    answer = Answer.lost(model, "timeout", f"took longer than {timeout_s:g} s", float(timeout_s or 0.0))
                except ProcessExpired as error:
                    answer = Answer.lost(model, "crashed", f"its process died (exit code {error.exitcode})", 0.0)
                except (MissingExtraError, ImportError, ModelError):
                    raise
                except BrokenProcessPool as error:  # no candidate's fault: every one still waiting would fail
                    raise ModelError(
                        f"model {model.name}: its processes cannot start or went away ({error}); "
                        "is it defined in a module that a fresh process can import?"
                    ) from error
                except (
                    PicklingError,
                    AttributeError,
                    TypeError,
                ) as error:  # a model's own became an Answer in the worker
                    raise ModelError(f"model {model.name} cannot be sent to a process: {error}") from error
                except Exception as error:
                    answer = Answer.lost(model, "failed", say(error), time.perf_counter() - start)
                yield index, answer
        finally:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


def _as_they_come(futures: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    from concurrent.futures import FIRST_COMPLETED, wait

    index_of = {future: index for index, future in enumerate(futures)}
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in sorted(done, key=index_of.__getitem__):
            yield index_of[future], future


def _ask_one(model: PropertyModel, subject: Any, known: Known) -> Answer:
    return answer_batch(model, [subject], known)[0]


def _check_contract(model: PropertyModel, given: Mapping[Property, Estimates], size: int) -> None:
    missing = [prop.name for prop in model.provides if prop not in given]
    extra = [prop.name for prop in given if prop not in model.provides]
    if missing or extra:
        raise ModelError(f"model {model.name} promised {missing or 'nothing more'} and gave {extra or 'nothing else'}")
    for prop in model.provides:
        if len(given[prop]) != size:
            raise ModelError(f"model {model.name} gave {len(given[prop])} values of {prop.name} for {size} subjects")
        value = given[prop].value
        with np.errstate(all="ignore"):
            off_scale = np.isnan(to_scale(prop.scale, value)) & ~np.isnan(value)
        if off_scale.any():  # one candidate's fault: the bisection finds it
            raise DomainError(f"{prop.name} of {value[off_scale][0]:g} {prop.unit} lies outside a {prop.scale} scale")


def _part(known: Known, indices: Sequence[int]) -> dict[Property, Estimates]:
    return {prop: estimates.take(list(indices)) for prop, estimates in known.items()}


def say(error: BaseException) -> str:
    """Return an exception as one sentence for a reader; foreign ones keep their type."""
    text = str(error).strip() or "no message"
    return text if isinstance(error, FinechemError) else f"{type(error).__name__}: {text}"


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Cap the threads of processes started inside; numbers a worker computes then do not depend on the machine."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _die_with_parent(parent: int) -> None:
    """Worker start: ignore the terminal's Ctrl-C (the driver stops us), and end when the driver ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None, use_errno=True).prctl(set_parent_death_signal, signal.SIGKILL)
        if os.getppid() != parent:  # the driver died before we asked
            os._exit(1)
