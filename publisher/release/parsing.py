"""`parse`: a document read as a press release, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from publisher.config.durations import read_duration
from publisher.documents.model import Block, Document
from publisher.release import boilerplate
from publisher.release.actions import find_actions
from publisher.release.contacts import find_contacts, press_requests
from publisher.release.embargo import find_embargo, is_embargo, set_apart
from publisher.release.frame import Frame, frame_of
from publisher.release.joints import with_ends
from publisher.release.kickers import without_prefix
from publisher.release.language import UNKNOWN, Language, guess, load
from publisher.release.lines import Line, blocks_of, lines_of
from publisher.release.links import find_links
from publisher.release.model import Contact, Dateline, Media, Release
from publisher.release.quotes import find_quotes
from publisher.release.repair import repaired
from publisher.release.review import Material, review
from publisher.release.slug import slug_of

_SHORTEST_DATE_TIME = len("2026-12-01 09:00")


def parse(document: Document) -> Release:
    """The release in a document. Never raises; front matter wins over what the text says, key by key."""
    front = document.front
    code, certain = guess("\n".join(block.plain for block in document.blocks[:60]))
    language = load(_text(front, "language") or code)
    spoken_in = language if certain or "language" in front else UNKNOWN
    blocks = set_apart(repaired(document.blocks, language), language)
    lines = lines_of(blocks)
    frame = frame_of(lines, language, has_headline=_text(front, "headline") is not None)
    headline = _text(front, "headline") or without_prefix(_joined(lines, frame.headline), language)
    subheadline = _text(front, "subheadline") or _joined(lines, frame.subheadline) or None
    body = [
        line
        for line, role in zip(lines, frame.roles, strict=True)
        if role == "body" and (line.is_text or line.block.kind == "image")
    ]
    spoken = _without_dateline(body, frame, lines)
    others = [line.plain for line, role in zip(lines, frame.roles, strict=True) if role not in ("body", "headline")]
    quotes = find_quotes(spoken, [headline, subheadline or "", *others], spoken_in)
    quotes = with_ends(quotes, [line.plain for line in spoken], language)
    actions, actions_intro = find_actions(spoken, language)
    media = _media(front.get("media")) if "media" in front else _images(blocks)
    contacts = (
        _contacts(front["contacts"])
        if "contacts" in front
        else find_contacts(_contact_lines(lines, frame, language), language)
    )
    material = Material(document, lines, frame, quotes, media, contacts, headline, language)
    otherwise = document.file + "".join(line.plain for line in lines[:50])
    slug = slug_of(_text(front, "slug") or headline, otherwise, language)
    return Release(
        file=document.file,
        headline=headline,
        slug=slug,
        language=_text(front, "language") or language.code,
        subheadline=subheadline,
        dateline=frame.dateline.dateline if frame.dateline else None,
        lede=_lede(lines, frame),
        body=blocks_of(body, blocks),
        quotes=quotes,
        actions=actions,
        actions_intro=actions_intro,
        boilerplate=boilerplate.joined(frame.boilerplate),
        contacts=contacts,
        links=find_links(blocks),
        media=media,
        draft=front.get("draft") is True or front.get("published") is False,
        embargo=_time(front["embargo"]) if "embargo" in front else _embargo(document, lines, language),
        publish_at=_time(front.get("publish_at")),
        max_late=read_duration(_text(front, "max_late") or ""),
        link=_text(front, "link"),
        hashtags=_hashtags(front.get("hashtags")),
        edition_of=slug_of(first, first, language) if (first := _text(front, "edition_of")) else None,
        variants=_mapping(front.get("variants")),
        findings=review(material, document.findings),
    )


def _embargo(document: Document, lines: Sequence[Line], language: Language) -> str | None:
    return find_embargo(lines, language) or find_embargo(lines_of(document.margins), language)


def _contact_lines(lines: Sequence[Line], frame: Frame, language: Language) -> Iterator[str]:
    """The contact blocks, and the paragraphs of the news that name a contact, each of these between empty lines."""
    for line, role in zip(lines, frame.roles, strict=True):
        if role == "contact" and not is_embargo(line.said, language):
            yield line.said
        elif role in ("body", "boilerplate"):
            for sentence in press_requests(line.said, language):
                yield from ("", sentence, "")


def _lede(lines: Sequence[Line], frame: Frame) -> str | None:
    if frame.lede is None:
        return None
    start = frame.dateline.end if frame.dateline and frame.dateline_at == frame.lede else 0
    return lines[frame.lede].plain[start:].strip() or None


def _without_dateline(body: Sequence[Line], frame: Frame, lines: Sequence[Line]) -> list[Line]:
    """The body with its first paragraph cut behind the dateline, so that no place is taken for a person."""
    if frame.dateline is None or frame.dateline_at is None:
        return list(body)
    dated = lines[frame.dateline_at]
    return [
        Line(Block(line.block.kind, line.block.text[frame.dateline.end :], line=line.number), line.origin)
        if line is dated
        else line
        for line in body
    ]


def _joined(lines: Sequence[Line], chosen: Sequence[int]) -> str:
    return " ".join(" ".join(lines[index].plain.split()) for index in chosen)


def _text(front: Mapping[str, object], key: str) -> str | None:
    value = front.get(key)
    return value.strip() or None if isinstance(value, str) else None


def _time(value: object) -> datetime | str | None:
    """A date with a time of day as `datetime`, with its zone where one was written; anything else as written."""
    if isinstance(value, datetime):
        return value
    if value is None or not isinstance(value, str):
        return None if value is None else str(value)
    text = value.strip()
    if len(text) >= _SHORTEST_DATE_TIME - 1:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return text
    return text or None


def _hashtags(value: object) -> tuple[str, ...]:
    words = value.replace(",", " ").split() if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(tag for word in words if (tag := str(word).strip().lstrip("#")))


def _entries(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _media(value: object) -> tuple[Media, ...]:
    found = []
    for entry in _entries(value):
        if isinstance(entry, str):
            found.append(Media(entry))
        elif isinstance(entry, Mapping) and isinstance(entry.get("path"), str):
            alt = entry.get("alt")
            found.append(Media(entry["path"], alt if isinstance(alt, str) else None))
    return tuple(found)


def _images(blocks: Sequence[Block]) -> tuple[Media, ...]:
    found = {block.src: Media(block.src, block.alt) for block in reversed(blocks) if block.kind == "image"}
    return tuple(reversed(found.values()))


def _contacts(value: object) -> tuple[Contact, ...]:
    def part(entry: Mapping[str, object], key: str) -> str | None:
        text = entry.get(key)
        return text.strip() or None if isinstance(text, str) else None

    people = [
        Contact(part(entry, "name"), part(entry, "email"), part(entry, "phone"))
        for entry in _entries(value)
        if isinstance(entry, Mapping)
    ]
    return tuple(person for person in people if person != Contact())


def _mapping(value: object) -> dict[str, object]:
    return {str(key): entry for key, entry in value.items()} if isinstance(value, Mapping) else {}


__all__ = ["Dateline", "parse"]
