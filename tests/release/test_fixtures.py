"""Each release in `fixtures/` reads as the YAML file beside it says; only the keys that stand there are compared."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from publisher.documents import read
from publisher.release import as_json, parse

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTATIONS = sorted(FIXTURES.glob("*.expected.yaml"))


def release_beside(expectation):
    stem = expectation.name.removesuffix(".expected.yaml")
    return next(path for ending in (".md", ".txt") if (path := FIXTURES / f"{stem}{ending}").exists())


@pytest.fixture(params=EXPECTATIONS, ids=lambda path: path.name.removesuffix(".expected.yaml"))
def expectation(request):
    return request.param


def test_reads_as_expected(expectation):
    """Parts that the expectation names are found word for word."""
    found = as_json(parse(read(str(release_beside(expectation)))))
    expected = YAML(typ="safe", pure=True).load(expectation.read_text(encoding="utf-8"))
    for quote in expected.get("quotes", []):
        quote["text"] = " ".join(quote["pieces"])
    if "findings" in expected and len(expected["findings"]) == len(
        found["findings"]
    ):  # of each finding, too, only the keys that are named
        named = zip(expected["findings"], found["findings"], strict=True)
        found["findings"] = [{key: own[key] for key in wanted} for wanted, own in named]

    assert expected == {key: found[key] for key in expected}


def test_every_release_has_an_expectation():
    """No release lies in the folder unread."""
    releases = {path.stem for path in FIXTURES.iterdir() if path.suffix in (".md", ".txt")}

    assert {path.name.removesuffix(".expected.yaml") for path in EXPECTATIONS} == releases


def test_every_piece_stands_in_its_release(expectation):
    """A quote is never reworded, only unwrapped."""
    path = release_beside(expectation)
    source = " ".join(path.read_text(encoding="utf-8").split())
    release = parse(read(str(path)))

    assert all(piece in source for quote in release.quotes for piece in quote.pieces)
