"""A press office's template says what it was meant to say, and can do nothing else."""

import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from templating import ADDRESS, FISHER, MAYOR, RELEASE, draft, refusal, written

from publisher.compose.templates import load_template, posts
from publisher.errors import PublishError
from publisher.release.model import Quote

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).parent / "fixtures"


def examples():
    page = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
    return [text for kind, text in re.findall(r"^```(\w*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL) if not kind]


def test_the_thread_in_the_docs_is_what_the_docs_say():
    assert written(examples()[0]) == [
        f"{RELEASE.headline}\n\n{ADDRESS}\n#CleanWater #Aller",
        MAYOR,
        FISHER,
        "The cities ask for:\n• a plan by June\n• a gauge in every city",
    ]


def test_the_choice_in_the_docs_depends_on_the_room():
    assert written(examples()[1]) == [f"{RELEASE.headline} {RELEASE.lede} {ADDRESS}"]
    assert written(examples()[1], most=100) == [f"{RELEASE.headline} {ADDRESS}"]


def test_the_docs_name_every_field_helper_and_filter():
    from publisher.compose.templating.values import FIELDS
    from publisher.compose.templating.words import FILTERS, HELPERS, TESTS

    page = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
    fields = [name for known in FIELDS.values() for name in known]
    missing = [name for name in fields if f".{name}`" not in page]
    missing += [name for name in FILTERS if f"&#124;{name}" not in page]
    missing += [name for name in HELPERS if f"`{name}(" not in page]
    missing += [name for name in TESTS if f"`is {name}`" not in page]

    assert missing == []


def test_the_docs_example_of_a_mistake_is_what_is_answered():
    page = (ROOT / "docs/templates.md").read_text(encoding="utf-8")

    answer = refusal("\n\n\n\n\n\n{{ release.heading }}")

    assert f"templates/bluesky.txt:{answer}\n" in page


@pytest.mark.parametrize(
    ("source", "post"),
    [
        ("{{ release.dateline.place }}, {{ release.dateline.date }}", "ALLER, 2026-05-04"),
        ("{{ release.contacts[0].name }} <{{ release.contacts[0].email }}>", "Priya Lindqvist <press@rivers.example>"),
        ("{{ release.lede|sentences|first }}", "Five cities on the Aller have written to the ministry today."),
        ("{{ release.headline|shorten(20) }}", "Five Cities Ask for…"),
        ("{{ release.headline|shorten(0) }}.", "."),
        ("{{ release.subheadline }}{{ release.subheadline|default('none') }}", "none"),
        (
            "{% for a in hashtags %}{{ loop.index }}/{{ loop.length }}{% if not loop.last %}; {% endif %}{% endfor %}",
            "1/2; 2/2",
        ),
        ("{% for a in release.actions if 'gauge' in a %}{{ a }}{% else %}none{% endfor %}", "a gauge in every city"),
        ("{{ release.actions|length + 1 }} {{ release.actions|length - 3 }} {{ -1 }}", "3 -1 -1"),
        ("{{ 'a' + 'b' ~ 1 ~ none }}", "ab1"),
        (
            "{{ release.actions[:1]|join(';') }}, {{ release.actions[-1]|title }}",
            "a plan by June, A Gauge In Every City",
        ),
        ("{{ 'x' if release.quotes|length >= 2 and link is not none else 'y' }}", "x"),
        ("{{ 'Dr Ruiz'|replace('Dr ', '')|upper|lower|trim }}", "ruiz"),
        ("{{ release.paragraphs|join('|') }}", "First paragraph."),
        ("{% set n = 1 %}{% if n == 1 %}{% set n = 'one' %}{% else %}{% set n = 2 %}{% endif %}{{ n }}", "one"),
        ("{# a note #}{{ release.slug }}{% raw %} {{ as it is }}{% endraw %}", "open-letter {{ as it is }}"),
        ("<b>&amp; {{ '<' }} @everyone</b>", "<b>&amp; < @everyone</b>"),
        ("{% if 2 is even and not 2 is odd %}even{% endif %}", "even"),
    ],
)
def test_what_a_template_can_say(source, post):
    assert written(source) == [post]


def test_posts_are_parted_by_dashes_alone_on_a_line():
    """White space around them and what has nothing to say is left out; several blank lines become one."""
    source = (
        "\n\n one\n{% if release.subheadline %}\n\nnever\n{% endif %}\n\n\n  two --- three\n--- \n\n---\n ---\nfour\n\n"
    )

    assert written(source) == ["one\n\n  two --- three", "four"]
    assert written("{% if release.subheadline %}x{% endif %}\n---\n") == []


def test_a_byte_order_mark_and_windows_line_ends_are_no_text():
    assert written("\ufeffone\r\n---\r\ntwo\r\n") == ["one", "two"]


def test_a_quote_keeps_its_words_its_speaker_and_the_mention():
    """Nothing is escaped, and the mention is one for the channel to make, not just text."""
    (post,) = posts(load_template("{{ 'Said: ' ~ quote(release.quotes[0]) }}", "x"), draft())

    assert post.plain == f"Said: {MAYOR}"
    assert [span.text for span in post.spans if span.mention == "@ana"] == ["@ana"]


def test_a_quote_without_room_is_cut_between_sentences_and_named_once():
    short = draft(most=70)
    source = load_template("{% for q in release.quotes %}{{ quote(q) }}\n{{ quote(q) }}\n{% endfor %}", "x")
    mayor = "[…] “We ask for dates.”\n— Ana Ruiz (@ana), mayor"

    assert [post.plain for post in posts(source, short)] == [f"{mayor}\n{mayor}\n{FISHER}\n{FISHER}"]
    assert len(short.warnings) == 1
    assert short.warnings[0].startswith("cut after a sentence, and marked […]: “The river carries")


def test_a_quote_of_which_no_sentence_fits_is_left_out_and_named():
    tiny = draft(most=20)

    assert posts(load_template("{% for q in release.quotes %}{{ quote(q) }}{% endfor %}", "x"), tiny) == []
    assert [warning.partition(":")[0] for warning in tiny.warnings] == ["left out, for want of room"] * 2


def test_a_line_of_tags_alone_is_no_line_of_the_post_and_any_other_keeps_its_end():
    source = """
        {% for a in release.actions %}  {# a note #} \t
- {{ a }}{% if loop.last %}.{% else %};{% endif %}
        {% endfor %}
and {# nothing #}
{% if link %} more {% endif %}
---
{% if link
      and hashtags %}
end {%- if link -%}
   .
{% endif %}
{% endif %}
    """.replace("        {%", "  {%")

    assert written(source) == ["- a plan by June;\n- a gauge in every city.\nand\n more", "end."]


SAID = "q.text  quote(q)  (quote(q) ~ '!')  [q.text]|join  [q.text]|first  q.text|sentences|first".split("  ")
CHANGES = "|upper  |lower  |title  |trim  |shorten(9)  |replace('a', 'b')  [:9]  [0]".split("  ")


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("change", CHANGES)
def test_no_way_of_changing_a_text_is_one_of_changing_a_quote(said, change):
    message = refusal(f"{{% for q in release.quotes %}}{{{{ ({said}){change} }}}}{{% endfor %}}")

    assert "this is the words of a quote" in message


def test_a_quote_that_is_not_known_as_one_beforehand_is_refused_when_it_runs():
    source = "{% for q in release.quotes %}{% set a = 'x' if q.title else q.text %}{{ a|upper }}{% endfor %}"

    assert refusal(source) == "1: `upper` takes text, and this is the words of a quote. A quote is never altered"


SPEECH = "“We ask for dates. A plan without dates is a wish,” said Tom Beck. The ministry said nothing."
SAID_IN_IT = Quote(("We ask for dates. A plan without dates is a wish,",), "Tom Beck")
SPOKEN = replace(RELEASE, lede=f"The cities wrote: {SPEECH}", quotes=(SAID_IN_IT,))


@pytest.mark.parametrize("change", ["|upper", "|lower", "|title", "|replace('a', 'b')"])
def test_where_a_paragraph_quotes_somebody_its_letters_are_not_changed(change):
    assert "somebody is quoted here" in refusal(f"{{{{ release.lede{change} }}}}", SPOKEN)
    assert written(f"{{{{ release.lede{change} }}}}", replace(SPOKEN, lede="aA")) != ["aA"]


@pytest.mark.parametrize("most", range(130))
def test_a_paragraph_is_shortened_before_a_quote_or_behind_it(most):
    short = "".join(written(f"{{{{ release.lede|shorten({most}) }}}}", SPOKEN))

    assert len(short) <= most
    assert ("“" in short) == ("dates. A plan without dates is a wish,”" in short)
    assert SPOKEN.lede.startswith(short.removesuffix("…"))


def test_a_sentence_that_quotes_somebody_goes_on_to_the_end_of_the_quote():
    assert written("{{ release.lede|sentences|join('\n---\n') }}", SPOKEN) == [
        "The cities wrote: “We ask for dates. A plan without dates is a wish,” said Tom Beck.",
        "The ministry said nothing.",
    ]


def test_the_first_post_that_says_something_is_measured_with_the_images_that_it_carries():
    both = draft()
    both.opening_fits = lambda text: len(text.plain) <= 5
    source = "{% if fits('123456') %}yes{% else %}no{% endif %}\n"

    assert [post.plain for post in posts(load_template(f"\n---\n{source}---\n{source}", "x"), both)] == ["no", "yes"]


MISTAKES = [
    pair.split("\n") for pair in (FIXTURES / "template-mistakes.txt").read_text(encoding="utf-8").strip().split("\n\n")
]


@pytest.mark.parametrize(("source", "answer"), MISTAKES)
def test_a_mistake_is_answered_when_the_template_is_loaded_with_its_line(source, answer):
    with pytest.raises(PublishError) as caught:
        load_template("one\n\n" + source, "templates/x.txt")

    assert str(caught.value) == f"templates/x.txt:3: {answer}"


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("{{ release.dateline.place }}", "`release.dateline` is empty here, so that it has no `place`"),
        ("{{ release.links[0] }}", "there is no item [0]: the list is empty"),
        ("{{ hashtags[2] }}", "there is no item [2]: the list has only 2"),
        ("{{ release.headline|shorten(release.dateline|default('a')) }}", "`shorten` takes a number, and this is text"),
    ],
)
def test_what_this_release_has_not_is_answered_with_the_line(source, answer):
    assert refusal("\n" + source, replace(RELEASE, dateline=None)).startswith(f"2: {answer}. ")


def test_what_is_far_more_than_anybody_needs_still_runs():
    """The limits are no hindrance: all 40 quotes and 200 points of a very long release, each measured."""
    many = replace(RELEASE, quotes=RELEASE.quotes * 20, actions=tuple(f"point {n}" for n in range(200)))
    source = (
        "{% for q in release.quotes %}{% if fits(quote(q)) %}{{ quote(q) }}{% endif %}\n---\n{% endfor %}"
        "{% for a in release.actions %}{{ loop.index }}. {{ a|title|shorten(50) }}\n"
        "{% if fits(a) %}\n---\n{% endif %}{% endfor %}"
    )

    assert len(written(source, many)) == 240


def test_one_template_serves_several_releases_at_once():
    template = load_template("{% for a in release.actions %}{{ a }} {% endfor %}", "x")
    found: dict[int, list[str]] = {}

    def run(number):
        release = replace(RELEASE, actions=(f"action {number}",) * 200)
        found[number] = [post.plain for post in posts(template, draft(release))]

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert found == {number: [" ".join([f"action {number}"] * 200)] for number in range(8)}
