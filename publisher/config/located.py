"""YAML in which every value knows its line, so that a mistake can be shown where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from publisher.errors import PublishError

if TYPE_CHECKING:
    from pydantic import BaseModel

Path = tuple[str | int, ...]
_DEEPEST = 50
_MOST_VALUES = 50_000
_CURLY = tuple("“”„‘’«»")
_UNION_MEMBERS = ("int", "str", "bool", "float", "none")
_KINDS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("list_type", "tuple_type"), ("a list", "Write it like [one, two]")),
    **dict.fromkeys(("bool_type", "bool_parsing"), ("true or false", "")),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), ("a whole number", "")),
    **dict.fromkeys(
        ("model_type", "model_attributes_type", "dict_type", "mapping_type"),
        ("a block", "Write its keys below it, one a line"),
    ),
    "string_type": ("text on one line", "Put it in quotes"),
}
"""What pydantic's errors want, in a reader's words, and what to do."""
_SHOWN = 40
_MERGE = "tag:yaml.org,2002:merge"
Model = TypeVar("Model", bound="BaseModel")


@dataclass(frozen=True, eq=False, repr=False)
class Located:
    """Plain data out of a YAML file, with the line and column (from 1) of each key and of each value by its path."""

    file: str
    data: Mapping[str, Any]
    keys: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    values: Mapping[Path, tuple[int, int]] = field(default_factory=dict)

    def where(self, path: Path, *, key: bool = False) -> str:
        """`file:line:column` of a value, or of its key; of what it stands in where it is missing."""
        places = self.keys if key else self.values
        while path and path not in places:
            path = path[:-1]
            places = self.keys
        if path not in places:
            return self.file
        line, column = places[path]
        return f"{self.file}:{line}:{column}"


def load(text: str, file: str) -> Located:
    """Read YAML 1.2 whose top level is a mapping (an empty file is an empty one).

    Raises:
        PublishError: The YAML is broken, has a key twice, or is no mapping.
    """
    from ruamel.yaml import YAML  # noqa: PLC0415 -- only when there is YAML to read
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    yaml = YAML(typ="safe", pure=True)
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        problem = " ".join(str(error.problem or "this is not valid YAML").split())
        mark = error.problem_mark or error.context_mark
        if "\\t" in problem or (mark is not None and "\t" in text.split("\n")[mark.line][: mark.column + 1]):
            raise PublishError("there is a tab here", where=_mark(file, mark), hint="Use spaces instead") from None
        raise PublishError(
            f"not valid YAML: {problem}",
            where=_mark(file, mark),
            hint="Look at this line and the one above: each line of a block begins under the other, and after a colon "
            "comes a space",
        ) from None
    except YAMLError as error:
        raise PublishError(f"not valid YAML: {str(error).splitlines()[0]}", where=file) from None
    if root is None:
        return Located(file, {})
    reading = _Reading(file, yaml.constructor)
    data = reading.value(root, ())
    if not isinstance(data, dict):
        raise PublishError("the file should consist of `key: value` lines", where=f"{file}:1:1")
    return Located(file, data, reading.keys, reading.values)


def _mark(file: str, mark: Any) -> str:
    return f"{file}:{mark.line + 1}:{mark.column + 1}" if mark is not None else file


class _Reading:
    """YAML nodes into plain data, with the place of each key and value; anchors, aliases and `<<` as in YAML."""

    def __init__(self, file: str, constructor: Any) -> None:
        self.file = file
        self.constructor = constructor
        self.keys: dict[Path, tuple[int, int]] = {}
        self.values: dict[Path, tuple[int, int]] = {}

    def value(self, node: Any, path: Path) -> Any:
        from ruamel.yaml.error import YAMLError  # noqa: PLC0415 -- with the nodes

        if len(path) > _DEEPEST or len(self.values) > _MOST_VALUES:
            raise PublishError(
                "this is nested too deeply, or refers to itself", where=_mark(self.file, node.start_mark)
            )
        if node.id == "mapping":
            return self._mapping(node, path)
        if node.id == "sequence":
            items = []
            for index, item in enumerate(node.value):
                place = (*path, index)
                self.keys[place] = self.values[place] = _place(item)
                items.append(self.value(item, place))
            return items
        try:
            value = self.constructor.construct_object(node)
        except (YAMLError, ValueError, TypeError, KeyError, OverflowError):
            raise PublishError(
                f"`{str(node.value)[:40]}` is no value",
                where=_mark(self.file, node.start_mark),
                hint="Put it in quotes",
            ) from None
        if isinstance(value, str) and value[:1] in _CURLY and value[-1:] in _CURLY and node.style is None:
            raise PublishError(
                "there are curly quotation marks here",
                where=_mark(self.file, node.start_mark),
                hint='Use straight ones, like "this", or none',
            )
        return value

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                for source in value_node.value if value_node.id == "sequence" else [value_node]:
                    if source.id == "mapping":
                        merged = {**self._mapping(source, path), **merged}
                continue
            key = str(key_node.value) if key_node.id == "scalar" else ""
            if not key or key in found:
                raise PublishError(
                    f"the key `{key}` stands here twice" if key else "a key should be a word",
                    where=_mark(self.file, key_node.start_mark),
                    hint="Keep one of the two" if key else "Look at the colons and brackets on this line",
                )
            place = (*path, key)
            self.keys[place], self.values[place] = _place(key_node), _place(value_node)
            found[key] = self.value(value_node, place)
        return {**merged, **found}


def _place(node: Any) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def nearest(word: str, known: Iterator[str] | list[str]) -> str:
    """A hint that names the known word most like this one, or all of them."""
    from difflib import get_close_matches  # noqa: PLC0415 -- only for a mistake

    names = sorted(known)
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    return f"Did you mean `{close[0]}`?" if close else f"Known are: {', '.join(names)}"


def validate(model: type[Model], located: Located, path: Path = (), data: Any = None) -> Model:
    """Check the data at a path against a pydantic model.

    Args:
        model: The model.
        located: The file that the data came from.
        path: Where in it the data stands.
        data: The data, where it differs from the file's (variables replaced); the file's own by default.

    Raises:
        PublishError: The first mistake: file, line, column, what is wrong, and the nearest valid key.
    """
    from pydantic import ValidationError  # noqa: PLC0415 -- with the models that need it

    try:
        return model.model_validate(located.data if data is None else data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = tuple(part for part in first["loc"] if isinstance(part, int) or part in _known_parts(located, path))
        raise _mistake(first, model, located, (*path, *place) if place else path) from None


def _known_parts(located: Located, path: Path) -> set[str | int]:
    return {part for known in located.keys if known[: len(path)] == path for part in known[len(path) :]}


def _mistake(error: Any, model: type[BaseModel], located: Located, place: Path) -> PublishError:
    name = _name(error["loc"])
    if error["type"] == "missing":
        return PublishError(
            f"`{name}` is missing", where=located.where(place, key=True), hint=f"Add a line `{name}: …`"
        )
    if error["type"] == "extra_forbidden":
        known = list(_fields(model, error["loc"][:-1]))
        return PublishError(f"unknown key `{name}`", where=located.where(place, key=True), hint=nearest(name, known))
    if error["type"] == "literal_error":
        known = error["ctx"]["expected"].split("'")[1::2]  # "'one', 'two' or 'three'"
        value = _written(located, place)
        return PublishError(f"`{name}` cannot be `{value}`", where=located.where(place), hint=nearest(value, known))
    if error["type"] in _KINDS:
        kind, hint = _KINDS[error["type"]]
        return PublishError(f"`{name}` should be {kind}", where=located.where(place), hint=hint)
    message = error["msg"].removeprefix("Value error, ")
    message = f"{message[:1].lower()}{message[1:]}"
    return PublishError(f"`{name}`: {message}" if name else message, where=located.where(place))


def _written(located: Located, place: Path) -> str:
    """The value at a place as it stands in the file, its variables not replaced: one may be a secret."""
    value: Any = located.data
    for part in place:
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
    return " ".join(str(value).split())[:_SHOWN]


def _name(where: tuple[str | int, ...]) -> str:
    """The key that a mistake is at, as in `sections[2]`; empty where it is one of the whole block.

    Pydantic's words for the members of a union are left out.
    """
    name = ""
    for part in where:
        if isinstance(part, int):
            name = f"{name}[{part + 1}]"
        elif part not in _UNION_MEMBERS and not part.startswith(("function-", "constrained-")):
            name = part
    return name


def _fields(model: Any, inside: tuple[str | int, ...]) -> Iterator[str]:
    """The keys that the model at this place knows."""
    for part in inside:
        field_info = getattr(model, "model_fields", {}).get(part)
        if field_info is None:
            return
        model = next(
            (each for each in get_args(field_info.annotation) if hasattr(each, "model_fields")), field_info.annotation
        )
    yield from (info.alias or name for name, info in getattr(model, "model_fields", {}).items())
