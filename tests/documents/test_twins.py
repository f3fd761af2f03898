"""One release as Markdown, as a Word document and as HTML: three files, one release."""

from __future__ import annotations

import io
import re

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from publisher.documents import read
from publisher.release import as_json, parse

MARKDOWN = """\
FOR IMMEDIATE RELEASE

# Ferry Between Aldmouth and Quinsea Sails Again After Nine Years

## First crossing leaves at dawn on Saturday; islanders travel free until spring

ALDMOUTH, May 4, 2026 – The Quinsea Ferry Cooperative will resume the crossing between Aldmouth and the island of \
Quinsea on **Saturday**, nine years after the last boat was sold. Tickets are on sale at \
[quinseaferry.example](https://quinseaferry.example/tickets) from today.

“My mother crossed to have me, and I have waited nine years to take my own daughter back the same way,” said Ilse \
Varga, chair of the Quinsea Ferry Cooperative. “On Saturday we go home by water.”

The boat, a secondhand vessel from Norway, carries 120 people and eleven cars. It was bought with the shares of \
2,300 islanders.

> “A road that floats is still a road, and a county must keep its roads open,” said Tomas Okafor, commissioner for \
transport of Aldmouth County.

The cooperative asks the county to:

- pay for the dredging of Quinsea harbour every spring
- keep the last bus waiting for the last boat
- sell one ticket for bus and boat

*Island Voices*, a choir of forty, will sing on the pier.

## About the Quinsea Ferry Cooperative

The Quinsea Ferry Cooperative is a nonprofit owned by the people of Quinsea. It was founded in 2019 and has 2,300 \
members.

## Media contact

Nora Lindqvist
press@quinseaferry.example
+1 503 555 0177
"""

STYLES = {"#": "Title", "##": "Subtitle", "-": "List Bullet", ">": "Quote"}
MARKS = re.compile(r"\*\*(?P<bold>[^*]+)\*\*|\*(?P<italic>[^*]+)\*|\[(?P<text>[^\]]+)\]\((?P<link>[^)]+)\)")


def add_runs(paragraph, text):
    """The Markdown text as runs: bold, italic, links, line breaks."""
    at = 0
    for mark in MARKS.finditer(text):
        paragraph.add_run(text[at : mark.start()])
        at = mark.end()
        if mark["link"]:
            add_link(paragraph, mark["text"], mark["link"])
            continue
        run = paragraph.add_run(mark["bold"] or mark["italic"])
        run.bold, run.italic = bool(mark["bold"]), bool(mark["italic"])
    paragraph.add_run(text[at:])


def add_link(paragraph, text, address):
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(link)
    run = paragraph.add_run(text)
    link.append(run._r)


def word_twin():
    """The release as Word saves it, with headings where the text has sections."""
    document = docx.Document()
    titled = False
    for block in MARKDOWN.strip().split("\n\n"):
        for line in block.split("\n") if block.startswith("- ") else [block]:
            sign, _, rest = line.partition(" ")
            if sign not in STYLES:
                add_runs(document.add_paragraph(), line)
                continue
            style = "Heading 1" if sign == "##" and titled else STYLES[sign]
            titled = titled or style == "Subtitle"
            add_runs(document.add_paragraph(style=style), rest)
    return document


def html_twin():
    """The release as a page that a website serves, between all that a website has beside it."""
    found = []
    for block in MARKDOWN.strip().split("\n\n"):
        text = MARKS.sub(
            lambda mark: (
                f'<a href="{mark["link"]}" onclick="track()">{mark["text"]}</a>'
                if mark["link"]
                else f"<strong>{mark['bold']}</strong>"
                if mark["bold"]
                else f"<em>{mark['italic']}</em>"
            ),
            block,
        )
        sign, _, rest = text.partition(" ")
        if sign in ("#", "##"):
            found.append(f"<h{len(sign)}>{rest}</h{len(sign)}>")
        elif sign == ">":
            found.append(f"<blockquote><p>{rest}</p></blockquote>")
        elif sign == "-":
            found.append("<ul>" + "".join(f"<li>{item[2:]}</li>\n" for item in text.split("\n")) + "</ul>")
        else:
            found.append("<p>" + text.replace("\n", "<br>\n") + "</p>")
    inside = "\n".join(found)
    return f"""<!DOCTYPE html>
<html lang=en><head><meta charset=utf-8><title>Ferry sails | Quinsea Ferry Cooperative</title>
<meta name=description content="Nothing of this is text"><style>p {{ color: red }}</style>
<script>document.write("<p>Nor this")</script></head>
<body onload="track()"><header><img src=logo.png alt=Logo><nav><ul><li><a href=/>Home</a><li>News</ul></nav></header>
<main><!-- nor this --><form action=/subscribe><label>E-mail<input name=mail></label></form>
<article>{inside}<div style="display: none">You cannot see me</div></article>
<aside><h2>More news</h2><ul><li>An older story</ul></aside></main>
<footer><p>© Quinsea Ferry Cooperative</p></footer><script src=//tracker.example/t.js></script></body></html>"""


