"""What every property model must keep to: call `check_model` with a model and candidates it should cope with."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from finechem.screening import Estimates, Property, PropertyModel
from finechem.screening.model import model_key, subject_fingerprint
from finechem.screening.properties import to_scale

__all__ = ["check_model"]

Known = Mapping[Property, Estimates]


def check_model(model: PropertyModel, candidates: Sequence[Any], known: Known | None = None) -> None:
    """Assert the contract of a model on a batch of candidates.

    ``known`` holds, for each required property, one estimate a candidate.
    """
    known = dict(known or {})
    size = len(candidates)
    assert size > 1, "give at least two candidates: the checks compare batches with their parts"
    _check_declaration(model)
    lacking = [prop.name for prop in model.requires if prop not in known or len(known[prop]) != size]
    assert not lacking, f"{model.name} needs estimates of {lacking} for {size} candidates"
    known = {prop: known[prop] for prop in model.requires}  # nothing else: it may read only what it requires
    subjects = [model.subject(candidate) for candidate in candidates]
    assert [subject_fingerprint(subject) for subject in subjects] == [
        subject_fingerprint(model.subject(candidate)) for candidate in candidates
    ], f"{model.name}: the fingerprint of a subject changes"

    whole = _ask(model, subjects, known)
    _check_estimates(model, whole, size)
    _same(model, whole, _ask(model, subjects, known), range(size), "the same question again")
    backwards = range(size)[::-1]
    _same(model, whole, _ask_part(model, subjects, known, backwards), backwards, "the batch backwards")
    for index in range(size):
        _same(model, whole, _ask_part(model, subjects, known, [index]), [index], f"candidate {index} alone")
    copy: PropertyModel = pickle.loads(pickle.dumps(model))
    assert model_key(copy) == model_key(model)
    sent = pickle.loads(pickle.dumps(subjects))
    assert [subject_fingerprint(item) for item in sent] == [subject_fingerprint(item) for item in subjects]
    _same(model, whole, _ask(copy, sent, known), range(size), "a copy sent to another process")
    _check_key_elsewhere(model)


def _check_declaration(model: PropertyModel) -> None:
    assert isinstance(model, PropertyModel), f"{model!r} lacks a part of the PropertyModel protocol"
    dataclass_settings = getattr(type(model), "__dataclass_params__", None)
    assert dataclass_settings is not None, (
        f"{model.name}: settings that are no dataclass fields are not part of its key"
    )
    assert dataclass_settings.frozen, f"{model.name} can change after its key was taken"
    for text in (model.name, model.version, model.data):
        assert isinstance(text, str), f"{model.name}: name, version and data are strings"
    assert model.name and model.version
    assert isinstance(model.references, tuple) and all(isinstance(item, str) for item in model.references)
    for properties in (model.requires, model.provides):
        assert isinstance(properties, tuple) and all(isinstance(item, Property) for item in properties)
        assert len(set(properties)) == len(properties), f"{model.name} names a property twice"
    assert model.provides and not set(model.provides) & set(model.requires)


def _ask(model: PropertyModel, subjects: Sequence[Any], known: Known) -> Mapping[Property, Estimates]:
    return model.estimate(subjects, known)


def _ask_part(
    model: PropertyModel, subjects: Sequence[Any], known: Known, rows: Sequence[int]
) -> Mapping[Property, Estimates]:
    part = {prop: estimates.take(rows) for prop, estimates in known.items()}
    return model.estimate([subjects[row] for row in rows], part)


def _check_estimates(model: PropertyModel, given: Mapping[Property, Estimates], size: int) -> None:
    assert set(given) == set(model.provides), f"{model.name} provides {model.provides} and gave {list(given)}"
    for prop, batch in given.items():
        what = f"{model.name}, {prop.name}"
        assert len(batch) == len(batch.reason) == len(batch.source) == size, what
        for array in (batch.value, batch.sigma, batch.in_domain, *batch.shared.values()):
            assert array.shape == (size,), what
        missing = np.isnan(batch.value)
        sigma = batch.sigma[~missing]
        assert np.all(np.isfinite(sigma) & (sigma >= 0)), f"{what}: sigma {sigma}"
        assert not np.isinf(batch.value).any(), f"{what}: infinite value"
        with np.errstate(all="ignore"):
            scaled = to_scale(prop.scale, batch.value)
        assert not np.isnan(scaled[~missing]).any(), f"{what}: {batch.value} lies outside a {prop.scale} scale"
        for row, reason in enumerate(batch.reason):
            spoken = bool(not missing[row] and batch.in_domain[row])
            assert spoken != bool(reason), f"{what}: candidate {row} is {batch.value[row]} with the reason {reason!r}"


def _same(
    model: PropertyModel,
    whole: Mapping[Property, Estimates],
    part: Mapping[Property, Estimates],
    rows: Sequence[int],
    case: str,
) -> None:
    for prop in model.provides:
        one, other = whole[prop].take(rows), part[prop]
        what = f"{model.name}, {prop.name}: {case} gives another answer"
        for name in ("value", "sigma"):
            np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-9, err_msg=f"{what} ({name})")
        np.testing.assert_array_equal(other.in_domain, one.in_domain, err_msg=what)
        assert list(other.reason) == list(one.reason), what
        assert list(other.source) == list(one.source), what
        for name in one.shared.keys() | other.shared.keys():
            absent = np.zeros(len(rows))
            known = ~np.isnan(one.value)
            found, expected = (batch.shared.get(name, absent)[known] for batch in (other, one))
            np.testing.assert_allclose(found, expected, rtol=1e-9, err_msg=f"{what} ({name})")


def _check_key_elsewhere(model: PropertyModel) -> None:
    code = (
        "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); model = pickle.load(sys.stdin.buffer)\n"
        "from finechem.screening.model import model_key; print(model_key(model))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(sys.path) + pickle.dumps(model),
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        capture_output=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr.decode()
    key = told.stdout.decode().split()[-1]
    assert key == model_key(model), f"{model.name}: its key differs in another process; stored results would be lost"
