"""Front matter: the YAML between two lines of `---` at the top of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, NoReturn

from publisher.config.durations import read_duration
from publisher.documents.model import Finding
from publisher.errors import PublishError
from publisher.text.patterns import later

KEYS = {
    "headline": "text",
    "subheadline": "text",
    "language": "language",
    "slug": "text",
    "link": "link",
    "hashtags": "hashtags",
    "edition_of": "text",
    "media": "media",
    "embargo": "time",
    "publish_at": "time",
    "max_late": "duration",
    "contacts": "contacts",
    "variants": "variants",
}

STAND_INS = {"title": "headline", "subtitle": "subheadline"}
"""Keys of website generators that mean one of ours; ours wins where both stand there."""

OTHERS = frozenset(
    "aliases author authors categories category comments cover date description draft excerpt featured_image id image "
    "keywords lastmod layout modified permalink published section series source summary tag tags template thumbnail "
    "toc type updated weight".split()
)
"""Keys of website generators (Hugo, Jekyll, Eleventy and their kin): they may stand there, and mean nothing here."""

_SLIP = 0.75
"""How alike, from 0 to 1, a key must be to one of ours to be a slip: one in `embargo` sends a release too early."""

_FENCE = "---"
_SIZE_LIMIT = 100_000
_LANGUAGE = later(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_PICTURES = ("image", "featured_image", "cover", "thumbnail")
_SHAPES = {
    "text": "text on one line",
    "language": "a language code, such as en, de or pt-BR",
    "link": "a whole web address, with https://",
    "time": 'a date and time such as "2026-12-01 09:00"',
    "duration": "a length of time such as 90m, 2h or 1d",
    "hashtags": "a list of words",
    "media": "a list of images, each with path and alt",
    "contacts": "a list of people, each with name, email and phone",
    "variants": "a block with one line a channel",
}
_PARTS = {"media": frozenset({"path", "alt"}), "contacts": frozenset({"name", "email", "phone"})}


class Head(NamedTuple):
    """A text cut at its front matter. `yaml` is None where there is none; `first_line` is the line `rest` begins at."""

    yaml: str | None
    rest: str
    first_line: int


def split(text: str, file: str = "") -> Head:
    """Cut a text at its front matter.

    Raises:
        PublishError: It is begun and never closed.
    """
    blank = len(text) - len(text.lstrip("\n \t"))
    skipped = text.count("\n", 0, blank)
    lines = text.split("\n")[skipped:]
    if lines[0].rstrip() != _FENCE:
        return Head(None, text, 1)
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() in (_FENCE, "..."):
            inside = lines[1:number]
            if not any(":" in inner for inner in inside):
                return Head(None, text, 1)
            return Head("\n" * skipped + "\n".join(inside), "\n".join(lines[number + 1 :]), skipped + number + 2)
    if lines[1:] and _known_key(lines[1]):
        raise PublishError(
            "the front matter is never closed", where=f"{file}:{skipped + 1}", hint="Put a line of --- below it"
        )
    return Head(None, text, 1)


def refuse_bare_keys(text: str, file: str) -> None:
    """Refuse a text that begins like front matter without its lines of ---: an embargo there would go unheeded.

    Raises:
        PublishError: It does.
    """
    first = text.lstrip().split("\n", 2)[:2]
    if len(first) > 1 and all(map(_known_key, first)):
        raise PublishError(
            f"this begins like front matter (`{first[0].strip()[:40]}`), but not between lines of ---",
            where=f"{file}:1",
            hint="Put a line of --- above it and one below",
        )


def _known_key(line: str) -> bool:
    key, colon, _ = line.partition(":")
    return bool(colon) and key.strip() in (*KEYS, *STAND_INS)


def load(source: str, file: str) -> tuple[dict[str, object], dict[str, int]]:
    """The values of the front matter, and the line of each key.

    Raises:
        PublishError: It is not YAML, has a key twice, a key that is nearly one of ours, or a value of the wrong shape.
    """
    node, data = _parsed(source, file)
    if data is None:
        return {}, {}
    if not isinstance(data, dict):
        raise PublishError(
            "the front matter is not a list of keys and values",
            where=f"{file}:2",
            hint="Write one a line, such as headline: Our news",
        )
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        lines[key] = _line(key_node)
        if key not in KEYS and key not in STAND_INS and key not in OTHERS and _nearest(key, _SLIP):
            raise _unknown(key, (*KEYS, *STAND_INS), f"{file}:{_line(key_node)}:{_column(key_node)}")
        if key in KEYS or key in STAND_INS:
            _check(STAND_INS.get(key, key), data[key], value_node, file)
    values = {str(key): value for key, value in data.items() if value is not None}
    for theirs, ours in STAND_INS.items():
        if theirs in values:
            values.setdefault(ours, values[theirs])
            lines.setdefault(ours, lines[theirs])
    return values, lines


def remarks(values: Mapping[str, object], lines: Mapping[str, int]) -> tuple[Finding, ...]:
    """What an editor should know about keys that mean nothing here, or something else elsewhere."""
    found = [
        Finding(
            "unknown-key",
            f"the front matter has a key that nobody here knows: `{key[:40]}`",
            "take the line out, or write what you meant: docs/parsing.md lists the keys",
            line,
            severity="error",
        )
        for key, line in lines.items()
        if key not in KEYS and key not in STAND_INS and key not in OTHERS
    ]
    if values.get("draft") is True or values.get("published") is False:
        line = lines.get("draft" if values.get("draft") is True else "published")
        found.append(
            Finding("draft", "the front matter says that this is a draft", "take that out when it is ready", line)
        )
    found += [
        Finding("unused-key", f"`{key}` does not attach an image", "write media for that", lines.get(key))
        for key in _PICTURES
        if key in values and "media" not in values
    ]
    if "date" in values and "publish_at" not in values:
        line = lines.get("date")
        found.append(Finding("unused-key", "`date` does not schedule anything", "write publish_at for that", line))
    return tuple(found)


def _parsed(source: str, file: str) -> tuple[Any, Any]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - most releases have no front matter and need not pay for it
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415 - as above

    if len(source) > _SIZE_LIMIT:
        raise PublishError("the front matter is too long", where=f"{file}:1", hint="Close it with a line of ---")
    yaml = YAML(typ="safe", pure=True)
    try:
        node = yaml.compose(source)
        if node is not None:
            _refuse_aliases(node, file)
        return node, yaml.load(source)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{file}:{mark.line + 2}:{mark.column + 1}" if mark else f"{file}:1"
        problem = " ".join((error.problem or error.context or "this is not YAML").split()).split(" with value")[0]
        hint = "Keep one of the two" if "duplicate key" in problem else "Put a value with special characters in quotes"
        raise PublishError(f"the front matter is not valid YAML: {problem}", where=where, hint=hint) from None
    except (YAMLError, ValueError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        reason = str(error).split("\n", 1)[0][:120] if not isinstance(error, RecursionError) else "nested too deeply"
        raise PublishError(
            f"the front matter is not valid YAML: {reason}",
            where=f"{file}:1",
            hint="Put a value with special characters in quotes",
        ) from None


def _refuse_aliases(root: Any, file: str) -> None:
    """An alias can stand for a text of any size; a release has no use for one."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            raise PublishError(
                "the front matter uses an alias (*)", where=f"{file}:{_line(node)}", hint="Write the value out"
            )
        seen.add(id(node))
        if isinstance(node.value, list):
            for part in node.value:
                waiting.extend(part if isinstance(part, tuple) else (part,))


