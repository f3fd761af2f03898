"""What a recipient's message is: read again as mail programs do, whatever the release says."""

import email
import smtplib
from datetime import UTC, datetime
from email import policy
from pathlib import Path

import pytest
from every_channel import every_channel
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from recounts.email import faults, read
from selectolax.lexbor import LexborHTMLParser
from servers.base import picture
from test_every_channel import releases

from publisher.channels.base import ChannelError
from publisher.channels.email import Email, EmailSettings
from publisher.channels.email_message import filled, headers_of
from publisher.channels.email_recipients import Mailbox, mailbox
from publisher.compose.composing import Wishes, compose
from publisher.compose.notice import notice_of
from publisher.config.loading import load_config
from publisher.delivery.plan import make_plan
from publisher.documents import read as read_document
from publisher.documents.model import Block
from publisher.errors import PublishError
from publisher.release import parse
from publisher.release.model import Contact, Media, Release
from publisher.text.rich import RichText, Span, as_rich

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SAMPLES = sorted((Path(__file__).parents[2] / "releases").glob("*.*"))


def channel(folder=Path(), **more):
    block = {"host": "mail.example", "from": "Rivers <press@rivers.example>", "to": "ana@paper.example", **more}
    if "list" in more:
        del block["to"]
    return Email("email", EmailSettings.model_validate(block), folder)


def rendered(release, layout=None, link="https://news.rivers.example/r/", **more):
    ours = channel(**more)
    variant = compose(release, ours.capabilities, Wishes("email", "email", layout=layout), link)
    return variant.posts[0], ours.render(variant)


def release(**more):
    known = {"headline": "A River Is Ours", "slug": "river", "lede": "It is.", "body": (block("It is."),)}
    return Release(file="r.md", **{**known, **more})


def block(text, kind="paragraph", **more):
    return Block(kind, as_rich(text), **more)


@settings(max_examples=examples(2_000, share=40), suppress_health_check=[HealthCheck.too_slow])
@given(releases, st.sampled_from(["article", "brief"]))
def test_whatever_the_release_says_a_mail_program_reads_it(made, layout):
    """Headers once each, no line too long, both readings whole, HTML well-formed; the same bytes each time."""
    post, (request,) = rendered(made, layout)

    assert list(faults(request, post, set())) == []
    assert rendered(made, layout)[1] == [request]


@pytest.mark.parametrize("layout", ["article", "brief"])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_samples_are_good_mail(path, layout):
    post, (request,) = rendered(parse(read_document(str(path))), layout)

    assert list(faults(request, post, set())) == []


LETTERS = st.text(st.sampled_from('aä漢👩‍👩‍👧 ,;:<>@"\\()=?_\r\n\u2028\u202e\x00\x7f\ud800Bcc'), max_size=80)


@settings(max_examples=examples(2_000, share=40))
@given(LETTERS, LETTERS, LETTERS)
def test_no_name_and_no_headline_makes_a_header_of_its_own(sender, to, subject):
    """One From, one To, one Subject and no other header, each in lines of 78 characters, and the words come back."""
    text = headers_of(
        Mailbox("press@rivers.example", sender),
        Mailbox("ana@paper.example", to),
        subject,
        reply_to=None,
        unsubscribe="",
        language="en",
    )
    message = email.message_from_string(text, policy=policy.default)

    assert text.isascii()
    assert message.keys() == ["From", "To", "Subject", "Content-Language", "MIME-Version"]
    assert all(len(line) <= 78 for line in text.split("\n"))
    assert [address.addr_spec for address in message["to"].addresses] == ["ana@paper.example"]
    assert [address.addr_spec for address in message["from"].addresses] == ["press@rivers.example"]
    wanted = " ".join(subject.replace("\x00", "\ufffd").replace("\ud800", "\ufffd").split())
    assert str(message["subject"]).split() == wanted.split()


def test_the_headline_is_the_subject_and_stands_over_the_text():
    headline = "Fünf Städte: “Wir zählen die Tage”"
    _, (request,) = rendered(release(headline=headline, subheadline="Ein Brief", language="de"))
    message, plain, html, _ = read(request)
    tree = LexborHTMLParser(html)

    assert message["subject"] == headline
    assert message["content-language"] == "de"
    assert plain.startswith(f"{headline}\n\nEin Brief\n\nIt is.")
    assert [node.text() for node in tree.css("h1, em")] == [headline, "Ein Brief"]
    assert tree.css_first("html").attributes == {"dir": "ltr", "lang": "de"}


def test_where_there_is_no_headline_the_text_gives_the_subject():
    _, (request,) = rendered(release(headline=""))

    assert read(request)[0]["subject"] == "It is."
    assert "<h1" not in read(request)[2]


