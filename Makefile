# Every target sets itself up: Python >= 3.11, git and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
TORCH := ==2.13.0  # by pip, before the extra asks for it: where a build for processors is at hand, pip finds it
INSTALL := VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet

.PHONY: screen test check bench accuracy mlip wheel clean

screen: $(READY)  ## rank the shipped nitrides
	@$(BIN)/finechem screen nitrides

test: $(READY_DEV)  ## the whole test suite
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

check: $(READY_DEV)  ## style, types, import contracts, data, licences
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/frictionless validate datasets/finechem_datasets/datapackage.json
	$(BIN)/python tools/licences.py

bench: $(READY_DEV)  ## every benchmark (BENCH_ARGS=--quick for the short form)
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

mlip: $(READY_DEV)  ## install potentials (the extra mlip, 1.3 GB) and run what needs them
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'torch$(TORCH)'
	@$(INSTALL) --editable '.[dev,mlip]'
	@$(BIN)/python -m pytest tests/matter/test_calculators.py tests/thermal/test_real_potential.py

wheel: $(READY_DEV)  ## build the wheel, install it in a clean environment, screen from another folder
	@BIN=$(abspath $(BIN)) PYTHON=$(PYTHON) bash tools/try_wheel.sh

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; v = sys.version.split()[0]; sys.exit(sys.version_info < (3, 11) and "finechem needs Python 3.11 or newer, this is " + v + "; try: make PYTHON=python3.12 ...")'
	@echo "setting up $(VENV), once (about half a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null || $(BIN)/python -m pip install uv

$(READY): pyproject.toml | $(BIN)/uv
	@$(INSTALL) --editable .
	@touch $@

$(READY_DEV): pyproject.toml | $(BIN)/uv
	@$(INSTALL) --editable '.[dev]'
	@touch $@ $(READY)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
