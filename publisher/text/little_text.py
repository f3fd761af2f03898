"""Rich text as LinkedIn's little text, the format of a post's `commentary`."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.text.marks import address, is_own_address, lines
from publisher.text.patterns import later
from publisher.text.rich import RichText, Span

_RESERVED = str.maketrans({each: f"\\{each}" for each in "\\|{}@[]()<>#*_~"})
_ENTITY = later("urn:li:(?:organization|person):[A-Za-z0-9_-]+")
_TAG = later(r"#([\d_]*[^\W\d_]\w*)")


def little_text(text: RichText) -> str:
    r"""Text with `{hashtag|\#|tag}` and `@[Name](urn:li:organization:ID)`, else backslashes before what is reserved.

    LinkedIn cuts a post, without a word, at the first reserved character that is not escaped. That goes for addresses
    too: the format knows none, so that one is text like any other, in which `_` and `(` are escaped, and LinkedIn finds
    it when the text was read. (Of the clients that post so, most do the same; one leaves addresses as they are.) There
    are no marks and no links under words: bold, italics and code are dropped, an address follows its words.

    Source: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format.
    """
    return "\n".join("".join(part for span in line for part in _parts(span)) for line in lines(text))


def is_entity(name: str) -> bool:
    """Whether a name is the id of an organisation or a person, by which a text can mention them."""
    return bool(_ENTITY.fullmatch(name))


def _parts(span: Span) -> Iterator[str]:
    shown = span.text.translate(_RESERVED)
    target = address(span)
    if span.mention and not target and is_entity(span.mention):
        yield f"@[{shown}]({span.mention.translate(_RESERVED)})"
    elif span.hashtag and not target and (tag := _TAG.fullmatch(span.text)):
        yield rf"{{hashtag|\#|{tag[1].translate(_RESERVED)}}}"
    elif target and is_own_address(span):
        yield target.partition(":")[2].translate(_RESERVED) if _is_mail(target) else target.translate(_RESERVED)
    else:
        yield shown
        bare = target.partition(":")[2] if _is_mail(target) else target
        if bare and bare.lower() not in span.text.lower():
            yield f" ({bare})".translate(_RESERVED)


def _is_mail(target: str) -> bool:
    return target[:7].lower() == "mailto:"
