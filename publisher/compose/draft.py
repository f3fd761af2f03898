"""A release on its way into one channel's layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from publisher.compose.model import BREAK, Part, Post, Section
from publisher.compose.quotes import spoken
from publisher.compose.sections import action_list, paragraph, short_address, tag_line
from publisher.release.model import Quote, Release
from publisher.text.cutting import Fits, shorten
from publisher.text.patterns import later
from publisher.text.rich import EMPTY, RichText, join, link

OPENING = ""
"""What every post says, and so the first one: for a warning about that."""

_HASHTAG = later(r"#\w+")


@dataclass(eq=False, repr=False)
class Draft:
    """What a layout works on, and the warnings that gather meanwhile.

    `fits` says whether a whole post is within its limits, `opening_fits` whether the first one is, which may carry
    images; `address` is the canonical link, and `link` how a post shows it; `handles` maps the names of people to their
    handles on this network. `beside` has for a warning what the post says that it is about.
    """

    release: Release
    sections: Sequence[Section]
    fits: Fits
    opening_fits: Fits
    address: str | None = None
    link: RichText = EMPTY
    hashtags: Sequence[str] = ()
    handles: Mapping[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)

    def paragraph(self, section: Section) -> RichText:
        if section == "actions":
            actions = self.release.actions
            return action_list(self.release.actions_intro, actions) if actions else EMPTY
        return paragraph(section, self.release, self.link).strip()

    def headline(self, fits: Fits) -> RichText:
        full = self.paragraph("headline")
        short = shorten(full, fits)
        if full and not short:
            self.warn("left out, for want of room: the headline", OPENING)
        elif short.plain != full.plain:
            self.warn(
                "the headline is shortened to fit; a shorter one under `variants` in the front matter helps", OPENING
            )
        return short

    def tags(self, beside: RichText, fits: Fits) -> RichText:
        """The hashtags that fit, in their order, but for those that the post says already."""
        chosen: list[str] = []
        left: list[str] = []
        for tag in self.fresh_tags(beside):
            (chosen if fits(tag_line([*chosen, tag])) else left).append(tag)
        if left:
            noun = "hashtag" if len(left) == 1 else "hashtags"
            self.warn(f"left out, for want of room: the {noun} {' '.join(left)}", OPENING)
        return tag_line(chosen)

    def fresh_tags(self, beside: RichText) -> list[str]:
        """The hashtags that the post does not say already."""
        said = {tag.casefold() for tag in _HASHTAG.findall(beside.plain)}
        return [tag for tag in self.hashtags if tag.casefold() not in said]

    def quotes(self) -> list[Quote]:
        """The quotes that have a whole sentence and a speaker; a warning names what of them cannot stand alone."""
        usable: list[Quote] = []
        for quote in self.release.quotes:
            said = spoken(quote)
            for fragment in said.fragments:
                self.warn(f"left out, being only part of a sentence: {excerpt(fragment)}")
            if said.sentences and not quote.speaker:
                self.warn(f"left out, as nobody is named as its speaker: {excerpt(quote)}")
            elif said.sentences:
                usable.append(quote)
        return usable

    def say_if_untitled(self, shown: RichText, quote: Quote, beside: str | None = None) -> None:
        if quote.title and quote.title not in shown.plain:
            self.warn(f"left out, for want of room: the title of {quote.speaker}, {excerpt(quote.title)}", beside)

    def show_link(self, *, canonical: str | None, labelled: bool) -> None:
        """Settle how the address is shown: where a link may have a text of its own, as the canonical one.

        It is shown in short, there, where the headline would have no room beside the whole of it.
        """
        if not self.address:
            return
        self.link = link(self.address, canonical or "" if labelled else "")
        beside = self.paragraph("headline") if "headline" in self.sections else EMPTY
        if labelled and not self.opening_fits(join([beside, self.link], BREAK)):
            self.link = link(self.address, short_address(self.address))
        if not self.opening_fits(self.link):
            self.warn(f"left out, being longer than a post: the link {self.address}")
            self.address, self.link = None, EMPTY

    def warn(self, warning: str, beside: str | None = None) -> None:
        """Say what was left out or shortened; `beside` is something that the post says which this is about, if one."""
        self.warnings.append(warning)
        if beside is not None:
            self.beside.setdefault(warning, beside)

    def places(self, posts: Sequence[Post]) -> dict[str, int]:
        """Which post a warning is about, counted from 0; of a variant with a single post that one."""
        if len(posts) == 1:
            return dict.fromkeys(self.warnings, 0)
        told = {
            warning: next((at for at, post in enumerate(posts) if said in post.text.plain), None)
            for warning, said in self.beside.items()
        }
        return {warning: at for warning, at in told.items() if at is not None}


def section_parts(section: Section, texts: Iterable[RichText]) -> Iterator[tuple[Part, ...]]:
    """Texts of one section as posts of their own."""
    for text in texts:
        yield (Part(section, text),)


def excerpt(said: Quote | str, most: int = 60) -> str:
    """The beginning of a quote or another text in quotation marks, for a warning."""
    folded = " ".join((said if isinstance(said, str) else " ".join(spoken(said).sentences)).split())
    if len(folded) <= most:
        return f"“{folded}”"
    return f"“{folded[:most].rpartition(' ')[0] or folded[:most]} …”"
