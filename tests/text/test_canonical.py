"""JSON has one form, the one that Matrix signs and measures."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text.canonical import canonical_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({}, "{}"),
        ({"one": 1, "two": "Two"}, '{"one":1,"two":"Two"}'),
        ({"b": "2", "a": "1"}, '{"a":"1","b":"2"}'),
        (
            {"auth": {"success": True, "mxid": "@john.doe:example.com", "profile": {"three_pids": [{"x": None}]}}},
            '{"auth":{"mxid":"@john.doe:example.com","profile":{"three_pids":[{"x":null}]},"success":true}}',
        ),
        ({"a": "日本語"}, '{"a":"日本語"}'),
        ({"本": 2, "日": 1}, '{"日":1,"本":2}'),
        ({"\U00010000": 1, "\uffff": 2}, '{"\uffff":2,"\U00010000":1}'),
        ({"a": '"\\\n\x07\x7f/'}, '{"a":"\\"\\\\\\n\\u0007\x7f/"}'),
    ],
)
def test_it_is_written_as_the_specification_has_it(value, written):
    """Keys go by code point; nothing is escaped but quotation marks, backslashes and control characters."""
    assert canonical_json(value) == written.encode()


@pytest.mark.parametrize("value", [1.0, float("nan"), 2**53, -(2**53), {1: 2}, ["\ud800"], {"a": [{"b": 0.5}]}])
def test_what_has_no_such_form_is_refused(value):
    with pytest.raises(ValueError, match=r"canonical|key|surrogates"):
        canonical_json(value)


@given(VALUES)
def test_it_says_the_same_and_says_it_once(value):
    """Reading it gives the value back, and writing that the same bytes, whatever order the keys came in."""
    written = canonical_json(value)

    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written
    if isinstance(value, dict):
        assert canonical_json(dict(reversed(value.items()))) == written
