"""Twice the text is twice the work, whatever it says: no input holds the program up."""

import time
from functools import partial
from itertools import count

import pytest
from effort import growth, seconds
from examples import FULL

from publisher.documents import Document, read_text
from publisher.documents.page import page_blocks
from publisher.release import parse

STEEP = 2.9
LENGTHS = (1_000, 2_000, 4_000, 8_000, 16_000, 32_000)[: 6 if FULL else 5]
MARKDOWN_LENGTHS = (5_500, 13_000)  # a part of more than 12,000 characters without a blank line is read as plain text
ENOUGH = 0.04
"""Seconds of work, at which a text is long enough to tell."""

ABOVE = "Mill opens in Oakvale\n\nOAKVALE – The mill opens its doors to everybody today, said the owner of it.\n\n"

REPEATED = {
    "straight marks": '"',
    "opening marks": "“",
    "single marks": "'",
    "low marks": "„",
    "low marks closed": "„a“ ",
    "guillemets": "«",
    "backticks": "`",
    "marks of each sort": "“a” 'b' «c» ",
    "marks within marks": "“a ‘b “c ",
    "single opening marks": " 'a",
    "single closing marks": "a.' ",
    "round brackets": "(",
    "square brackets": "[",
    "square brackets closed": "[a] ",
    "image signs": "![a](",
    "links": "[a](b) ",
    "references": "[a]: http://b\n",
    "tags": "<a ",
    "nested tags": "<div>",
    "comments": "<!--",
    "attributes": '<a href="b">c</a> ',
    "entities": "&#",
    "backslashes": "\\",
    "emphasis opened": "*a **b ",
    "emphasis of two sorts": "**a* ",
    "emphasis in a row": "*a* ",
    "asterisks": "***\n",
    "underscores": "___\n",
    "code": "`a ",
    "code fences": "```\n",
    "quotation signs": "> ",
    "quotation lines": "> a\n",
    "lists in quotations": "> - a\n",
    "dashes alone": "-\n",
    "items": "- item one; and\n",
    "numbered items": "1. a\n",
    "lettered items": "a) b\n",
    "headings": "# a\n",
    "underlined lines": "a\n====\n",
    "pipes": "a | b ",
    "tables": "a|b\n-|-\n",
    "end marks": "###\n\n",
    "front matter": "---\nheadline: x\n",
    "keys": "key: value\n",
    "one letter": "a",
    "words": "word ",
    "verbs": "said ",
    "capitals": "Abc ",
    "capitals with commas": "Abc, ",
    "names": "Jane Doe ",
    "names and verbs": "Jane Doe said ",
    "nicknames": "Jane “Jo” Doe ",
    "weak openers": "The ",
    "degrees": "PhD ",
    "companies": "A & B ",
    "initials": "J. ",
    "roles": "President of ",
    "abouts": "About About ",
    "colons": 'Jane said: "a ',
    "commas": ",",
    "stops": "!",
    "short sentences": "No! A",
    "digits": "1",
    "numbers": "1 ",
    "parts of numbers": "555-",
    "dates": "May 3, 2026, ",
    "parts of addresses": "a@",
    "parts of web addresses": "http://a.",
    "spaces": " ",
    "hard spaces": "\xa0",
    "line ends": " \n",
    "nothing to be seen": "\u200b",
    "combining marks": "a\u0301",
    "no spaces": "中。",
    "lines": "a\n",
    "paragraphs": "x\n\n",
    "wrapped lines": "this is a line of a text that was wrapped at about seventy columns\n",
    "a speech again and again": "“We grind day and night,” said Jane Doe, head of it. ",
    "speeches without a name": "“We grind day and night,” she said.\n\n",
    "open paragraphs": "“Hello there you go now.\n\n",
    "closing paragraphs": "Hello there you go now.”\n\n",
    "boilerplates": "About Us\n\nWe are a company that does things everywhere in the world.\n\n",
    "contact labels": "Contact: ",
    "placeholders": "TK [insert name] lorem ipsum ",
    "all sorts of blocks": "a\nb\n\n- c\n\n> d\n\n",
}


