"""finechem: a candidate goes in, physics gives it properties rung by rung, a ranked shortlist comes out.

Importing this package is cheap on purpose: numba, pandas, scikit-learn, ase, rdkit and matplotlib load only
inside the functions that need them.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
