"""Any text is a release, in time that grows with its length and no faster."""

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.documents import Block, Document, read_text
from publisher.documents.front import KEYS
from publisher.release import as_json, parse
from publisher.text.rich import as_rich

FIXTURES = sorted(path for path in (Path(__file__).parent / "fixtures").iterdir() if path.suffix in (".md", ".txt"))
SIGNS = "“”„\"«»‘’'()[]—–-•*#:;,.!?\n\t |/@+&<>`_\\0123"
FRAGMENTS = [
    "\n\n",
    "\n",
    " ",
    "“",
    "”",
    '"',
    "said ",
    "Jane Doe",
    " said",
    ", director of it",
    "About Us",
    "###",
    "Contact: ",
    "a@b.example",
    "555-123-4567",
    "• ",
    "1. ",
    "May 3, 2026",
    " – ",
    "OAKVALE",
    "FOR IMMEDIATE RELEASE",
    "dijo ",
    "sagt ",
    ": ",
    "the senator ",
    "she added",
    "# ",
    "> ",
    "![](x)",
    "[a](b)",
    "<b>",
    "---\n",
    "headline: x\n",
    "(",
    ")",
    "’s",
    "Mr. ",
    "\xa0",
    "\u2028",
    "\x85",
    "😀",
]


def check(text, *, markdown):
    release = parse(read_text(text, file="x", markdown=markdown))
    data = as_json(release)

    assert data["slug"]
    assert all(isinstance(remark, str) and "\n" not in remark for remark in release.warnings)
    assert all(quote.pieces and all(quote.pieces) for quote in release.quotes)


@given(st.text(alphabet=st.one_of(st.sampled_from(SIGNS), st.characters()), max_size=400), st.booleans())
def test_any_characters(text, markdown):
    """Signs, letters of every script, control characters."""
    check(text, markdown=markdown)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60), st.booleans())
def test_pieces_of_releases_in_any_order(parts, markdown):
    """What rules look for, where they do not expect it."""
    check("".join(parts), markdown=markdown)


@settings(max_examples=150)
@given(st.sampled_from(FIXTURES), st.integers(0, 2**32), st.booleans())
def test_releases_with_parts_cut_doubled_and_swapped(path, seed, markdown):
    """Real shapes, broken."""
    chance = random.Random(seed)  # noqa: S311 - a seed of hypothesis, so that a failure can be repeated
    text = path.read_text(encoding="utf-8")
    for _ in range(chance.randint(1, 6)):
        start, stop = sorted(chance.randint(0, len(text)) for _ in range(2))
        stop = min(stop, start + 200)
        piece = chance.choice(
            ["", text[start:stop] * 2, chance.choice(FRAGMENTS), text[start:stop].upper(), text[start:stop][::-1]]
        )
        text = text[:start] + piece + text[stop:]
    check(text, markdown=markdown)


@given(
    st.lists(
        st.builds(
            Block,
            kind=st.sampled_from(["heading", "paragraph", "item", "quotation", "image", "rule"]),
            text=st.text(max_size=60).map(as_rich),
            line=st.none() | st.integers(0, 99),
            level=st.integers(-1, 9),
            src=st.text(max_size=5),
            alt=st.none() | st.text(max_size=5),
        ),
        max_size=12,
    )
)
def test_any_blocks(blocks):
    """However they came about."""
    as_json(parse(Document("x", tuple(blocks))))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(KEYS)), VALUES))
def test_any_front_matter(front):
    """Even what the reader of files would have refused."""
    as_json(parse(Document("x", (Block("paragraph", as_rich("Title")),), front)))


HOSTILE = {
    "straight marks": '"',
    "open marks": "“",
    "single marks": "'",
    "brackets": "(",
    "square brackets": "[",
    "image signs": "![a](",
    "tags": "<a ",
    "nested tags": "<div>",
    "emphasis": "**a ",
    "code": "`a ",
    "entities": "&#",
    "backslashes": "\\",
    "quotation signs": "> ",
    "hashes": "# a\n",
    "underlines": "a\n====\n",
    "addresses": "a@",
    "numbers": "1-",
    "dashes": "—",
    "capitals": "Abc ",
    "names": "Jane Doe, ",
    "roles": "President of ",
    "verbs": "said ",
    "attributions": "“a b c d e f,” said Xa. ",
    "colons": 'Jane said: "',
    "open paragraphs": "“Hello there you go now.\n\n",
    "closing paragraphs": "Hello there you go now.”\n\n",
    "abouts": "About Us\n\nWe are a company that does things everywhere in the world.\n\n",
    "contacts": "Contact: Jane Doe\n\n555-123-4567\n\n",
    "items": "- item one; and\n",
    "dates": "May 3, 2026 ",
    "lines": "a\n",
}


def work(text, *, markdown):
    """Seconds of this thread, the least of two."""
    times = []
    for _ in range(2):
        start = time.thread_time()
        check(text, markdown=markdown)
        times.append(time.thread_time() - start)
    return min(times)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("markdown", [False, True], ids=["plain", "markdown"])
def test_work_grows_with_length_alone(name, markdown):
    """Four times the text may take four times the work, three times that on a busy machine, but not sixteen times."""
    sign = HOSTILE[name]
    size = 2_800 if markdown else 8_000
    short, long = (sign * (length // len(sign)) for length in (size, 4 * size))

    assert work(long, markdown=markdown) < max(work(short, markdown=markdown), 0.004) * 12


def test_a_release_in_one_endless_line_is_read():
    """A megabyte."""
    text = "“We go on and on,” said Jane Doe, director of it. The work grows. " * 16_000
    release = parse(read_text("Title\n\n" + text[:1_000_000], file="x", markdown=False))

    assert release.quotes[0].speaker == "Jane Doe"
