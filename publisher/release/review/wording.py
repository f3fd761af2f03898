"""Slips of the keyboard and of the clipboard."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from publisher.documents.model import Finding
from publisher.release.review.material import Material
from publisher.text.excerpts import excerpt
from publisher.text.patterns import later

_PRIVATE = later(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|192\.168\.[\d.]+|10\.\d+\.[\d.]+)(?![\w.])")
_REWRITTEN = ("safelinks.protection.outlook.com/", "urldefense.proofpoint.com/", "urldefense.com/")
_SHOWN = 60
_SAMPLE = 2000
_BEYOND_LATIN = "\u0250"


def other_script(material: Material) -> Iterator[Finding]:
    """A text in another script than that of the language that it is taken for, all of which are written in Latin."""
    sample = material.text[:_SAMPLE]
    if sample.isascii() or not material.language.lists:
        return
    letters = [letter for letter in sample if letter.isalpha()]
    latin = sum(letter < _BEYOND_LATIN or "\u1e00" <= letter <= "\u1eff" for letter in letters)
    if 2 * latin < len(letters):
        what = f"the text is taken to be in the language `{material.language.code}`, and is not in Latin letters"
        advice = (
            "write its language into the front matter, such as `language: ar`: screen readers and networks go by it"
        )
        yield Finding("language", what, advice)


def word_twice(material: Material) -> Iterator[Finding]:
    """`the the`. Only small words that no sentence has twice in a row."""
    never = material.language.words("never_twice")
    words = material.lowered.split()
    if never.isdisjoint([one for one, other in pairwise(words) if one == other]):
        return
    for line in material.lines:
        words = line.plain.split()
        for index, (one, other) in enumerate(pairwise(words)):
            if one.lower() == other and other in never:
                what = f"a word stands there twice: “{excerpt(' '.join(words[max(0, index - 1) : index + 8]))}”"
                yield Finding("word-twice", what, "take one of the two out", line.number)


def private_links(material: Material) -> Iterator[Finding]:
    """Links that work only on the writer's machine, or that an e-mail program has rewritten to watch who follows."""
    for line in material.lines:
        targets = [span.link for span in line.block.text.spans if span.link]
        if "://" in line.plain:
            targets += [word for word in line.plain.split() if "://" in word]
        for target in dict.fromkeys(targets):
            if _PRIVATE.match(target):
                what = f"a link leads to a computer that readers cannot reach: {target[:_SHOWN]}"
                yield Finding("private-link", what, "write the public address", line.number)
            elif any(service in target[:_SHOWN] for service in _REWRITTEN):
                what = f"a link was rewritten by an e-mail program: {target[:_SHOWN]}…"
                yield Finding("private-link", what, "write the address that it leads to", line.number)
