import re

from recounts.common import bare

MOST = {"header": 150, "section": 3000, "context": 3000, "image": 3000}


def faults(request, post, _links):
    body = request.json
    yield from message_faults(body)
    if re.search("<[!@#]", body["text"]) or body["link_names"] or body.get("parse", "none") != "none":
        yield "what is said may notify people"
    shown = " ".join(seen(text) for text in texts_of(body["blocks"]))
    mentions = {span.text: "" for span in post.text.spans if span.mention}
    said = post.text.plain
    for shown_as in mentions:
        said = said.replace(shown_as, "")
    if bare(shown) != bare(said):
        yield "the blocks do not say what is shown"


def texts_of(blocks):
    """The texts of blocks in their markup, the images' left out."""
    for block in blocks:
        if "text" in block:
            yield block["text"]["text"]
        yield from (element["text"] for element in block.get("elements", ()))


def seen(markup):
    """What a reader sees of a text in Slack's markup."""
    text = re.sub(r"<!date\^00000000\^\{_\}\|([^<>|]+)>", r"\1", markup)
    text = re.sub(r"<@[UW][A-Z0-9]+>", "", text)
    text = re.sub(r"<((?:https?|mailto):[^<>|\s]+)\|([^<>]+)>", r"\2", text)
    text = re.sub(r"<((?:https?|mailto):[^<>|\s]+)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def in_units(text):
    return sum(1 if ord(sign) < 0x10000 else 2 for sign in text)


def message_faults(body):
    """What Block Kit's documentation has against a message, counted without the channel's own counts."""
    blocks = body["blocks"]
    if not 1 <= len(blocks) <= 50:
        yield f"{len(blocks)} blocks"
    whole = sum(in_units(text) for text in texts_of(blocks))
    if whole > 12_000 or whole + 75 * len(blocks) > 13_200:
        yield f"{whole} characters in all"
    if not body["text"].strip() or len(body["text"].encode()) > 4000:
        yield "the fallback text"
    yield from markup_faults(body["text"], parsed=True)
    for block in blocks:
        yield from block_faults(block)


def block_faults(block):
    match block:
        case {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}:
            texts = [text]
        case {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}:
            texts = [text]
        case {"type": "context", "elements": [*elements]} if 1 <= len(elements) <= 10:
            texts = [each["text"] for each in elements if each["type"] == "mrkdwn" and each["verbatim"]]
        case {"type": "image", "image_url": address, "alt_text": alt} if 1 <= in_units(alt) <= 2000:
            texts = [address]
        case _:
            yield f"no such block: {block}"
            return
    for text in texts:
        if not text.strip() or in_units(text) > MOST[block["type"]]:
            yield f"{block['type']}: {in_units(text)} characters"
        if block["type"] != "image":
            yield from markup_faults(text, parsed=block["type"] != "header")


def markup_faults(text, *, parsed):
    bare = re.sub(
        r"<!date\^00000000\^\{_\}\|[^<>|]+>|<(?:https?|mailto):[^<>|\s]+(?:\|[^<>]+)?>|<@[UW][A-Z0-9]+>", "", text
    )
    if re.search("[<>]", bare):
        yield f"a bare bracket in {text[:80]!r}"
    if parsed and re.search("&(?!amp;|lt;|gt;)", bare):
        yield f"a bare & in {text[:80]!r}"
