"""How often: the choices of the form, the rule that each makes, and a rule in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from node.gatherings.recurrence import first_day, read_rule
from node.gatherings.rules import DAYS, Rule, refuse, stored
from schemas.messages import N_

_MOST_WEEKS = 52
_NTH = (1, 2, 3, 4, -1)


def _weeks(number: int) -> Callable[[date], str]:
    return lambda day: f"FREQ=WEEKLY;INTERVAL={number};BYDAY={DAYS[day.weekday()]}"


REPEATS: dict[str, tuple[str, Callable[[date], str]]] = {
    "once": (N_("once"), lambda _day: ""),
    "daily": (N_("every day"), lambda _day: "FREQ=DAILY"),
    "working_days": (N_("every working day"), lambda _day: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    "weekly": (N_("every week"), _weeks(1)),
    "2_weeks": (N_("every two weeks"), _weeks(2)),
    "3_weeks": (N_("every three weeks"), _weeks(3)),
    "4_weeks": (N_("every four weeks"), _weeks(4)),
    "month_weekday": (
        N_("every month on the same weekday, such as the third Thursday"),
        lambda day: f"FREQ=MONTHLY;BYDAY={_NTH[(day.day - 1) // 7]}{DAYS[day.weekday()]}",
    ),
    "month_last": (
        N_("every month on the last such weekday, such as the last Friday"),
        lambda day: f"FREQ=MONTHLY;BYDAY=-1{DAYS[day.weekday()]}",
    ),
    "month_date": (N_("every month on the same date"), lambda _day: "FREQ=MONTHLY"),
    "yearly": (N_("every year on the same date"), lambda _day: "FREQ=YEARLY"),
}
"""The choices: what each is called, and the rule it makes with the first day."""

KEEP = "as_it_is"
"""The choice for a rule that is none of these: it stays what it is."""

WEEKDAYS = (
    *(N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday")),
    N_("Sunday"),
)
ORDINALS = {1: N_("first"), 2: N_("second"), 3: N_("third"), 4: N_("fourth"), 5: N_("fifth"), -1: N_("last")}


def rule_of(repeat: str, first_on: date, until: date | None) -> str:
    """The rule of one of the choices, begun on a day."""
    return with_end(read_rule(REPEATS[repeat][1](first_on), first_on), first_on, until)


def every_weeks_rule(weeks: int, first_on: date, until: date | None = None) -> str:
    """The rule of every so many weeks; none for 0."""
    return with_end(read_rule(_weeks(weeks)(first_on), first_on), first_on, until) if weeks else ""


def with_end(rule: str, first_on: date, until: date | None) -> str:
    """The rule with another last day, or with none. InvalidInput when no day is left."""
    if not rule:
        return ""
    changed = Rule(**{**stored(rule).__dict__, "until": until})
    if until is not None and first_day(str(changed), first_on) > until:
        raise refuse("it ends before it begins")
    return str(changed)


def repeat_of(rule: str, first_on: date | None) -> str:
    """Which of the choices a rule is."""
    if not rule or first_on is None:
        return "once"
    plain = with_end(rule, first_on, None)
    found = (code for code, (_label, make) in REPEATS.items() if read_rule(make(first_on), first_on) == plain)
    return next(found, KEEP)


def until_of(rule: str) -> date | None:
    """The last day of a rule."""
    return stored(rule).until if rule else None


def weeks_of(rule: str) -> int:
    """Every how many weeks, for a rule that is no more than that; 0 for any other."""
    if not rule:
        return 0
    read = stored(rule)
    plain = read.freq == "WEEKLY" and len(read.weekdays) == 1 and not (read.months or read.positions)
    return read.interval if plain and read.interval <= _MOST_WEEKS else 0


def in_words(rule: str, say: Callable[..., str]) -> str:
    """A rule in short words, such as “every two weeks on Thursday”; ``say`` translates."""
    if not rule:
        return say(N_("once"))
    read = stored(rule)
    words = _how_often(read, say)
    if read.weekdays:
        days = say(N_(" and ")).join(_weekday(nth, day, say) for nth, day in read.weekdays)
        words = say(N_("%(often)s on %(days)s"), often=words, days=days)
    elif read.month_days and read.freq == "MONTHLY":
        days = ", ".join(str(day) for day in read.month_days if day > 0)
        words = say(N_("%(often)s on day %(days)s"), often=words, days=days) if days else words
    return words


def _how_often(rule: Rule, say: Callable[..., str]) -> str:
    once = {
        "DAILY": N_("every day"),
        "WEEKLY": N_("every week"),
        "MONTHLY": N_("every month"),
        "YEARLY": N_("every year"),
    }
    more = {
        "DAILY": N_("every %(number)s days"),
        "WEEKLY": N_("every %(number)s weeks"),
        "MONTHLY": N_("every %(number)s months"),
        "YEARLY": N_("every %(number)s years"),
    }
    if rule.interval == 1:
        return say(once[rule.freq])
    return say(more[rule.freq], number=rule.interval)


def _weekday(nth: int, day: int, say: Callable[..., str]) -> str:
    name = say(WEEKDAYS[day])
    if not nth:
        return name
    return say(N_("the %(nth)s %(day)s"), nth=say(ORDINALS.get(nth, ORDINALS[-1])), day=name)
