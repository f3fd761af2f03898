"""Who is named in a text, with which role, and whom a surname or a role means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from publisher.release.language import Language

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĻŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ"
_WINDOW = 180
_MOST_NAME_TOKENS = 5
_PARENTHESIS = re.compile(r"\([^()]{0,90}\)")
_APPOSITION = re.compile(r"(?:\s?\([^()]{1,60}\))?,\s+")
_SEGMENT_END = re.compile(r"[,;:“”„\"«»!?\n]|\.(?=\s|$)|\s?[–-]{1,2}\s|—|\s\|")
_WORD = re.compile(r"[\w'’&./-]+")
_LAST_WORD = re.compile(r"[\w'’&./-]+\Z")
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


@dataclass
class Person:
    name: str
    title: str | None = None
    is_person: bool = False


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


def _is_role(word: str, language: Language) -> bool:
    bare = word.strip(".").lower()
    roles = language.role_words
    return bare in roles or ("-" in bare and bare.rsplit("-", 1)[1] in roles)


def _is_plain_name(name: str) -> bool:
    words = name.split()
    return len(words) in (2, 3) and all(word[:1].isupper() and not (len(word) > 2 and word.isupper()) for word in words)


def _mention(tokens: list[_Token], text: str, language: Language, previous: Mention | None) -> Mention | None:
    weak = language.any_of("weak_openers", "weekdays")
    while tokens and (tokens[0][0].lower() in weak or (len(tokens) == 1 and tokens[0][0].lower() in language.months)):
        tokens = tokens[1:]
    if not tokens:
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
    roles = [index for index, token in enumerate(tokens) if _is_role(token[0], language)]
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
    while len(names) > 1 and (last := names[-1][0].strip(".").lower()) in degrees and last not in _GENERATIONS:
        names = names[:-1]
    while names and names[-1][0] == "&":
        names = names[:-1]
    return _behind_office(text, names, split, language)


def _named(
    names: list[_Token], text: str, language: Language, previous: Mention | None, printed: tuple[int, str | None]
) -> Mention:
    """The mention of a name; `printed` is where it begins with its title, and that title."""
    start, title = printed
    name_start, end = names[0][1], names[-1][2]
    titled = title is not None
    organisation = _is_organisation(names, language)
    if not titled:
        title, start = _lower_title(text, name_start, language)
    if titled and title and all(word.strip(".").lower() in language.words("honorifics") for word in title.split()):
        title = title_after(text, end, language) or title
    if title is None and not organisation:
        in_a_list = previous is not None and previous.name_start > previous.start and bool(previous.name)
        title = (None if in_a_list else _title_before(text, start, language)) or title_after(text, end, language)
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
    if role < 0 or role == len(before) - 1 or not _is_role(before[role], language):
        return tokens
    return tokens if any(token[0].lower() in words for token in tokens[-2:]) else tokens[-2:]


def _lower_title(text: str, start: int, language: Language) -> tuple[str | None, int]:
    """`executive director Jane Doe`: the words before the name, back to the article, if the last one is a role."""
    before = text[max(0, start - 70) : start]
    if not before.endswith((" ", "\u00a0")):
        return None, start
    last = before[:-1].rpartition(" ")[2]
    role = _LAST_WORD.search(last)
    if last[:1].isupper() or role is None or not _is_role(role[0], language):
        return None, start
    words = list(_WORD.finditer(before))
    stop = language.any_of("determiners", "stop_words", "reporting_verbs", "weak_openers")
    first = len(words) - 1
    while first > 0 and len(words) - first < 6:
        previous = words[first - 1]
        if previous.end() + 1 != words[first].start() or previous[0].lower() in stop:
            break
        first -= 1
    offset = start - len(before)
    return before[words[first].start() : words[-1].end()], offset + words[first].start()


def _title_before(text: str, start: int, language: Language) -> str | None:
    """`the president of the association, Jane Doe`: a role before the comma."""
    window = text[max(0, start - _WINDOW) : start]
    if not window.endswith(", "):
        return None
    masked = _PARENTHESIS.sub(lambda found: "x" * len(found[0]), window[:-2])
    begin = 0
    for cut in _SEGMENT_END.finditer(masked):
        if (
            cut[0] != "."
            or not masked[: cut.start()].split()[-1:]
            or masked[: cut.start()].split()[-1].lower() not in language.short_forms
        ):
            begin = cut.end()
    segment = window[begin:-2].strip()
    words = [word for word in segment.split() if word.lower() not in language.words("determiners")]
    if not words or len(words) > 16 or not _has_role(words[:4], language):
        return None
    verbs = language.words("reporting_verbs")
    if any(word.lower() in verbs for word in words):
        for index in range(len(words) - 1, -1, -1):
            if words[index].lower() in verbs:
                words = words[index + 1 :]
                break
        if not _has_role(words[:4], language):
            return None
    return without_article(segment[segment.find(words[0]) :], language)


def title_after(text: str, end: int, language: Language) -> str | None:
    """`Jane Doe, president of the association,`: a role after the comma."""
    comma = _APPOSITION.match(text, end, end + 70)
    if comma is None:
        return None
    window = text[comma.end() : comma.end() + _WINDOW]
    masked = _PARENTHESIS.sub(lambda found: "x" * len(found[0]), window)
    stop = len(window)
    for cut in _SEGMENT_END.finditer(masked):
        last = masked[: cut.start()].split()[-1:]
        if cut[0] == "." and last and last[0].lower().strip(".") in language.short_forms:
            continue
        stop = cut.start()
        break
    segment = window[:stop].strip()
    words = segment.split()
    if not words or len(words) > 22 or not _has_role(words[:5], language):
        return None
    return without_article(segment, language)


def _has_role(words: Iterable[str], language: Language) -> bool:
    return any(_is_role(word.strip("(),."), language) for word in words)


def without_article(segment: str, language: Language) -> str:
    first, _, rest = segment.partition(" ")
    return rest if rest and first.lower() in language.words("determiners") else segment


@dataclass
class Registry:
    """The people of a release, as first named. Names are found again by their last words, roles by their words."""

    language: Language
    people: list[Person] = field(default_factory=list)
    _by_name: dict[str, Person] = field(default_factory=dict)
    _by_ending: dict[str, list[Person]] = field(default_factory=dict)

    def add(self, mention: Mention) -> None:
        tokens = mention.name.split()
        if len(tokens) < 2 or mention.is_organisation:
            return
        key = mention.name.casefold()
        person = self._by_name.get(key)
        if person is None:
            if mention.title and self._longer(mention.name, mention.title) is not None:
                return
            person = Person(mention.name)
            self._by_name[key] = person
            self.people.append(person)
            for count in range(1, len(tokens)):
                self._by_ending.setdefault(" ".join(tokens[count:]).casefold(), []).append(person)
        person.is_person = person.is_person or mention.is_person
        person.title = person.title or mention.title

    def _longer(self, name: str, title: str | None) -> Person | None:
        """The first person whose name ends like this; people with a role before other capitalised words."""
        found = self._by_ending.get(name.casefold(), ())
        named = [person for person in found if person.is_person] or list(found)
        if title and len(named) > 1:
            wanted = set(title.casefold().split())
            named.sort(key=lambda person: not wanted & set((person.title or "").casefold().split()))
        return named[0] if named else None

    def named(self, name: str, title: str | None = None) -> Person | None:
        """The person whom a name, in full or not, means."""
        longer = self._longer(name, title)
        same = self._by_name.get(name.casefold())
        if longer is None or (same is not None and same.is_person and not longer.is_person):
            return same
        return longer

    def with_role(self, role: str) -> Person | None:
        """The person first named with every word of this role."""
        wanted = {word for word in role.casefold().split() if word not in self.language.words("determiners")}
        if not wanted:
            return None
        for person in self.people:
            if person.title and wanted <= set(re.findall(r"\w+(?:-\w+)*", person.title.casefold())):
                return person
        return None
