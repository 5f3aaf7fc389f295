"""Run every benchmark script, one after the other: ``python -m benchmarks [--quick]``."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

for script in sorted([*HERE.glob("accuracy/*.py"), *HERE.glob("speed/*.py")]):
    print(f"\n== {script.relative_to(HERE.parent)}", flush=True)
    subprocess.run([sys.executable, str(script), *sys.argv[1:]], check=True)
