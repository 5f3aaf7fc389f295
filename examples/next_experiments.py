"""One campaign from an empty table to a Pareto plot. The measurements are SIMULATED, by the assessment's own models.

A laboratory would print the suggestions (finechem adhesive suggest next_experiments.toml), make the mixtures and write
what it measured into the table.
"""

import shutil
from pathlib import Path

import numpy as np

from finechem.adhesives import bio_content, glass_transition
from finechem.adhesives.design import load_campaign
from finechem.adhesives.design.campaign_plots import plot_campaign
from finechem.adhesives.design.campaign_sheet import learning_sheet, next_rows, rows_text

here = Path(__file__).parent
shutil.copy(here / "next_experiments.toml", "next_experiments.toml")
table = Path("next_experiments.csv")
table.unlink(missing_ok=True)
noise = np.random.default_rng(0)
rows: list[dict[str, object]] = []
for _ in range(4):
    campaign = load_campaign("next_experiments.toml")
    points = campaign.suggest().points
    for row, point in zip(next_rows(campaign, points), points, strict=True):
        recipe = campaign.recipe(point)
        row["glass_transition"] = round(glass_transition(recipe).kelvin - 273.15 + 3.0 * noise.normal(), 1)
        row["biobased_carbon"] = round(100.0 * bio_content(recipe).carbon_of_organic.low, 1)
        rows.append(row)
    table.write_text(rows_text(rows), "utf-8")

campaign = load_campaign("next_experiments.toml")
models = campaign.learn()
print("SIMULATED measurements; the glass transition has a noise of 3 K")
print(learning_sheet(campaign, models))
plot_campaign(campaign, models, campaign.suggest(models=models)).savefig("next_experiments.png", dpi=150)
