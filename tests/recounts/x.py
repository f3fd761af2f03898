from recounts.common import over, weight
from servers.specs import openapi_faults


def faults(request, post, links):
    yield from over(weight(request.json["text"], links), 280, "weighted characters")
    if request.json["text"] != post.text.plain:
        yield "the text is not the one shown"
    if len(request.uploads) > 4:
        yield "more than four images"


def described(request):
    return openapi_faults("x", request)
