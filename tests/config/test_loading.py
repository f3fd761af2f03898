"""channels.yaml is read as written, and a mistake in it is shown where it stands."""

import re

import pytest
from pydantic import BaseModel, model_validator

from publisher.channels.registry import build
from publisher.config.loading import load_config
from publisher.config.located import load, validate
from publisher.errors import PublishError

X = """
channels:
  x:
    consumer_key: ${X_KEY}
    consumer_secret: ${X_SECRET}
    access_token: ${X_TOKEN:-fallback}
    access_token_secret: "literal"
"""


@pytest.fixture
def channels(tmp_path):
    """Write channels.yaml; returns a function from its text to its path."""

    def write(text):
        file = tmp_path / "channels.yaml"
        file.write_text(text, encoding="utf-8")
        return str(file)

    return write


def mistake(path, *, for_sending=False):
    def everything():
        config = load_config(path)
        for block in config.blocks:
            build(config, block, for_sending=for_sending)

    with pytest.raises(PublishError) as caught:
        everything()
    return str(caught.value)


def test_a_complete_file_is_read(channels):
    config = load_config(
        channels(
            """
organisation:
  name: Rivers
  timezone: Europe/Berlin
  mentions: {"Jane Doe": {x: "@jane"}}
ledger: sqlite:///x.db
defaults: {hashtags: [rivers]}
channels:
  newsroom: {folder: out}
  second: {type: newsroom, enabled: false}
"""
        )
    )

    assert config.organisation.name == "Rivers"
    assert config.organisation.mentions["Jane Doe"]["x"] == "@jane"
    assert [(block.name, block.type, block.enabled) for block in config.blocks] == [
        ("newsroom", "newsroom", True),
        ("second", "newsroom", False),
    ]
    assert build(config, config.blocks[0], for_sending=False).settings.hashtags == ("rivers",)


def test_blocks_may_share_what_they_have_in_common(channels):
    """An agency writes common settings once, with YAML's own anchors."""
    config = load_config(
        channels(
            "channels:\n  a: &common\n    type: newsroom\n    folder: a\n    hashtags: [river]\n"
            "  b:\n    <<: *common\n    folder: b\n"
        )
    )

    assert [(block.type, block.data["folder"], block.data["hashtags"]) for block in config.blocks] == [
        ("newsroom", "a", ["river"]),
        ("newsroom", "b", ["river"]),
    ]


def test_without_channels_yaml_there_is_a_newsroom(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = load_config()

    assert not config.found
    assert [block.type for block in config.blocks] == ["newsroom"]


def test_variables_come_from_the_environment_then_from_dotenv(channels, tmp_path, monkeypatch):
    """The environment wins over `.env`; a default stands in where neither has the variable."""
    (tmp_path / ".env").write_text('X_KEY="from file" # comment\nexport X_SECRET=also # here\n# X_TOKEN=no\n')
    monkeypatch.setenv("X_SECRET", "from environment")
    monkeypatch.delenv("X_KEY", raising=False)
    monkeypatch.delenv("X_TOKEN", raising=False)
    data = load_config(channels(X)).blocks[0].data

    assert data["consumer_key"] == "from file"
    assert data["consumer_secret"] == "from environment"
    assert data["access_token"] == "fallback"
    assert data["access_token_secret"] == "literal"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("channels:\n  x: {}\n  x: {}\n", r"channels.yaml:3:3: .*stands here twice"),
        ("channels:\n  - [\n", r"channels.yaml:\d+:\d+: not valid YAML"),
        ("- a\n", r"channels.yaml:1:1: the file should consist of"),
        ("chanels: {}\n", r"channels.yaml:1:1: unknown key `chanels`. Did you mean `channels`\?"),
        ("organisation:\n  nam: X\n", r"channels.yaml:2:3: unknown key `nam`. Did you mean `name`\?"),
        ("organisation:\n  timezone: Berlin\n", r"channels.yaml:2:13: `timezone`: there is no time zone called Berlin"),
        ("channels:\n  blusky:\n    handle: a\n", r"channels.yaml:2:3: there is no channel type `blusky`.*`bluesky`"),
        ("channels:\n  a:\n    type: telegrm\n", r"channels.yaml:3:11: there is no channel type `telegrm`.*`telegram`"),
        ("channels:\n  newsroom:\n    folde: a\n", r"channels.yaml:3:5: unknown key `folde`. Did you mean `folder`\?"),
        (
            "channels:\n  newsroom:\n    layout: tread\n",
            r"channels.yaml:3:13: `layout` cannot be `tread`. Did you mean `thread`",
        ),
        ("channels:\n  telegram:\n    token: a\n", r"channels.yaml:2:3: `chat` is missing"),
        ("channels: &a\n  newsroom: *a\n", r"nested too deeply, or refers to itself"),
        ("channels:\n  [a]: b\n", r"channels.yaml:2:3: a key should be a word"),
        ("channels:\n  newsroom: 5\n", r"channels.yaml:2:13: `newsroom` should be a block"),
        ("channels:\n  newsroom:\n    sections: [headline, quote]\n", r"channels.yaml:3:26: "),
    ],
)
def test_a_mistake_names_its_place_and_the_nearest_valid_key(channels, text, says):
    """One line: file, line, column, what is wrong, what to do."""
    message = mistake(channels(text))

    assert re.search(says, message), message
    assert "\n" not in message


def test_an_unset_variable_is_an_error_only_where_something_is_sent(channels, monkeypatch):
    for name in ("X_KEY", "X_SECRET", "X_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    path = channels(X)
    config = load_config(path)

    assert build(config, config.blocks[0], for_sending=False).name == "x"
    assert "channels.yaml:4:19: the variable X_KEY is not set" in mistake(path, for_sending=True)


def test_a_missing_or_foreign_file_is_named(tmp_path):
    binary = tmp_path / "channels.yaml"
    binary.write_bytes(b"\xff\xfe\x00")

    assert "there is no such file" in mistake(str(tmp_path / "none.yaml"))
    assert "not in UTF-8" in mistake(str(binary))


class Either(BaseModel):
    a: str = ""

    @model_validator(mode="after")
    def refuse(self) -> "Either":
        raise ValueError("Say either `a` or `b`")


def test_a_mistake_of_a_whole_block_is_told_without_a_key():
    """Where two keys contradict each other, neither is to blame."""
    located = load("channels:\n  one: {a: x}\n", "channels.yaml")
    with pytest.raises(PublishError, match=r"^channels\.yaml:2:8: say either `a` or `b`$"):
        validate(Either, located, ("channels", "one"), {"a": "x"})


def test_colours_are_read_in_one_form_and_a_comment_in_their_place_is_noticed(channels):
    """Without quotation marks YAML takes `#0b5d4e` for a comment."""
    config = load_config(channels('organisation: {colours: {accent: "#0B5D4E", ink: "123"}, logo: logo.svg}\n'))

    assert config.organisation.colours.accent == "#0b5d4e"
    assert config.organisation.colours.ink == "#112233"
    assert config.organisation.colours.paper is None
    assert config.organisation.logo == "logo.svg"
    for wrong in ("accent: #0b5d4e", "ink: red", 'paper: "#0b5d4"', "ink: 12"):
        assert "this is no colour; write it in quotation marks" in mistake(
            channels(f"organisation:\n  colours:\n    {wrong}\n")
        )
