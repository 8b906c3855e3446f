"""A rule of repetition (RFC 5545, 3.3.10) over whole days: read, written in one way, refused when odd.

An occurrence is a day, and its hour is kept beside the rule. So there is no HOURLY and no BYHOUR, and
summer time changes nothing. A COUNT becomes the day of the last occurrence, and what the first day
implies is written out: the text then says the same from whichever day it is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from schemas.errors import InvalidInput
from schemas.events import TIMEZONE
from schemas.messages import N_
from schemas.numbers import read_digits

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
MOST_TEXT = 300
MOST_TIMES = 3660
"""The most occurrences a COUNT may ask for: ten years of every day."""

_ORDER = ("FREQ", "INTERVAL", "UNTIL", "BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY", "BYSETPOS")
_KNOWN = {*_ORDER, "COUNT", "WKST"}
_NUMBERS = {"BYMONTH": 12, "BYWEEKNO": 53, "BYYEARDAY": 366, "BYMONTHDAY": 31, "BYSETPOS": 366}
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?")


@dataclass(frozen=True)
class Rule:
    """A rule of repetition, read: every list sorted, nothing left to the first day."""

    freq: str
    interval: int = 1
    until: date | None = None
    months: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    """Pairs of which one (0: every one; -1: the last) and the day of the week (0 is Monday)."""
    positions: tuple[int, ...] = ()
    week_start: int = 0

    def __str__(self) -> str:
        return ";".join(f"{name}={value}" for name, value in self._parts() if value)

    def _parts(self) -> list[tuple[str, str]]:
        lists = (self.months, self.weeks, self.year_days, self.month_days)
        return [
            ("FREQ", self.freq),
            ("INTERVAL", str(self.interval) if self.interval > 1 else ""),
            ("UNTIL", f"{self.until:%Y%m%d}" if self.until else ""),
            *zip(_ORDER[3:7], (",".join(map(str, each)) for each in lists), strict=True),
            ("BYDAY", ",".join(f"{nth or ''}{DAYS[day]}" for nth, day in self.weekdays)),
            ("BYSETPOS", ",".join(map(str, self.positions))),
            ("WKST", DAYS[self.week_start] if self.week_start else ""),
        ]


@lru_cache(maxsize=2048)
def stored(text: str) -> Rule:
    """A rule from our own text, which `read_rule` wrote."""
    parts = dict(part.split("=", 1) for part in text.split(";"))
    return _rule(parts)


def refuse(cause: str) -> InvalidInput:
    """The error for a rule that cannot be kept."""
    return InvalidInput(
        N_("This repetition is too uncommon for us. Choose one of the list."),
        fields={"rrule": [N_("This repetition is too uncommon for us. Choose one of the list.")]},
        cause=cause,
    )


def split(text: str) -> dict[str, str]:
    """The parts of a rule as somebody else wrote it. InvalidInput for what we cannot keep."""
    body = text.strip().upper().removeprefix("RRULE:").strip(";")
    if len(body) > MOST_TEXT:
        raise refuse("a rule that is too long")
    parts: dict[str, str] = {}
    for part in body.split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name not in _KNOWN or name in parts:
            raise refuse(f"part {part[:40]!r}")
        parts[name] = value
    return parts


def complete(parts: Mapping[str, str], first_on: date, at_time: str = "") -> Rule:
    """The rule of these parts, with what ``first_on`` implies written out; COUNT is still to be done."""
    rule = _rule({name: value for name, value in parts.items() if name not in ("COUNT", "UNTIL")})
    _check(rule)
    changes: dict[str, object] = {}
    if "UNTIL" in parts:
        changes["until"] = _until(parts["UNTIL"], at_time)
    if not (rule.weeks or rule.year_days or rule.month_days or rule.weekdays):
        changes |= _implied(rule, first_on)
    return Rule(**{**rule.__dict__, **changes})


def count_of(parts: Mapping[str, str]) -> int:
    """How often it takes place, 0 without a limit."""
    if "COUNT" not in parts:
        return 0
    times = read_digits(parts["COUNT"]) or 0
    if "UNTIL" in parts or not 1 <= times <= MOST_TIMES:
        raise refuse(f"COUNT={parts['COUNT'][:20]}")
    return times


def _implied(rule: Rule, first_on: date) -> dict[str, object]:
    if rule.freq == "WEEKLY":
        return {"weekdays": ((0, first_on.weekday()),)}
    if rule.freq == "MONTHLY":
        return {"month_days": (first_on.day,)}
    if rule.freq == "YEARLY":
        return {"months": rule.months or (first_on.month,), "month_days": (first_on.day,)}
    return {}


def _rule(parts: Mapping[str, str]) -> Rule:
    interval = read_digits(parts.get("INTERVAL", "1")) or 0
    if parts.get("FREQ") not in FREQUENCIES or not 1 <= interval <= 1000:
        raise refuse(f"FREQ={parts.get('FREQ')}, INTERVAL={parts.get('INTERVAL', '')[:20]}")
    if parts.get("WKST", "MO") not in DAYS:
        raise refuse(f"WKST={parts['WKST'][:20]}")
    return Rule(
        parts["FREQ"],
        interval,
        datetime.strptime(parts["UNTIL"] + "+0000", "%Y%m%d%z").date() if "UNTIL" in parts else None,
        months=_numbers("BYMONTH", parts),
        weeks=_numbers("BYWEEKNO", parts),
        year_days=_numbers("BYYEARDAY", parts),
        month_days=_numbers("BYMONTHDAY", parts),
        weekdays=_weekdays(parts.get("BYDAY", "")),
        positions=_numbers("BYSETPOS", parts),
        week_start=DAYS.index(parts.get("WKST", "MO")),
    )


def _numbers(name: str, parts: Mapping[str, str]) -> tuple[int, ...]:
    found = []
    for text in parts[name].split(",") if name in parts else ():
        if not re.fullmatch(r"[+-]?\d{1,3}", text) or not 1 <= abs(int(text)) <= _NUMBERS[name]:
            raise refuse(f"{name}={text[:20]}")
        found.append(int(text))
    return tuple(sorted(set(found)))


def _weekdays(text: str) -> tuple[tuple[int, int], ...]:
    found = []
    for part in text.split(",") if text else ():
        match = _DAY.fullmatch(part)
        if match is None or match[1] in ("0", "00", "+0", "-0") or abs(int(match[1] or 1)) > 53:
            raise refuse(f"BYDAY={part[:20]}")
        found.append((int(match[1] or 0), DAYS.index(match[2])))
    return tuple(sorted(set(found)))


def _check(rule: Rule) -> None:
    """Refuse what RFC 5545 refuses, and a week number that does not count from Monday."""
    numbered = any(nth for nth, _day in rule.weekdays)
    odd = (
        any(month < 0 for month in rule.months),
        rule.weeks and (rule.freq != "YEARLY" or rule.week_start or numbered),
        rule.year_days and rule.freq != "YEARLY",
        rule.month_days and rule.freq == "WEEKLY",
        numbered and rule.freq not in ("MONTHLY", "YEARLY"),
        rule.positions and not (rule.weeks or rule.year_days or rule.month_days or rule.weekdays),
    )
    if any(odd):
        raise refuse(str(rule))


def _until(text: str, at_time: str) -> date:
    """The last day it may take place on; an instant counts with the hour it begins."""
    match = _UNTIL.fullmatch(text)
    if match is None:
        raise refuse(f"UNTIL={text[:40]}")
    try:
        if match[2] is None:
            return datetime.strptime(f"{match[1]}+0000", "%Y%m%d%z").date()
        zone = ZoneInfo("UTC") if match[3] else ZoneInfo(TIMEZONE)
        instant = datetime.strptime(f"{match[1]}{match[2]}", "%Y%m%d%H%M%S").replace(tzinfo=zone)
        local = instant.astimezone(ZoneInfo(TIMEZONE))
    except (ValueError, OverflowError):
        raise refuse(f"UNTIL={text[:40]}") from None
    day = local.date()
    begins_later = bool(at_time) and f"{local:%H.%M}" < at_time
    return date.fromordinal(max(1, day.toordinal() - begins_later))
