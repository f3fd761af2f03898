"""The layouts `single` and `brief`: one post that says as much as fits, what matters most first."""

from __future__ import annotations

from collections.abc import Mapping

from publisher.compose.draft import Draft, excerpt
from publisher.compose.model import Part, Section, joined
from publisher.compose.quotes import LEFT_OUT, part, whole
from publisher.compose.sections import tag_line
from publisher.release.model import Quote
from publisher.text.cutting import Fits
from publisher.text.rich import EMPTY, RichText, as_rich
from publisher.text.sentences import sentences

_MORE: tuple[Section, ...] = ("subheadline", "hashtags", "boilerplate", "contact")
_NAMES: Mapping[Section, str] = {
    "lede": "the lede",
    "actions": "the list of actions",
    "subheadline": "the subheadline",
    "boilerplate": "the boilerplate",
    "contact": "the contact",
}


def one_post(draft: Draft, *, quotes_most: int | None = None) -> list[tuple[Part, ...]]:
    """One post in the order of the sections: headline and link always, then as much as fits, by weight.

    Quotes weigh more than the list of actions, unless the sections name the actions first.

    Args:
        draft: The release with its limits.
        quotes_most: At most this many quotes; None for as many as fit.
    """
    quotes = draft.quotes() if "quotes" in draft.sections else []
    if (quotes_most is None or len(quotes) <= quotes_most) and (everything := _everything(draft, quotes)):
        return [everything]
    post = _Post(draft)
    post.add("link", draft.paragraph("link"))
    if "headline" in draft.sections:
        post.add("headline", draft.headline(post.room("headline")))
    actions_first = [section for section in draft.sections if section in ("actions", "quotes")][:1] == ["actions"]
    if actions_first:
        post.add_if_it_fits("actions")
    post.add_first_quote(quotes)
    post.add_if_it_fits("lede")
    if not actions_first:
        post.add_if_it_fits("actions")
    post.add_more_quotes(quotes, quotes_most)
    for section in _MORE:
        post.add_if_it_fits(section)
    return [parts] if (parts := post.in_order()) else []


def _everything(draft: Draft, quotes: list[Quote]) -> tuple[Part, ...]:
    """All that the sections have to say, if it fits: it often does, and then nothing need be weighed."""
    post = _Post(draft)
    for section in draft.sections:
        if section not in ("quotes", "hashtags"):
            post.add(section, draft.paragraph(section))
    for number, quote in enumerate(quotes):
        post.add("quotes", whole(quote, draft.release.language, draft.handles, lambda _: True) or EMPTY, number)
    post.add("hashtags", tag_line(draft.fresh_tags(joined(post.in_order()))))
    parts = post.in_order()
    return parts if draft.opening_fits(joined(parts)) else ()


class _Post:
    """A post under construction: its parts by the number of their section, and of the quote within it."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.parts: dict[tuple[int, int], RichText] = {}

    def in_order(self) -> tuple[Part, ...]:
        return self._with({})

    def _with(self, more: Mapping[tuple[int, int], RichText]) -> tuple[Part, ...]:
        both = {**self.parts, **more}
        return tuple(Part(self.draft.sections[place[0]], both[place]) for place in sorted(both))

    def add(self, section: Section, part: RichText, number: int = 0) -> None:
        if part and section in self.draft.sections:
            self.parts[self.draft.sections.index(section), number] = part

    def room(self, section: Section, number: int = 0) -> Fits:
        """Whether the post would fit with a part more at this place."""
        place = (self.draft.sections.index(section), number)

        return lambda part: self.draft.opening_fits(joined(self._with({place: part})))

    def add_if_it_fits(self, section: Section) -> None:
        if section not in self.draft.sections:
            return
        if section == "hashtags":
            self.add(section, self.draft.tags(joined(self.in_order()), self.room(section)))
            return
        full = self.draft.paragraph(section)
        text = full
        if full and not self.room(section)(full):
            text = first_sentences(full, self.room(section)) if section == "lede" else EMPTY
            self.draft.warn(f"{'shortened' if text else 'left out'}, for want of room: {_NAMES[section]}")
        self.add(section, text)

    def add_first_quote(self, quotes: list[Quote]) -> None:
        """The first quote that fits whole; where none does, whole sentences of the first that has some that fit."""
        language, handles = self.draft.release.language, self.draft.handles
        for number, quote in enumerate(quotes):
            if self._add_whole(number, quote):
                return
        for number, quote in enumerate(quotes):
            if text := part(quote, language, handles, self.room("quotes", number)):
                self.add("quotes", text, number)
                self.draft.warn(f"cut after a sentence, and marked {LEFT_OUT}: {excerpt(quote)}")
                self.draft.say_if_untitled(text, quote)
                return

    def add_more_quotes(self, quotes: list[Quote], most: int | None) -> None:
        """The other quotes as far as they fit whole, up to `most` in all; a warning names each that is left out."""
        place = self.draft.sections.index("quotes") if quotes else 0
        quoted = [number for section, number in self.parts if section == place]
        for number, quote in enumerate(quotes):
            if number in quoted:
                continue
            said = f"{excerpt(quote)} ({quote.speaker})"
            if most is not None and len(quoted) >= most:
                self.draft.warn(f"left out, as the layout `single` takes one quote: {said}")
            elif self._add_whole(number, quote):
                quoted.append(number)
            else:
                self.draft.warn(f"left out, for want of room: {said}")

    def _add_whole(self, number: int, quote: Quote) -> bool:
        text = whole(quote, self.draft.release.language, self.draft.handles, self.room("quotes", number))
        if text:
            self.add("quotes", text, number)
            self.draft.say_if_untitled(text, quote)
        return text is not None


def first_sentences(text: RichText, fits: Fits) -> RichText:
    """As many sentences from the beginning as fit, the marks of the text given up; EMPTY where the first does not."""
    best = EMPTY
    said = ""
    for sentence in sentences(text.plain):
        said = f"{said} {sentence}".lstrip()
        if not fits(as_rich(said)):
            break
        best = as_rich(said)
    return best