def change(document, text, kind="w:ins"):
    """Mark a piece of text as a tracked change: the run that holds it is cut out of its paragraph and wrapped."""
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            before, found, after = run.text.partition(text)
            if not found:
                continue
            run.text = before
            changed = OxmlElement(kind)
            changed.set(qn("w:author"), "Ben Achterberg")
            changed.set(qn("w:id"), "901")
            inner = paragraph.add_run(found)
            tail = paragraph.add_run(after)
            run._r.addnext(changed)
            changed.append(inner._r)
            changed.addnext(tail._r)
            if kind == "w:del":
                inner._r.find(qn("w:t")).tag = qn("w:delText")
            return
    raise AssertionError(text)


def saved(document, path):
    target = io.BytesIO()
    document.save(target)
    path.write_bytes(target.getvalue())
    return str(path)


def essence(path):
    """All parts of the release in a file, and the text, kind, depth and marks of every block of its body."""
    release = parse(read(path))
    parts = as_json(release)
    for key in ("file", "warnings", "findings"):
        del parts[key]
    body = []
    for block in release.body:
        spans = [(span.text, span.bold, span.italic, span.link) for span in block.text.spans if span.text]
        body.append((block.kind, block.level if block.kind == "item" else 0, block.ordered, spans))
    return parts, body


@pytest.fixture
def markdown(tmp_path):
    path = tmp_path / "release.md"
    path.write_text(MARKDOWN)
    return str(path)


def test_the_release_is_read_whole(markdown):
    """What the twins are compared with has every part."""
    parts, body = essence(markdown)

    assert parts["headline"].startswith("Ferry Between")
    assert parts["subheadline"].startswith("First crossing")
    assert parts["dateline"] == {"place": "ALDMOUTH", "date": "2026-05-04"}
    assert [quote["speaker"] for quote in parts["quotes"]] == ["Ilse Varga", "Tomas Okafor"]
    assert len(parts["actions"]) == 3
    assert parts["boilerplate"].startswith("The Quinsea Ferry Cooperative is a nonprofit")
    assert parts["contacts"][0]["email"] == "press@quinseaferry.example"
    assert [kind for kind, *_ in body].count("item") == 3


def test_a_word_document_gives_the_same_release(markdown, tmp_path):
    """Title, Subtitle, Heading, List Bullet and Quote styles, a link, bold and italics."""
    path = saved(word_twin(), tmp_path / "release.docx")

    assert essence(path) == essence(markdown)
    assert [finding.rule for finding in read(path).findings] == []


def test_a_comment_and_a_tracked_change_are_found_and_change_nothing_else(markdown, tmp_path):
    """The text is read as if all changes were accepted; the two findings say who asks what, and stop a publish."""
    document = word_twin()
    lede = next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith("ALDMOUTH"))
    document.add_comment(lede.runs[0], text="Is it really nine years?", author="Nora Lindqvist", initials="NL")
    change(document, "eleven cars")
    path = saved(document, tmp_path / "release.docx")

    assert essence(path) == essence(markdown)
    tracked, comment = read(path).findings
    assert (tracked.rule, tracked.severity) == ("tracked-changes", "error")
    assert tracked.what == "1 tracked change is open, such as “eleven cars”"
    assert "accept or reject" in tracked.advice
    assert (comment.rule, comment.severity) == ("comment", "warning")
    assert comment.what.startswith("there is a comment by Nora Lindqvist at “ALDMOUTH, May 4, 2026")
    assert comment.what.endswith("“Is it really nine years?”")


def test_deleted_text_is_not_read(markdown, tmp_path):
    """A deletion that nobody has accepted is an open change as well."""
    document = word_twin()
    for paragraph in document.paragraphs:
        if "2,300 islanders." in paragraph.text:
            paragraph.add_run(" Nobody knows what it cost.")
    change(document, " Nobody knows what it cost.", "w:del")
    path = saved(document, tmp_path / "release.docx")

    assert essence(path) == essence(markdown)
    assert [finding.rule for finding in read(path).findings] == ["tracked-changes"]


def test_a_saved_web_page_gives_the_same_release(markdown, tmp_path):
    """Without its navigation, footer, scripts and hidden elements."""
    path = tmp_path / "release.html"
    path.write_text(html_twin())

    assert essence(str(path)) == essence(markdown)
    assert read(str(path)).findings == ()


def test_lines_of_a_page_are_known(tmp_path):
    """A finding on a quote says where it is in the file."""
    path = tmp_path / "release.html"
    path.write_text(html_twin())
    lines = html_twin().split("\n")

    for quote in parse(read(str(path))).quotes:
        assert quote.pieces[0][:30] in lines[quote.line - 1]


def test_both_come_through_standard_input_too(monkeypatch, markdown, tmp_path):
    """What they are is told from what they hold."""
    word = tmp_path / "release.docx"
    saved(word_twin(), word)
    for data in (word.read_bytes(), html_twin().encode()):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))

        assert essence("-") == essence(markdown)
