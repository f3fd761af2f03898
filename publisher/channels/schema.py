"""JSON Schema of channels.yaml, put together from the settings of every installed channel type."""

from __future__ import annotations

from typing import Any

from publisher.channels.registry import load_type, types
from publisher.config.model import Top


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12). A block is checked as its `type` says, or as its name where that is a type."""
    top = Top.model_json_schema()
    blocks: dict[str, Any] = {}
    definitions: dict[str, Any] = top.setdefault("$defs", {})
    for name, point in types().items():
        settings = load_type(point).Settings.model_json_schema(ref_template=f"#/$defs/{name}-{{model}}")
        definitions |= {f"{name}-{key}": value for key, value in settings.pop("$defs", {}).items()}
        blocks[name] = _with_variables(_typed(settings, name))
    top["properties"] = _with_variables(top["properties"])
    # Each block stands there once and is referred to: written out, they would grow with the square of the types.
    definitions |= blocks
    definitions["any-type"] = {"anyOf": [{"$ref": f"#/$defs/{name}", "required": ["type"]} for name in blocks]}
    any_type = {"$ref": "#/$defs/any-type"}
    top["properties"]["channels"] = {
        "type": "object",
        "title": "Channels",
        "description": "One block a channel: its name, and its settings.",
        "properties": {
            name: _empty_too(
                {"if": {"required": ["type"]}, "then": any_type, "else": {"$ref": f"#/$defs/{name}"}},
                allowed=not block.get("required"),
            )
            for name, block in blocks.items()
        },
        "additionalProperties": any_type,
    }
    top["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    top["title"] = "channels.yaml"
    return top


def _typed(settings: dict[str, Any], name: str) -> dict[str, Any]:
    return {**settings, "properties": {**settings["properties"], "type": {"const": name}}}


def _empty_too(block: dict[str, Any], *, allowed: bool) -> dict[str, Any]:
    """A block of which nothing is required may be its name alone."""
    return {"anyOf": [{"type": "null"}, block]} if allowed else block


def _with_variables(schema: Any) -> Any:
    """A number or a yes-or-no may also be written as `${VARIABLE}`."""
    if isinstance(schema, list):
        return [_with_variables(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _with_variables(value) for key, value in schema.items()}
    if inner.get("type") in ("boolean", "integer", "number"):
        described = {key: inner.pop(key) for key in ("title", "description", "default") if key in inner}
        return {**described, "anyOf": [inner, {"type": "string", "pattern": r"^\$\{.+\}$"}]}
    return inner
