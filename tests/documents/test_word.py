"""Word documents: what is read of them, what is said about the rest, and what is refused."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import zipfile

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.documents import read
from publisher.documents.package import LARGEST, MOST_ELEMENTS
from publisher.documents.word import word_blocks
from publisher.errors import PublishError
from publisher.release import parse

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "a7b5a1c50000000049454e44ae426082"
)


def saved(document):
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts, method=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def plain_parts():
    document = docx.Document()
    document.add_paragraph("The mill grinds again.")
    return parts_of(saved(document))


def with_body(body, **more):
    """A document of this XML; `more` are parts, `__` standing for the slash in their names."""
    parts = plain_parts()
    parts["word/document.xml"] = f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>".encode()
    return packed(parts | {name.replace("__", "/"): content for name, content in more.items()})


def paragraph(text, properties=""):
    return f"<w:p><w:r>{properties}<w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def words(data, file="release.docx"):
    return [block.plain for block in word_blocks(data, file).blocks]


def findings(data, file="release.docx"):
    return [(finding.rule, finding.severity, finding.what) for finding in word_blocks(data, file).findings]


def refusal(data):
    with pytest.raises(PublishError) as caught:
        word_blocks(data, "release.docx")
    line = str(caught.value)
    assert line.startswith("release.docx: ")
    assert "\n" not in line
    assert caught.value.hint
    return line


def outcome(data):
    try:
        word_blocks(data, "release.docx")
    except PublishError as error:
        return "refused" if "\n" not in str(error) else str(error)
    return "read"


# What is read


def test_a_numbered_list_and_its_second_level_are_items():
    """Real numbering, as Word's own buttons make it, and the styles of that name."""
    document = docx.Document()
    for style in ("List Number", "List Number", "List Bullet 2", "List Bullet"):
        document.add_paragraph(f"An item of {style}", style=style)

    blocks = word_blocks(saved(document), "release.docx").blocks
    assert [(block.kind, block.level, block.ordered) for block in blocks] == [
        ("item", 0, True),
        ("item", 0, True),
        ("item", 1, False),
        ("item", 0, False),
    ]


def test_bullets_that_were_typed_are_items_too():
    """Also where the lines of one paragraph are broken by hand."""
    document = docx.Document()
    document.add_paragraph("We ask for:\n•\tbread\n•\tsalt\nThat is all.")
    document.add_paragraph("– and water")
    document.add_paragraph("- ends -")

    blocks = word_blocks(saved(document), "release.docx").blocks
    assert [(block.kind, block.plain) for block in blocks] == [
        ("paragraph", "We ask for:"),
        ("item", "bread"),
        ("item", "salt"),
        ("paragraph", "That is all."),
        ("item", "and water"),
        ("paragraph", "- ends -"),
    ]


def test_a_contact_in_paragraphs_of_its_own_keeps_its_name(tmp_path):
    """Word knows no lines: each Enter is a paragraph."""
    document = docx.Document()
    for line in ("FOR IMMEDIATE RELEASE", "Ana Solberg", "555-123-4567"):
        document.add_paragraph(line)
    document.add_paragraph("The Mill of Oakvale Grinds Again", style="Title")
    document.add_paragraph("OAKVALE, May 3, 2026 – The mill of Oakvale grinds again after nine years.")
    path = tmp_path / "release.docx"
    path.write_bytes(saved(document))

    (contact,) = parse(read(str(path))).contacts
    assert (contact.name, contact.phone) == ("Ana Solberg", "555-123-4567")


def test_a_table_of_figures_is_read_row_by_row():
    """What stands in a row belongs together."""
    document = docx.Document()
    table = document.add_table(rows=0, cols=2)
    for left, right in (("Year", "Loaves"), ("2025", "4,000"), ("2026", "9,500"), ("Baker:", "Ana Solberg")):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = left, right

    assert words(saved(document)) == ["Year | Loaves", "2025 | 4,000", "2026 | 9,500", "Baker: Ana Solberg"]


def test_a_table_that_lays_out_the_page_is_read_entry_by_entry():
    """A letterhead, a contact beside a text."""
    document = docx.Document()
    cells = document.add_table(rows=1, cols=2).rows[0].cells
    cells[0].text, cells[1].text = "FOR IMMEDIATE RELEASE", "Contact: Ana Solberg"

    assert words(saved(document)) == ["FOR IMMEDIATE RELEASE", "Contact: Ana Solberg"]


