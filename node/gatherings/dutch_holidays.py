"""The official Dutch holidays, as far as an activity may stop for them (rijksoverheid.nl, feestdagen).

Worked out here because a library for it takes 17 MB of memory; the tests compare with that library.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from schemas.messages import N_


def holiday_on(day: date) -> str | None:
    """The name of the holiday on this day (a message id), or None."""
    return _holidays(day.year).get(day)


def after_holidays(day: date) -> date:
    """This day, or the first one after it that is no holiday."""
    while holiday_on(day):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=64)
def _holidays(year: int) -> dict[date, str]:
    easter = _easter(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == 6:
        kings_day -= timedelta(days=1)
    found = {
        date(year, 1, 1): N_("New Year’s Day"),
        easter - timedelta(days=2): N_("Good Friday"),
        easter: N_("Easter Sunday"),
        easter + timedelta(days=1): N_("Easter Monday"),
        kings_day: N_("King’s Day"),
        easter + timedelta(days=39): N_("Ascension Day"),
        easter + timedelta(days=49): N_("Whit Sunday"),
        easter + timedelta(days=50): N_("Whit Monday"),
        date(year, 12, 25): N_("Christmas Day"),
        date(year, 12, 26): N_("Boxing Day"),
    }
    if year % 5 == 0:  # a day off once in five years
        found.setdefault(date(year, 5, 5), N_("Liberation Day"))
    return found


def _easter(year: int) -> date:
    """Easter Sunday of the western church (the method of Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
