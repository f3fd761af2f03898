"""Instants as people write them down: in ISO 8601, with an offset, with the name of a zone, or by the clock at home."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from publisher.release.language import load
from publisher.text.patterns import later

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1970, 9998
"""Within these years every instant can be told in every zone; an earlier one is a slip of the pen."""

_EXAMPLE = "2026-12-01 09:00"
_EAST, _WEST = timedelta(hours=14), timedelta(hours=-12)
_LONGEST = 200
_SECOND = timedelta(seconds=1)
_ISO = later(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})"
    r"(?P<clock>(?:[Tt]| {1,2})(?P<hour>[0-9]{2}):?(?P<minute>[0-9]{2})"
    r"(?::?(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?"
    r" ?(?P<offset>[Zz]|[+−-][0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2})?)?)?)?"
    r"(?: ?\[(?P<bracketed>[\w/+-]{1,60})\]| (?P<named>[A-Za-z][\w/+-]{1,60}))?"
)
_DIGITS = later(r"[0-9]+")
_ZONE = later(r"UTC|GMT|(?!posix|right)[A-Za-z]+(?:/[\w+-]+){1,2}")


class UnclearTimeError(ValueError):
    """Nobody can tell which instant is meant.

    Args:
        reason: Why, in one line, without a full stop.
        hint: What to write instead, in one line.
    """

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(f"{reason}. {hint}")
        self.reason = reason
        self.hint = hint


def read_time(written: datetime | date | str, zone: str, *, day_alone: bool = False) -> datetime:
    """The instant that is meant, in UTC or with the offset it was written with.

    Args:
        written: ISO 8601 (RFC 3339) with an offset or Z; with a zone of the IANA's behind, also in the brackets of
            RFC 9557; or without either, by the clock in `zone`. Or what YAML made of such a text.
        zone: The IANA's name of the zone that times without one are meant in.
        day_alone: Whether a day without a time of day will do: then its first instant in the zone.

    Raises:
        UnclearTimeError: It is none of these, no such time exists or it exists twice, or the zone is unknown.
    """
    if isinstance(written, datetime):
        return _as_given(written, zone)
    if isinstance(written, date):
        return _day(written, zone, str(written), day_alone=day_alone)
    text = _one_line(written)
    match = _ISO.fullmatch(text)
    if match is None:
        raise UnclearTimeError(f"{_quoted(text)} cannot be read as a time", _how(zone))
    try:
        figures = [int(match["date"].replace("-", "")[at]) for at in (slice(4), slice(4, 6), slice(6, 8))]
        day = date(*figures)
    except ValueError:
        raise UnclearTimeError(f"there is no day {match['date']}", _how(zone)) from None
    place = match["bracketed"] or match["named"]
    if place is not None and not _ZONE.fullmatch(place):
        raise UnclearTimeError(f"{_quoted(place)} is not the name of a time zone", _how(zone))
    if match["clock"] is None:
        return _day(day, place or zone, text, day_alone=day_alone)
    part = int((match["part"] or "0")[:6].ljust(6, "0"))
    try:
        naive = datetime(  # noqa: DTZ001 - its zone comes next
            day.year, day.month, day.day, int(match["hour"]), int(match["minute"]), int(match["second"] or 0), part
        )
    except ValueError:
        raise UnclearTimeError(f"{_quoted(text)} is no time of day", _how(zone)) from None
    if match["offset"] is None:
        return the_one(naive, place or zone)
    return _with_offset(naive, match["offset"], place, text)


def is_iso(text: str) -> bool:
    """Whether a text has the shape of what `read_time` reads; one with `9 a.m.` or `CET` in it has not."""
    match = _ISO.fullmatch(_one_line(text))
    place = match and (match["bracketed"] or match["named"])
    return match is not None and (not place or _ZONE.fullmatch(place) is not None)


def local(moment: datetime, zone: str) -> str:
    """An instant in words, by the clock in a zone: `Tuesday, 1 December 2026, 09:00 CET`, or `…, 09:00 +05:45`.

    Raises:
        UnclearTimeError: The zone is unknown, or the instant is at an end of the calendar.
    """
    try:
        there = moment.astimezone(zone_named(zone))
    except OverflowError:
        raise _out_of_range(moment) from None
    letters = there.tzname() or ""
    if not letters.isalpha():
        letters = offset_of(there)
    clock = there.strftime("%H:%M:%S" if there.second else "%H:%M")
    return f"{weekday_and_day(there)}, {clock} {letters}"


def weekday_and_day(day: date) -> str:
    """`Tuesday, 1 December 2026`, whatever language the machine speaks."""
    names = load("en").lists
    month = names["months"][day.month - 1].split()[0]
    return f"{names['weekdays'][day.weekday()].capitalize()}, {day.day} {month.capitalize()} {day.year}"


def zone_named(name: str) -> ZoneInfo:
    """The zone of this name in the IANA's database.

    Raises:
        UnclearTimeError: There is none.
    """
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - most releases name no time at all

    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        hint = "Write a name of the IANA's database, such as Europe/Berlin"
        raise UnclearTimeError(f"there is no time zone {_quoted(name)}", hint) from None


def readings(naive: datetime, zone: str) -> tuple[datetime, ...]:
    """The instants that a clock in the zone may mean, each with its offset: one on almost every day.

    Two of them where the clocks go back and show the time twice. Where they go forward and never show it, two as well:
    what it would be by the offset before the change, and by the one after it.

    Raises:
        UnclearTimeError: The year is out of range, or the zone is unknown.
    """
    there = zone_named(zone)
    _check_year(naive)
    offsets = [naive.replace(tzinfo=there, fold=fold).utcoffset() or timedelta() for fold in (0, 1)]
    instants = [naive.replace(tzinfo=UTC) - offset for offset in offsets]
    shown = [_fixed(instant.astimezone(there)) for instant in instants]
    real = [moment for moment in shown if moment.replace(tzinfo=None) == naive.replace(fold=0)]
    return tuple(dict.fromkeys(real or shown))


def the_one(naive: datetime, zone: str) -> datetime:
    """The instant, in UTC, at which clocks in the zone show a time.

    Raises:
        UnclearTimeError: They never do, or do twice; the year is out of range, or the zone is unknown.
    """
    found = readings(naive, zone)
    if len(found) > 1:
        reason = f"{why_not_one(naive, zone, found)}: it would be {either(found)}"
        raise UnclearTimeError(reason, f"Write {either(found)}")
    return found[0].astimezone(UTC)


def why_not_one(naive: datetime, zone: str, found: tuple[datetime, ...]) -> str:
    """Why a time on a clock is not one instant."""
    twice = found[0].replace(tzinfo=None) == naive
    how = "exists twice, as the clocks go back" if twice else "does not exist, as the clocks go forward"
    return f"{naive:%Y-%m-%d %H:%M} in {zone} {how}"


def first_instant(day: date, zone: str) -> datetime:
    """When a day begins in a zone, in UTC: at midnight, or where the clocks skip midnight, just after.

    Raises:
        UnclearTimeError: The zone skipped the whole day, the year is out of range, or the zone is unknown.
    """
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the clock's
    found = [moment.astimezone(UTC) for moment in readings(midnight, zone)]
    begins, there = min(found), zone_named(zone)
    if begins.astimezone(there).replace(tzinfo=None) != midnight:
        begins = _change(begins, max(found), there)
    if begins.astimezone(there).date() != day:
        raise UnclearTimeError(f"there is no day {day} in {zone}, which skipped it", _how(zone))
    return begins


def copied(moment: datetime) -> str:
    """An instant to copy into a file: `2026-10-25T02:30+02:00`."""
    exact = "seconds" if moment.second or moment.microsecond else "minutes"
    return f"{moment.replace(tzinfo=None).isoformat(timespec=exact)}{offset_of(moment)}"


def either(found: tuple[datetime, ...]) -> str:
    return " or ".join(map(copied, found))


def offset_of(moment: datetime) -> str:
    """`+05:45`."""
    offset = moment.utcoffset() or timedelta()
    sign, minutes = "-" if offset < timedelta() else "+", abs(offset) // timedelta(minutes=1)
    seconds = abs(offset) // _SECOND % 60
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def _one_line(text: str) -> str:
    """The text with single spaces; of one that is too long, its beginning and a sign that there is more."""
    return " ".join(text.split()) if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _as_given(moment: datetime, zone: str) -> datetime:
    _check_year(moment)
    if moment.utcoffset() is not None:
        return moment
    fields = moment.timetuple()[:6]
    return the_one(datetime(*fields, moment.microsecond), zone)  # noqa: DTZ001 - its zone comes next


def _day(day: date, zone: str, text: str, *, day_alone: bool) -> datetime:
    if not day_alone:
        raise UnclearTimeError(f"{_quoted(text)} is a day without a time", f'Write the time behind it: "{day} 09:00"')
    return first_instant(day, zone)


def _with_offset(naive: datetime, offset: str, place: str | None, text: str) -> datetime:
    """The instant by its own offset, which the zone that is named behind it must have then."""
    _check_year(naive)
    hours, minutes, seconds = ([int(each) for each in _DIGITS.findall(_spread(offset))] + [0, 0, 0])[:3]
    distance = timedelta(hours=hours, minutes=minutes, seconds=seconds) * (1 if offset[0] in "+Zz" else -1)
    if not _WEST <= distance <= _EAST or minutes >= 60 or seconds >= 60:
        reason = f"no place on earth has the offset {offset}"
        raise UnclearTimeError(reason, f"Write one from -12:00 to +14:00, such as {naive:%Y-%m-%dT%H:%M}+01:00")
    moment = naive.replace(tzinfo=timezone(distance) if distance else UTC)
    if place is not None and offset not in ("Z", "z"):
        there = _fixed(moment.astimezone(zone_named(place)))
        if there.utcoffset() != distance:
            reason = f"{_quoted(text)} contradicts itself: {place} is at {offset_of(there)} then"
            raise UnclearTimeError(reason, "Take out the offset or the zone")
    if place is not None:
        zone_named(place)
    return moment


def _spread(offset: str) -> str:
    """`+0530` as `+05:30`."""
    if ":" in offset:
        return offset
    return ":".join(offset[at : at + 2] for at in range(1, len(offset), 2))


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between these two, to the second, from which the later one's offset is in force."""
    new = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2 // _SECOND * _SECOND
        if middle.astimezone(zone).utcoffset() == new:
            after = middle
        else:
            before = middle
    return after


def _fixed(moment: datetime) -> datetime:
    """The same with its offset alone: two times of one zone are compared by their clocks, without regard to offsets."""
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()), fold=0)


def _check_year(moment: datetime) -> None:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise _out_of_range(moment)


def _out_of_range(moment: datetime) -> UnclearTimeError:
    return UnclearTimeError(f"the year {moment.year:04} cannot be meant", f'Write a time such as "{_EXAMPLE}"')


def _how(zone: str) -> str:
    return f'Write it like "{_EXAMPLE}" (by the clock in {zone}) or with its offset, like 2026-12-01T09:00:00+01:00'


def _quoted(text: str) -> str:
    from publisher.text.excerpts import excerpt  # noqa: PLC0415 - only where something is wrong

    return f"“{excerpt(text, 60)}”"
