import json

from recounts.common import over, read_html
from servers.specs import telegram_faults

TAGS = {"b": set(), "i": set(), "code": set(), "a": {"href"}}


def faults(request, post, _links):
    body = request.json
    html = body.get("text", body.get("caption")) or body["media"][0]["caption"]
    text, wrong = read_html(html, TAGS)
    yield from wrong
    yield from over(len(text.strip()), 1024 if request.uploads else 4096, "characters")
    if text != post.text.plain:
        yield "the text is not the one shown"
    if len(request.uploads) > 10:
        yield "more than ten images"


def described(request):
    method = request.url.rpartition("/")[2]
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in request.json.items()}
    files = {"photo": request.uploads[0]} if method == "sendPhoto" else {}
    return telegram_faults(method, fields, files)
