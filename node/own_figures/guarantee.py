"""What protects people in a rounded figure, in plain Dutch: it goes with the figure wherever that goes."""

from __future__ import annotations

from directory.disclosure.rules import FEWEST_FOR_MEAN, Reason
from node.own_figures.presenting import Presented
from schemas.indicators import Indicator

_COUNT = (
    "Dit aantal is ongeveer {value}. We ronden af op {step}: het echte aantal ligt tussen {low} en {high}."
)
_BESIDE = " Dat is ongeveer {beside} procent van {group} {who}."
_SHARE = (
    "Ongeveer {value} procent van {group} {who}. We ronden eerst het aantal mensen af: het echte percentage "
    "ligt tussen {low} en {high}."
)
_MEAN = "Gemiddeld {value}, van {group} {who}. We ronden af op één cijfer achter de komma."
_FEW = "Dit cijfer laten we niet zien: het gaat over minder dan {least} mensen. Ook nul laten we niet zien."
_FEW_FOR_MEAN = "Dit cijfer laten we niet zien: er zijn minder dan {least} antwoorden."
_ALL = (
    "Dit cijfer laten we niet zien: van bijna iedereen in de groep, of van bijna niemand, zou u dan weten "
    "wat hij deed of antwoordde."
)
_PARTS = " Bij een streepje zijn het er minder dan {least}, of zou een ander getal dat verraden."
_HOME = (
    " Dit cijfer is afgerond, en niet met kans veranderd. Daarom staat het alleen op onze eigen pagina en "
    "telt het niet mee in landelijke cijfers. Kleine veranderingen zijn door het afronden niet te zien."
)


def guarantee(indicator: Indicator, told: Presented) -> str:
    """The sentences for a figure that is shown rounded, or hidden."""
    if told.value is None:
        return _lead(indicator, told)
    return _lead(indicator, told) + (_PARTS.format(least=told.least) if told.parts else "") + _HOME


def _lead(indicator: Indicator, told: Presented) -> str:
    who = indicator.element("denominator")
    if told.value is None:
        if told.reason == Reason.FEW:
            is_mean = told.kind == "mean"
            return _FEW_FOR_MEAN.format(least=FEWEST_FOR_MEAN) if is_mean else _FEW.format(least=told.least)
        return _ALL
    names = {name: dutch(getattr(told, name)) for name in ("value", "low", "high", "step", "group", "beside")}
    pattern = {"count": _COUNT, "share": _SHARE, "mean": _MEAN}[told.kind]
    text = pattern.format(who=who, **names)
    return text if told.beside is None else text + _BESIDE.format(who=who, **names)


def dutch(number: float | None) -> str:
    """1234 as “1.234” and 6.4 as “6,4”; nothing as nothing."""
    if number is None:
        return ""
    return f"{number:,}".replace(",", " ").replace(".", ",").replace(" ", ".")
