"""The frame of a release: what each line is, from the letterhead to the last contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from publisher.release.contact_lines import contact_lines_above
from publisher.release.dateline import Match
from publisher.release.embargo import is_embargo, near_top
from publisher.release.ending import read_ending
from publisher.release.headline import choose_titles
from publisher.release.kickers import (
    is_end_mark,
    is_kicker,
    is_page_furniture,
    is_release_kicker,
    is_summary,
    labelled,
    mail_head,
)
from publisher.release.language import Language
from publisher.release.lede import find_lede
from publisher.release.lines import Line

_MAIL_LINES = 8

Role = Literal[
    "kicker", "headline", "subheadline", "dateline", "body", "boilerplate", "contact", "end", "footer", "skip"
]


@dataclass(eq=False, repr=False)
class Frame:
    """The role of each line; `dateline` stands at the beginning of line `dateline_at`, the lede is line `lede`.

    `headline` and `subheadline` are the lines that make them up; `boilerplate` holds its paragraphs without headings.
    """

    roles: list[Role]
    headline: list[int] = field(default_factory=list)
    subheadline: list[int] = field(default_factory=list)
    lede: int | None = None
    dateline: Match | None = None
    dateline_at: int | None = None
    boilerplate: list[str] = field(default_factory=list)

    def lines(self, lines: Sequence[Line], role: Role) -> list[Line]:
        return [line for line, own in zip(lines, self.roles, strict=True) if own == role]


def frame_of(lines: Sequence[Line], language: Language, *, has_headline: bool = False) -> Frame:
    """The frame of these lines; `has_headline` says that the front matter has the headline already."""
    frame = Frame(["body"] * len(lines))
    mail = mail_head([line.plain for line in lines[:_MAIL_LINES]], language)
    opening = find_lede(lines, language, has_headline=has_headline, start=mail)
    frame.dateline, frame.dateline_at = opening.dateline, opening.dateline_at
    frame.lede = opening.lede if opening.lede < len(lines) else None
    _read_head(lines, opening.lede, language, frame, has_headline=has_headline, mail=mail)
    ending = read_ending(lines, opening.lede, language)
    for index, role in ending.roles.items():
        frame.roles[index] = role
    held = [line for line in near_top(lines) if is_embargo(line.plain, language)]
    frame.boilerplate = [text for text in ending.boilerplate if not any(text in line.plain for line in held)]
    for index, line in enumerate(lines):
        if line in held and frame.roles[index] in ("body", "subheadline"):
            frame.roles[index] = "kicker"
    return frame


def _read_head(
    lines: Sequence[Line], lede: int, language: Language, frame: Frame, *, has_headline: bool, mail: int
) -> None:
    """Give the lines above the lede their roles; the first `mail` ones are those above an e-mail."""
    contacts = contact_lines_above(lines[:lede], language)
    candidates: list[int] = []
    kickers: list[int] = []
    for index, line in enumerate(lines[:lede]):
        if index < mail:
            role: Role | None = "kicker"
        elif index == frame.dateline_at:
            role = "dateline"
        elif index in contacts:
            role = "contact"
            if candidates and is_release_kicker(line.plain.split(":")[0][:40], language):
                kickers.append(index)
        else:
            role = _role_above(line, language, is_below_title=bool(candidates))
            if role == "kicker" and is_release_kicker(line.plain, language):
                kickers.append(index)
        if role is None:
            candidates.append(index)
        else:
            frame.roles[index] = role
    if not candidates:
        candidates = [at for at in range(mail) if labelled(lines[at].plain, language, "headline_prefixes")]
    titles = choose_titles(lines, candidates, kickers, language, has_headline=has_headline)
    frame.headline, frame.subheadline = titles.headline, titles.subheadline
    for index in candidates:
        frame.roles[index] = (
            "headline" if index in titles.headline else "kicker" if index in titles.above else "subheadline"
        )


def _role_above(line: Line, language: Language, *, is_below_title: bool) -> Role | None:
    """What a line above the lede is; None where it may be a title."""
    if not line.is_text:
        return "skip" if line.block.kind == "rule" else "body"
    if is_kicker(line.plain, language) or is_end_mark(line.plain, language) or is_summary(line.plain):
        return "kicker"
    if line.block.kind == "item" and is_below_title:
        return "kicker" if is_page_furniture(line.plain, language) else "body"
    return None
