"""Any text is a release: ten thousand of them, more than half of them real shapes broken at random."""

import random
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.documents import Block, Document, read_text
from publisher.documents.front import KEYS
from publisher.release import as_json, parse
from publisher.text.rich import as_rich

FOLDERS = (Path(__file__).parent / "fixtures", Path(__file__).parents[2] / "releases")
FILES = [path for folder in FOLDERS for path in sorted(folder.iterdir()) if path.suffix in (".md", ".txt")]
SOURCES = [path.read_text(encoding="utf-8")[:1_600] for path in FILES]
GENERATED = examples(1_000)
SERIES, MUTANTS = 40, examples(200)
"""With two thousand generated ones they are ten thousand texts."""

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


@settings(max_examples=GENERATED)
@given(st.text(alphabet=st.one_of(st.sampled_from(SIGNS), st.characters()), max_size=400), st.booleans())
def test_any_characters(text, markdown):
    """Signs, letters of every script, control characters."""
    check(text, markdown=markdown)


@settings(max_examples=GENERATED)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60), st.booleans())
def test_pieces_of_releases_in_any_order(parts, markdown):
    """What rules look for, where they do not expect it."""
    check("".join(parts), markdown=markdown)


def cut(text, chance):
    start, stop = sorted(chance.randint(0, len(text)) for _ in range(2))
    return text[:start] + text[min(stop, start + 200) :]


def spliced(text, chance):
    other = chance.choice(SOURCES)
    at, start = chance.randint(0, len(text)), chance.randint(0, len(other))
    return text[:at] + other[start : start + chance.randint(0, 400)] + text[at:]


def doubled(text, chance):
    start = chance.randint(0, len(text))
    return text[:start] + text[start : start + 200] * 2 + text[start + 200 :]


def with_other_marks(text, chance):
    mark = chance.choice("“”„\"«»‘’'()[]–—:,.\n")
    return text.replace(mark, chance.choice([*"“”„\"«»‘’'()[]–—:,.\n", ""]), chance.choice([1, 3, -1]))


def in_other_case(text, chance):
    start = chance.randint(0, len(text))
    stop = start + chance.randint(1, 300)
    return text[:start] + chance.choice([str.upper, str.lower, str.title])(text[start:stop]) + text[stop:]


def without_a_line(text, chance):
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def with_a_line_moved(text, chance):
    lines = text.split("\n")
    lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
    return "\n".join(lines)


def with_a_fragment(text, chance):
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice([*FRAGMENTS, *SIGNS]) + text[at:]


def backwards(text, chance):
    start = chance.randint(0, len(text))
    return text[:start] + text[start : start + 80][::-1] + text[start + 80 :]


MUTATIONS = (
    cut,
    spliced,
    doubled,
    with_other_marks,
    in_other_case,
    without_a_line,
    with_a_line_moved,
    with_a_fragment,
    backwards,
)


@pytest.mark.parametrize("series", range(SERIES))
def test_releases_with_parts_cut_doubled_and_swapped(series):
    """Real shapes, broken a little or a lot; the same ones in every run."""
    chance = random.Random(series)  # noqa: S311 - seeded, so that a failure can be repeated
    for _ in range(MUTANTS):
        text = chance.choice(SOURCES)
        for _ in range(chance.randint(1, 6)):
            text = chance.choice(MUTATIONS)(text, chance)
        check(text, markdown=chance.random() < 0.4)


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
