"""The keys that every channel's block in channels.yaml may have, and the kinds of value that several have."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from publisher.compose.model import Layout, Section
from publisher.config.model import CHECKED


def _web_address(value: str) -> str:
    if "${" not in value and not re.fullmatch(
        r"https?://(?:[^\s/?#:]+|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?(?:/[^\s?#]*)?", value
    ):
        raise ValueError("this is no web address; write it whole, like https://api.example.org")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
"""A whole http(s) address, for a setting such as `api_url`; a variable that is not set yet passes in a preview."""


def _day(written: object) -> object:
    text = str(written)  # YAML makes a date of a day that stands there without quotation marks
    if "${" in text:
        return text
    try:
        known = re.fullmatch(r"20[2-9][0-9]-[0-9]{2}-[0-9]{2}", text, re.ASCII) and date.fromisoformat(text)
    except ValueError:
        known = None
    if not known:
        raise ValueError("this is no day; write it like 2026-12-31")
    return text


class Utm(BaseModel):
    """Parameters by which the website's statistics tell where a visit came from, without their `utm_`."""

    model_config = CHECKED

    source: str = Field(default="", description="Where the link stands, as in `newsletter`.")
    medium: str = Field(default="", description="By what it came, as in `social`.")
    campaign: str = Field(default="", description="What it belongs to; the release's slug by default.")
    term: str = ""
    content: str = ""


class ChannelSettings(BaseModel):
    """The keys that every block under `channels:` may have; a channel's `Settings` adds its own."""

    model_config = CHECKED

    type: str = Field(default="", description="The channel type; the block's own name where that is a type.")
    enabled: bool = Field(default=True, description="Whether `publish` sends here.")
    account: str | None = Field(
        default=None, description="Refuse to post when the credentials belong to another account than this."
    )
    layout: Layout | None = Field(
        default=None, description="single, thread, brief or article; the type's own by default."
    )
    sections: tuple[Section, ...] | None = Field(default=None, description="What the posts say, in this order.")
    hashtags: tuple[str, ...] = Field(default=(), description="Hashtags to add, without `#`.")
    numbering: bool = Field(default=False, description="Number the posts of a thread (1/5), counted in.")
    link_card: bool | None = Field(
        default=None,
        description="Whether a link card goes along, where the network has them: true puts it in the place of the "
        "images, the first of which is its picture; false leaves it out; by default it is where no image is.",
    )
    cards: bool | Literal["wide", "square"] = Field(
        default=False,
        description="An image of the quote, or the headline, for posts that have no image: true or wide, or square.",
    )
    utm: Utm | None = Field(default=None, description="UTM parameters for the link.")
    expires: Annotated[str, BeforeValidator(_day)] | None = Field(
        default=None,
        description="The day on which its credentials run out, such as 2026-12-31, where the network does not tell.",
    )
    embargo: Literal["allow"] | None = Field(
        default=None,
        description="allow: this channel may carry a release before its embargo ends, with the notice on top.",
    )
    template: str | None = Field(
        default=None, description="A Jinja2 template that writes the posts; its path from the folder of this file."
    )


SettingsType = type[ChannelSettings]
