"""The licence of every package that finechem installs: checked against docs/licences.md, or written with --write.

Permissive licences and weak copyleft (LGPL, MPL) as unmodified dependencies are fine; GPL and AGPL are not.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "licences.md"
_FINE = re.compile(r"\b(MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|MPL|LGPL|Lesser General)", re.I)
_BAD = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|(?<!Lesser )General Public License", re.I)


def reachable(root: str) -> dict[str, Distribution]:
    """Return the distributions a plain installation of `root` brings, by normalised name, without `root` itself."""
    found: dict[str, Distribution] = {}
    waiting = [root]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:  # a requirement of another platform
            continue
        for requirement in found[name].requires or []:
            if "extra ==" not in requirement:
                waiting.append(re.split(r"[\s;<>=!~\[(]", requirement, maxsplit=1)[0])
    del found[root]
    return found


def licence_of(package: Distribution) -> str:
    """Return the licence its metadata state: expression, classifier, or the first line of the field or file."""
    meta = package.metadata
    if expression := meta.get("License-Expression"):
        return str(expression)
    classified = [
        item.split("::")[-1].strip() for item in meta.get_all("Classifier") or [] if item.startswith("License")
    ]
    if classified and classified != ["OSI Approved"]:
        return " / ".join(sorted(set(classified)))
    if field := str(meta.get("License") or "").strip():
        return field.splitlines()[0][:60]
    return _title(package) or "not stated"


def _title(package: Distribution) -> str:
    """Return the first line of the licence file, where nothing but the file says it."""
    for file in package.files or []:
        if file.name.startswith("LICENSE"):
            return next((line.strip()[:60] for line in file.read_text("utf-8").splitlines() if line.strip()), "")
    return ""


def main() -> None:
    """Write or check the page."""
    licences = {name: licence_of(package) for name, package in sorted(reachable("finechem").items())}
    wrong = [f"{name}: {text}" for name, text in licences.items() if not _FINE.search(text) or _BAD.search(text)]
    if wrong:
        sys.exit("licences that need a look:\n  " + "\n  ".join(wrong))
    if "--write" in sys.argv:
        table = "\n".join(f"| {name} | {text} |" for name, text in licences.items())
        head = "# Licences of what finechem installs\n\nWritten by `python tools/licences.py --write`; CI checks it.\n"
        PAGE.write_text(f"{head}\n| package | licence |\n|---|---|\n{table}\n", "utf-8")
    listed = dict(re.findall(r"^\| (\S+) \| (.+) \|$", PAGE.read_text("utf-8"), re.M))
    missing = [name for name in licences if name not in listed]
    if missing:
        sys.exit(
            f"docs/licences.md lacks {', '.join(missing)}: run python tools/licences.py --write and read the new ones"
        )
    print(f"licences: {len(licences)} packages, all listed and permitted")


if __name__ == "__main__":
    main()
