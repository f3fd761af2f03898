"""Front matter: keys, values, and errors with their place."""

import pytest

from publisher.documents import read
from publisher.errors import PublishError


def document(folder, front, name="a.md"):
    path = folder / name
    path.write_text(f"---\n{front}\n---\n\nA title\n\nA text.\n", encoding="utf-8")
    return read(str(path))


def refusal(folder, front):
    with pytest.raises(PublishError) as caught:
        document(folder, front)
    return str(caught.value).replace(f"{folder}/", "")


def test_values_and_lines_are_kept(tmp_path):
    """In plain text too; the blocks keep their lines in the file."""
    found = document(tmp_path, "headline: News\nmedia:\n  - {path: a.jpg, alt: A dog}\nhashtags: [one, two]", "a.txt")

    assert found.front == {"headline": "News", "media": [{"path": "a.jpg", "alt": "A dog"}], "hashtags": ["one", "two"]}
    assert found.front_lines == {"headline": 2, "media": 3, "hashtags": 5}
    assert [block.line for block in found.blocks] == [8, 10]


def test_yes_and_no_are_words(tmp_path):
    """YAML 1.2, in which Norway keeps its country code."""
    assert document(tmp_path, "headline: no").front["headline"] == "no"


@pytest.mark.parametrize(
    ("front", "says"),
    [
        ("headlin: X", "a.md:2:1: the front matter has an unknown key `headlin`. Did you mean `headline`?"),
        (
            "slug: a\nembrago: tomorrow",
            "a.md:3:1: the front matter has an unknown key `embrago`. Did you mean `embargo`?",
        ),
        ("headline: 5", "a.md:2:11: `headline` must be text on one line. Put it in quotes"),
        ("headline: [a]", "a.md:2:11: `headline` must be text"),
        ("hashtags: {a: b}", "a.md:2:11: `hashtags` must be a list of words"),
        ("media: [3]", "a.md:2:9: `media` must be a list of images"),
        ("media:\n  - {pth: a.jpg}", "a.md:3:6: the front matter has an unknown key `pth`. Did you mean `path`?"),
        ("media:\n  - {alt: a dog}", "a.md:3: an image needs a path"),
        ("contacts:\n  - {name: Eve, phone: 5551234}", "a.md:3:24: `phone of contacts` must be text"),
        ("variants: x", "a.md:2:11: `variants` must be a block"),
        ("headline: a\nheadline: b", 'a.md:3:1: the front matter is not valid YAML: found duplicate key "headline"'),
        ("headline: [a\nslug: b", "a.md:3"),
        ("headline: 'a", "not valid YAML"),
        ("headline: a: b", "a.md:2:12: the front matter is not valid YAML"),
        ("slug: &a b\nheadline: *a", "uses an alias"),
        ("- a: b", "not a list of keys and values"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path, front, says):
    """File, line, column, what is wrong, the nearest key: one line."""
    line = refusal(tmp_path, front)

    assert says in line
    assert "\n" not in line


def test_nesting_without_end_is_refused(tmp_path):
    """And does not take the program down."""
    assert "a.md" in refusal(tmp_path, "variants: " + "[" * 5_000)


def test_a_key_that_nobody_knows_is_an_error_of_the_review(tmp_path):
    """The release can be read; whether it may go out is for a person to say."""
    found = document(tmp_path, "show_meta: false\n5: x\nheadline: News")

    assert found.front["headline"] == "News"
    assert [(each.rule, each.line, each.severity) for each in found.findings] == [
        ("unknown-key", 2, "error"),
        ("unknown-key", 3, "error"),
    ]


def test_keys_of_website_generators_are_understood_or_passed_over(tmp_path):
    """`title` is the headline, `date` schedules nothing, and a draft is pointed out."""
    found = document(tmp_path, "title: News\nsubtitle: More\ndate: 2026-01-01\nlayout: post\ndraft: true")

    assert (found.front["headline"], found.front["subheadline"]) == ("News", "More")
    assert tuple(map(str, found.findings)) == (
        "line 6: the front matter says that this is a draft - take that out when it is ready",
        "line 4: `date` does not schedule anything - write publish_at for that",
    )


def test_a_rule_at_the_top_is_no_front_matter(tmp_path):
    """Three dashes begin front matter only where keys follow and it is closed."""
    path = tmp_path / "a.md"
    for text in ("---\n\nA title\n", "---\nA title\n---\n", "--- a\nb: c\n---\n"):
        path.write_text(text, encoding="utf-8")

        assert read(str(path)).front == {}
