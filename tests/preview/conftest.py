"""A press officer's folder to preview in."""

import pytest
from previewing import set_up


@pytest.fixture
def office(tmp_path, monkeypatch):
    """It is where we are."""
    set_up(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path
