"""Word documents, by mammoth, into the same HTML that Markdown becomes; what gets lost on the way is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from publisher.documents import remarks
from publisher.documents.html import html_blocks
from publisher.documents.model import Block, Finding
from publisher.documents.package import Package, opened
from publisher.documents.scan import Comment, Scan, scanned
from publisher.documents.tidy import tidied
from publisher.errors import PublishError
from publisher.text.patterns import later
from publisher.text.rich import as_rich

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => h2:fresh
p[style-name='heading 7'] => h6:fresh
p[style-name='heading 8'] => h6:fresh
p[style-name='heading 9'] => h6:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='caption'] => figcaption:fresh
p[style-name='List Bullet'] => ul > li:fresh
p[style-name='List Bullet 2'] => ul|ol > li > ul > li:fresh
p[style-name='List Bullet 3'] => ul|ol > li > ul|ol > li > ul > li:fresh
p[style-name='List Number'] => ol > li:fresh
p[style-name='List Number 2'] => ul|ol > li > ol > li:fresh
p[style-name='List Number 3'] => ul|ol > li > ul|ol > li > ol > li:fresh
"""
_PREFIX = "note-of-the-document-"
_NOTE_MARK = later(rf'<sup><a href="#{_PREFIX}(?:foot|end)note-[^"]{{1,40}}" id="[^"]{{1,90}}">\[\d{{1,6}}\]</a></sup>')
_NOTES = later(rf'<ol><li id="{_PREFIX}(?:foot|end)note-')
_MARGIN = later(r"word/(header|footer)\d{0,3}\.xml")
_BODY_NOTE = later(r"word/(?:foot|end)notes\.xml")
_WRAPPERS = (b"w:fldSimple", b"w:dir", b"w:bdo")
"""What Word puts around text that mammoth would skip with it: simple fields, such as a date, and directions."""

_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif")
_MOST_FINDINGS = 100
_MOST_SEARCHED = 300


class Word(NamedTuple):
    """The blocks of a Word document, the lines of its page headers and footers, and what an editor should know."""

    blocks: tuple[Block, ...]
    margins: tuple[Block, ...]
    findings: tuple[Finding, ...]


def word_blocks(data: bytes, file: str) -> Word:
    """What a Word document says, as if all tracked changes were accepted.

    Nothing outside the document is opened, whatever it links to.

    Raises:
        PublishError: It is no Word document, protected, damaged, too large, or not safe to open.
    """
    package = opened(data, file)
    html = _html(package, file)
    text = scanned(package.parts[package.main])
    notes = [scanned(part) for name, part in package.parts.items() if _BODY_NOTE.fullmatch(name)]
    margins = {name: scanned(part) for name, part in sorted(package.parts.items()) if _MARGIN.fullmatch(name)}
    cut = _NOTES.search(html)
    blocks = tidied(html_blocks(_NOTE_MARK.sub("", html[: cut.start()] if cut else html)))
    left_out = list(_left_out(text, notes, margins, blocks))
    blocks, pictures = _with_pictures(blocks, file)
    findings = [
        *_changes([text, *notes, *margins.values()]),
        *_hidden(text),
        *_comments(text, package),
        *pictures,
        *left_out,
    ]
    lines = [line for scan in margins.values() for line in _margin_lines(scan)]
    return Word(blocks, tuple(Block("paragraph", as_rich(line)) for line in lines), tuple(findings[:_MOST_FINDINGS]))


def _html(package: Package, file: str) -> str:
    from mammoth import convert_to_html, images  # noqa: PLC0415 - only a Word document needs it

    numbers = iter(range(1, 1_000_000))

    def named(image: Any) -> dict[str, str]:
        kind = str(image.content_type or "").rpartition("/")[2]
        return {"src": f"{_stem(file)}-{next(numbers)}.{'jpg' if kind == 'jpeg' else kind or 'png'}"}

    try:
        result = convert_to_html(
            _unwrapped(package).packed(),
            style_map=_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=images.img_element(named),
            id_prefix=_PREFIX,
        )
    except Exception:  # noqa: BLE001 - mammoth has no errors of its own for a document that breaks Word's rules
        hint = "Open it in Word and save it again as Word document (.docx)"
        raise PublishError("the Word document is damaged", where=file, hint=hint) from None
    return str(result.value)