def test_a_headline_of_5000_characters_is_whole_in_the_subject():
    _, (request,) = rendered(release(headline="Wasser " * 700 + "x" * 100))
    message, _, _, _ = read(request)

    assert str(message["subject"]).split() == ["Wasser"] * 700 + ["x" * 100]
    assert list(faults(request, rendered(release(headline="Wasser " * 700 + "x" * 100))[0], set())) == []


def test_lists_quotations_links_and_contacts_are_what_they_are():
    spans = RichText((Span("See "), Span("the report", link="https://rivers.example/r?a=1&b=2"), Span(".")))
    body = (Block("paragraph", spans), block("One", "item"), block("Two", "item"), block("Said", "quotation"))
    post, (request,) = rendered(
        release(body=body, boilerplate="About us.", contacts=(Contact("Ana", "ana@rivers.example", "+49 30 1"),))
    )
    _, plain, html, _ = read(request)
    tree = LexborHTMLParser(html)

    assert "See the report <https://rivers.example/r?a=1&b=2>." in plain
    assert plain.rstrip().endswith("https://news.rivers.example/r/")
    assert [node.text() for node in tree.css("ul > li")] == ["One", "Two"]
    assert tree.css_first("blockquote").text().strip() == "Said"
    assert [node.attributes["href"] for node in tree.css("a")] == [
        "https://rivers.example/r?a=1&b=2",
        "mailto:ana@rivers.example",
        "https://news.rivers.example/r/",
    ]
    assert list(faults(request, post, set())) == []


def test_a_brief_message_has_its_quotes_and_lists_too():
    path = next(path for path in SAMPLES if path.stem == "product-launch")
    _, (request,) = rendered(parse(read_document(str(path))), "brief")
    tree = LexborHTMLParser(read(request)[2])

    assert len(tree.css("h1")) == 1
    assert tree.css("blockquote")
    assert len(tree.css("ul > li")) == 4
    assert "•" not in tree.body.text()


def test_a_text_of_ones_own_has_its_first_line_for_a_subject():
    made = release(variants={"email": "Dear editors,\n\nplease find " + "our release below " * 20})
    _, (request,) = rendered(made)
    assert read(request)[0]["subject"] == "Dear editors,"

    _, (request,) = rendered(release(variants={"email": "word " * 100}))
    assert read(request)[0]["subject"] == "word " * 23 + "word …"


def test_images_are_inside_the_message_and_keep_their_words(tmp_path):
    """The text shows where each goes; what is sent has the bytes, and is the same every time."""
    for name in ("weir.png", "fluß & wehr.jpg"):
        (tmp_path / name).write_bytes(picture("weir.png" if name.endswith("png") else "weir.jpg"))
    media = (Media("weir.png", "A weir"), Media("fluß & wehr.jpg", ""), Media("https://rivers.example/m.png", "Map"))
    body = (block("It is."), block("Ours", "image", src="weir.png"), block("=_image_1"))
    made = Release(file=str(tmp_path / "r.md"), headline="H", slug="s", body=body, media=media)
    post, (request,) = rendered(made)
    message, _, html, _ = read(request)
    parts = [(upload, Path(upload.path).read_bytes()) for upload in request.uploads]
    sent = email.message_from_bytes(filled(request.text, parts), policy=policy.default)
    images = [part for part in sent.walk() if part.get_content_maintype() == "image"]
    tree = LexborHTMLParser(html)

    assert list(faults(request, post, set())) == []
    assert [(node.attributes["alt"], node.attributes["src"][:8]) for node in tree.css("img")] == [
        ("", "cid:imag"),
        ("A weir", "cid:imag"),
        ("Map", "https://"),
    ]
    assert [part.get_content() for part in images] == [content for _, content in parts]
    assert [part.get_filename() for part in images] == ["weir.png", "fluß & wehr.jpg"]
    assert [part.get_content_disposition() for part in images] == ["inline", "inline"]
    assert message.get_boundary() == sent.get_boundary()
    assert filled(request.text, parts) == filled(request.text, parts)


def test_nothing_is_fetched_by_plain_http():
    made = release(media=(Media("http://rivers.example/pixel.png", "A river"),))
    _, (request,) = rendered(made)
    html = read(request)[2]

    assert "http://rivers.example/pixel.png" not in html
    assert "A river" in html