def _check(key: str, value: object, node: Any, file: str) -> None:
    kind = KEYS[key]
    if value is None and kind == "time":
        where = f"{file}:{_line(node)}"
        raise PublishError(f"`{key}` is empty", where=where, hint="Write the time, or take the line out")
    if value is None:
        return
    if kind in _PARTS:
        for entry, entry_node in _entries(value, node):
            _check_entry(key, entry, entry_node, file)
        return
    right = {
        "text": isinstance(value, str) and "\n" not in value.strip(),
        "language": isinstance(value, str) and bool(_LANGUAGE.fullmatch(value.strip())),
        "link": isinstance(value, str) and value.strip().lower().startswith(("https://", "http://")),
        "time": isinstance(value, str) or hasattr(value, "isoformat"),
        "duration": isinstance(value, str) and read_duration(value) is not None,
        "hashtags": isinstance(value, str) or (isinstance(value, list) and all(isinstance(v, str) for v in value)),
        "variants": isinstance(value, dict) and all(isinstance(name, str) for name in value),
    }
    if not right[kind]:
        _wrong(key, kind, node, file)


def _entries(value: object, node: Any) -> Iterator[tuple[object, Any]]:
    if isinstance(value, list):
        yield from zip(value, node.value, strict=True)
    else:
        yield value, node


def _check_entry(key: str, entry: object, node: Any, file: str) -> None:
    if isinstance(entry, str) and key == "media":
        return
    if not isinstance(entry, dict):
        _wrong(key, key, node, file)
    for part_node, value_node in node.value:
        if part_node.value not in _PARTS[key]:
            place = f"{file}:{_line(part_node)}:{_column(part_node)}"
            raise _unknown(part_node.value, tuple(sorted(_PARTS[key])), place)
        if not isinstance(entry.get(part_node.value), str | None):
            _wrong(f"{part_node.value} of {key}", "text", value_node, file)
    if key == "media" and not entry.get("path"):
        raise PublishError("an image needs a path", where=f"{file}:{_line(node)}", hint="Write path: photo.jpg")


def _wrong(key: str, kind: str, node: Any, file: str) -> NoReturn:
    hint = "Put it in quotes" if kind in ("text", "time") and node.id == "scalar" else "docs/parsing.md has an example"
    raise PublishError(f"`{key}` must be {_SHAPES[kind]}", where=f"{file}:{_line(node)}:{_column(node)}", hint=hint)


def _unknown(key: str, known: tuple[str, ...], place: str) -> PublishError:
    nearest = _nearest(key, 0.5, known)
    hint = f"Did you mean `{nearest}`?" if nearest else f"The keys are {', '.join(known)}"
    return PublishError(f"the front matter has an unknown key `{' '.join(key.split())}`", where=place, hint=hint)


def _nearest(key: str, cutoff: float, known: tuple[str, ...] = (*KEYS, *STAND_INS)) -> str | None:
    import difflib  # noqa: PLC0415 - only a mistake needs it

    return next(iter(difflib.get_close_matches(str(key).lower(), known, n=1, cutoff=cutoff)), None)


def _line(node: Any) -> int:
    """Counted from 1 in the file, where the front matter starts in line 2."""
    return int(node.start_mark.line) + 2


def _column(node: Any) -> int:
    return int(node.start_mark.column) + 1