def test_front_matter_may_stand_at_the_top(tmp_path):
    """With the curly quotation marks that Word puts there."""
    document = docx.Document()
    for line in ("---", "embargo: 2999-01-01 09:00", "slug: “mill-again”", "---"):
        document.add_paragraph(line)
    document.add_paragraph("The Mill Grinds Again", style="Title")
    path = tmp_path / "release.docx"
    path.write_bytes(saved(document))

    release = parse(read(str(path)))
    assert (release.headline, release.slug) == ("The Mill Grinds Again", "mill-again")
    assert str(release.embargo).startswith("2999-01-01")


def test_an_embargo_in_the_page_header_holds_the_release_back(tmp_path):
    """It is no part of the text, and is obeyed all the same."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "EMBARGOED UNTIL 3 MAY 2999, 9 AM"
    document.add_paragraph("The Mill Grinds Again", style="Title")
    document.add_paragraph("OAKVALE, May 3, 2026 – The mill of Oakvale grinds again.")
    path = tmp_path / "release.docx"
    path.write_bytes(saved(document))

    release = parse(read(str(path)))
    assert release.embargo == "EMBARGOED UNTIL 3 MAY 2999, 9 AM"
    assert release.headline == "The Mill Grinds Again"


# What is said


def test_page_headers_and_footers_with_text_are_named_and_page_numbers_are_not():
    """A letterhead may hold a telephone number that the text has not."""
    document = docx.Document()
    document.add_paragraph("The mill grinds again.")
    document.sections[0].header.paragraphs[0].text = "Oakvale Mill, 555-123-4567"
    footer = document.sections[0].footer.paragraphs[0]
    footer.add_run("Page ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), " PAGE ")
    footer._p.append(field)

    assert findings(saved(document)) == [
        ("left-out", "warning", "the page header was left out: “Oakvale Mill, 555-123-4567”")
    ]


def test_footnotes_are_left_out_and_named():
    """Neither their marks nor their texts get into a list of demands."""
    notes = f"<w:footnotes {NAMESPACES}><w:footnote w:id='2'>{paragraph('Counted by hand.')}</w:footnote></w:footnotes>"
    body = "<w:p><w:r><w:t>It made 9,500 loaves</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
    data = with_body(body, word__footnotes=b"", **{"word__footnotes.xml": notes.encode()})

    assert words(data) == ["It made 9,500 loaves"]
    assert findings(data) == [("left-out", "warning", "a footnote was left out: “Counted by hand.”")]


def test_a_text_box_is_read_or_named():
    """Word writes it twice, once for old programs; where it stands only once, it is lost and said to be."""
    words_in = paragraph("Open day on Saturday")
    box = f"<wps:wsp><wps:txbx><w:txbxContent>{words_in}</w:txbxContent></wps:txbx></wps:wsp>"
    graphic = f"<a:graphic><a:graphicData>{box}</a:graphicData></a:graphic>"
    drawing = f"<w:drawing><wp:anchor>{graphic}</wp:anchor></w:drawing>"
    shape = f"<v:shape><v:textbox><w:txbxContent>{words_in}</w:txbxContent></v:textbox></v:shape>"
    both = (
        f"<mc:AlternateContent><mc:Choice Requires='wps'>{drawing}</mc:Choice>"
        f"<mc:Fallback><w:pict>{shape}</w:pict></mc:Fallback></mc:AlternateContent>"
    )
    before = "<w:p><w:r><w:t>The mill grinds again.</w:t></w:r><w:r>{}</w:r></w:p>"

    assert words(with_body(before.format(both))) == ["The mill grinds again.", "Open day on Saturday"]
    assert findings(with_body(before.format(both))) == []
    assert findings(with_body(before.format(drawing))) == [
        ("left-out", "warning", "some text was left out: “Open day on Saturday”")
    ]


def test_a_picture_that_nobody_saved_is_named(tmp_path):
    """It is not attached; saved beside the document under the name given, it is."""
    document = docx.Document()
    document.add_paragraph("The Mill Grinds Again", style="Title")
    document.add_picture(io.BytesIO(PIXEL))
    document.paragraphs[-1]._p.find(".//" + qn("wp:docPr")).set("descr", "The new water wheel")
    document.add_paragraph("Photo: the wheel by night", style="Caption")
    document.add_paragraph("OAKVALE, May 3, 2026 – The mill of Oakvale grinds again.")
    path = tmp_path / "mill.docx"
    path.write_bytes(saved(document))
    before = read(str(path))
    (tmp_path / "mill-1.jpg").write_bytes(b"a picture")
    after = read(str(path))

    assert [block for block in before.blocks if block.kind == "image"] == []
    (finding,) = before.findings
    assert (finding.rule, finding.what) == (
        "picture",
        "the picture “The new water wheel” is embedded in the document and does not go along",
    )
    assert finding.advice == "save it beside the document as mill-1.png"
    assert [(block.src, block.alt) for block in after.blocks if block.kind == "image"] == [
        ("mill-1.jpg", "The new water wheel")
    ]
    assert after.findings == ()
    assert all("by night" not in block.plain for block in (*before.blocks, *after.blocks) if block.kind != "image")


def test_hidden_and_struck_text_are_named():
    """Hidden text would be published: that is an error."""
    hidden = paragraph("Not for the press.", "<w:rPr><w:vanish/></w:rPr>")
    struck = paragraph("The old price.", "<w:rPr><w:strike/></w:rPr>")
    shown = paragraph("The new price.", "<w:rPr><w:strike w:val='0'/><w:vanish w:val='false'/></w:rPr>")

    assert findings(with_body(shown + hidden + struck)) == [
        ("hidden-text", "error", "hidden text was read: “Not for the press.”"),
        ("struck-through", "warning", "text that is struck through was read: “The old price.”"),
    ]


def test_changes_of_format_alone_are_a_warning():
    """The words are the same either way."""
    changed = "<w:rPr><w:b/><w:rPrChange w:id='1' w:author='x'><w:rPr/></w:rPrChange></w:rPr>"

    assert findings(with_body(paragraph("The mill", changed))) == [
        ("tracked-changes", "warning", "1 tracked change of format is open")
    ]


def test_text_that_was_moved_is_read_where_it_went():
    """As if the change were accepted."""
    moved = "<w:r><w:t>on Saturday</w:t></w:r>"
    body = (
        f"<w:p><w:moveFrom w:id='1'>{moved}</w:moveFrom><w:r><w:t>The mill grinds </w:t></w:r>"
        f"<w:moveTo w:id='2'>{moved}</w:moveTo></w:p>"
    )

    assert words(with_body(body)) == ["The mill grinds on Saturday"]
    assert findings(with_body(body))[0][:2] == ("tracked-changes", "error")


def test_the_words_of_a_simple_field_and_of_a_direction_are_read_in_their_place():
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>".format
    field = f'<w:fldSimple w:instr=" DATE ">{run("3 May 2026")}</w:fldSimple>'
    direction = f'<w:dir w:val="ltr">{run(", the mill")}</w:dir><w:bdo w:val="ltr">{run(" opens.")}</w:bdo>'
    data = with_body(f"<w:p>{run('On ')}{field}{direction}</w:p>")
    assert words(data) == ["On 3 May 2026, the mill opens."]
    assert findings(data) == []


def test_a_chart_is_named():
    """It holds words that the release would go out without."""
    chart = "<w:p><w:r><w:drawing><c:chart xmlns:c='c' r:id='x'/></w:drawing></w:r></w:p>"

    assert findings(with_body(paragraph("The mill.") + chart)) == [("left-out", "warning", "a chart was left out")]


# What is refused


def test_what_is_no_word_document_is_refused_with_what_it_is():
    """And with how to save it instead."""
    workbook = plain_parts()
    workbook["[Content_Types].xml"] = workbook["[Content_Types].xml"].replace(b"wordprocessingml", b"spreadsheetml")
    macros = plain_parts() | {"word/vbaProject.bin": b"macro"}
    renamed = plain_parts()
    renamed["[Content_Types].xml"] = renamed["[Content_Types].xml"].replace(
        b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
        b"vnd.ms-word.document.macroEnabled.main",
    )
    text = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}
    cipher = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")

    assert "Excel workbook" in refusal(packed(workbook))
    assert "macros" in refusal(packed(macros))
    assert "macros" in refusal(packed(renamed))
    assert "OpenDocument" in refusal(packed(text))
    assert "not a Word document" in refusal(packed({"a.txt": b"text"}))
    assert "protected by a password" in refusal(cipher)
    assert "old Word document" in refusal(cipher[:400])
    assert "an RTF document" in refusal(b"{\\rtf1 text}")
    assert "not a Word document" in refusal(b"Only text")


def test_a_damaged_document_is_refused():
    """Cut off, changed in the middle, without its text, with XML that is none."""
    whole = packed(plain_parts())
    headless = {name: part for name, part in plain_parts().items() if name != "word/document.xml"}
    broken = plain_parts() | {"word/styles.xml": b"<w:styles"}
    odd = plain_parts()
    odd["word/styles.xml"] = odd["word/styles.xml"].replace(b"w:styleId=", b"w:nothing=")
    flipped = bytearray(whole)
    at = whole.index(b"word/document.xml") + 60
    flipped[at : at + 20] = bytes(20)

    for data in (whole[:2000], whole[:-30], whole[3000:], bytes(flipped), packed(broken), packed(odd)):
        refusal(data)
    assert "no text" in refusal(packed(headless))


BILLION = (
    "<!DOCTYPE w:document [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(97 + n + 1)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(12))
    + "]>"
)


@pytest.mark.parametrize(
    "doctype",
    [
        BILLION,
        "<!DOCTYPE w:document [<!ENTITY m SYSTEM 'file:///etc/hostname'>]>",
        "<!DOCTYPE w:document [<!ENTITY m SYSTEM 'http://127.0.0.1:9/x'>]>",
        "<!DOCTYPE w:document SYSTEM 'file:///etc/hostname'>",
        "<!DOCTYPE w:document [<!ENTITY % p SYSTEM 'file:///etc/hostname'> %p;]>",
    ],
)
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "_rels/.rels", "[Content_Types].xml"])
def test_entities_are_refused_before_anything_expands_them(part, doctype):
    """In any part: no text that grows without end, no file of this machine, no address is ever read."""
    parts = plain_parts()
    head, _, rest = parts[part].partition(b"?>") if parts[part].startswith(b"<?xml") else (b"<?xml", b"", parts[part])
    head = b'<?xml version="1.0"' if not head or head == b"<?xml" else head
    parts[part] = head + b"?>" + doctype.encode() + rest

    assert "defines entities" in refusal(packed(parts))


def test_a_utf_16_part_with_entities_is_refused_too():
    """A check of the bytes alone would overlook it."""
    parts = plain_parts()
    text = f"<?xml version='1.0' encoding='UTF-16'?>{BILLION}<w:document {NAMESPACES}><w:body>&m;</w:body></w:document>"
    parts["word/document.xml"] = text.encode("utf-16")

    assert "defines entities" in refusal(packed(parts))


def bomb(size=3 * LARGEST):
    """A part that is a thousand times as large unpacked."""
    return packed(plain_parts() | {"word/document.xml": b"<w>" + b" " * size + b"</w>"})


def lying(data, size):
    """The same file with another unpacked size in its headers."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        true = archive.getinfo("word/document.xml").file_size
    return data.replace(struct.pack("<L", true), struct.pack("<L", size))


