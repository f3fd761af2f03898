"""Names: the capitalised names in a text, each with the role that is printed beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from publisher.release.language import Language
from publisher.release.name_words import Token, behind_openers, is_of_organisation, name_of, parted, role_count, runs
from publisher.release.titles import is_role, lower_title, title_after, title_before, without_honorifics
from publisher.text.patterns import later

_MOST_NAME_TOKENS = 5
_OFFICE_AND_NAME = 3
_WORD = later(r"[\w'’&./-]+")
_ASIDE = later(r"\((?![^()]{0,24}[a-zà-ÿ] [A-ZÀ-Þ][a-zà-ÿ])[^()]{1,24}\)")
_PARTY = later(r"[DRI]-[A-Z]")
_SUFFIX = later(r",? (?:Jr\.|Sr\.|Jr\b|Sr\b|II\b|III\b|IV\b)")
_IN_APPOSITION = later(r", (?:[a-z]+ ){0,2}\Z")


class Mention(NamedTuple):
    """A capitalised name in a paragraph: `start` to `end` with its title, the name alone from `name_start`.

    `name` is "" where only a role was printed (`the Senator`); `is_person` says that a role stands beside it.
    """

    start: int
    end: int
    name_start: int
    name: str
    title: str | None
    is_person: bool
    is_organisation: bool = False


def mentions(text: str, language: Language, start: int = 0, end: int | None = None) -> list[Mention]:
    """The names in a paragraph, or between two positions of it, in order."""
    return list(each_mention(text, language, start, end))


def each_mention(text: str, language: Language, start: int = 0, end: int | None = None) -> Iterator[Mention]:
    """Likewise, for those who may not need them all."""
    previous: Mention | None = None
    stop = len(text) if end is None else end
    asides = [found.span() for found in _ASIDE.finditer(text, start, stop)] if "(" in text else []
    aside = 0
    for run in runs(language).finditer(text, start, stop):
        while aside < len(asides) and asides[aside][1] <= run.start():
            aside += 1
        if aside < len(asides) and asides[aside][0] < run.start():
            continue
        for part in parted(text, run[0], run.start(), language):
            mention = _mention(part, text, language, previous)
            if mention is not None:
                mention = _with_shared_title(mention, previous, text, language)
                previous = _as_apposition(mention, previous, text)
                yield previous


def _with_shared_title(mention: Mention, previous: Mention | None, text: str, language: Language) -> Mention:
    """`Senators Jane Doe (D) and Paul Roe`: both are."""
    if previous is None or not previous.is_person or mention.title or mention.is_organisation or not mention.name:
        return mention
    title = text[previous.start : previous.name_start].strip()
    last = title.rsplit(None, 1)[-1].strip(".").lower() if title else ""
    shared = last.endswith("s") and last in language.any_of("groups", "roles")
    between = _ASIDE.sub("", text[previous.end : mention.start]).strip(" ,")
    if not shared and previous.title and previous.start == previous.name_start:
        shared = previous.title.rstrip(".").endswith("s") and previous.title.rstrip(".").lower() in language.words(
            "roles"
        )
        title = previous.title
    if shared and (not between or between in language.words("conjunctions")) and " " in mention.name:
        return mention._replace(title=title, is_person=True)
    return mention


def _as_apposition(mention: Mention, previous: Mention | None, text: str) -> Mention:
    """`Jane Doe, Head of Global Sales,`: capitals that begin with a role behind a name are that name's role."""
    if (
        previous is not None
        and previous.name.count(" ")
        and not previous.is_organisation
        and not is_plain_name(mention.name)
        and previous.start == previous.name_start
        and mention.start < mention.name_start
        and text[previous.end : mention.start] == ", "
    ):
        return mention._replace(
            name_start=mention.end, name="", title=text[mention.start : mention.end], is_person=False
        )
    return mention


def is_plain_name(name: str) -> bool:
    words = name.split()
    return len(words) in (2, 3) and all(word[:1].isupper() and not (len(word) > 2 and word.isupper()) for word in words)


