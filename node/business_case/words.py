"""The closed lists of a business case, with their words."""

from __future__ import annotations

from schemas.messages import N_

KINDS = {"cost": N_("costs"), "saving": N_("saves")}
PAYERS = {
    "municipality": N_("municipality (Wmo)"),
    "care_office": N_("care office (Wlz)"),
    "health_insurer": N_("health insurer (Zvw)"),
    "residents": N_("residents"),
    "cooperative": N_("our cooperative"),
    "unknown": N_("not known"),
}
"""Whose money it is: savings often land with another payer than the costs."""
CONFIDENCES = {
    "measured": N_("measured"),
    "computed": N_("calculated"),
    "estimate": N_("estimate"),
    "assumption": N_("assumption"),
}
