"""Lattice thermal conductivity from force constants, and in the comments the phono3py lines that it replaces."""

import sys
from pathlib import Path

from finechem.thermal.bte import lattice_conductivity, load
from finechem.thermal.bte.plots import plot_cumulative

FORCES = Path(__file__).resolve().parents[1] / "datasets" / "force_constants" / "phono3py_params-AlN-7net.yaml.xz"
mesh = tuple(map(int, sys.argv[1:4])) or (7, 7, 5)

crystal = load(FORCES)
# ph3 = phono3py.load(FORCES)
result = lattice_conductivity(crystal, mesh, temperatures_K=(300, 600), method="lbte")
# ph3.mesh_numbers = mesh
# ph3.init_phph_interaction()
# ph3.run_thermal_conductivity(temperatures=(300, 600), is_LBTE=True, is_isotope=True, write_kappa=True)
print(result.card())
# print(ph3.thermal_conductivity.kappa, ph3.thermal_conductivity.kappa_RTA)
plot_cumulative(result).savefig("kappa.png")
# phono3py-kaccum on the kappa-*.hdf5 it wrote, and a plotting program
