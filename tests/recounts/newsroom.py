def faults(request, post, _links):
    if not request.json["slug"] or not post.text.plain:
        yield "empty"
