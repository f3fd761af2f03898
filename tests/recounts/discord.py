from recounts.common import bare, over
from servers.specs import openapi_faults


def faults(request, post, _links):
    body = request.json
    embeds = body.get("embeds", [])
    total = 0
    for embed in embeds:
        for name, most in (("title", 256), ("description", 4096)):
            if name in embed:
                yield from over(len(embed[name].strip()), most, name)
                total += len(embed[name].strip())
    if total > 6000 or len(embeds) > 10:
        yield f"embeds: {total} characters in {len(embeds)}"
    content = body.get("content", "").strip()
    if not embeds:
        yield from over(len(content), 2000, "content")
    if body["allowed_mentions"] != {"parse": [], "users": []}:
        yield "somebody would be notified"
    shown = bare(" ".join([*(f"{each.get('title', '')} {each.get('description', '')}" for each in embeds), content]))
    without_link = bare(" ".join(part.text.plain for part in post.parts if part.section != "link"))
    if shown not in (bare(post.text.plain), without_link):
        yield "the text is not the one shown"
    if any(len(each.get("description", "")) > 1024 for each in body.get("attachments", ())):
        yield "an alternative text is too long"
    if len(request.uploads) > 10:
        yield "more than ten images"


def described(request):
    return openapi_faults("discord", request)