def test_a_zip_bomb_is_refused_early():
    """Whatever it says of its own sizes; parts that nobody reads are not even unpacked."""
    large = bomb()
    started = time.perf_counter()

    assert "far more than a press release" in refusal(large)
    refusal(lying(large, 1_000))
    refusal(lying(large, 4_000_000_000))
    many = plain_parts() | {f"word/header{n}.xml": b"<w>" + b" " * 2_000_000 + b"</w>" for n in range(15)}
    assert "far more than a press release" in refusal(packed(many))
    assert "far larger" in refusal(with_body("<w:p/>" * (MOST_ELEMENTS + 1)))
    assert "nested too deeply" in refusal(with_body("<w:ins>" * 500 + "</w:ins>" * 500))
    assert "packed in an unusual way" in refusal(packed({f"{n}.xml": b"" for n in range(4_000)}))
    assert "packed in an unusual way" in refusal(packed(plain_parts(), zipfile.ZIP_LZMA))
    assert words(packed(plain_parts() | {"word/media/image1.png": b"\0" * 3 * LARGEST})) == ["The mill grinds again."]
    assert time.perf_counter() - started < 20


def test_a_bomb_takes_no_memory():
    """Its sixty megabytes are never held."""
    resource = pytest.importorskip("resource", reason="this system does not limit memory")
    assert resource
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000));"
        "from publisher.documents import read\nread('-')"
    )
    run = subprocess.run([sys.executable, "-c", code], input=bomb(), capture_output=True, timeout=60, check=False)

    assert b"far more than a press release" in run.stderr.splitlines()[-1]


