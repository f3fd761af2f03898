from recounts.common import over, weight


def faults(request, post, links):
    yield from over(weight(request.json["text"], links), 280, "weighted characters")
    if request.json["text"] != post.text.plain:
        yield "the text is not the one shown"
    if len(request.uploads) > 4:
        yield "more than four images"
