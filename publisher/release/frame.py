"""The frame of a release: what each line is, from the letterhead to the last contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from publisher.release import boilerplate
from publisher.release.contacts import has_details
from publisher.release.dateline import Match, match_dateline
from publisher.release.kickers import is_end_mark, is_kicker, is_letterhead, is_release_kicker, labelled
from publisher.release.language import Language
from publisher.release.lines import Line
from publisher.release.marks import opens

Role = Literal["kicker", "headline", "subheadline", "dateline", "body", "boilerplate", "contact", "end", "footer", "skip"]

_HEAD_LINES = 25
_LONG_PARAGRAPH = 32
_SENTENCE_WORDS = 9
_TITLE_WORDS = 45
_LABEL_REACH = 4
_LINES_AHEAD = 3
_ITEMS_AHEAD = 8
_TAIL_SHARE = 0.45
_CONTACT_LINES = 6
_JUNK_WORDS = 6
_SENTENCE_ENDINGS = tuple(".!?:”\"»“…")


@dataclass
class Frame:
    """The role of each line; `dateline` is the match in the line `dateline_at`, and `lede` the index of the lede."""

    roles: list[Role]
    headline: list[int] = field(default_factory=list)
    subheadline: list[int] = field(default_factory=list)
    lede: int | None = None
    dateline: Match | None = None
    dateline_at: int | None = None
    boilerplate: list[str] = field(default_factory=list)

    def lines(self, lines: Sequence[Line], *roles: Role) -> list[Line]:
        return [line for line, role in zip(lines, self.roles, strict=True) if role in roles]


def frame_of(lines: Sequence[Line], language: Language, *, has_headline: bool = False) -> Frame:
    """The frame of these lines; `has_headline` says that the front matter has the headline already."""
    frame = Frame(["body"] * len(lines))
    start = _read_head(lines, language, frame, has_headline=has_headline)
    _read_tail(lines, start, language, frame)
    return frame


def _read_head(lines: Sequence[Line], language: Language, frame: Frame, *, has_headline: bool) -> int:
    """Give the lines above the lede their roles; the index of the lede."""
    lede = _find_lede(lines, language, frame, has_headline=has_headline)
    contacts = _head_contacts(lines[:lede], language)
    candidates: list[int] = []
    kickers: list[int] = []
    for index, line in enumerate(lines[:lede]):
        if frame.roles[index] == "dateline":
            continue
        if not line.is_text:
            frame.roles[index] = "skip" if line.block.kind == "rule" else "body"
        elif index in contacts:
            frame.roles[index] = "contact"
            if is_release_kicker(line.plain.split(":")[0][:40], language) and candidates:
                kickers.append(index)
        elif is_kicker(line.plain, language) or is_end_mark(line.plain, language) or _is_summary(line.plain, language):
            frame.roles[index] = "kicker"
            if is_release_kicker(line.plain, language):
                kickers.append(index)
        else:
            candidates.append(index)
    _choose_headline(lines, candidates, kickers, language, frame, has_headline=has_headline)
    frame.lede = lede if lede < len(lines) else None
    return lede


def _find_lede(lines: Sequence[Line], language: Language, frame: Frame, *, has_headline: bool) -> int:
    seen_title = has_headline
    for index, line in enumerate(lines[:_HEAD_LINES]):
        if not line.is_text or line.block.kind == "heading":
            seen_title = seen_title or line.block.kind == "heading"
            continue
        if is_kicker(line.plain, language) or is_end_mark(line.plain, language):
            continue
        match = match_dateline(line.plain, language) if (seen_title or line.words > 15) and line.block.kind != "item" else None
        if match is not None and (match.alone or len(line.plain) - match.end > 40):
            frame.dateline, frame.dateline_at = match, index
            if not match.alone:
                return index
            frame.roles[index] = "dateline"
            continue
        if match is None and _is_summary(line.plain, language):
            continue
        if (seen_title or line.words > _TITLE_WORDS) and _is_prose(line, language):
            further = _dateline_ahead(lines, index, language, _ITEMS_AHEAD if line.block.kind == "item" else _LINES_AHEAD)
            if further is None or line.words > _TITLE_WORDS:
                return index
            continue
        seen_title = True
    if frame.dateline_at is not None:
        return min(frame.dateline_at + 1, len(lines))
    return _after_title(lines, language)


def _after_title(lines: Sequence[Line], language: Language) -> int:
    """A release in which nothing looks like a lede: everything below the first line of words."""
    for index, line in enumerate(lines):
        if line.is_text and not is_kicker(line.plain, language) and not is_end_mark(line.plain, language):
            return min(index + 1, len(lines))
    return len(lines)


def _dateline_ahead(lines: Sequence[Line], index: int, language: Language, reach: int) -> int | None:
    for ahead in range(index + 1, min(index + 1 + reach, len(lines))):
        line = lines[ahead]
        match = match_dateline(line.plain, language) if line.is_text and line.words > 15 else None
        if match is not None and match.dateline.place and len(line.plain) - match.end > 40:
            return ahead
    return None


def _is_prose(line: Line, language: Language) -> bool:
    if line.block.kind == "heading":
        return False
    text = line.plain.rstrip(" *_")
    if has_details(text, language) and line.words < _LONG_PARAGRAPH:
        return False
    if line.block.kind == "item" or opens(text):
        return True
    return line.words >= _LONG_PARAGRAPH or (line.words >= _SENTENCE_WORDS and text.endswith(_SENTENCE_ENDINGS))


def _is_summary(text: str, language: Language) -> bool:
    return text.split(":", 1)[0].strip().lower() == "summary" and ":" in text


def _head_contacts(head: Sequence[Line], language: Language) -> set[int]:
    """Lines with a number or an address, those labelled as contacts, and the short lines that belong to them."""
    found: set[int] = set()
    waiting = 0
    for index, line in enumerate(head):
        if not line.is_text or line.block.kind == "heading":
            waiting = 0
            continue
        details = has_details(line.plain, language)
        label = labelled(line.plain, language, "contact_labels")
        named_label = label is not None and (":" in line.plain or line.words <= 4)
        if details or named_label:
            found.add(index)
            waiting = _LABEL_REACH if named_label and not details else 0
            if details:
                _take_block_above(head, index, found, language)
        elif waiting and line.words <= 6:
            found.add(index)
            waiting -= 1
    return found


def _take_block_above(head: Sequence[Line], index: int, found: set[int], language: Language) -> None:
    at = index
    while at > 0:
        above, below = head[at - 1], head[at]
        if above.number is None or below.number is None or below.number - above.number != 1:
            return
        if above.words > 5 or not above.is_text or is_kicker(above.plain, language) or at - 1 == 0:
            return
        at -= 1
        found.add(at)


def _choose_headline(
    lines: Sequence[Line],
    candidates: list[int],
    kickers: list[int],
    language: Language,
    frame: Frame,
    *,
    has_headline: bool,
) -> None:
    headings = [index for index in candidates if lines[index].block.kind == "heading"]
    if headings:
        top = min(lines[index].block.level for index in headings)
        first = next(index for index in headings if lines[index].block.level == top)
    elif has_headline:
        first = -1
    else:
        first = _first_title(lines, candidates, kickers, language)
    for index in candidates:
        if index < first:
            frame.roles[index] = "kicker"
    if first >= 0:
        frame.roles[first] = "headline"
        frame.headline = [first]
    rest = [index for index in candidates if index > first]
    for index in rest:
        line = lines[index]
        frame.roles[index] = "subheadline" if line.words > 1 and not is_letterhead(line.plain, language) else "skip"
    title = lines[first].plain if first >= 0 else ""
    frame.subheadline = [
        index for index in rest if frame.roles[index] == "subheadline" and not _repeats(lines[index].plain, title)
    ][:2]


def _repeats(text: str, title: str) -> bool:
    """Whether a line says the headline over again, perhaps with a word more or less."""
    words, known = set(text.casefold().split()), set(title.casefold().split())
    return len(words & known) >= 0.8 * max(len(words), len(known))


def _first_title(lines: Sequence[Line], candidates: list[int], kickers: list[int], language: Language) -> int:
    """The first line of words, unless it is a letterhead over a kicker with the headline below."""
    if not candidates:
        return -1
    behind = [index for index in candidates if kickers and index > kickers[-1]]
    ahead = [index for index in candidates if index not in behind]
    if behind and ahead and (
        lines[behind[0]].words >= 4
        and (lines[ahead[0]].words <= 6 or all(is_letterhead(lines[index].plain, language) for index in ahead))
    ):
        return behind[0]
    if not ahead and behind:
        return behind[0]
    for index in ahead:
        if not is_letterhead(lines[index].plain, language) or index == candidates[-1]:
            return index
    return candidates[0]


def _read_tail(lines: Sequence[Line], start: int, language: Language, frame: Frame) -> None:
    """Give the lines below the lede their roles."""
    about = False
    contact = 0
    ended = False
    last_speech = max((index for index, line in enumerate(lines) if line.is_text and opens(line.plain)), default=-1)
    for index in range(start + 1, len(lines)):
        line = lines[index]
        text = line.plain
        late = index > last_speech or index >= start + (len(lines) - start) * _TAIL_SHARE
        if not line.is_text:
            if ended and line.block.kind == "rule":
                frame.roles[index] = "skip"
            continue
        if line.block.kind == "item" and not has_details(text, language) and labelled(text, language, "contact_labels") is None:
            continue
        details = has_details(text, language)
        if is_end_mark(text, language) or (ended and not details and is_kicker(text, language)):
            frame.roles[index] = "end"
            ended, about, contact = True, False, 0
        elif boilerplate.is_heading(line, language) and (about or late or _prose_follows(lines, index)):
            frame.roles[index] = "boilerplate"
            about, contact = True, 0
        elif (behind := boilerplate.run_in_heading(text, language)) is not None and (late or about) and line.words > 12:
            frame.roles[index] = "boilerplate"
            frame.boilerplate.append(text[behind:])
            about, contact = False, 0
        elif _starts_contact(lines, index, language) and (late or ended or about or (details and line.words <= 20)):
            frame.roles[index] = "contact"
            about, contact = False, _CONTACT_LINES
        elif labelled(text, language, "footers") is not None and (about or late or ended) and _is_footer(line, language):
            frame.roles[index] = "footer"
            about = False
        elif contact and _belongs_to_contact(line, details=details):
            frame.roles[index] = "contact"
            contact = _CONTACT_LINES if details else contact - 1
        elif about:
            if line.block.kind == "heading" or opens(text):
                about = False
                continue
            frame.roles[index] = "boilerplate"
            frame.boilerplate.append(text)
        elif details and late and line.words <= 12 and not text[:1].isdigit() and index >= len(lines) - _CONTACT_LINES:
            frame.roles[index] = "contact"
            _take_names_above(lines, index, frame)
        elif ended:
            _read_after_end(line, index, language, frame)
        elif line.words <= _JUNK_WORDS and is_kicker(text, language):
            frame.roles[index] = "skip"
    if not frame.boilerplate:
        _find_unheaded_boilerplate(lines, start, language, frame)


def _belongs_to_contact(line: Line, *, details: bool) -> bool:
    text = line.plain
    return not opens(text) and (details or line.words <= 8 or (line.words <= 12 and not text.endswith(_SENTENCE_ENDINGS)))


def _take_names_above(lines: Sequence[Line], index: int, frame: Frame) -> None:
    for above in range(index - 1, max(index - 3, -1), -1):
        line = lines[above]
        if frame.roles[above] not in ("body", "footer") or not line.is_text or line.words > 6 or line.plain.endswith((".", ":")):
            return
        frame.roles[above] = "contact"


def _read_after_end(line: Line, index: int, language: Language, frame: Frame) -> None:
    if has_details(line.plain, language) and line.words < _LONG_PARAGRAPH:
        frame.roles[index] = "contact"
    elif line.words >= 12:
        frame.roles[index] = "boilerplate"
        frame.boilerplate.append(line.plain.strip(" *_"))
    else:
        frame.roles[index] = "footer"


def _prose_follows(lines: Sequence[Line], index: int) -> bool:
    return index + 1 < len(lines) and lines[index + 1].words >= 12 and index >= len(lines) - 4


def _starts_contact(lines: Sequence[Line], index: int, language: Language) -> bool:
    line = lines[index]
    if labelled(line.plain, language, "contact_labels") is None or opens(line.plain) or line.words > 40:
        return False
    if has_details(line.plain, language):
        return True
    if line.words > 8 and "contact" not in line.plain[:120].lower():
        return False
    return any(
        has_details(ahead.plain, language) and ahead.words <= 14 for ahead in lines[index + 1 : index + 7] if ahead.is_text
    ) or line.plain.rstrip().endswith(":")


def _is_footer(line: Line, language: Language) -> bool:
    text = line.plain
    phrase = labelled(text, language, "footers") or ""
    after = text.lower().find(phrase) + len(phrase)
    return text[after : after + 1] == ":" or line.words <= 8 or "http" in text[after : after + 60]


def _find_unheaded_boilerplate(lines: Sequence[Line], start: int, language: Language, frame: Frame) -> None:
    """The last paragraphs of the news, if they say what an organisation is."""
    body = [index for index in range(start + 1, len(lines)) if frame.roles[index] == "body" and lines[index].is_text]
    for index in reversed(body[-2:]):
        if not boilerplate.describes_organisation(lines[index], language):
            continue
        for taken in body[body.index(index) :]:
            frame.roles[taken] = "boilerplate"
            frame.boilerplate.append(lines[taken].plain.strip(" *_"))
        return
