"""Rank what protects copper through three reflows in air, beside bare copper; draw oxide against time."""

from finechem.matter.programs import reflow
from finechem.oxidation import properties as ox
from finechem.oxidation.copper_films import copper_growth_law, oxygen_barrier
from finechem.oxidation.copper_protectants import CopperConditions, copper_screen, exposure_of, shipped_protectants
from finechem.oxidation.oxide_growth import thickness_after
from finechem.oxidation.oxide_plots import plot_thickness

conditions = CopperConditions(peak_C=260.0, passes=3)
protectants = shipped_protectants()
ranking = copper_screen(conditions).run(protectants)
print(ranking.report(width=130))

factor, _ = ranking.ledger.speaking(ox.protection_factor(exposure_of(conditions).label))
print("times less oxide than on bare copper, and the 90 % interval:")
for row, protectant in enumerate(protectants):
    low, high = ox.protection_factor("").interval(factor.value[row], factor.sigma[row])
    print(f"{protectant.id:28} {factor.value[row]:8.3g}  {low:.3g} to {high:.3g}")

shown = [item for item in protectants if item.family in ("aryl-phenylimidazole", "alkylbenzimidazole", "none")]
films = [oxygen_barrier(item)[0] for item in shown]
grown = thickness_after([copper_growth_law()] * len(shown), reflow(passes=3), films=films, each_s=10.0)
plot_thickness(grown, labels=[item.id for item in shown]).savefig("copper_protection.png", dpi=150)
