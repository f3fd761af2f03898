"""Times of day as people print them: `9 a.m.`, `9.30 Uhr`, `9h30`, `ore 9`, `1400 hrs`, `noon`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from publisher.release.language import everywhere
from publisher.release.moments import UnclearTimeError
from publisher.release.zones import MASK as ZONE

MASK = "\x02"
"""Stands in a line for each character of a time of day that was found."""

_HALF_DAY = 12
_DAY = timedelta(hours=24)
_HINT = "Write it like 9 a.m., 09:00 or 14:30"


class Hour(NamedTuple):
    """A time of day: the times since midnight that may be meant, why there are several, and where it stands.

    `half` says that `a.m.` or `p.m.` stands there; `bare`, that neither it nor anything else tells one half of the day
    from the other.
    """

    said: str
    choices: tuple[timedelta, ...]
    why: str
    start: int
    end: int
    half: bool = False
    bare: bool = False

    def in_either_half(self) -> Hour:
        """The same where the clock has twelve hours."""
        if not self.bare:
            return self
        (time,) = self.choices
        other = time + _DAY / 2 if time < _DAY / 2 else time - _DAY / 2
        return self._replace(choices=(time, other), why=f"“{self.said}” may be a.m. or p.m.")


def find_hours(text: str) -> tuple[list[Hour], str]:
    """The times of day in a line whose zones are masked, in order, and the line with their characters masked as well.

    Raises:
        UnclearTimeError: One of them is on no clock, such as 25:00.
    """
    found: list[Hour] = []
    for search in (_named, _halves, _in_figures):
        for each in list(search(text)):
            found.append(each)
            text = masked(text, each.start, each.end)
    return sorted(found, key=lambda each: each.start), text


def find_four_figures(text: str) -> tuple[list[Hour], str]:
    """Such as `1400 GMT`, in a line whose dates are masked by now, as it may be a year elsewhere."""
    found = [_hour(match) for match in _four().finditer(text)]
    for each in found:
        text = masked(text, each.start, each.end)
    return found, text


def masked(text: str, start: int, end: int, mask: str = MASK) -> str:
    return f"{text[:start]}{mask * (end - start)}{text[end:]}"


def _named(text: str) -> Iterator[Hour]:
    noon, midnight = _names()
    for match in noon.finditer(text):
        yield Hour(match[0], (_DAY / 2,), "", match.start(), match.end())
    for match in midnight.finditer(text):
        hour = match["hour"] or ""
        found = Hour(match[0], (_DAY if hour == "24" else timedelta(),), "", match.start(), match.end())
        yield found if hour in ("24", "0", "00") else _either_end(found)


def _either_end(hour: Hour) -> Hour:
    """Midnight, which people give to the day that it ends as well as to the one that it begins."""
    why = f"“{hour.said}” may be the beginning of the day or its end"
    return hour._replace(choices=(timedelta(), _DAY), why=why)


def _halves(text: str) -> Iterator[Hour]:
    for match in _half().finditer(text):
        hour, afternoon = int(match["hour"]), match["half"].lower() == "p"
        if (hour > _HALF_DAY and not afternoon) or (hour == 0 and afternoon):
            raise _impossible(match[0])
        time = _time(match) - (_DAY / 2 if hour == _HALF_DAY else timedelta())
        if afternoon and hour <= _HALF_DAY:
            time += _DAY / 2
        found = Hour(match[0], (time,), "", match.start(), match.end(), half=True)
        yield _either_end(found) if not time and hour == _HALF_DAY else found


def _in_figures(text: str) -> Iterator[Hour]:
    for pattern in _figures():
        for match in list(pattern.finditer(text)):
            if MASK in text[match.start() : match.end()]:
                continue
            yield _hour(match)
            text = masked(text, match.start(), match.end())


def _hour(match: re.Match[str]) -> Hour:
    groups = match.groupdict()
    told = groups.get("mark") or groups.get("word") or (groups.get("opener") or "").lower().endswith("ore")
    bare = not told and not match["hour"].startswith("0") and 1 <= int(match["hour"]) <= _HALF_DAY
    return Hour(match[0], (_time(match),), "", match.start(), match.end(), bare=bare)


def _time(match: re.Match[str]) -> timedelta:
    groups = match.groupdict()
    hours, minutes = int(match["hour"]), int(groups.get("minute") or groups.get("after") or groups.get("past") or 0)
    seconds = int(groups.get("second") or 0)
    time = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if minutes >= 60 or seconds >= 60 or time > _DAY:
        raise _impossible(match[0])
    return time


def _impossible(said: str) -> UnclearTimeError:
    return UnclearTimeError(f"“{said}” is no time of day", _HINT)


def _any(*names: str) -> str:
    """Any of the words of these lists, in whatever language."""
    words = {word for name in names for words in everywhere(name).values() for word in words}
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_START = r"(?<![\w:.,+−–-])(?<![\d\x03]/)"


@cache
def _names() -> tuple[re.Pattern[str], re.Pattern[str]]:
    rest = rf"(?:[:.h]00)?(?: ?(?:{_any('hour_marks')}))?,? "
    return (
        re.compile(rf"(?<![\w:./])(?:12{rest})?(?:{_any('noon')})(?!\w)", re.IGNORECASE),
        re.compile(rf"(?<![\w:./])(?:(?P<hour>12|24|00?){rest})?(?:{_any('midnight')})(?!\w)", re.IGNORECASE),
    )


@cache
def _half() -> re.Pattern[str]:
    minutes = r"(?:[:.](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?"
    return re.compile(rf"{_START}(?P<hour>[0-9]{{1,2}}){minutes} ?(?P<half>[ap])(?:m|\. ?m)(?!\w)\.?", re.IGNORECASE)


@cache
def _figures() -> tuple[re.Pattern[str], ...]:
    """The surest first: four figures, words behind figures, words before them, a colon, and a dot before a zone."""
    words, marks, openers = _any("hour_words", "hour_marks"), _any("hour_marks"), _any("hour_openers")
    one, end = r"(?P<hour>[0-9]{1,2})", r"(?![\w:]|[.,][0-9])"
    exact = r"[:.](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
    after = r"(?:(?P<after>[0-9]{2})| (?P<past>[0-9]{2})(?![0-9.º]| ?[^\W\d_]))"
    return tuple(
        re.compile(source, re.IGNORECASE)
        for source in (
            rf"{_START}(?P<hour>[0-9]{{2}})(?P<minute>[0-9]{{2}}) ?(?P<mark>{words})(?!\w)",
            rf"{_START}{one}{exact} ?(?P<mark>{words})(?!\w)",
            rf"{_START}{one} ?(?P<mark>{marks})(?:{after})?(?!\w)",
            rf"(?<!\w)(?P<opener>{openers}) {one}(?:{exact})?(?: ?(?P<word>{words})(?!\w))?{end}",
            rf"{_START}{one}:(?P<minute>[0-9]{{2}})(?::(?P<second>[0-9]{{2}}))?{end}",
            rf"{_START}{one}\.(?P<minute>[0-9]{{2}})(?= ?\(?{ZONE})",
            rf"{_START}(?P<hour>0[0-9])(?P<minute>[0-5][0-9])(?![\w:/-]|[.,][0-9])",
        )
    )


@cache
def _four() -> re.Pattern[str]:
    return re.compile(rf"{_START}(?P<hour>[01][0-9]|2[0-4])(?P<minute>[0-5][0-9])(?= ?\(?{ZONE})")
