"""Rank shipped antioxidants for three reflows at 260 °C; beside it, the classic mistake of ranking by the O-H bond alone."""

from finechem.oxidation import properties as ox
from finechem.oxidation.inhibitors import InhibitorConditions, inhibitor_screen, program_of, shipped_antioxidants

CHOSEN = """bht bha dbha ttbp tmp-246 ao-2246 ao-425 mbdtbp irganox-1010 irganox-1076 irganox-1098 irganox-1135 irganox-245
irganox-259 irganox-1330 irganox-3114 irganox-1035 cyanox-1790 alpha-tocopherol diphenylamine dppd pbna naugard-445
octylated-diphenylamine irgafos-168 tnpp dltdp dstdp seenox-412s eugenol thymol vanillin resveratrol quercetin""".split()

conditions = InhibitorConditions(peak_C=260.0, passes=3)
candidates = [package for package in shipped_antioxidants() if package.id in CHOSEN]

if __name__ == "__main__":  # workers are processes of their own, which import this file
    ranking = inhibitor_screen(conditions).run(candidates, store="runs/rank_inhibitors.db", workers=2)
    print(ranking.report())
    bond, _ = ranking.ledger.speaking(ox.XH_STRENGTH)
    by_bond = sorted((float(value), name) for name, value in zip(ranking.ids, bond.value, strict=True) if value == value)
    print("by the X-H bond alone, kJ/mol:", ", ".join(f"{name} {value:.0f}" for value, name in by_bond[:12]))
    retained, _ = ranking.ledger.speaking(ox.retention(program_of(conditions).name))
    share = dict(zip(ranking.ids, retained.value.tolist(), strict=True))
    print("kept in the film:", ", ".join(f"{name} {share[name]:.3f}" for name in ("bht", "irganox-1076", "irganox-1010")))
