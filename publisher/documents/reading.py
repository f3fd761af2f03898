"""Files and standard input, checked before anything is made of them."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Literal, NamedTuple

from publisher.documents import kinds, plain
from publisher.documents.files import with_files
from publisher.documents.model import Block, Document, Finding
from publisher.errors import PublishError
from publisher.text.patterns import later

SIZE_LIMIT = 10_000_000
WORD_SIZE_LIMIT = 50_000_000
"""Bytes. Word documents carry their pictures with them."""

STANDARD_INPUT = "-"
FENCE = "---"
"""The line that front matter begins with."""

Kind = Literal["markdown", "plain", "html", "word"]

_WRITE = "Write the release there: a headline, then the text"
_LOWER_KEY = later(r"\s*[a-z_]+:")


class _Content(NamedTuple):
    """What a format says: the blocks, the lines of page headers and footers, and what reading brought to light."""

    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...] = ()
    margins: tuple[Block, ...] = ()


def read(file: str) -> Document:
    """The document in a file, or in standard input where `file` is `-`.

    Its findings name the images and linked files that are not there.

    Raises:
        PublishError: The file is missing, a folder, unreadable, empty, binary, too large, of an unknown kind, or not
            safe to open, or its front matter is not right.
    """
    data = _bytes(file)
    kind = _kind(file)
    if kind == "word" or (file == STANDARD_INPUT and data.startswith(kinds.ZIP)):
        from publisher.documents.word import word_blocks  # noqa: PLC0415 - only a Word document needs it

        word = word_blocks(data, file)
        return with_files(_rich_document(file, _Content(word.blocks, word.findings, word.margins)))
    text, findings = _decoded(data, file, html=kind == "html" or file == STANDARD_INPUT)
    if file == STANDARD_INPUT:
        kind = "html" if kinds.looks_like_html(text) else "markdown" if kinds.looks_like_markdown(text) else "plain"
    if kind == "html":
        from publisher.documents.page import page_blocks  # noqa: PLC0415 - only HTML needs it

        blocks, remarks = page_blocks(text, file)
        return with_files(_rich_document(file, _Content(blocks, (*findings, *remarks))), text)
    document = _text_document(file, text, findings, markdown=kind == "markdown")
    return with_files(document, text if kind == "markdown" else "")


def _rich_document(file: str, content: _Content) -> Document:
    """The document that Word or HTML says; front matter may stand at its top as text."""
    from publisher.documents import front, tidy  # noqa: PLC0415 - only Word and HTML need both

    yaml, blocks = tidy.front_of(content.blocks)
    if yaml is None:
        front.refuse_bare_keys("\n".join(block.plain for block in blocks[:2]), file)
    values, lines = front.load(yaml, file) if yaml is not None else ({}, {})
    if not any(block.plain.strip() for block in blocks):
        raise PublishError("there is no text in it", where=file, hint=_WRITE)
    findings = (*front.remarks(values, {}), *content.findings)
    return Document(file, blocks, values, lines if content.blocks[0].line else {}, findings, content.margins)


def _text_document(file: str, text: str, findings: tuple[Finding, ...], *, markdown: bool) -> Document:
    if not text.lstrip().startswith(FENCE) and not _LOWER_KEY.match(text):
        return _document(file, text, findings, markdown=markdown)
    from publisher.documents import front  # noqa: PLC0415 - most releases have none and need not pay for it

    front.refuse_bare_keys(text, file)
    head = front.split(text, file)
    values, lines = front.load(head.yaml, file) if head.yaml is not None else ({}, {})
    if not head.rest.strip():
        raise PublishError("there is nothing below the front matter", where=file, hint=_WRITE)
    blocks, remarks = _blocks(head.rest, head.first_line, markdown=markdown)
    return Document(file, blocks, values, lines, (*front.remarks(values, lines), *findings, *remarks))


def read_text(text: str, *, file: str, markdown: bool) -> Document:
    """The document in a text. Never raises: front matter that is not right becomes a warning and is left out."""
    text = _normal(text)
    if not text.lstrip().startswith(FENCE):
        return _document(file, text, (), markdown=markdown)
    from publisher.documents import front  # noqa: PLC0415 - most texts have no front matter

    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    remarks: tuple[Finding, ...] = ()
    head = front.Head(None, text, 1)
    try:
        head = front.split(text, file)
        if head.yaml is not None:
            values, lines = front.load(head.yaml, file)
            remarks = front.remarks(values, lines)
    except PublishError as error:
        remarks = (Finding("front-matter", f"the front matter was left out: {error.message}", "correct it"),)
    blocks, findings = _blocks(head.rest, head.first_line, markdown=markdown)
    return Document(file, blocks, values, lines, (*remarks, *findings))


def _document(file: str, text: str, findings: tuple[Finding, ...], *, markdown: bool) -> Document:
    blocks, remarks = _blocks(text, 1, markdown=markdown)
    return Document(file, blocks, findings=(*findings, *remarks))


def _blocks(text: str, first_line: int, *, markdown: bool) -> tuple[tuple[Block, ...], tuple[Finding, ...]]:
    if markdown:
        from publisher.documents.markdown import markdown_blocks  # noqa: PLC0415 - plain text need not pay for it

        return markdown_blocks(text, first_line)
    return plain.plain_blocks(text, first_line), ()


def _kind(file: str) -> Kind:
    """By the ending; `plain` where there is none."""
    ending = _ending(file)
    if ending in kinds.WORD_ENDINGS:
        return "word"
    if ending in kinds.HTML_ENDINGS:
        return "html"
    return "markdown" if ending in kinds.MARKDOWN_ENDINGS else "plain"


def _ending(file: str) -> str:
    return Path(file).suffix.lower()


def _bytes(file: str) -> bytes:
    if file == STANDARD_INPUT:
        data = sys.stdin.buffer.read(SIZE_LIMIT + 1)
        if data.startswith(kinds.ZIP):
            data += sys.stdin.buffer.read(WORD_SIZE_LIMIT + 1 - len(data))
        return _within_limit(data, "standard input", _limit(data))
    path = Path(file)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise PublishError("this is a folder", where=file, hint="Name the release file in it")
        if _ending(file) not in kinds.ENDINGS:
            kind = f"files ending in {path.suffix} are not supported" if path.suffix else "the file name has no ending"
            raise PublishError(kind, where=file, hint=kinds.advice_on_ending(_ending(file)))
        if not stat.S_ISREG(status.st_mode):
            raise PublishError("this is not an ordinary file", where=file, hint="Use - to read standard input")
        limit = WORD_SIZE_LIMIT if _kind(file) == "word" else SIZE_LIMIT
        if status.st_size > limit:
            raise _too_large(file, f"{status.st_size / 1_000_000:.0f} MB", limit)
        with path.open("rb") as stream:
            return _within_limit(stream.read(limit + 1), file, limit)
    except FileNotFoundError:
        raise PublishError("there is no such file", where=file, hint="Check the name and the folder") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not a file name"
        raise PublishError(f"the file cannot be read: {reason}", where=file) from None


def _limit(data: bytes) -> int:
    return WORD_SIZE_LIMIT if data.startswith(kinds.ZIP) else SIZE_LIMIT


def _within_limit(data: bytes, name: str, limit: int) -> bytes:
    if len(data) > limit:
        raise _too_large(name, f"more than {limit // 1_000_000} MB", limit)
    return data


def _too_large(file: str, size: str, limit: int) -> PublishError:
    return PublishError(
        f"the file is too large for a press release ({size}; at most {limit // 1_000_000} MB)",
        where=file,
        hint="Keep pictures in files of their own",
    )


def _decoded(data: bytes, file: str, *, html: bool) -> tuple[str, tuple[Finding, ...]]:
    if found := kinds.foreign(data):
        name, hint = found
        raise PublishError(f"this is not a text file but {name}", where=file, hint=hint)
    findings: tuple[Finding, ...] = ()
    if data.isascii() and b"\x00" not in data:
        text = data.decode("ascii")
    else:
        from publisher.documents import decoding  # noqa: PLC0415 - pure ASCII needs none of it

        if b"\x00" in data and not decoding.has_zeros_of_text(data):
            raise PublishError("this is not a text file", where=file, hint=kinds.SAVE)
        text, findings = decoding.decoded(data, html=html)
        if kinds.is_noise(text):
            raise PublishError("this is not a text file", where=file, hint=kinds.SAVE)
    text = _normal(text)
    if not text.strip():
        raise PublishError("the file is empty", where=file, hint=_WRITE)
    return text, findings


def _normal(text: str) -> str:
    """The same words with Unix ends of line and without characters that nobody sees."""
    return kinds.without_invisible(text.replace("\r\n", "\n").replace("\r", "\n"))
