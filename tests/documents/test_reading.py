"""Files: what is taken, and the one clear line for what is not."""

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.documents import read, read_text
from publisher.errors import PublishError


def write(folder, name, data):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return str(path)


def test_markdown_and_plain_text_are_told_apart_by_the_ending(tmp_path):
    """`# Title` is a heading in a .md file and a line of text in a .txt file."""
    for name, kind in (("a.md", "heading"), ("a.markdown", "heading"), ("A.MD", "heading"), ("a.txt", "paragraph")):
        assert read(write(tmp_path, name, "# Title\n\nText.")).blocks[0].kind == kind


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    """Windows editors write one."""
    assert read(write(tmp_path, "a.txt", b"\xef\xbb\xbfTitle")).blocks[0].plain == "Title"


def test_line_ends_of_every_system_are_read(tmp_path):
    """Old Mac, Windows and Unix alike."""
    for end in ("\n", "\r\n", "\r"):
        assert [block.line for block in read(write(tmp_path, "a.txt", f"One{end}{end}Two")).blocks] == [1, 3]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.md", b"", "the file is empty"),
        ("a.md", b" \n\t\n", "the file is empty"),
        ("a.md", b"---\nheadline: X\n---\n \n", "there is nothing below the front matter"),
        ("a.txt", b"Title\x00\x01", "not a text file"),
        ("a.txt", b"\xe9\x01\x02\x03\x04\x05" * 9, "not a text file"),
        ("a.txt", b"%PDF-1.7 text", "not a text file but a PDF. Take the document that it was made from"),
        ("a.md", b"{\\rtf1 text}", "not a text file but an RTF document. Open it in Word"),
        ("a.txt", b"PK\x03\x04", "Give it the ending .docx"),
        ("a.docx", b"PK\x03\x04", "the Word document is damaged"),
        ("a.docx", b"", "the file is empty"),
        ("a.html", b"<p>", "there is no text in it"),
        ("a.html", b"<script>all there is</script>", "there is no text in it"),
        ("a.pdf", b"%PDF", "files ending in .pdf are not supported"),
        ("a.doc", b"x", "Open it in Word and save it as Word document (.docx)"),
        ("a.pages", b"x", "Open it in Pages and export it as Word document (.docx)"),
        ("a.odt", b"x", "Open it in LibreOffice"),
        ("release", b"Title", "no ending"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path, name, data, says):
    """With the file's name, what is wrong, and what to do."""
    path = write(tmp_path, name, data)
    with pytest.raises(PublishError) as caught:
        read(path)

    line = str(caught.value)
    assert line.startswith(f"{path}: ")
    assert says in line
    assert "\n" not in line
    assert caught.value.hint
    assert caught.value.exit_code == 2


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    """Neither is a release."""
    with pytest.raises(PublishError, match="no such file"):
        read(str(tmp_path / "nothing.md"))
    with pytest.raises(PublishError, match="folder"):
        read(str(tmp_path))
    with pytest.raises(PublishError, match="cannot be read"):
        read("a\x00b.md")


def test_a_large_file_is_refused_by_its_size_alone(tmp_path):
    """Fifty megabytes are never read: the file is sparse, and not readable as text either."""
    path = tmp_path / "large.md"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)

    with pytest.raises(PublishError, match="50 MB; at most 10 MB"):
        read(str(path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    """Reading it would block for ever."""
    path = tmp_path / "pipe.md"
    os.mkfifo(path)

    with pytest.raises(PublishError, match="ordinary file"):
        read(str(path))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Title\n\nText.", "paragraph"),
        ("# Title\n\nText.", "heading"),
        ("---\nheadline: X\n---\n# Title", "heading"),
        ("<!DOCTYPE html>\n<h1>Title</h1><p>Text", "heading"),
        ("\n<h1>Title</h1>\nText", "heading"),
        ("<Patient> and text", "paragraph"),
    ],
)
def test_standard_input_is_read_as_what_it_looks_like(monkeypatch, text, kind):
    """A heading or front matter gives Markdown away, a doctype or a block's tag HTML."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    document = read("-")

    assert document.file == "-"
    assert document.blocks[0].kind == kind


def test_standard_input_without_end_is_cut_off(monkeypatch):
    """Ten megabytes are the limit there too."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a" * 10_000_001)))

    with pytest.raises(PublishError, match="too large"):
        read("-")


@given(st.text(), st.booleans())
def test_read_text_never_raises(text, markdown):
    """Any text is a document, and none of its characters are invisible."""
    document = read_text(text, file="x", markdown=markdown)

    assert "\x00" not in "".join(block.plain for block in document.blocks)


def test_read_text_turns_wrong_front_matter_into_a_warning():
    """The text is still read."""
    document = read_text("---\nheadlin: X\n---\nTitle", file="x", markdown=True)

    assert [block.plain for block in document.blocks] == ["Title"]
    assert "headlin" in document.findings[0].what
