"""channels.yaml as data: the organisation, the ledger, the defaults and one block a channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from publisher.config.durations import read_duration
from publisher.config.located import Located

MAX_LATE = timedelta(hours=2)
DEFAULT_LEDGER = "sqlite:///.publish/ledger.db"


def _known_zone(name: str) -> str:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 -- only where a zone is named

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"there is no time zone called {name}; write it like Europe/Berlin") from None
    return name


def _duration(written: object) -> object:
    found = read_duration(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError("this is no length of time; write it like 90m, 2h or 1d")
    return found


CHECKED = ConfigDict(extra="forbid", frozen=True, defer_build=True)
"""Unknown keys are mistakes; a model is built when it is first needed, which most are not in a short run."""


def _colour(written: object) -> str:
    text = written if isinstance(written, str) else ""
    if "${" in text:
        return text
    digits = text.removeprefix("#").lower()
    if len(digits) not in {3, 6} or set(digits) - set("0123456789abcdef"):
        # without quotation marks, YAML reads the rest of the line as a comment, and nothing is left
        raise ValueError('this is no colour; write it in quotation marks, like "#0b5d4e"')
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


Colour = Annotated[str | None, BeforeValidator(_colour, json_schema_input_type=str)]
"""A colour as `#rrggbb`, in small letters; a variable that is not set yet passes in a preview."""


class Colours(BaseModel):
    """The organisation's colours, on its pages and cards; those that are not given are left to whoever draws."""

    model_config = CHECKED

    accent: Colour = Field(default=None, description="What stands out: lines, links, marks.")
    ink: Colour = Field(default=None, description="Text.")
    paper: Colour = Field(default=None, description="What the text stands on.")


class Organisation(BaseModel):
    """Who publishes. `mentions` maps a name to its handle per channel type.

    `logo` is the path of an image from the folder of channels.yaml.
    """

    model_config = CHECKED

    name: str = ""
    url: str | None = None
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    boilerplate: str | None = None
    mentions: dict[str, dict[str, str]] = {}
    colours: Colours = Field(default_factory=Colours)
    logo: str | None = Field(
        default=None, description="An image for pages and cards: SVG or PNG; its path from the folder of this file."
    )


class Defaults(BaseModel):
    """What every channel does unless its own block says otherwise. Checked with each channel's own settings."""

    model_config = CHECKED

    layout: str | None = None
    sections: list[str] | None = None
    hashtags: list[str] = []


class Top(BaseModel):
    """The top level of channels.yaml."""

    model_config = CHECKED

    organisation: Organisation = Field(default_factory=Organisation)
    ledger: str = DEFAULT_LEDGER
    deadline: float = Field(
        default=15.0, gt=0, le=24 * 60, description="Minutes after which a run begins no post any more."
    )
    releases: str = Field(
        default="releases",
        min_length=1,
        description="The folder whose releases `publish due` takes up, where they have a `publish_at`; its path from "
        "the folder of this file.",
    )
    max_late: Annotated[timedelta, BeforeValidator(_duration, json_schema_input_type=str)] = Field(
        default=MAX_LATE,
        description="How late a scheduled release may still go out, such as 90m, 2h or 1d; later it is held.",
    )
    defaults: Defaults = Field(default_factory=Defaults)
    channels: dict[str, dict[str, Any] | None] = {}


@dataclass(frozen=True, eq=False, repr=False)
class Block:
    """One channel's block: its data with variables replaced, and which of them are not set, by key."""

    name: str
    type: str
    enabled: bool
    data: Mapping[str, Any]
    unset: Mapping[tuple[str | int, ...], str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, repr=False)
class Config:
    """channels.yaml, read and checked except for what only each channel knows.

    `folder` is where it lies, which relative paths in it start from; `located` knows the lines; `found` is False where
    there is no such file and the built-in defaults stand in; `deadline` is in minutes; `max_late` is how late a
    scheduled release may go out; `unset` are the variables outside the channels that are not set, by the path of the
    value; `env_remark` says what is odd about `.env`.
    """

    located: Located
    folder: Path
    organisation: Organisation
    ledger: str
    defaults: Defaults
    blocks: tuple[Block, ...]
    found: bool = True
    deadline: float = 15.0
    releases: str = "releases"
    max_late: timedelta = MAX_LATE
    unset: Mapping[tuple[str | int, ...], str] = field(default_factory=dict)
    env_remark: str = ""

    @property
    def file(self) -> str:
        return self.located.file
