"""All that is asked about who answers; all of it may be left out: age band, woman or man, helped or not."""

from __future__ import annotations

from schemas.messages import N_

AGE_BANDS = ("18-39", "40-64", "65-74", "75+")
"""Four bands; no age and no date of birth."""
SEXES = ("woman", "man")
"""As the number of people of the target group is known."""
SEX_ANSWERS = (*SEXES, "other")
AGE_WORDS = {
    "18-39": N_("18 to 39"),
    "40-64": N_("40 to 64"),
    "65-74": N_("65 to 74"),
    "75+": N_("75 or older"),
}
SEX_WORDS = {"woman": N_("woman"), "man": N_("man"), "other": N_("other")}
