"""People: who is named in a release, and whom a surname or a role means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from publisher.release.language import Language
from publisher.release.names import Mention

_MOST_NAMESAKES = 40
_MOST_PEOPLE = 400
"""Who are looked through for a role: many more than a release names, few enough for a text of any length."""


@dataclass
class Person:
    name: str
    title: str | None = None
    is_person: bool = False


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
                namesakes = self._by_ending.setdefault(" ".join(tokens[count:]).casefold(), [])
                if len(namesakes) < _MOST_NAMESAKES:
                    namesakes.append(person)
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
        for person in self.people[:_MOST_PEOPLE]:
            if person.title and wanted <= set(re.findall(r"\w+(?:-\w+)*", person.title.casefold())):
                return person
        return None

    def only(self) -> Person | None:
        """The one person who is named with a role."""
        people = [person for person in self.people[:_MOST_PEOPLE] if person.is_person]
        return people[0] if len(people) == 1 else None
