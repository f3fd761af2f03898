from recounts.common import clusters, over
from servers.specs import openapi_faults


def faults(request, post, links):
    status = request.json["status"]
    text = status
    for link in sorted(links, key=len, reverse=True):
        text = text.replace(link, "x" * 23)
    yield from over(len(clusters(text)), 500, "graphemes")
    if status != post.text.plain:
        yield "the text is not the one shown"
    if len(request.uploads) > 4:
        yield "more than four images"


def described(request):
    return openapi_faults("mastodon", request)
