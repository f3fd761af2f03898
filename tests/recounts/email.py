"""A message as a mail program reads it, by the standard library's parser."""

import re
from email import message_from_bytes, policy

from recounts.common import bare, read_html

STYLED = {"style"}
TAGS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "figure"), STYLED),
    **dict.fromkeys(("figcaption", "hr", "code"), STYLED),
    **{tag: set() for tag in ("head", "title", "strong", "em", "br")},
    "html": {"dir", "lang"},
    "body": STYLED,
    "div": {"role", "aria-roledescription", "aria-label", "dir", "lang", "style"},
    "meta": {"charset", "name", "content"},
    "a": {"href"},
    "img": {"src", "alt", "style"},
}
ONCE = {"from", "to", "subject", "mime-version", "content-type"}
ALLOWED = ONCE | {"date", "message-id", "reply-to", "list-unsubscribe", "list-unsubscribe-post", "content-language"}


def read(request):
    """The message, its plain text, its HTML and its inline images by Content-ID."""
    message = message_from_bytes(request.text.replace("\n", "\r\n").encode("ascii"), policy=policy.default)
    leaves = [part for part in message.walk() if not part.is_multipart()]
    texts = {part.get_content_type(): part.get_content() for part in leaves if part.get_content_maintype() == "text"}
    images = {part["content-id"].strip("<>"): part for part in leaves if part.get_content_maintype() == "image"}
    plain, html = (texts.get(kind, "").replace("\r\n", "\n") for kind in ("text/plain", "text/html"))
    return message, plain, html, images


def faults(request, post, _links):
    if not request.text.isascii() or "\r" in request.text:
        yield "not in ASCII, or with line breaks of another kind"
        return
    message, plain, html, images = read(request)
    yield from header_faults(message, request)
    if message.defects or any(part.defects for part in message.walk()):
        yield f"defects: {[*message.defects, *(part.defects for part in message.walk())]}"
    kinds = [part.get_content_type() for part in message.walk()]
    related = ["multipart/related", "text/html", *(image.get_content_type() for image in images.values())]
    if kinds != ["multipart/alternative", "text/plain", *(related if images else ["text/html"])]:
        yield f"its parts are {kinds}"
    if len(images) != len(request.uploads):
        yield "not every image has a place"
    without_doctype = html.removeprefix("<!doctype html>")
    seen, wrong = read_html(without_doctype, TAGS)
    yield from wrong
    shown = set(re.findall(r' src="cid:([^"]+)"', html))
    if shown != set(images):
        yield "an image is not shown, or one is shown that is not there"
    said = [word for word in re.split(r"\s+", post.text.plain) if bare(word)]
    for name, text in (("plain text", plain), ("HTML", seen)):
        letters = bare(text)
        if missing := next((word for word in said if bare(word) not in letters), None):
            yield f"not in the {name}: {missing}"
    if not bare(plain).startswith(bare(post.text.plain)) and "<" not in plain:
        yield "the plain text is not the one shown"


def header_faults(message, request):
    names = [name.lower() for name in message.keys()]  # noqa: SIM118 -- a message may have one header twice
    for name in sorted(ONCE):
        if names.count(name) != 1:
            yield f"{names.count(name)} headers {name}"
    if len(set(names)) != len(names) or not set(names) <= ALLOWED:
        yield f"headers: {names}"
    for line in request.text.split("\n"):
        if len(line) > (998 if line.startswith(("List-Unsubscribe: ", "Content-Disposition: ")) else 78):
            yield f"a line of {len(line)} characters: {line[:40]}"
    to = message["to"].addresses
    if [address.addr_spec for address in to] != [request.recipient]:
        yield f"it is to {to}"
    if len(message["from"].addresses) != 1 or not str(message["subject"]).strip():
        yield "no sender, or no subject"