def test_date_and_message_id_are_given_once_and_stay():
    """The same plan, the same bytes; another recipient, another Message-ID."""
    ours = channel(to=["ana@paper.example", "ben@paper.example"])
    variant = compose(release(), ours.capabilities, Wishes("email", "email"), None)
    first, second = ours.render(variant)
    stamped = ours.stamp(first, NOON, "river\nemail\nana@paper.example")
    message, *_ = read(stamped)

    assert stamped == ours.stamp(first, NOON, "river\nemail\nana@paper.example")
    assert message["date"].datetime == NOON
    assert message["message-id"] == stamped.key
    assert stamped.key.endswith("@rivers.example>")
    assert ours.stamp(second, NOON, "river\nemail\nben@paper.example").key != stamped.key
    assert first.text.replace("ana@paper.example", "ben@paper.example") == second.text


def test_one_click_unsubscribing_names_the_recipient():
    """Exactly one https URI. Source: RFC 8058, section 3.1."""
    _, (request,) = rendered(
        release(), to="Ana <ana+x@paper.example>", unsubscribe="https://rivers.example/leave?who={email}&list=press"
    )
    message, *_ = read(request)

    assert message["list-unsubscribe"] == "<https://rivers.example/leave?who=ana%2Bx%40paper.example&list=press>"
    assert message["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"


def test_answers_go_where_they_should():
    _, (request,) = rendered(release(), reply_to="Büro <office@rivers.example>")

    assert read(request)[0]["reply-to"] == "Büro <office@rivers.example>"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"to": "ana@paper"}, "no e-mail address"),
        ({"to": "ana@paper.example, ben@paper.example"}, "go into a list"),
        ({"to": "änä@paper.example"}, "letters before the @"),
        ({"to": "ana@paper.example\nBcc: x@y.example"}, "no e-mail address"),
        ({"to": []}, "under `to`"),
        ({"to": "a@b.example", "list": "x.csv"}, None),
        ({"from": "Rivers"}, "no e-mail address"),
        ({"reply_to": "<>"}, "no e-mail address"),
        ({"host": "https://mail.example"}, "no name of a mail server"),
        ({"host": "mail.example:587"}, "the port under `port`"),
        ({"port": 0}, "greater than or equal to 1"),
        ({"username": "ana"}, "go together"),
        ({"password": "secret"}, "go together"),
        ({"username": "ana", "password": "secret", "security": "none"}, "readable on its way"),
        ({"unsubscribe": "http://rivers.example/{email}"}, "https"),
        ({"unsubscribe": "https://rivers.example/leave"}, "{email}"),
        ({"unsubscribe": "https://rivers.example/{email}>\r\nBcc: <x"}, "https"),
    ],
)
def test_settings_that_cannot_be_right_are_refused(more, says):
    if says is None:
        with pytest.raises(ValidationError, match="either under"):
            EmailSettings.model_validate({"host": "h.example", "from": "a@b.example", **more})
        return
    with pytest.raises(ValidationError) as refused:
        channel(**more)
    (error,) = refused.value.errors(include_input=False, include_url=False)
    assert says in error["msg"]
    assert "secret" not in error["msg"]


@pytest.mark.parametrize(
    ("written", "address", "name"),
    [
        ("ana@paper.example", "ana@paper.example", ""),
        ("<ana@Paper.Example>", "ana@paper.example", ""),
        ('"Ruiz, Ana" <ana@paper.example>', "ana@paper.example", "Ruiz, Ana"),
        ("Ruiz, Ana <ana@paper.example>", "ana@paper.example", "Ruiz, Ana"),
        ("o'brien+x@öl.example", "o'brien+x@xn--l-0ga.example", ""),
    ],
)
def test_an_address_as_people_write_it(written, address, name):
    assert mailbox(written) == Mailbox(address, name)
    assert smtplib.quoteaddr(address) == f"<{address}>"