def name(number):
    """Another one for each number."""
    letters = ""
    number += 70
    while number:
        letters += "bcdfgklmnprstv"[number % 14] + "aeiou"[number // 14 % 5]
        number //= 70
    return letters.capitalize()


ALWAYS_NEW = {
    "names": lambda n: f"{name(n)} {name(n * 7)} went there. ",
    "namesakes": lambda n: (
        f"“We grind all day,” said {name(n)} Doe, a miller.\n\n“We do it again,” said Senator Doe.\n\n"
    ),
    "offices": lambda n: f"{name(n)} Roe, head of {name(n * 3)}, was there.\n\n“We grind again,” said the senator.\n\n",
    "pronouns": lambda n: f"{name(n)} {name(n * 7)} went there.\n\n“We grind again today,” she said.\n\n",
    "spellings": lambda n: f"{name(n)} {name(n * 7)}a and {name(n)} {name(n * 7)}e said it. ",
    "short forms": lambda n: f"The {name(n)} {name(n + 1)} ({name(n)[0]}{name(n + 1)[0]}) went there. ",
    "speeches": lambda n: f"“We grind all the {name(n)},” said {name(n)} {name(n * 3)}. ",
    "statements": lambda n: f"{name(n)} Roe issued the following statement:\n\n“We grind all the {name(n)}.\n\n",
    "open speeches": lambda n: f"“We grind all the {name(n)} now.\n\n",
    "days": lambda n: f"On Monday, May {n % 28 + 1}, 20{n % 90 + 10}, {name(n)} went there. ",
    "datelines": lambda n: f"{name(n).upper()}, May {n % 28 + 1}, 2026 – The mill opens its doors in {name(n)}.\n\n",
    "embargoes": lambda n: f"EMBARGOED UNTIL May {n % 28 + 1}, 2026\n\n",
    "embargoes in a row": lambda n: f"embargo until May {n}; ",
    "kickers": lambda n: f"NEWS RELEASE {n}\n\n",
    "contacts": lambda n: f"Contact: {name(n)} Roe, {name(n)}@mill.example, 555-{n % 1000:03}-{n // 1000:04}\n\n",
    "addresses": lambda n: f"See https://mill.example/{name(n)} and {name(n)}@mill.example now. ",
    "images": lambda n: f"![{name(n)}]({name(n)}.jpg)\n\n",
    "references": lambda n: f"[{name(n)}]: http://{name(n)}.example\n[{name(n)}]\n\n",
    "sections": lambda n: f"## {name(n)}\n\n- {name(n)} does it; and\n\nA text that says so much of {name(n)}.\n\n",
    "boilerplates": lambda n: f"About {name(n)}\n\n{name(n)} is a company that does things in all of the world.\n\n",
    "handles": lambda n: f"@{name(n)} and #{name(n)} ",
    "deeper items": lambda n: f"{'  ' * min(n, 40)}- {name(n)}\n",
    "deeper quotations": lambda n: f"{'>' * min(n, 40)} {name(n)}\n",
}

HTML = {
    "paragraphs": "<p>a",
    "divisions": "<div>",
    "emphasis": "<b><i>a",
    "lists": "<ul><li>",
    "items": "<li>a</li>",
    "tables": "<table><tr><td>",
    "quotations": "<blockquote>",
    "closing tags": "</p></b>",
    "breaks": "a<br>",
    "links": '<a href="http://a.example">a',
    "images": '<img src="a.jpg">',
    "scripts": "<script>",
    "comments": "<!-- a",
    "entities": "&amp;&#8220;",
    "attributes": "<p a=b c='d' e=\"f\">",
    "spaces": "a \n \t ",
}


def repeated(sign, length):
    return ABOVE + sign * (length // len(sign))


def always_new(part, length):
    parts = []
    for number in count():
        parts.append(part(number))
        length -= len(parts[-1])
        if length <= 0:
            return ABOVE + "".join(parts)
    return ""


def parsed(text, *, markdown):
    parse(read_text(text, file="x", markdown=markdown))


def parsed_page(text):
    blocks, findings = page_blocks(text)
    parse(Document("x.html", blocks, findings=findings))


def steepness(read, make, lengths=LENGTHS):
    """How much more work a text of twice the length is, at the first length that is long enough to tell.

    Where it is too much it has to be so for one of four times the length too: a limit may lie between the two.
    """
    long_enough = (length for length in lengths if seconds(partial(read, make(2 * length))) > ENOUGH)
    length = next(long_enough, lengths[-1])
    texts = [partial(read, make(length * factor)) for factor in (1, 2, 4)]
    found = growth(texts[0], texts[1], STEEP)
    return found if found < STEEP else min(found, growth(texts[1], texts[2], STEEP))


@pytest.mark.parametrize("markdown", [False, True], ids=["plain", "markdown"])
@pytest.mark.parametrize("sign", REPEATED)
def test_a_sign_again_and_again(sign, markdown):
    """Whatever a rule looks for, as often as a file may hold it."""
    read, make = partial(parsed, markdown=markdown), partial(repeated, REPEATED[sign])

    assert steepness(read, make, MARKDOWN_LENGTHS if markdown else LENGTHS) < STEEP


@pytest.mark.parametrize("markdown", [False, True], ids=["plain", "markdown"])
@pytest.mark.parametrize("part", ALWAYS_NEW)
def test_something_new_each_time(part, markdown):
    """Whatever a rule remembers, as much as a file may hold of it."""
    read, make = partial(parsed, markdown=markdown), partial(always_new, ALWAYS_NEW[part])

    assert steepness(read, make, MARKDOWN_LENGTHS if markdown else LENGTHS) < STEEP


@pytest.mark.parametrize("tag", HTML)
def test_pages(tag):
    """Tags that are never closed, closed without having been opened, and nested ever deeper."""
    assert steepness(parsed_page, partial(repeated, HTML[tag])) < STEEP


def test_a_release_in_one_endless_line_is_read():
    """A megabyte."""
    text = "“We go on and on,” said Jane Doe, director of it. The work grows. " * 16_000
    start = time.thread_time()
    release = parse(read_text("Title\n\n" + text[:1_000_000], file="x", markdown=False))

    assert release.quotes[0].speaker == "Jane Doe"
    assert time.thread_time() - start < 20
