"""The filters, helpers, tests and signs of a template: what each takes and gives, and what it does.

Each is checked twice by the same rules: when the template is loaded, as far as the kinds of its values are known then,
and when it runs. Each says beforehand how much text it is about to make, so that no template can ask for more than a
post could ever hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from publisher.compose.draft import excerpt
from publisher.compose.quotes import LEFT_OUT, part, whole
from publisher.compose.sections import action_list
from publisher.compose.templating.rules import MOST_NUMBER, MOST_TEXT, Word, Work
from publisher.compose.templating.speech import Stretch, may_quote, shortened, speech, unbroken
from publisher.compose.templating.values import (
    ANY,
    FIELDS,
    LIST,
    NOTHING,
    NUMBER,
    QUOTE,
    SAID,
    TEXT,
    TRUTH,
    Kind,
    Refused,
    Said,
    Thing,
    either,
    kind_of,
    list_of,
)
from publisher.release.model import Quote
from publisher.text.rich import EMPTY, RichText, as_rich, join
from publisher.text.sentences import sentences

_COUNTING = 5  # a text that is measured, or read for its sentences, takes so many times the work of one that is copied
_FINDING = 20  # to find a piece in a text takes this part of it
_WHATEVER: tuple[Kind, ...] = ()
_PLAIN = (TEXT, NOTHING)
_WRITTEN = (TEXT, SAID, NUMBER, NOTHING)
_ONE_OF_A_KIND = (TEXT, SAID, NUMBER, TRUTH, NOTHING)


def rich(value: object) -> RichText:
    """What may be written, as it will stand in the post."""
    if isinstance(value, Said):
        return value.text
    return EMPTY if value is None else as_rich(str(value))


def _plain(value: object) -> str:
    return value.text.plain if isinstance(value, Said) else "" if value is None else str(value)


def _length(value: object) -> int:
    return len(value) if isinstance(value, str) else len(_plain(value))


def _together(work: Work, *values: object) -> str | Said:
    """Texts one behind the other; with words of a quote among them they stay such."""
    work.made(sum(map(_length, values)))
    if any(isinstance(value, Said) for value in values):
        return Said(join(map(rich, values)))
    return "".join(map(_plain, values))


def together(*kinds: Kind) -> Kind:
    return SAID if SAID in kinds else ANY if ANY in kinds else TEXT


def _each_item(label: str, values: Sequence[object], able: tuple[Kind, ...]) -> None:
    for value in values:
        if (kind := kind_of(value)).name not in {one.name for one in able}:
            hint = "Name one of its fields, in a loop" if isinstance(value, Thing) else "Take something else"
            raise Refused(f"{label} takes a list of text, and in this one is {kind.name}", hint)


def _joined(work: Work, values: Sequence[object], between: str = "") -> str | Said:
    _each_item("`join`", values, _WRITTEN)
    parts: list[object] = []
    for value in values:
        parts += [between, value] if parts else [value]
    return _together(work, *parts)


def _add(work: Work, first: object, second: object) -> object:
    if isinstance(first, int) and isinstance(second, int):
        return _number(first + second)
    if isinstance(first, int) or isinstance(second, int):
        raise Refused("`+` cannot add text and a number", "Write ~ between them")
    return _together(work, first, second)


def _added(first: Kind, second: Kind) -> Kind:
    if NUMBER in (first, second) and {TEXT, SAID, NOTHING} & {first, second}:
        raise Refused("`+` cannot add text and a number", "Write ~ between them")
    return first if first == second == NUMBER else together(first, second) if ANY not in (first, second) else ANY


def _number(value: int) -> int:
    if abs(value) > MOST_NUMBER:
        raise Refused("this number is too large", "A post needs no such number")
    return value


def _stretches(work: Work, text: str) -> list[Stretch]:
    """Where somebody is quoted in a text."""
    if not may_quote(text):
        return []
    quotes = work.draft.release.quotes
    work.handle(len(text) * sum(len(quote.pieces) for quote in quotes) // _FINDING)
    return speech(text, quotes)


def _about_to_change(work: Work, text: str | None, label: str) -> None:
    work.made(_length(text))
    if text and _stretches(work, text):
        raise Refused(f"somebody is quoted here, and {label} would change the words", "A quote is never altered")


def _case(name: str, change: Callable[[str], str]) -> Callable[[Work, str | None], str]:
    def changed(work: Work, text: str | None) -> str:
        _about_to_change(work, text, f"`{name}`")
        return change(text or "")

    return changed


def _title(text: str) -> str:
    return "".join(letter.upper() if at == 0 or text[at - 1].isspace() else letter for at, letter in enumerate(text))


def _trim(work: Work, text: str | None) -> str:
    work.made(_length(text))
    return (text or "").strip()


def _replace(work: Work, text: str | None, old: str, new: str) -> str:
    if not old:
        raise Refused("`replace` needs to know what to replace", "Write it like |replace('Dr', 'Doctor')")
    text = text or ""
    if old not in text:
        return text
    _about_to_change(work, text, "`replace`")
    work.made(len(text) + text.count(old) * max(len(new) - len(old), 0))
    return text.replace(old, new)


def _shorten(work: Work, text: str | None, most: int) -> str:
    text = text or ""
    work.made(len(text))
    return shortened(text, most, _stretches(work, text))


def _sentences(work: Work, value: str | Said | None) -> list[str] | list[Said]:
    text = _plain(value)
    work.handle(len(text) * _COUNTING)
    if isinstance(value, Said):
        return [Said(as_rich(one)) for one in sentences(text)]
    return unbroken(text, _stretches(work, text))


def _size(_: Work, value: object) -> int:
    return len(value) if isinstance(value, list | tuple) else _length(value)


def _item(_: Work, values: Sequence[object], number: int) -> object:
    try:
        return values[number]
    except IndexError:
        there = f"has only {len(values)}" if values else "is empty"
        hint = "Ask for it in {% if … %} first; the first item is [0]"
        raise Refused(f"there is no item [{number}]: the list {there}", hint) from None


def _part(work: Work, values: Sequence[object], start: int | None, stop: int | None) -> Sequence[object]:
    work.handle(len(values))
    return values[start:stop]


def _of_list(kind: Kind, *_: Kind) -> Kind:
    return kind.of or ANY


def _fits(work: Work, value: object) -> bool:
    text = rich(value).strip()
    work.handle(len(text.plain) * _COUNTING)
    return work.room(text)


def _quote(work: Work, thing: Thing) -> Said:
    """The quote in its marks with its speaker: whole, or else the longest run of whole sentences that a post holds."""
    quote: Quote = thing.source
    key = (id(quote), work.opening)
    if key not in work.stood_alone:
        draft = work.draft
        language, handles = draft.release.language, draft.handles
        text = whole(quote, language, handles, work.room)
        if text is None:
            text = part(quote, language, handles, work.room)
            said = f"cut after a sentence, and marked {LEFT_OUT}" if text else "left out, for want of room"
            draft.warn(f"{said}: {excerpt(quote)}")
        if text and quote.title and quote.title not in text.plain:
            draft.warn(f"left out, for want of room: the title of {quote.speaker}, {excerpt(quote.title)}")
        work.stood_alone[key] = Said(text or EMPTY)
    known = work.stood_alone[key]
    work.made(len(known.text.plain))
    return known


def _bullets(work: Work, values: Sequence[str]) -> str:
    _each_item("`list`", values, (TEXT,))
    work.made(sum(map(len, values)) + 3 * len(values))
    return action_list(None, values).plain


def _same(first: object, second: object) -> bool:
    if isinstance(first, Said) or isinstance(second, Said):
        return _plain(first) == _plain(second)
    return first == second


def _within(work: Work, value: object, among: str | Said | Sequence[object]) -> bool:
    if isinstance(among, str | Said):
        if not isinstance(value, str | Said):
            raise Refused("`in` looks for text in a text, and this is none", "Put quotation marks around it")
        work.handle(_length(among))
        return _plain(value) in _plain(among)
    work.handle(len(among))
    return any(_same(value, one) for one in among if not isinstance(one, list | tuple | Thing))


def _write(work: Work, value: object) -> None:
    text = rich(value)
    work.size += len(text.plain)
    if work.size > MOST_TEXT:
        raise Refused(f"the template writes more than {MOST_TEXT:,} characters", "Write less, or with fewer loops")
    work.written.append(text)
    if work.opening:
        work.look_for_its_end(text.plain)


def _field(work: Work, thing: object, name: str, spelled: str) -> object:
    kind = kind_of(thing)
    fields = FIELDS.get(kind.name, {})
    if isinstance(thing, Thing) and name in fields:
        known = (id(thing.source), name)
        if known not in work.seen:  # once, so that its warnings are given once
            work.seen[known] = fields[name].read(work.draft, thing.source)
        return work.seen[known]
    if kind == NOTHING:
        raise Refused(f"{spelled} is empty here, so that it has no `{name}`", "Ask for it in {% if … %} first")
    raise Refused(f"{kind.name} has no `{name}`", f"It has: {', '.join(fields)}" if fields else "Take it away")


def _each(work: Work, values: Sequence[object], weight: int) -> Sequence[object]:
    work.turn(1 + len(values) * weight)
    return values


def _compared(sign: Callable[[int, int], bool]) -> Word:
    return Word(((NUMBER,), (NUMBER,)), TRUTH, lambda _, first, second: sign(first, second))


FILTERS: Mapping[str, Word] = {
    "first": Word(((LIST,),), _of_list, lambda _, values: values[0] if values else None),
    "last": Word(((LIST,),), _of_list, lambda _, values: values[-1] if values else None),
    "length": Word(((LIST, TEXT, SAID, NOTHING),), NUMBER, _size),
    "join": Word(((LIST,), (TEXT,)), lambda kind, *_: together(kind.of or ANY), _joined, least=1),
    "sentences": Word(
        ((TEXT, SAID, NOTHING),),
        lambda kind: list_of(ANY if kind == ANY else SAID if kind == SAID else TEXT),
        _sentences,
    ),
    "upper": Word((_PLAIN,), TEXT, _case("upper", str.upper)),
    "lower": Word((_PLAIN,), TEXT, _case("lower", str.lower)),
    "title": Word((_PLAIN,), TEXT, _case("title", _title)),
    "trim": Word((_PLAIN,), TEXT, _trim),
    "replace": Word((_PLAIN, (TEXT,), (TEXT,)), TEXT, _replace, hint="Write it like |replace('Dr', 'Doctor')"),
    "shorten": Word((_PLAIN, (NUMBER,)), TEXT, _shorten, hint="Write the most characters, as in |shorten(100)"),
    "default": Word((_WHATEVER, _WHATEVER), either, lambda _, value, other: value or other),
}

HELPERS: Mapping[str, Word] = {
    "fits": Word((_WRITTEN,), TRUTH, _fits, hint="Write the text of the post in the brackets"),
    "quote": Word(((QUOTE,),), SAID, _quote, hint="Write a quote of release.quotes in the brackets"),
    "list": Word(((LIST,),), TEXT, _bullets, hint="Write it like list(release.actions)"),
}

TESTS: Mapping[str, Word] = {
    "none": Word((_WHATEVER,), TRUTH, lambda _, value: value is None),
    "even": Word(((NUMBER,),), TRUTH, lambda _, number: number % 2 == 0),
    "odd": Word(((NUMBER,),), TRUTH, lambda _, number: number % 2 == 1),
}

SIGNS: Mapping[str, Word] = {
    "+": Word(((*_WRITTEN,),) * 2, _added, _add, hint="Lists are joined with |join(', ')"),
    "~": Word(((LIST,),), lambda kind: together(kind.of or ANY), _joined),
    "-": Word(((NUMBER,), (NUMBER,)), NUMBER, lambda _, first, second: _number(first - second)),
    "minus": Word(((NUMBER,),), NUMBER, lambda _, number: -number),
    "==": Word((_ONE_OF_A_KIND, _ONE_OF_A_KIND), TRUTH, lambda _, first, second: _same(first, second)),
    "!=": Word((_ONE_OF_A_KIND, _ONE_OF_A_KIND), TRUTH, lambda _, first, second: not _same(first, second)),
    "<": _compared(int.__lt__),
    "<=": _compared(int.__le__),
    ">": _compared(int.__gt__),
    ">=": _compared(int.__ge__),
    "in": Word((_ONE_OF_A_KIND, (LIST, TEXT, SAID)), TRUTH, _within),
    "not in": Word((_ONE_OF_A_KIND, (LIST, TEXT, SAID)), TRUTH, lambda *values: not _within(*values)),
    "[…]": Word(((LIST,), (NUMBER,)), _of_list, _item, hint="Fields are written with a dot, as in release.headline"),
    "[:]": Word(
        ((LIST,), (NUMBER, NOTHING), (NUMBER, NOTHING)),
        lambda kind, *_: kind,
        _part,
        hint="Text is cut with |shorten(100)",
    ),
    "for": Word(((LIST,), (NUMBER,)), _of_list, _each, hint="Only a list has items to go through"),
    "{{ }}": Word((_WRITTEN,), NOTHING, _write),
    ".": Word((_WHATEVER, (TEXT,), (TEXT,)), ANY, _field),
}
"""Signs, by what stands for them in an error."""
