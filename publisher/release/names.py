"""Names: the capitalised names in a text, each with the role that is printed beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from publisher.release.language import Language
from publisher.release.titles import is_role, lower_title, title_after, title_before

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĻŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ"
_MOST_NAME_TOKENS = 5
_NICKNAME = r"[“\"(‘'][^\W\d_][\w.]{1,14}[”\")’']"
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
_POSSESSIVES = ("'s", "’s", "'S", "’S")
_ELISION = re.compile(r"^(?:[ldLD]|[Qq]u)['’]")


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


@cache
def _run(language: Language) -> re.Pattern[str]:
    particles = sorted({part for entry in language.words("particles") for part in entry.split()}) or ["de"]
    word = rf"[{_UPPER}][\w'’&./-]*"
    between = rf"(?:(?:{'|'.join(map(re.escape, particles))})[ \u00a0]){{0,3}}"
    return re.compile(
        rf"(?<![\w'’.&/@#])(?<!\w-)(?:[ldLD]['’])?{word}(?: {_NICKNAME}(?= [{_UPPER}]))?"
        rf"(?:[ \u00a0]{between}(?:{word}|&(?= [{_UPPER}]))(?: {_NICKNAME}(?= [{_UPPER}]))?)*"
    )


def mentions(text: str, language: Language, start: int = 0, end: int | None = None) -> list[Mention]:
    """The names in a paragraph, or between two positions of it, in order."""
    return list(each_mention(text, language, start, end))


def each_mention(text: str, language: Language, start: int = 0, end: int | None = None) -> Iterator[Mention]:
    """Likewise, for those who may not need them all."""
    previous: Mention | None = None
    for run in _run(language).finditer(text, start, len(text) if end is None else end):
        for part in _split(run[0], run.start(), language):
            mention = _mention(part, text, language, previous)
            if mention is not None:
                previous = _as_apposition(mention, previous, text)
                yield previous


def _as_apposition(mention: Mention, previous: Mention | None, text: str) -> Mention:
    """`Jane Doe, Head of Global Sales,`: capitals that begin with a role behind a name are that name's role."""
    if (
        previous is not None
        and previous.name.count(" ")
        and not previous.is_organisation
        and not _is_plain_name(mention.name)
        and previous.start == previous.name_start
        and mention.start < mention.name_start
        and text[previous.end : mention.start] == ", "
    ):
        return mention._replace(
            name_start=mention.end, name="", title=text[mention.start : mention.end], is_person=False
        )
    return mention


_Token = tuple[str, int, int]


def _split(run: str, offset: int, language: Language) -> list[list[_Token]]:
    """A run of capitalised words cut after sentence ends, possessives and degrees."""
    parts: list[list[_Token]] = [[]]
    at = 0
    for raw in run.replace("\u00a0", " ").split(" "):
        start, at = offset + at, at + len(raw) + 1
        elision = _ELISION.match(raw)
        if elision:
            parts.append([])
            start, raw = start + elision.end(), raw[elision.end() :]  # noqa: PLW2901 - the article is no part of the word
        word = raw.rstrip(".'’-/&") if raw != "&" else raw
        if not word:
            continue
        cut = False
        if raw.endswith("."):
            bare = word.lower()
            initial = len(word) == 1 or ("." in word and len(word) <= 6)
            cut = not (initial or bare in language.short_forms or bare in language.role_words)
            word = word + "." if not cut else word
        if word.endswith(_POSSESSIVES):
            word, cut = word[:-2], True
        parts[-1].append((word, start, start + len(word)))
        if cut:
            parts.append([])
    return [part for part in parts if part]


def _is_plain_name(name: str) -> bool:
    words = name.split()
    return len(words) in (2, 3) and all(word[:1].isupper() and not (len(word) > 2 and word.isupper()) for word in words)


def _mention(tokens: list[_Token], text: str, language: Language, previous: Mention | None) -> Mention | None:
    weak = language.any_of("weak_openers", "weekdays")
    first = next((at for at, token in enumerate(tokens) if token[0].lower() not in weak), len(tokens))
    tokens = tokens[first:]
    if not tokens or (len(tokens) == 1 and tokens[0][0].lower() in language.months):
        return None
    split = _role_tokens(tokens, language)
    names = _name_tokens(tokens, split, text, language)
    if not names:
        end = tokens[-1][2]
        return Mention(tokens[0][1], end, end, "", text[tokens[0][1] : end], is_person=False)
    title = text[tokens[0][1] : tokens[split - 1][2]] if split else None
    return _named(names, text, language, previous, (tokens[0][1], title))


def _role_tokens(tokens: list[_Token], language: Language) -> int:
    """How many of the words are a role: all up to the last word for one, but for a surname such as Dean or Judge."""
    roles = [index for index, token in enumerate(tokens) if is_role(token[0], language)]
    if not roles:
        return 0
    last = roles[-1]
    if last == len(tokens) - 1 and len(roles) > 1 and last - roles[-2] > 1:
        last = roles[-2]
    split = last + 1
    for count in range(2, min(len(tokens), 3) + 1):
        if " ".join(token[0] for token in tokens[:count]).lower() in language.words("roles"):
            split = max(split, count)
    return split


def _name_tokens(tokens: list[_Token], split: int, text: str, language: Language) -> list[_Token]:
    """The words behind the role that are a name; none where the role goes on (`Secretary of State`)."""
    names = tokens[split:]
    if split and names and names[0][0] in language.words("of"):
        return []
    degrees = language.words("degrees")
    end = len(names)
    while end > 1 and (last := names[end - 1][0].strip(".").lower()) in degrees and last not in _GENERATIONS:
        end -= 1
    while end and names[end - 1][0] == "&":
        end -= 1
    return _behind_office(text, names[:end], split, language)


def _named(
    names: list[_Token], text: str, language: Language, previous: Mention | None, printed: tuple[int, str | None]
) -> Mention:
    """The mention of a name; `printed` is where it begins with its title, and that title."""
    start, title = printed
    name_start, end = names[0][1], names[-1][2]
    titled = title is not None
    organisation = _is_organisation(names, language)
    if not titled:
        title, start = lower_title(text, name_start, language)
    if titled and title and all(word.strip(".").lower() in language.words("honorifics") for word in title.split()):
        title = title_after(text, end, language) or title
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


def _is_organisation(names: list[_Token], language: Language) -> bool:
    words = language.words("organisation_words")
    return len(names) > _MOST_NAME_TOKENS or any(
        token[0] == "&"
        or token[0].strip(".").lower() in words
        or (not token[0].isalpha() and any(map(str.isdigit, token[0])))
        for token in names
    )


def _behind_office(text: str, tokens: list[_Token], split: int, language: Language) -> list[_Token]:
    """`Director of Federal Relations Jane Doe`: of four capitalised words behind a role and `of`, two are the name."""
    if split or len(tokens) < 3 or any(token[0] == "&" for token in tokens):
        return tokens
    before = text[max(0, tokens[0][1] - 40) : tokens[0][1]].split()
    words = language.words("organisation_words")
    small = language.any_of("of", "determiners")
    role = len(before) - 1
    while role >= 0 and before[role].lower() in small:
        role -= 1
    if role < 0 or role == len(before) - 1 or not is_role(before[role], language):
        return tokens
    return tokens if any(token[0].lower() in words for token in tokens[-2:]) else tokens[-2:]
