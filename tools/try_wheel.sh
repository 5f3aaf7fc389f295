#!/usr/bin/env bash
# Build the wheel, install it in a clean environment, and run one screen from another folder.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$BIN/uv" build --quiet --wheel --python "$BIN/python" --out-dir "$work/dist" .
"${PYTHON:-python3}" -m venv "$work/venv"
VIRTUAL_ENV="$work/venv" "$BIN/uv" pip install --quiet "$work"/dist/finechem-*.whl
cd "$work"
unset PYTHONPATH
"$work/venv/bin/finechem" screen nitrides --json > "$work/rows.json"
"$work/venv/bin/python" - "$work/rows.json" <<'PY'
import json
import pathlib
import sys

import finechem, finechem_datasets, finechem_kernels

rows = json.loads(pathlib.Path(sys.argv[1]).read_text())
for package in (finechem, finechem_datasets, finechem_kernels):
    folder = pathlib.Path(package.__file__).parent
    assert "site-packages" in folder.parts and (folder / "py.typed").exists(), folder
print(f"wheel: {len(rows)} candidates ranked from a clean environment, best: {rows[0]['id']}")
PY
