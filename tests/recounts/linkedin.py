from recounts.common import over

RESERVED = set("\\|{}@[]()<>#*_~")
FIELDS = {
    "author",
    "commentary",
    "visibility",
    "distribution",
    "lifecycleState",
    "isReshareDisabledByAuthor",
    "content",
}


def faults(request, post, _links):
    body = request.json
    commentary = body["commentary"]
    yield from over(len(commentary), 3000, "characters")
    yield from over(len(commentary.encode("utf-16-le")) // 2, 3000, "UTF-16 units")
    shown, wrong = read(commentary)
    yield from wrong
    if folded(shown) != folded(post.text.plain):
        yield "the text is not the one shown"
    if set(body) - FIELDS:
        yield f"unknown fields: {set(body) - FIELDS}"
    yield from content_faults(body.get("content", {}), request, post)


def read(commentary):
    """What a reader sees of little text, read sign by sign; and what LinkedIn would cut the post off at."""
    shown, wrong, at = "", [], 0
    while at < len(commentary):
        sign = commentary[at]
        if sign == "\\" and commentary[at + 1 : at + 2] in RESERVED and commentary[at + 1 : at + 2]:
            shown, at = shown + commentary[at + 1], at + 2
        elif commentary.startswith("{hashtag|\\#|", at):
            end = commentary.index("}", at)
            tag = commentary[at + 12 : end].replace("\\_", "_")
            wrong += [f"no hashtag: {tag}"] if not tag.replace("_", "").isalnum() else []
            shown, at = f"{shown}#{tag}", end + 1
        elif commentary.startswith("@[", at):
            end = commentary.index("](urn:li:", at)
            name, more = read(commentary[at + 2 : end])
            shown, wrong, at = shown + name, wrong + more, commentary.index(")", end) + 1
        else:
            wrong += [f"{sign} is not escaped at {at}"] if sign in RESERVED else []
            shown, at = shown + sign, at + 1
    return shown, wrong


def folded(text):
    """Without what carries no meaning: the kind and number of blanks, and controls."""
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())


def content_faults(content, request, post):
    if len(content) > 1:
        yield "more than one kind of content"
    images = content.get("multiImage", {}).get("images", [])
    if images and not 2 <= len(images) <= 20:
        yield f"{len(images)} images in a multiImage"
    if any(len(each.get("altText", "")) > 4086 for each in (*images, content.get("media", {}))):
        yield "an alternative text is too long"
    article = content.get("article")
    if article and (not article["source"].startswith("http") or not 1 <= len(article["title"]) <= 400):
        yield f"a link card that is none: {article}"
    if bool(article) != bool(post.card and not post.media):
        yield "the link card is not the one shown"
    wanted = len(images) or (1 if "media" in content else 0)
    if not article and len(request.uploads) != wanted:
        yield "images without a place"
