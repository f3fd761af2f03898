"""Which post gets which card: the image of a quote that it says, or of the headline. A deck makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from publisher.compose.draft import Draft, excerpt
from publisher.compose.model import Capabilities, Limit, Post
from publisher.compose.quoted import quotes_said
from publisher.release.model import Media, Quote

_HEADLINE = "the headline"


class Deck(Protocol):
    """Cards in one organisation's colours. What they say is drawn, or told in half a line why there is none."""

    def quote(self, quote: Quote, language: str) -> Media | str: ...

    def headline(self, headline: str, language: str) -> Media | str: ...


@dataclass(frozen=True, eq=False, repr=False)
class Dealer:
    """Deals a deck out to the posts of a channel.

    `limits` bound a post that carries an image. A card stands in nobody's way: where a text is longer than that, or a
    channel takes no image files, there is no card, and a warning says so.
    """

    deck: Deck
    capabilities: Capabilities
    limits: tuple[Limit, ...]

    def images(self, posts: Sequence[Post], draft: Draft, *, without: int | None = None) -> list[tuple[Media, ...]]:
        """The card of each post, none where it has nothing to show: each quote once, in the first post that says it,
        and the headline in the first post, where that says no quote. The post `without` one has something else.
        """
        if not self._takes_files(draft):
            return [() for _ in posts]
        dealt: set[int] = set()
        return [
            (card,) if (card := self._image(post, draft, dealt, is_first=at == 0, is_taken=at == without)) else ()
            for at, post in enumerate(posts)
        ]

    def _image(self, post: Post, draft: Draft, dealt: set[int], *, is_first: bool, is_taken: bool) -> Media | None:
        said = quotes_said(draft.release, post.text.plain)
        fresh = [index for index in said if index not in dealt]
        of_headline = is_first and not said and _says_headline(post, draft)
        if is_taken:
            dealt.update(fresh)
        elif (fresh or of_headline) and self._has_room(post, draft):
            return self._of_quotes(fresh, post, draft, dealt) if fresh else self._of_headline(post, draft)
        return None

    def _has_room(self, post: Post, draft: Draft) -> bool:
        for limit in self.limits:
            if not limit.holds(post.text):
                room = f"a post with an image has room for {limit.most:,} {limit.unit}, and this one has more"
                draft.warn(f"no card, as {room}", post.text.plain)
                return False
        return True

    def of_headline(self, draft: Draft) -> Media | None:
        """The headline's card, for a link card or a page."""
        if not draft.release.headline or not self._takes_files(draft):
            return None
        card = self.deck.headline(draft.release.headline, draft.release.language)
        if isinstance(card, str):
            draft.warn(f"no card of {_HEADLINE}, as {card}")
            return None
        return card

    def _of_quotes(self, indexes: Sequence[int], post: Post, draft: Draft, dealt: set[int]) -> Media | None:
        for index in indexes:
            dealt.add(index)
            quote = draft.release.quotes[index]
            what = f"the quote {excerpt(quote)}"
            if card := self._usable(self.deck.quote(quote, draft.release.language), what, post, draft):
                return card
        return None

    def _of_headline(self, post: Post, draft: Draft) -> Media | None:
        card = self.deck.headline(draft.release.headline, draft.release.language)
        return self._usable(card, _HEADLINE, post, draft)

    def _usable(self, card: Media | str, what: str, post: Post, draft: Draft) -> Media | None:
        most = self.capabilities.alt_max
        if not isinstance(card, str) and most and len(card.alt or "") > most:
            card = "its words are too long for an alternative text here"
        if isinstance(card, str):
            draft.warn(f"no card of {what}, as {card}", post.text.plain)
            return None
        return card

    def _takes_files(self, draft: Draft) -> bool:
        if self.capabilities.media_max and "file" in self.capabilities.media_from:
            return True
        draft.warn("no cards, as this channel takes no image files; take `cards` off it")
        return False


def _says_headline(post: Post, draft: Draft) -> bool:
    headline, text = (" ".join(words.split()).casefold() for words in (draft.release.headline, post.text.plain))
    return bool(headline) and headline in text
