"""Whole HTML files: a saved web page, an export of Word or Google Docs, an e-mail."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from typing import Any

from publisher.documents import signs
from publisher.documents.guard import guarded, source_words
from publisher.documents.html import tree, walked
from publisher.documents.model import Block, Finding
from publisher.documents.remarks import changes, comment, picture
from publisher.documents.tidy import located, tidied
from publisher.documents.walk import Walk
from publisher.errors import PublishError
from publisher.text.patterns import later

MOST_TAGS = 300_000
_ENOUGH = 200
_MOST = 0.5
_MOST_FINDINGS = 100
_MOST_ARTICLES = 20
_CHANGED = later(r"<(?:ins|del)\b", re.IGNORECASE)
_GOOGLE_COMMENT = later(r"#?cmnt(?:_ref)?\d+")
_WORDS_OF_ASIDE = "a[href^='mailto:'], a[href^='tel:']"


def page_blocks(source: str, file: str = "") -> tuple[tuple[Block, ...], tuple[Finding, ...]]:
    """The blocks of an HTML file and what an editor should know of it.

    Of a page that says where its text is (`main`, `article`), only that is read; navigation never is.

    Raises:
        PublishError: It has more tags than any release.
    """
    if source.count("<") > MOST_TAGS:
        raise PublishError(
            "the page is far larger than a press release", where=file, hint="Copy the text into a file of its own"
        )
    html = guarded(source)
    document = tree(html)
    document.strip_tags(["script", "style", "noscript", "template"])
    body = document.body
    if body is None:
        return (), ()
    comments = list(_google_comments(document))
    for aside in document.css("aside"):
        if aside.css_first(_WORDS_OF_ASIDE) is None:
            aside.decompose()
    walk = walked(_roots(document), _walk(html))
    if not walk.blocks:
        walk = walked([body], _walk(html))
    blocks = tidied(walk.blocks)
    if source.count("\n") >= len(blocks):
        blocks = located(blocks, ((entities.unescape(text), line) for text, line in source_words(source)))
    findings = [
        *changes(len(_CHANGED.findall(html)) if document.css_first("ins, del") is not None else 0, ""),
        *(comment("", text) for text in (*walk.comments, *comments)),
        *map(picture, walk.pictures),
    ]
    return blocks, tuple(findings[:_MOST_FINDINGS])


def _walk(html: str) -> Walk:
    return Walk(has_signs=bool(signs.HAS_SIGNS.search(html)))


def _roots(document: Any) -> list[Any]:
    """The nodes that hold the text of a page: one, and a headline that stands outside it."""
    body = document.body
    whole = len(body.text())
    shown = [node for node in document.css("main, [role=main]") if not signs.is_hidden(node.attributes)]
    root = max(shown, key=lambda node: len(node.text()), default=body)
    if len(root.text()) < min(_ENOUGH, whole * _MOST):
        root = body
    articles = [node for node in root.css("article")[:_MOST_ARTICLES] if not signs.is_hidden(node.attributes)]
    if articles and (root is body or len(articles) > 1):
        titled = [node for node in articles if node.css_first("h1") is not None]
        longest = max(articles, key=lambda node: len(node.text()))
        if len(titled) == 1:
            root = titled[0]
        elif len(longest.text()) > len(root.text()) * _MOST or len(articles) == 1:
            root = longest
    if root.mem_id == body.mem_id or root.css_first("h1") is not None:
        return [root]
    headlines = [node for node in document.css("h1")[:_MOST_ARTICLES] if node.text().strip()]
    titled = [node for node in headlines if _names_the_page(node.text(), document)]
    if len(headlines) == 1 and root.css_first("h2") is None:
        titled = headlines
    return [*titled[:1], root]


def _names_the_page(headline: str, document: Any) -> bool:
    """Whether the page bears this title; the name of a website stands behind a headline there, if at all."""
    titles = [node.attributes.get("content") or "" for node in document.css("meta[property='og:title']")[:1]]
    titles += [node.text() for node in document.css("title")[:1]]
    wanted = "".join(headline.split()).casefold()
    return any("".join(title.split()).casefold().startswith(wanted) for title in titles)


def _google_comments(document: Any) -> Iterator[str]:
    """The comments that Google Docs writes below the text, taken out with their marks."""
    for anchor in document.css("a[id^=cmnt]"):
        if not _GOOGLE_COMMENT.fullmatch(anchor.attributes.get("href") or ""):
            continue
        if (anchor.attributes.get("id") or "").startswith("cmnt_ref"):
            anchor.decompose()
            continue
        paragraph = anchor.parent
        anchor.decompose()
        if paragraph is not None and paragraph.tag == "p":
            text = paragraph.text().strip()
            paragraph.decompose()
            yield text
