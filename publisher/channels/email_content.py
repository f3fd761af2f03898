"""A variant as a mail's two readings, plain text and HTML, and its subject. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from publisher.channels.parts import above_images
from publisher.compose.model import BREAK, Article, Part, Post, Variant
from publisher.compose.sections import BULLET
from publisher.documents.model import Block
from publisher.release.model import Contact, Media
from publisher.text.direction import direction
from publisher.text.email_html import email_page
from publisher.text.html import blocks_html, clean, escape, figure_html, is_address, paragraphs_html, rich_html
from publisher.text.marks import is_own_address, lines
from publisher.text.rich import RichText, Span, as_rich

_LONGEST_OPENING = 120
_MAILTO = "mailto:"


def subject_of(variant: Variant) -> str:
    """The headline in one line; where there is none, or the text begins otherwise, the beginning of its first line.

    Under embargo its notice stands before it.
    """
    notice = variant.notice.subject if variant.notice else ""
    return ": ".join(filter(None, (notice, _subject(variant))))


def _subject(variant: Variant) -> str:
    post = variant.posts[0]
    if variant.article:
        headline = _one_line(variant.article.headline)
    else:
        headline = _one_line(next((part.text.plain for part in post.parts if part.section == "headline"), ""))
    if headline:
        return headline
    said = post.text.plain.removeprefix(variant.notice.text if variant.notice else "")
    opening = _one_line(said.strip().partition("\n")[0])
    if len(opening) <= _LONGEST_OPENING:
        return opening
    return f"{opening[:_LONGEST_OPENING].rpartition(' ')[0] or opening[:_LONGEST_OPENING]} …"


def plain_of(variant: Variant) -> str:
    """What the preview shows, each link with its address behind it, and the canonical link at the end."""
    text = _with_addresses(variant.posts[0].text)
    if variant.article and variant.link and variant.link not in text:
        text = f"{text}{BREAK}{variant.link}"
    return clean(text)


def html_of(variant: Variant, images: Mapping[str, str]) -> str:
    """The page for mail clients; `images` has the address to show for each image file by its path."""
    post = variant.posts[0]
    inner = _article(variant, variant.article, images) if variant.article else _message(post, images)
    return email_page(subject_of(variant), inner, variant.language, direction(variant.language))


def _article(variant: Variant, article: Article, images: Mapping[str, str]) -> str:
    link = variant.link
    blocks = [_described(block, article.media) for block in article.body]
    shown = {block.src for block in blocks if block.kind == "image"}
    figures = _figures([image for image in article.media if image.path not in shown], images)
    parts = [
        f"<p><strong>{rich_html(as_rich(variant.notice.text))}</strong></p>" if variant.notice else "",
        f"<h1>{rich_html(as_rich(article.headline))}</h1>" if article.headline else "",
        f"<p><em>{rich_html(as_rich(article.subheadline))}</em></p>" if article.subheadline else "",
        *figures[:1],
        blocks_html(blocks, images),
        *figures[1:],
        "<hr>" if article.boilerplate or article.contacts else "",
        paragraphs_html(article.boilerplate or ""),
        *map(_contact, article.contacts),
        f'<p><a href="{escape(link)}">{escape(link)}</a></p>' if link and is_address(link) else "",
    ]
    return "\n".join(filter(None, parts))


def _described(block: Block, media: Sequence[Media]) -> Block:
    """An image block with the alternative text that the same image has among the media, where it has none itself."""
    if block.kind != "image" or block.alt is not None:
        return block
    return replace(block, alt=next((image.alt for image in media if image.path == block.src), None))


def _contact(contact: Contact) -> str:
    address = f"{_MAILTO}{contact.email}"
    email = rich_html(RichText((Span(contact.email or "", link=address if is_address(address) else None),)))
    said = (rich_html(as_rich(contact.name or "")), email, rich_html(as_rich(contact.phone or "")))
    return f"<p>{'<br>'.join(filter(None, said))}</p>" if any(said) else ""


def _message(post: Post, images: Mapping[str, str]) -> str:
    """A post by its sections: the headline as one, quotes and lists as what they are, everything else in paragraphs."""
    parts = post.parts or (Part("text", post.text),)
    made = [_part(part) for part in parts]
    figures = _figures(post.media, images)
    at = above_images(parts)
    return "\n".join(filter(None, (*made[:at], *figures, *made[at:])))


def _part(part: Part) -> str:
    if part.section == "headline":
        return f"<h1>{rich_html(as_rich(_one_line(part.text.plain)))}</h1>"
    inner = "\n".join(_paragraphs(part.text))
    return f"<blockquote>\n{inner}\n</blockquote>" if part.section == "quotes" else inner


def _paragraphs(text: RichText) -> Iterator[str]:
    """Lines that begin with a bullet as lists, others as paragraphs, which blank lines part."""
    found = [(_kind(line), line) for line in map(RichText, map(tuple, lines(text)))]
    for kind, run in groupby(found, key=lambda each: each[0]):
        if kind == "item":
            items = "\n".join(f"<li>{rich_html(line[len(BULLET) :])}</li>" for _, line in run)
            yield f"<ul>\n{items}\n</ul>"
        elif kind == "words":
            yield f"<p>{'<br>'.join(rich_html(line) for _, line in run)}</p>"


def _kind(line: RichText) -> str:
    if not line.plain.strip():
        return "blank"
    return "item" if line.plain.startswith(BULLET) and line.plain.strip() != BULLET.strip() else "words"


def _figures(media: Sequence[Media], images: Mapping[str, str]) -> list[str]:
    once = {image.path: image for image in media}
    return [figure_html(images.get(path, path), image.alt) for path, image in once.items()]


def _with_addresses(text: RichText) -> str:
    """The text with the address of each link behind its words, in angle brackets, unless they are the address."""
    said = []
    for link, spans in groupby(text.spans, key=lambda span: span.link):
        words = "".join(span.text for span in spans)
        shown = words.rstrip()
        if link and is_address(link) and shown and not is_own_address(Span(words, link=link)):
            said += [shown, f" <{link.removeprefix(_MAILTO)}>", words[len(shown) :]]
        else:
            said.append(words)
    return "".join(said)


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())
