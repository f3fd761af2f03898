"""What an editor should look at again, each with where it is and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from publisher.documents.model import Finding
from publisher.release.review import days, names, parts, placeholders, quotation, timing, wording
from publisher.release.review.material import Material, in_order
from publisher.release.review.organisation import with_organisation

CHECKS: tuple[Callable[[Material], Iterator[Finding]], ...] = (
    parts.no_headline,
    parts.long_headline,
    parts.greeting,
    quotation.no_speaker,
    quotation.said_twice,
    quotation.unbalanced,
    placeholders.placeholders,
    days.wrong_weekday,
    days.undated,
    names.spelled_two_ways,
    timing.immediate_and_later,
    timing.no_zone,
    wording.other_script,
    wording.word_twice,
    wording.private_links,
    parts.images,
    parts.no_contact,
)


_MOST = 200
"""Findings of one check; nobody reads on for more."""


def review(material: Material, before: Iterable[Finding] = ()) -> tuple[Finding, ...]:
    """What the checks found, and what reading the file brought to light `before`, in the order of the lines."""
    found = dict.fromkeys(before)
    for check in CHECKS:
        found.update(dict.fromkeys(islice(check(material), _MOST)))
    return in_order(found)


__all__ = ["CHECKS", "Material", "review", "with_organisation"]