def test_nothing_outside_the_document_is_opened(tmp_path):
    """Linked pictures, templates and objects stay where they are, be it on the disk, in a share or on the network."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"SECRET")
    targets = [secret.as_uri(), str(secret), "secret.png", "http://127.0.0.1:9/a.png", r"\\server\share\a.png"]
    relations = "".join(
        f"<Relationship Id='x{n}' TargetMode='External' Target='{target}' "
        "Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/image'/>"
        for n, target in enumerate(targets)
    )
    pictures = "".join(
        "<w:p><w:r><w:drawing><wp:inline><wp:docPr id='1' name='x'/><a:graphic><a:graphicData>"
        f"<pic:pic><pic:blipFill><a:blip r:link='x{n}'/></pic:blipFill></pic:pic>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
        for n in range(len(targets))
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    data = with_body(
        paragraph("The mill grinds again.") + pictures,
        **{"word___rels__document.xml.rels": f"<Relationships xmlns='{space}'>{relations}</Relationships>".encode()},
    )
    path = tmp_path / "release.docx"
    path.write_bytes(data)
    opened = []
    sys.addaudithook(lambda event, args: opened.append((event, args)) if event in ("open", "socket.connect") else None)

    document = read(str(path))
    touched = [str(args) for event, args in opened if "secret" in str(args) or event == "socket.connect"]

    assert touched == []
    assert [block.plain for block in document.blocks] == ["The mill grinds again."]
    assert {finding.rule for finding in document.findings} == {"picture"}


def small_parts():
    """A document with hardly anything beside its text, so that many can be tried."""
    parts = plain_parts()
    style = "<w:style w:type='paragraph' w:styleId='T'><w:name w:val='Title'/></w:style>"
    styles = f"<w:styles {NAMESPACES}>{style}</w:styles>"
    kept = {name: parts[name] for name in ("[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels")}
    body = paragraph("The mill grinds again.")
    text = f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
    return kept | {"word/document.xml": text.encode(), "word/styles.xml": styles.encode()}


SMALL = small_parts()


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 40_000), st.sampled_from(sorted(SMALL)))
def test_any_bytes_are_a_document_or_refused_in_one_line(noise, at, part):
    """Noise instead of a file, in the middle of one, and in the middle of each part."""
    whole = packed(SMALL)
    at %= len(whole)
    place = at % len(SMALL[part])
    inside = SMALL | {part: SMALL[part][:place] + noise + SMALL[part][place + len(noise) :]}
    for data in (noise, b"PK\x03\x04" + noise, whole[:at] + noise + whole[at + len(noise) :], packed(inside)):
        assert outcome(data) in ("read", "refused")


TAGS = ["w:p", "w:r", "w:t", "w:tbl", "w:tr", "w:tc", "w:ins", "w:del", "w:hyperlink", "w:sdt", "w:pPr", "w:numPr"]


@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.text("ab •\n", max_size=5),
        lambda inner: st.tuples(st.sampled_from(TAGS), st.lists(inner, max_size=4)),
    )
)
def test_elements_in_any_order_are_a_document_or_refused(tree):
    """Word would not write it; somebody might."""

    def xml(node):
        return node if isinstance(node, str) else f"<{node[0]}>{''.join(map(xml, node[1]))}</{node[0]}>"

    text = f"<w:document {NAMESPACES}><w:body>{xml(tree)}</w:body></w:document>"

    assert outcome(packed(SMALL | {"word/document.xml": text.encode()})) in ("read", "refused")
