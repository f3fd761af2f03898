import re

from recounts.common import bare, read_html

TAGS = {
    **{name: set() for name in "p h2 h3 h4 h5 h6 strong em code ul ol li blockquote figure figcaption br hr".split()},
    "a": {"href"},
    "img": {"src", "alt"},
}


def faults(request, post, _links):
    body = request.json
    text, wrong = read_html(body["content"], TAGS)
    yield from wrong
    for name in ("title", "excerpt"):
        said, marked = read_html(body[name], {})
        yield from marked
        if "[" in body[name] or "\n" in said:
            yield f"{name}: {body[name]}"
    if "[" in body["content"]:
        yield "a shortcode may begin"
    if re.search(r"<p>\s*https?://[^\s<>\"]+\s*</p>", body["content"], re.IGNORECASE):
        yield "an address would become a player"
    headline, _ = read_html(body["title"], {})
    if bare(headline + text) != bare(post.text.plain):
        yield "the page does not say what is shown"
    if not (headline.strip() or text.strip()):
        yield "empty"
    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", body["slug"]):
        yield f"slug: {body['slug']}"
    if len(re.findall(r'src="cid:', body["content"])) > len(request.uploads):
        yield "an image has no file"
