"""People: who is named in a release, and whom a surname or a role means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from publisher.release.language import Language
from publisher.release.name_words import GENERATIONS
from publisher.release.names import Mention
from publisher.release.titles import is_role
from publisher.text.patterns import later

_LONGEST_GIVEN = 40
_GIVEN_NAMES = 3
_INITIALS = 3
_LEAST = 2
_MOST_NAMESAKES = 40
_MOST_MISSING = 40
_LONGEST_AROUND = 4_000
_ROLE_WORD = later(r"\w+(?:-\w+)*")
_MOST_PEOPLE = 200
"""Who are looked through for a role: many more than a release names, few enough for a text of any length."""


@dataclass(eq=False, repr=False)
class Person:
    name: str
    title: str | None = None
    is_person: bool = False


@dataclass(eq=False, repr=False)
class Registry:
    """The people of a release, as first named. Names are found again by their last words, roles by their words."""

    language: Language
    people: list[Person] = field(default_factory=list)
    _by_name: dict[str, Person] = field(default_factory=dict)
    _by_ending: dict[str, list[Person]] = field(default_factory=dict)
    _by_first: dict[str, list[Person]] = field(default_factory=dict)

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
            if tokens[-1].strip(".").lower() in GENERATIONS and len(tokens) > 2:
                tokens = [*tokens[:-2], tokens[-2].rstrip(",")]
                self._by_name.setdefault(" ".join(tokens).casefold(), person)
            self._remember(self._by_first, tokens[0], person)
            for count in range(1, len(tokens)):
                self._remember(self._by_ending, " ".join(tokens[count:]), person)
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
        same = self._by_name.get(name.casefold()) or (self._by_given_name(name) if title is None else None)
        if longer is None or (same is not None and same.is_person and not longer.is_person):
            return same
        return longer

    @staticmethod
    def _remember(people: dict[str, list[Person]], name: str, person: Person) -> None:
        """Whom a name may mean: of many namesakes the first few."""
        known = people.setdefault(name.casefold(), [])
        if len(known) < _MOST_NAMESAKES:
            known.append(person)

    def only(self) -> Person | None:
        """The one person who is named with a role."""
        people = [person for person in self.people[:_MOST_PEOPLE] if person.is_person]
        return people[0] if len(people) == 1 else None

    def is_surname(self, word: str) -> bool:
        return word.casefold() in self._by_ending

    def exactly(self, name: str) -> Person | None:
        """The person with this very name."""
        return self._by_name.get(name.casefold())

    def _by_given_name(self, name: str) -> Person | None:
        """`Judy` is Judy Marcus where no other person is called so."""
        people = [person for person in self._by_first.get(name.casefold(), ()) if person.is_person]
        return people[0] if len(people) == 1 else None

    def with_role(self, role: str) -> list[Person]:
        """The people named with every word of this role, or one that means the same, in the order of the release."""
        wanted = {word.strip(".") for word in role.casefold().split() if word not in self.language.words("determiners")}
        if not wanted:
            return []
        return [person for person in self.people[:_MOST_PEOPLE] if person.title and self._fits(wanted, person.title)]

    def _fits(self, wanted: set[str], title: str) -> bool:
        held = _role_words(title)
        same = self.language.equivalents
        return all(word in held or held & same.get(word, frozenset()) for word in wanted)


@lru_cache(maxsize=1_000)
def _role_words(title: str) -> frozenset[str]:
    return frozenset(_ROLE_WORD.findall(title.casefold()))


def complete(registry: Registry, lone: Mapping[str, str | None], texts: Iterable[str]) -> None:
    """Add whom the body calls by one name only, with a role or none, and texts around it (headline) in full."""
    missing = [name for name in lone if registry.named(name) is None][:_MOST_MISSING]
    for text in "\n".join(texts)[:_LONGEST_AROUND].split("\n") if missing else ():
        for name in missing:
            at = text.find(name)
            if at > 0 and registry.named(name) is None:
                full = _in_full(text, at, name, registry.language)
                if full is not None:
                    registry.add(full._replace(title=lone[name]))


def _in_full(text: str, at: int, name: str, language: Language) -> Mention | None:
    """The full name that ends with `name` at a place: the given names before it, back to a role or small word."""
    end = at + len(name)
    if text[end : end + 1].isalnum() or text[at - 1] != " ":
        return None
    before = text[max(0, at - _LONGEST_GIVEN) : at].split()
    given: list[str] = []
    while before and len(given) < _GIVEN_NAMES and _may_be_given(before[-1], language):
        given.insert(0, before.pop())
    leads = before[-1].strip('“”"(,') if before else ""
    if (
        not given
        or len(given[0].rstrip(".")) < _LEAST
        or not (not leads or leads.islower() or is_role(leads, language))
    ):
        return None
    start = text.rfind(given[0], 0, at)
    return Mention(start, end, start, " ".join([*given, name]), None, is_person=True)


def _may_be_given(word: str, language: Language) -> bool:
    never = language.any_of("weak_openers", "organisation_words", "reporting_verbs", "statement_cues", "prepositions")
    bare = word.strip("“”\"'().").lower()
    return (
        word[:1].isupper()
        and word[-1] not in ",:;!?"
        and bare not in never
        and bare not in language.months
        and not is_role(word, language)
        and not (len(bare) > _INITIALS and word.isupper())
    )
