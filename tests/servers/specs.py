"""Checks of what was sent against the networks' own machine-readable documents, where those are at hand.

They are looked for in the folder that the environment variable PUBLISH_SPECS names, else in `../shared/data` beside the
repository. Each check returns what is wrong, one line each.
"""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import regex
from jsonschema import Draft202012Validator
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest

_FOLDER = Path(os.environ.get("PUBLISH_SPECS") or Path(__file__).resolve().parents[3] / "shared" / "data")
_JSON_TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


def at_hand() -> bool:
    """Whether the documents are there; in the full run they must be, or the tests that are about them are skipped."""
    return _FOLDER.is_dir()


@cache
def _document(path: str) -> Any:
    file = _FOLDER / path
    if not file.is_file():
        pytest.skip(f"the networks' own documents are not at hand ({path}; set PUBLISH_SPECS to their folder)")
    return json.loads(file.read_text(encoding="utf-8"))


@cache
def _description(network: str) -> Any:
    document = _document(f"specs/{network}-openapi.json")
    # The documents themselves break rules of OpenAPI here and there (an enumeration that names a value twice).
    return OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))


def openapi_faults(network: str, request: Any) -> list[str]:
    """What the network's OpenAPI document has against a rendered request with a body of JSON."""
    url = urlsplit(request.url)
    sent = MockRequest(
        f"{url.scheme}://{url.netloc}",
        request.method.lower(),
        url.path,
        args=dict(parse_qsl(url.query)),
        headers=dict(request.headers),
        data=json.dumps(request.json).encode(),
        content_type="application/json",
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # about ways to log in that it does not check
            _description(network).validate_request(sent)
    except OpenAPIError as error:
        because = getattr(error.__cause__, "schema_errors", None) or [error.__cause__ or error]
        return [f"{network}: {request.url}: {str(each).splitlines()[0]}" for each in because]
    return []


def x_faults(schema: str, value: Any) -> list[str]:
    """What X's OpenAPI document, `components/schemas/SCHEMA`, has against a JSON value."""
    schemas = _document("specs/x-openapi.json")["components"]["schemas"]
    return list(_openapi(schemas, schemas[schema], value, schema))


def _openapi(schemas: Any, schema: Any, value: Any, at: str) -> Iterator[str]:  # noqa: C901 -- one branch a keyword
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[-1]]
    kind = schema.get("type")
    if kind and (not isinstance(value, _JSON_TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        yield f"{at}: not of type {kind}"
        return
    if kind == "object":
        known = schema.get("properties", {})
        yield from (f"{at}: {name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, inner in value.items():
            if name in known:
                yield from _openapi(schemas, known[name], inner, f"{at}.{name}")
            elif schema.get("additionalProperties") is False:
                yield f"{at}: {name} is not known"
    elif kind == "array":
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{at}: {len(value)} items"
        for index, inner in enumerate(value):
            yield from _openapi(schemas, schema["items"], inner, f"{at}[{index}]")
    elif kind == "string":
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{at}: {value!r} is not {schema['pattern']}"
        if len(value) > schema.get("maxLength", len(value)):
            yield f"{at}: longer than {schema['maxLength']}"


def bluesky_faults(record: Mapping[str, Any]) -> list[str]:
    """What the lexicon of a record's `$type` has against it."""
    main = _lexicon(record["$type"])["defs"]["main"]
    return list(_checked(record["$type"], main["record"], record, "record"))


def _lexicon(name: str) -> Any:
    return _document(f"bluesky/lexicons/{name.replace('.', '/')}.json")


def _checked(home: str, schema: Any, value: Any, at: str) -> Iterator[str]:  # noqa: C901, PLR0912 -- a branch a type
    match schema["type"]:
        case "ref":
            name, _, part = schema["ref"].partition("#")
            yield from _checked(name or home, _lexicon(name or home)["defs"][part or "main"], value, at)
        case "union":
            given = value.get("$type", "")
            full = [ref if not ref.startswith("#") else home + ref for ref in schema["refs"]]
            if given not in full:
                yield f"{at}: {given} is none of {full}"
                return
            yield from _checked(home, {"type": "ref", "ref": given}, value, at)
        case "object":
            yield from (f"{at}: {name} is missing" for name in schema.get("required", ()) if name not in value)
            for name, inner in value.items():
                if name in schema["properties"]:
                    yield from _checked(home, schema["properties"][name], inner, f"{at}.{name}")
                elif name != "$type":
                    yield f"{at}: {name} is not known"
        case "array":
            if len(value) > schema.get("maxLength", len(value)):
                yield f"{at}: {len(value)} items"
            for index, inner in enumerate(value):
                yield from _checked(home, schema["items"], inner, f"{at}[{index}]")
        case "string":
            yield from _string(schema, value, at)
        case "integer":
            if not isinstance(value, int) or value < schema.get("minimum", value):
                yield f"{at}: {value!r}"
        case "blob":
            if value["$type"] != "blob" or value["size"] > schema.get("maxSize", value["size"]):
                yield f"{at}: {value!r}"


def _string(schema: Any, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{at}: not a string"
        return
    if len(value.encode()) > schema.get("maxLength", 10**9):
        yield f"{at}: longer than {schema['maxLength']} bytes"
    if len(regex.findall(r"\X", value)) > schema.get("maxGraphemes", 10**9):
        yield f"{at}: longer than {schema['maxGraphemes']} graphemes"
    forms = {
        "uri": r"\w+:(?://)?[^\s/]\S*",
        "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
        "at-uri": r"at://did:[a-z]+:[\w.:%-]+/[\w.]+/[\w.:~-]+",
        "did": r"did:[a-z]+:[\w.:%-]+[\w.-]",
        "cid": r"[a-zA-Z0-9+]{8,}",
        "language": r"[a-z]{2,3}(-[A-Za-z0-9]+)*",
    }
    if "format" in schema and not re.fullmatch(forms[schema["format"]], value):
        yield f"{at}: {value!r} is no {schema['format']}"


def mastodon_faults(schema: str, value: Any) -> list[str]:
    """What the OpenAPI description of Mastodon, `components/schemas/SCHEMA`, has against a JSON value."""
    components = _document("specs/mastodon-openapi.json")["components"]
    parts = [part for part in components["schemas"][schema]["allOf"] if "properties" in part]
    known = {name for part in (*parts, components["schemas"]["BaseStatus"]) for name in part["properties"]}
    validator = Draft202012Validator({"$ref": f"#/components/schemas/{schema}", "components": components})
    found = [error.message for error in validator.iter_errors(value)]
    return found + [f"{name} is not known" for name in value if name not in known]


def telegram_faults(method: str, fields: Mapping[str, str], files: Mapping[str, Any]) -> list[str]:
    """What the Bot API's description has against a call as it came over the wire, in form fields and files."""
    document = _document("specs/telegram-botapi.json")
    known = {field["name"]: field for field in document["methods"][method].get("fields", ())}
    found = [
        f"{name} is missing"
        for name, field in known.items()
        if field["required"] and name not in fields and name not in files
    ]
    for name, value in fields.items():
        if name not in known:
            found.append(f"{name} is not known")
        elif not any(_fits(document["types"], kind, _decoded(value, kind)) for kind in known[name]["types"]):
            found.append(f"{name}: {value!r} is none of {known[name]['types']}")
    return found


def _decoded(value: str, kind: str) -> Any:
    if kind == "String":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _fits(types: Any, kind: str, value: Any) -> bool:
    if kind.startswith("Array of "):
        one_of = re.split(r", | and | or ", kind.removeprefix("Array of "))
        return isinstance(value, list) and all(any(_fits(types, each, item) for each in one_of) for item in value)
    simple = {"String": str, "Integer": int, "Boolean": bool, "True": bool}
    if kind in simple:
        return isinstance(value, simple[kind]) and (kind != "Integer" or not isinstance(value, bool))
    if kind not in types or not isinstance(value, dict):
        return False
    fields = {field["name"]: field for field in types[kind].get("fields", ())}
    return all(name in value for name, field in fields.items() if field["required"]) and all(
        name in fields and any(_fits(types, each, inner) for each in fields[name]["types"])
        for name, inner in value.items()
    )
