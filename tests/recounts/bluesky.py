from recounts.common import clusters, over
from servers.specs import at_hand, bluesky_faults

BLOB = {"$type": "blob", "ref": {"$link": "bafkreib"}, "mimeType": "image/png", "size": 9}


def faults(request, post, _links):
    (write,) = request.json["writes"]
    record = write["value"]
    text = record["text"]
    yield from over(len(clusters(text)), 300, "graphemes")
    yield from over(len(text.encode()), 3000, "bytes")
    if text != post.text.plain:
        yield "the text is not the one shown"
    yield from _misplaced(record, post)
    images = [{**image, "image": BLOB} for image in record.get("embed", {}).get("images", ())]
    if len(images) > 4:
        yield "more than four images"
    completed = {**record, "createdAt": "2026-12-01T09:00:00.000Z"}
    if images:
        completed["embed"] = {**record["embed"], "images": images}
    if "facets" in record:
        completed["facets"] = [
            {**facet, "features": list(map(_known, facet["features"]))} for facet in record["facets"]
        ]
    if at_hand():  # without them the rest is counted all the same
        yield from bluesky_faults(completed)


def _misplaced(record, post):
    """Facets that do not cut out of the bytes what they are for, or that overlap."""
    text = record["text"].encode()
    at = 0
    marked = {span.text for span in post.text.spans if span.link or span.mention or span.hashtag}
    for facet in record.get("facets", ()):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        if not at <= start < end <= len(text):
            yield f"facet {start}-{end} overlaps or lies outside"
            continue
        at = end
        shown = text[start:end].decode()
        feature = facet["features"][0]
        said = feature.get("uri", feature.get("did", "#" + feature.get("tag", "")))
        if said not in (shown, f"https://{shown}") and shown not in marked:
            yield f"facet {start}-{end} is {said} on {shown}"


def _known(feature):
    return {**feature, "did": "did:plc:x"} if "did" in feature else feature
