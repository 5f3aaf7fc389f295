"""One published epoxy, three schedules, two bond lines: how far it cures, its glass transition, how hot it gets."""

from finechem.adhesives import Face, Material, bond_line, cup, cure, published_kinetics
from finechem.matter.programs import hold

kinetics = published_kinetics("rimr135-rimh137")
resin = Material(density_kg_m3=1150.0, heat_capacity_J_kg_K=1800.0, conductivity_W_mK=0.2)  # assumed

print(f"{'schedule':<22}{'conversion':>11}{'Tg °C':>8}{'vitrifies':>12}{'peak 1 mm':>11}{'peak 10 mm':>12}")
for name, program in (
    ("5 h at 50 °C", hold(50.0, 5.0)),
    ("5 h at 60 °C", hold(60.0, 5.0)),
    ("5 h at 60, 2 h at 90", hold(60.0, 5.0).then(hold(90.0, 2.0))),
):
    found = cure(kinetics, program)
    assert found.final_tg_K is not None
    glass = "never" if found.vitrification_time_s is None else f"{found.vitrification_time_s / 60:.0f} min"
    peaks = [bond_line(kinetics, resin, size, (Face(program), Face(program))).peak_K for size in (1e-3, 1e-2)]
    cells = "".join(f"{peak - 273.15:>{width}.0f}" for peak, width in zip(peaks, (11, 12), strict=True))
    print(f"{name:<22}{found.final_conversion:>11.3f}{found.final_tg_K - 273.15:>8.1f}{glass:>12}{cells}")

pot = cup(kinetics, 0.1, 1800.0, 323.15, loss_W_K=0.1, gel_conversion=0.6)  # loss and gel point are assumed
assert pot.gel_time_s is not None
print(f"100 g in a cup at 50 °C: gels after {pot.gel_time_s / 60:.0f} min, peak {pot.peak_K - 273.15:.0f} °C")
