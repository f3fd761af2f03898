"""Which lines are a contact block, above the news or below it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from publisher.release.contacts import has_details, is_person, mentions_details
from publisher.release.kickers import is_kicker, labelled
from publisher.release.language import Language
from publisher.release.lede import SENTENCE_ENDINGS
from publisher.release.lines import Line
from publisher.release.marks import opens

_LABEL_REACH = 4
_SHORT = 6
_LABEL_WORDS = 4
_ADDRESS_WORDS = 12
_SENTENCE_WORDS = 40
_AHEAD = 6
_BLOCK_LINES = 4


def contact_lines_above(head: Sequence[Line], language: Language) -> set[int]:
    """Lines with a number or an address, those labelled as contacts, and the short lines that belong to them."""
    found: set[int] = set()
    waiting = 0
    for index, line in enumerate(head):
        if not line.is_text or line.block.kind == "heading":
            waiting = 0
            continue
        details = mentions_details(line.said, language)
        label = _has_label(line, language)
        if details or label:
            found.add(index)
            waiting = _LABEL_REACH if label and not details else 0
            if details:
                found.update(_block_above(head, index, language))
        elif waiting and line.words <= _SHORT:
            found.add(index)
            waiting -= 1
    return found


def _has_label(line: Line, language: Language) -> bool:
    """`Contact: Jane Doe`, also behind a kicker: `For Immediate Release Contact: Jane Doe`."""
    text = line.plain
    if labelled(text, language, "contact_labels") is not None:
        return ":" in text or line.words <= _LABEL_WORDS
    before, colon, _ = text[:80].partition(":")
    label = next((phrase for phrase in language.phrases("contact_labels") if before.lower().endswith(phrase)), "")
    return bool(colon and label) and is_kicker(before[: len(before) - len(label)], language)


def _block_above(head: Sequence[Line], index: int, language: Language) -> set[int]:
    """The lines right above a number or an address, without a blank line between: name, role, department.

    A longer one, such as an institute with its town, is among them only below a name.
    """
    if labelled(head[index].plain, language, "contact_labels") is not None:
        return set()
    above: list[int] = []
    at = index
    while at > 0 and len(above) < _BLOCK_LINES and _touches(head[at - 1], head[at]):
        at -= 1
        if head[at].words > _ADDRESS_WORDS or is_kicker(head[at].plain, language):
            break
        above.append(at)
    short = len(list(itertools.takewhile(lambda at: head[at].words < _SHORT and at > 0, above)))
    named = max((count for count, at in enumerate(above, 1) if is_person(head[at].plain, language)), default=0)
    return set(above[: max(short, named)])


def _touches(above: Line, below: Line) -> bool:
    """Whether no blank line stands between; paragraphs of Word, which has no lines, all touch."""
    if above.number is None or below.number is None:
        return above.is_text and above.number == below.number
    return above.is_text and below.number == above.number + 1


def starts_contact(lines: Sequence[Line], index: int, language: Language) -> bool:
    """Whether a line below the news begins a contact block: a label with details, or with details to follow."""
    line = lines[index]
    text = line.plain
    if labelled(text, language, "contact_labels") is None or opens(text) or line.words > _SENTENCE_WORDS:
        return False
    if has_details(line.said, language):
        return True
    if line.words > _SHORT + 2 and "contact" not in text[:120].lower():
        return False
    follows = any(
        ahead.is_text and ahead.words <= _ADDRESS_WORDS + 2 and has_details(ahead.said, language)
        for ahead in lines[index + 1 : index + 1 + _AHEAD]
    )
    return follows or text.rstrip().endswith(":")


def belongs_to_contact(line: Line, *, details: bool) -> bool:
    """Whether a line within a contact block is part of it: details, a name, a line of an address."""
    text = line.plain
    if opens(text):
        return False
    short = line.words <= _SHORT + 2 or (line.words <= _ADDRESS_WORDS and not text.endswith(SENTENCE_ENDINGS))
    return details or short


def names_above(lines: Sequence[Line], index: int) -> list[int]:
    """The one or two short lines above a number or an address that name whose it is."""
    found: list[int] = []
    for above in range(index - 1, max(index - 3, -1), -1):
        line = lines[above]
        if not line.is_text or line.block.kind == "item" or line.words > _SHORT or line.plain.endswith((".", ":")):
            break
        found.append(above)
    return found