def _mention(tokens: list[Token], text: str, language: Language, previous: Mention | None) -> Mention | None:
    if tokens[0][0].lower() in language.any_of("determiners", "weak_openers", "weekdays"):
        tokens = behind_openers(tokens, text, language)
    if not tokens or (len(tokens) == 1 and tokens[0][0].lower() in language.months):
        return None
    if _PARTY.match(tokens[0][0]):
        return None
    split = role_count(tokens, text, language)
    names = name_of(tokens, split, language)
    if not names:
        end = tokens[-1][2]
        return Mention(tokens[0][1], end, end, "", text[tokens[0][1] : end], is_person=False)
    office = _office_start(text, names, previous, language) if not split else None
    if office is not None:
        names = _behind_office(names)
        return _named(names, text, language, previous, (office, text[office : names[0][1]].rstrip()))
    if split > 1 and _within_office(text, tokens[0][1], language):
        first = next(index for index, token in enumerate(tokens) if is_role(token[0], language))
        tokens, split = tokens[first:], split - first
    title = text[tokens[0][1] : tokens[split - 1][2]] if split else None
    start = _with_owner(text, tokens[0][1], title, previous, language)
    return _named(names, text, language, previous, (start, title and text[start : tokens[split - 1][2]]))


def _named(
    names: list[Token], text: str, language: Language, previous: Mention | None, printed: tuple[int, str | None]
) -> Mention:
    """The mention of a name; `printed` is where it begins with its title, and that title."""
    start, title = printed
    name_start, end = names[0][1], names[-1][2]
    suffix = _SUFFIX.match(text, end) if len(names) > 1 else None
    if suffix is not None:
        end = suffix.end()
    titled = title is not None
    organisation = _is_organisation(names, language)
    if not titled:
        title, start = lower_title(text, name_start, language)
    if title is not None:
        role = without_honorifics(title, language)
        title = role or title_after(text, end, language) or title_before(text, start, language) or title
    if title is None and not organisation:
        in_a_list = previous is not None and previous.name_start > previous.start and bool(previous.name)
        title = (None if in_a_list else title_before(text, start, language)) or title_after(text, end, language)
    party = text.startswith((" (R-", " (D-", " (I-"), end)
    return Mention(
        start,
        end,
        name_start,
        text[name_start:end].replace("\u00a0", " "),
        title,
        is_person=(title is not None or party) and (titled or not organisation),
        is_organisation=organisation and not titled,
    )


def _is_organisation(names: list[Token], language: Language) -> bool:
    return len(names) > _MOST_NAME_TOKENS or any(is_of_organisation(token[0], language) for token in names)


def _office_start(text: str, tokens: list[Token], previous: Mention | None, language: Language) -> int | None:
    """`Director of Federal Relations Jane Doe`: where the role begins, if a role and `of` stand before the words."""
    if len(tokens) < _OFFICE_AND_NAME or any(token[0] == "&" for token in tokens):
        return None
    words = language.words("organisation_words")
    if any(token[0].strip(".").lower() in words for token in tokens[-2:]):
        return None
    place = tokens[0][1]
    before = list(_WORD.finditer(text, max(0, place - 40), place))
    small = language.any_of("of", "determiners")
    role = len(before) - 1
    while role >= 0 and before[role][0].lower() in small:
        role -= 1
    if role < 0 or role == len(before) - 1 or not is_role(before[role][0], language):
        return None
    if _IN_APPOSITION.search(text[max(0, before[role].start() - 24) : before[role].start()]):
        return None  # `Jane Doe, former president of No More Noise`
    if previous is not None and not previous.name and previous.end == before[role].end():
        return None if _IN_APPOSITION.search(text[max(0, previous.start - 24) : previous.start]) else previous.start
    return lower_title(text, before[role].end() + 1, language)[1] if before[role][0].islower() else before[role].start()


def _within_office(text: str, start: int, language: Language) -> bool:
    """`Chair of the Harbour Board Senator Jane Doe`: the words before the last role belong to the first."""
    before = [word[0].lower() for word in _WORD.finditer(text, max(0, start - 60), start)]
    small = language.any_of("of", "determiners")
    role = len(before) - 1
    while role >= 0 and before[role] in small:
        role -= 1
    return 0 <= role < len(before) - 1 and is_role(before[role], language)


def _behind_office(tokens: list[Token]) -> list[Token]:
    """The name behind an office: the last two words, with an initial the last three."""
    initial = len(tokens) >= _OFFICE_AND_NAME and len(tokens[-2][0].strip(".")) == 1
    return tokens[-3:] if initial else tokens[-2:]


def _with_owner(text: str, start: int, title: str | None, previous: Mention | None, language: Language) -> int:
    """`Harbour Town’s Mayor Jane Doe`, `Sea Works President and CEO Jane Doe`: where the title begins."""
    if title is not None and previous is not None and not previous.name:
        between = text[previous.end : start].strip()
        return previous.start if between in language.words("conjunctions") else start
    owned = title is not None and previous is not None and bool(previous.name) and not previous.is_person
    if owned and previous is not None and text[previous.end : start] in ("’s ", "'s "):
        return previous.start
    return start