@pytest.mark.parametrize(
    "text",
    [
        "email,name\nana@paper.example,Ana Ruiz\nben@paper.example,\n",
        "\ufeffName;E-Mail;City\r\nAna Ruiz;ana@paper.example;Rom\r\n;ben@paper.example;\r\n",
        "ana@paper.example\tAna Ruiz\n\n\nben@paper.example\n",
        'email,name\nana@paper.example,"Ana\n Ruiz"\nBEN@paper.example,\nben@paper.example,Ben\nAna@paper.example\n',
    ],
)
def test_a_list_as_spreadsheets_save_it(tmp_path, text):
    for encoding in ("utf-8", "utf-16"):
        (tmp_path / "list.csv").write_bytes(text.lstrip("\ufeff" if encoding == "utf-16" else "").encode(encoding))
        ours = channel(tmp_path, list="list.csv")
        requests = ours.render(compose(release(), ours.capabilities, Wishes("email", "email"), None))

        assert [request.recipient.lower() for request in requests] == ["ana@paper.example", "ben@paper.example"]
        assert str(read(requests[0])[0]["to"]) == "Ana Ruiz <ana@paper.example>"
        notes = ours.notes(requests)
        assert notes[0] == f"goes to 2 recipients, one by one: ana@paper.example, {requests[1].recipient}"
        assert len(notes) == 1 + ("Ben" in text)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "list.csv: there is no such list"),
        (b"", "list.csv: the list names no recipient"),
        (b"email,name\n", "list.csv: the list names no recipient"),
        (b"name,city\nAna,Rom\n", "list.csv:1: there is no column `email`"),
        (b"email,name\n\nana@paper.example,Ana\nben at paper,Ben\n", "list.csv:4: `ben at paper` is no e-mail address"),
        (b'name,email\n"Ana\nRuiz",ana@paper.example\n,\nBen\n', "list.csv:5: `` is no e-mail address"),
        (b"email\n" + b"a" * 140_000 + b"\n", "list.csv:2: this is no CSV file"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_its_line(tmp_path, content, says):
    """Only where this channel takes part: whoever publishes elsewhere is not kept from it."""
    if content is not None:
        (tmp_path / "list.csv").write_bytes(content)
    (tmp_path / "channels.yaml").write_text(
        "channels: {newsroom: , email: {host: mail.example, from: press@rivers.example, list: list.csv}}"
    )
    config = load_config(str(tmp_path / "channels.yaml"))

    with pytest.raises(PublishError) as refused:
        make_plan(release(), config)
    assert says in str(refused.value)
    with pytest.raises(ChannelError, match=r"list\.csv"):
        channel(tmp_path, list="list.csv").whoami()
    assert make_plan(release(), config, only=["newsroom"]).deliveries


def test_a_preview_needs_no_variable(tmp_path):
    (tmp_path / "channels.yaml").write_text(
        "channels: {email: {host: '${H}', port: '${P}', username: '${U}', password: '${W}', from: '${F}', "
        "list: '${L}', unsubscribe: '${N}'}}"
    )
    plan = make_plan(release(), load_config(str(tmp_path / "channels.yaml")))

    assert [request.recipient for request in plan.deliveries[0].requests] == ["${L}"]


def test_a_mistake_in_a_key_is_answered_with_the_key_as_it_is_written(tmp_path):
    (tmp_path / "channels.yaml").write_text(
        "channels: {email: {host: mail.example, form: a@b.example, to: c@d.example}}"
    )

    with pytest.raises(PublishError, match="`from`"):
        make_plan(release(), load_config(str(tmp_path / "channels.yaml")))


def test_the_block_on_its_page_is_right():
    assert [block.name for block in every_channel().blocks if block.type == "email"] == ["email"]


UNTIL = notice_of(datetime(2026, 12, 1, 8, tzinfo=UTC), "en", "Europe/Berlin")


def under_embargo(layout=None, **more):
    ours = channel()
    wishes = Wishes("email", "email", layout=layout, notice=UNTIL)
    [request] = ours.render(compose(release(**more), ours.capabilities, wishes, "https://news.rivers.example/r/"))
    message, plain, html, _ = read(request)
    return str(message["subject"]), plain, LexborHTMLParser(html).body


@pytest.mark.parametrize("layout", ["article", "brief"])
def test_under_embargo_the_notice_is_over_the_headline_and_before_it_in_the_subject(layout):
    """In bold, in a paragraph of its own; an image stands under the headline as ever."""
    subject, plain, page = under_embargo(layout, media=(Media("https://news.rivers.example/a.png", "A weir"),))
    first, second, third = [node.tag for node in page.css("p, h1, figure")][:3]

    assert subject == "EMBARGOED until Dec 1, 2026, 9:00 AM CET: A River Is Ours"
    assert plain.startswith(f"{UNTIL.text}\n\nA River Is Ours\n")
    assert (first, second, third) == ("p", "h1", "figure")
    assert page.css_first("p > strong").text() == page.css_first("p").text() == UNTIL.text


@pytest.mark.parametrize(
    ("more", "after"),
    [
        ({"variants": {"email": "Dear editors,\n\nhere it is."}}, "Dear editors,"),
        ({"headline": ""}, "It is."),
        ({"headline": "", "body": (), "lede": None}, None),
    ],
    ids=["own text", "no headline", "nothing"],
)
def test_under_embargo_the_subject_goes_on_with_what_is_under_the_notice(more, after):
    subject, plain, page = under_embargo(**more)

    assert subject == UNTIL.subject + (f": {after}" if after else "")
    assert plain.startswith(UNTIL.text)
    assert page.text().strip().startswith(UNTIL.text)
