"""Rank barrier films by their own oxidation for an hour at 450 °C in air; Ellingham diagram and growth curves."""

from finechem.matter.programs import hold
from finechem.oxidation.barrier import growth_law_for
from finechem.oxidation.barrier_accuracy import onset_agreement
from finechem.oxidation.oxidation_barriers import BarrierConditions, barrier_screen, shipped_barriers
from finechem.oxidation.oxide_growth import thickness_after
from finechem.oxidation.oxide_plots import plot_ellingham, plot_thickness

films = shipped_barriers()
ranking = barrier_screen(BarrierConditions(temperature_C=450.0, hours=1.0)).run(films)
print(ranking.report(width=140))
unknown = [film for film in films if growth_law_for(film)[0] is None]
print(f"{len(unknown)} of {len(films)} films have no published rate constant that was read; for example:")
for film in unknown[:3]:
    print(f"  {growth_law_for(film)[1]}")
for agreement in onset_agreement():
    print(agreement)

laws = [law for law in (growth_law_for(film)[0] for film in films) if law is not None]
plot_thickness(thickness_after(laws, hold(450.0, 1.0), each_s=30.0)).savefig("barrier_growth.png", dpi=150)
plot_ellingham(["Cu", "W", "TiN", "Cr", "Si3N4", "AlN", "Al"]).savefig("ellingham.png", dpi=150)
