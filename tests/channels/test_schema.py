"""The JSON Schema of channels.yaml takes what the program takes, and no more."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from publisher.channels.registry import types
from publisher.channels.schema import json_schema

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def takes():
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    return lambda text: validator.is_valid(YAML(typ="safe", pure=True).load(text))


def test_the_sample_is_taken(takes):
    assert takes((ROOT / "channels.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "channels: {newsroom: }",
        "channels: {newsroom: {enabled: '${ON:-true}'}}",
        "channels: {ours: {type: newsroom, numbering: true, sections: [headline, link]}}",
        "organisation: {name: Rivers, mentions: {Ana Ruiz: {x: '@ana'}}}",
    ],
)
def test_what_the_program_takes_is_taken(takes, text):
    """An empty block where nothing is required, a variable in the place of any value, a type under another name."""
    assert takes(text)


@pytest.mark.parametrize(
    "text",
    [
        "chanels: {}",
        "channels: {telegram: }",
        "channels: {x: {consumer_key: a}}",
        "channels: {newsroom: {folde: site}}",
        "channels: {newsroom: {enabled: maybe}}",
        "channels: {newsroom: {layout: tread}}",
        "channels: {ours: {type: nonsense}}",
    ],
)
def test_a_mistake_is_not(takes, text):
    assert not takes(text)


def test_the_settings_of_each_type_stand_there_once():
    """Written out wherever they may stand, they would grow with the square of the types."""
    schema = json.dumps(json_schema())

    assert len(types()) > 3
    assert all(schema.count(json.dumps({"const": name})) == 1 for name in types())
