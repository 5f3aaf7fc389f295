"""The numbers of Regulation (EC) No 1272/2008 (CLP), Annex I, by which a mixture is classified from its ingredients.

Read in public transcriptions of the consolidated text of 1 July 2026 (CELEX 02008R1272-20260701): Tables 3.1.1, 3.1.2,
3.2.3, 3.3.3, 3.4.5, 3.5.2, 3.6.2, 3.7.2, 3.8.3, 3.9.4, 4.1.1 and 4.1.2, sections 3.1.3.3, 3.1.3.6 and 3.8.3.4.5; of
the text of 1 May 2026 Table 3.4.6, sections 3.8.3.4.6 and 3.10.3.3.1 and the cut-off values of acute toxicity, STOT
SE 3 and aspiration; on public pages of the law sections 1.1.2.2 (the lower of specific limit and cut-off value) and
2.8 of Annex II (EUH208, and names on the label of a mixture that sensitizes already); on pages that explain it the
cut-off values of irritation (1 %) and of the aquatic environment (0.1 %, 0.1 % and 1 %; with M factors).

Not re-read, from knowledge of the regulation: the notes to Table 3.2.3 (which sub-category of corrosive), Tables 3.2.4
and 3.3.4 (ingredients whose irritation does not add up), the note to Table 3.4.6 on limits below 0.1 %, that the M
factor divides the cut-off value, the sum of concentrations over limits where specific limits enter an additivity
(guidance on the application of the criteria), and 2.4 and 2.5 of Annex II (EUH204, EUH205; 700 g/mol).
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["EDITION"]

EDITION = (
    "Regulation (EC) No 1272/2008, Annex I, consolidated text of 1 July 2026 (CELEX 02008R1272-20260701), which does"
    " not hold Delegated Regulation (EU) 2025/1222 (23rd adaptation, from 1 February 2027)"
)

#: Table 3.1.1: upper ends of categories 1 to 4, mg/kg, mg/l (vapours, dusts and mists) or ppm (gases).
ACUTE_BANDS: Mapping[str, tuple[float, float, float, float]] = {
    "oral": (5.0, 50.0, 300.0, 2000.0),
    "dermal": (50.0, 200.0, 1000.0, 2000.0),
    "gas": (100.0, 500.0, 2500.0, 20000.0),
    "vapour": (0.5, 2.0, 10.0, 20.0),
    "dust_mist": (0.05, 0.5, 1.0, 5.0),
}
#: Table 3.1.2: the estimate a category stands for in the sum.
ACUTE_POINTS: Mapping[str, tuple[float, float, float, float]] = {
    "oral": (0.5, 5.0, 100.0, 500.0),
    "dermal": (5.0, 50.0, 300.0, 1100.0),
    "gas": (10.0, 100.0, 700.0, 4500.0),
    "vapour": (0.05, 0.5, 3.0, 11.0),
    "dust_mist": (0.005, 0.05, 0.5, 1.5),
}
ACUTE_STATEMENTS: Mapping[str, tuple[str, str, str, str]] = {
    "oral": ("H300", "H300", "H301", "H302"),
    "dermal": ("H310", "H310", "H311", "H312"),
    "gas": ("H330", "H330", "H331", "H332"),
    "vapour": ("H330", "H330", "H331", "H332"),
    "dust_mist": ("H330", "H330", "H331", "H332"),
}
#: Table 1.1: from which share on an ingredient of category 1 to 4 counts, percent.
ACUTE_CUTOFF = (0.1, 0.1, 0.1, 1.0)
#: From this share on a mixture is one substance, and keeps its classification: an assumption, what is left is below the
#: cut-off values of Table 1.1.
ONE_SUBSTANCE = 99.9
#: 3.1.3.3 (a): from which share on an ingredient of unknown toxicity is relevant; 3.1.3.6.2.3: above which sum the
#: formula is corrected.
RELEVANT, UNKNOWN_LIMIT = 1.0, 10.0

#: Limits of ingredients judged one by one, percent, by the ingredient's class and category: the mixture's category from
#: each share on. Tables 3.4.5 (solids and liquids), 3.5.2, 3.6.2, 3.7.2, 3.8.3 and 3.9.4.
SINGLE: Mapping[tuple[str, str], tuple[tuple[float, str], ...]] = {
    ("Resp. Sens.", "1"): ((1.0, "1"),), ("Resp. Sens.", "1A"): ((0.1, "1A"),), ("Resp. Sens.", "1B"): ((1.0, "1B"),),
    ("Skin Sens.", "1"): ((1.0, "1"),), ("Skin Sens.", "1A"): ((0.1, "1A"),), ("Skin Sens.", "1B"): ((1.0, "1B"),),
    ("Muta.", "1A"): ((0.1, "1A"),), ("Muta.", "1B"): ((0.1, "1B"),), ("Muta.", "2"): ((1.0, "2"),),
    ("Carc.", "1A"): ((0.1, "1A"),), ("Carc.", "1B"): ((0.1, "1B"),), ("Carc.", "2"): ((1.0, "2"),),
    ("Lact.", ""): ((0.3, ""),),
    ("STOT SE", "1"): ((10.0, "1"), (1.0, "2")), ("STOT SE", "2"): ((10.0, "2"),),
    ("STOT RE", "1"): ((10.0, "1"), (1.0, "2")), ("STOT RE", "2"): ((10.0, "2"),),
}  # fmt: skip
#: Table 3.7.2, by the severity of the effect: 1 presumed or known, 2 suspected.
REPRODUCTIVE: Mapping[int, float] = {1: 0.3, 2: 3.0}
#: Table 3.4.5, gases: respiratory sensitizers of category 1 and 1B.
GASEOUS_SENSITIZER = 0.2
#: Table 3.4.6: from which share on someone already sensitized may react, percent.
ELICITATION: Mapping[str, float] = {"1": 0.1, "1A": 0.01, "1B": 0.1}
#: Note 1 to Table 3.4.6: for a specific limit below this the share is a tenth of it.
LOW_SPECIFIC_LIMIT = 0.1

#: Tables 3.2.3 and 3.3.3: sums of ingredients, percent; a corrosive counts ten times towards an irritant, so its own
#: limit towards category 2 is a tenth.
SKIN_CORROSIVE, SKIN_IRRITANT, SKIN_CORROSIVE_AS_IRRITANT = 5.0, 10.0, 1.0
EYE_DAMAGE, EYE_IRRITANT, EYE_DAMAGE_AS_IRRITANT = 3.0, 10.0, 1.0
#: Tables 3.2.4 and 3.3.4: where effects do not add up, one ingredient decides.
ALONE_SEVERE, ALONE_IRRITANT = 1.0, 3.0
IRRITATION_CUTOFF = 1.0
#: 3.8.3.4.5: "appropriate"; expert judgement may say otherwise. 3.10.3.3.1.2.
STOT_SE_3, STOT_SE_3_CUTOFF = 20.0, 1.0
ASPIRATION, ASPIRATION_CUTOFF, ASPIRATION_VISCOSITY_MM2_S = 10.0, 1.0, 20.5
#: Tables 4.1.1 and 4.1.2, and the cut-off values before the M factor.
AQUATIC, AQUATIC_CUTOFF_1, AQUATIC_CUTOFF_OTHER = 25.0, 0.1, 1.0

#: Annex II, 2.5 (EUH205).
EPOXIDE_MOLAR_MASS_G_MOL = 700.0
#: Monomeric diisocyanates, percent: Regulation (EC) No 1907/2006, Annex XVII, entry 74 (Regulation (EU) 2020/1149).
DIISOCYANATES = 0.1
