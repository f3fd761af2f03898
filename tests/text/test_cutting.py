"""Dividing over posts takes as few as it can, evenly, and no unit is lost."""

from hypothesis import given
from hypothesis import strategies as st

from publisher.text.cutting import partition, shorten
from publisher.text.rich import as_rich


def within(most):
    return lambda text: len(text.plain) <= most


def divided(units, most):
    return partition([len(unit) for unit in units], lambda a, b: as_rich(" ".join(units[a:b])), within(most))


def fewest(units, most):
    """The least number of posts, by trying every division."""
    best = [0] + [None] * len(units)
    for stop in range(1, len(units) + 1):
        tried = [best[start] for start in range(stop) if len(" ".join(units[start:stop])) <= most]
        found = [count + 1 for count in tried if count is not None]
        best[stop] = min(found) if found else None
    return best[-1]


@given(st.lists(st.text("ab", min_size=1, max_size=12), min_size=1, max_size=25), st.integers(4, 30))
def test_it_is_as_few_posts_as_possible_and_nothing_is_lost(units, most):
    posts = divided(units, most)

    assert (len(posts) if posts else None) == fewest(units, most)
    if posts:
        assert " ".join(post.plain for post in posts) == " ".join(units)
        assert all(len(post.plain) <= most for post in posts)


def test_posts_are_about_even():
    """Seven units over two posts are four and three, not six and one."""
    posts = divided(["abcd"] * 7, 30)

    assert [post.plain.count("abcd") for post in posts] in ([4, 3], [3, 4])


def test_many_units_take_few_looks():
    """Each look renders a post: some units more are some looks more, not many times as many."""

    def looks(count):
        seen = []
        partition([4] * count, lambda a, b: seen.append(1) or as_rich("abcd" * (b - a)), within(300))
        return len(seen)

    assert looks(4000) <= 5 * looks(1000)


def test_shortening_ends_with_a_word_or_else_a_grapheme():
    assert shorten(as_rich("one two three"), within(9)).plain == "one two…"
    assert shorten(as_rich("e\u0301" * 10), within(8)).plain == "e\u0301" * 3 + "…"
    assert shorten(as_rich("word"), within(0)).plain == ""
    assert shorten(as_rich("short"), within(9)).plain == "short"
    assert shorten(as_rich("so it is, two three"), within(10)).plain == "so it…"
    assert shorten(as_rich("so it – two three"), within(8)).plain == "so it…"
