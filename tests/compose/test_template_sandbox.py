"""A template can reach nothing but the release, change no quote's words, and never runs long."""

import re
import time
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from templating import draft, refusal

from publisher.compose.templates import load_template, posts
from publisher.errors import PublishError

FIXTURES = Path(__file__).parent / "fixtures"
ESCAPES = (FIXTURES / "template-escapes.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("source", [*ESCAPES, "a\x00b", "\ud800"], ids=ascii)
def test_what_is_not_allowed_is_refused_in_one_line(source):
    message = refusal("{{ link }}\n" + source)

    assert message.startswith("2: ")
    assert "Error" not in message
    assert "object at" not in message


def loops(deep, body, items=20):
    return (
        f"{{% set l = [{','.join('1' * items)}] %}}"
        + "".join(f"{{% for a{n} in l %}}" for n in range(deep))
        + body
        + "{% endfor %}" * deep
    )


SETS = "".join(f"{{% set a{n} = WHAT %}}".replace("WHAT", f"a{n - 1} OF a{n - 1}") for n in range(1, 60))
TOO_MUCH = {
    "loops within loops": loops(6, "{{ 'x' }}"),
    "loops that write nothing": loops(6, "", items=90),
    "loops without a body whose condition never holds": loops(5, "{% for b in l if false %}{% endfor %}", items=90),
    "a costly condition": loops(5, "{% if " + " and ".join(["1"] * 25) + " %}{% endif %}", items=90),
    "a text that is measured again and again": loops(4, "{% if fits('" + "ab.example " * 500 + "') %}{% endif %}"),
    "a text that is searched again and again": loops(4, "{% if 'b.b' in '" + "ab.example " * 500 + "' %}{% endif %}"),
    "a text that is cut again and again": loops(4, "{% set s = '" + "Ab. " * 2000 + "'|sentences %}"),
    "a text that is changed again and again": loops(4, "{% set s = '" + "ab " * 2000 + "'|title|upper|shorten(9) %}"),
    "a text that doubles": "{% set a0 = 'x' %}" + SETS.replace("OF", "~") + "{{ a59 }}",
    "a text that doubles by +": "{% set a0 = 'x' %}" + SETS.replace("OF", "+") + "{{ a59 }}",
    "a text that doubles by join": "{% set a0 = 'x' %}"
    + re.sub(r"= (a\d+) OF a\d+", r"= [\1, \1]|join(\1)", SETS)
    + "{{ a59 }}",
    "a text that grows by replace": "{% set a0 = 'xx' %}"
    + re.sub(r"= (a\d+) OF a\d+", r"= \1|replace('x', \1)", SETS)
    + "{{ a59 }}",
    "a number that doubles": "{% set a0 = 1 %}" + SETS.replace("OF", "+") + "{{ a59 }}",
    "a list that doubles": "{% set a0 = [1] %}" + re.sub(r"= (a\d+) OF a\d+", r"= [\1, \1]", SETS) + "{{ a59|join }}",
    "two lists that double, compared": "{% set a0 = [1] %}"
    + re.sub(r"= (a\d+) OF a\d+", r"= [\1, \1]", SETS)
    + "{% if (a59|first) in a58 or (a59|first) == (a58|last) %}{% endif %}",
    "too much text, bit by bit": loops(3, "{{ '" + "x" * 50 + "' }}"),
    "brackets in brackets": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "lists in lists": "{{ " + "[" * 5000 + "]" * 5000 + " }}",
    "not not not": "{{ " + "not " * 300 + "1 }}",
    "minus minus minus": "{{ " + "- " * 4000 + "1 }}",
    "filters upon filters": "{{ link" + "|upper" * 2000 + " }}",
    "items of items": "{{ hashtags" + "[0]" * 2000 + " }}",
    "fields of fields": "{{ release" + ".quotes" * 2000 + " }}",
    "sums": "{{ 1" + "+1" * 5000 + " }}",
    "ors": "{{ 1" + " or 1" * 3000 + " }}",
    "a choice of choices": "{{ 1" + " if 1 else 1" * 1000 + " }}",
    "ifs in ifs": "{% if link %}" * 500 + "{% endif %}" * 500,
    "loops in loops in loops": "{% for a in hashtags %}" * 300 + "{% endfor %}" * 300,
    "a huge number": "{{ " + "9" * 5000 + " }}",
    "a large number": "{{ 99999999999 }}",
    "a number as a slice": "{{ hashtags[:99999999999999999999] }}",
    "a power": "{{ 9 ** 9 ** 9 }}",
    "a text many times": "{{ 'a' * 999999 }}",
    "a large source": "x" * 1_000_000,
    "a large source of brackets": "{{" * 500_000,
}


@pytest.mark.parametrize("source", TOO_MUCH.values(), ids=TOO_MUCH)
def test_too_much_work_ends_at_once_in_one_line(source):
    """Measured in this thread's own time. Nothing is timed out: the same template ends at the same place everywhere."""
    started = time.thread_time()
    message = refusal(source)

    assert time.thread_time() - started < 5
    assert message == refusal(source)


FRAGMENTS = [
    *"{{ }} {% %} ( ) [ ] , : . | ~ + - * ** == < in not and or if else for is set = 'a' \"b\" 0 1 7 none true".split(),
    *"if endif for endfor else elif set endset macro include loop recursive".split(),
    *"release link hashtags headline quotes actions dateline place text speaker __class__ _do x y".split(),
    *"fits quote list first last length join upper shorten replace default sentences loop.index even".split(),
    *["\n", "---", "{#", "#}", "{{ release.headline }}", "{% if link %}", "{% endif %}", "{% for x in hashtags %}"],
    *["{% for q in release.quotes %}", "{{ quote(q) }}", "{% endfor %}", "{% set x = ", " %}", "{{ x", "{{ ", " }}"],
]
VALUES = """
    release link hashtags x q q.text quote(q) release.quotes release.lede release.subheadline release.dateline
    release.actions loop.index loop true none 1 'ab'
""".split()
FILTERED = "first last length join upper title sentences trim shorten(5) default('c') replace('a','b')".split()
EXPRESSIONS = st.recursive(
    st.sampled_from(VALUES),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+ - ~ == != < in and or * %".split()), inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds(
            "({}|{})".format,
            inner,
            st.sampled_from(FILTERED),
        ),
        st.builds("{}.{}".format, inner, st.sampled_from("text speaker headline place email __class__ index".split())),
        st.builds("({}){}".format, inner, st.sampled_from(["[0]", "[-1]", "[:1]", "['a']", " is none", " is even"])),
        st.builds("{}({})".format, st.sampled_from(["fits", "quote", "list"]), inner),
    ),
    max_leaves=6,
)
STATEMENTS = st.recursive(
    st.one_of(
        st.builds("{{{{ {} }}}}".format, EXPRESSIONS),
        st.builds("{{% set {} = {} %}}".format, st.sampled_from(["x", "y", "q", "link"]), EXPRESSIONS),
        st.sampled_from(["text", "\n---\n", "\n\n\n"]),
    ),
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format, EXPRESSIONS, inner, inner),
        st.builds("{{% for q in {} %}}{}{{% endfor %}}".format, EXPRESSIONS, inner),
        st.builds(
            "{{% for x in {} if {} %}}{}{{% else %}}{}{{% endfor %}}".format, EXPRESSIONS, EXPRESSIONS, inner, inner
        ),
    ),
    max_leaves=8,
)
START = "{% set x = 'start' %}{% set q = release.quotes[0] %}"


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(" ".join)
    | STATEMENTS.map(START.__add__)
    | st.text(max_size=60)
)
def test_no_template_ends_in_anything_but_posts_or_one_line(source):
    """And quickly; and whatever it wrote, no post of it is empty."""
    started = time.thread_time()
    refused = ""
    made = []
    try:
        made = posts(load_template(source, "templates/x.txt"), draft())
    except PublishError as error:
        refused = str(error)

    assert re.fullmatch(r"|templates/x\.txt(:\d+)?: .+", refused)
    assert all(post.plain.strip() for post in made)
    assert time.thread_time() - started < 5