def _unwrapped(package: Package) -> Package:
    """The package with the words of simple fields in an element that mammoth looks into."""
    main = package.parts[package.main]
    for name in _WRAPPERS:
        main = main.replace(b"<" + name, b"<w:smartTag").replace(b"</" + name, b"</w:smartTag")
    return package._replace(parts={**package.parts, package.main: main})


def _stem(file: str) -> str:
    return Path(file).stem if file != "-" else "picture"


def _with_pictures(blocks: Sequence[Block], file: str) -> tuple[tuple[Block, ...], list[Finding]]:
    """The blocks with those pictures that somebody saved beside the document, and a finding on each other one."""
    kept: list[Block] = []
    findings: list[Finding] = []
    for block in blocks:
        if block.kind != "image":
            kept.append(block)
            continue
        saved = _saved(file, block.src)
        if saved:
            kept.append(replace(block, src=saved))
            continue
        findings.append(remarks.picture(block.alt or block.plain, block.src))
    return tuple(kept), findings


def _saved(file: str, name: str) -> str | None:
    folder, stem = Path(file).parent, name.rpartition(".")[0]
    names = [name, *(stem + ending for ending in _ENDINGS)]
    try:
        return next((found for found in names if (folder / found).is_file()), None)
    except (OSError, ValueError):
        return None


def _changes(scans: Sequence[Scan]) -> Iterator[Finding]:
    sample = next((scan.changed for scan in scans if scan.changed.strip()), "")
    yield from remarks.changes(sum(scan.changes for scan in scans), sample)
    if not any(scan.changes for scan in scans):
        yield from remarks.changes(sum(scan.format_changes for scan in scans), "", formatting=True)


def _comments(text: Scan, package: Package) -> Iterator[Finding]:
    known: dict[str, Comment] = {}
    for name, part in package.parts.items():
        if name.endswith("/comments.xml"):
            known = scanned(part).comments
    for number, anchored in text.comments.items():
        own = known.get(number)
        if own is not None:
            yield remarks.comment(own.author, own.text, anchored.at)


def _hidden(text: Scan) -> Iterator[Finding]:
    if text.hidden.strip():
        yield remarks.hidden(text.hidden)
    if text.struck.strip():
        yield remarks.struck_through(text.struck)


def _left_out(
    text: Scan, notes: Sequence[Scan], margins: Mapping[str, Scan], blocks: Sequence[Block]
) -> Iterator[Finding]:
    read = "".join(_squeezed(block.plain) for block in blocks)
    yield from map(remarks.left_out, text.objects)
    for scan in notes:
        for note in filter(str.strip, scan.paragraphs):
            yield remarks.left_out("a footnote", note)
    whole = {_squeezed(block.plain) for block in blocks}
    parts = [paragraph for paragraph in text.paragraphs if _squeezed(paragraph) not in whole]
    for paragraph in parts[:_MOST_SEARCHED]:
        if _squeezed(paragraph) not in read:
            yield remarks.left_out("some text", paragraph)
    said: set[str] = set()
    for name, scan in margins.items():
        kind = "header" if "header" in name else "footer"
        lines = [line for line in _margin_lines(scan) if _squeezed(line) not in read and line not in said]
        said.update(lines)
        if lines:
            yield remarks.left_out(f"the page {kind}", " ".join(lines))


def _margin_lines(scan: Scan) -> list[str]:
    return [
        " ".join(line.split())
        for number, line in enumerate(scan.paragraphs)
        if number not in scan.numbers and any(map(str.isalpha, line))
    ]


def _squeezed(text: str) -> str:
    """The letters and signs alone, without spaces and what `tidied` and the walker take off."""
    return "".join(re.sub(r"[^\w.,;:!?]+", "", text).split())
