"""A release, and channels of several kinds, as a preview shows them."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from publisher.channels.base import Request
from publisher.cli.shown import head_of
from publisher.compose.model import Capabilities, Card, Limit, Post, Variant
from publisher.config.loading import load_config
from publisher.delivery.plan import make_plan
from publisher.delivery.timing import read_times
from publisher.documents import read
from publisher.preview.model import Shown
from publisher.release import parse
from publisher.release.model import Media
from publisher.text.rich import RichText, as_rich

FIXTURES = Path(__file__).with_name("preview") / "fixtures"
NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
CHANNELS = """\
organisation:
  name: League of Aller Cities
  timezone: Europe/Berlin
  mentions:
    Ana Ruiz: {x: "@anaruiz", bluesky: "@ana.aller.example"}
channels:
  x: {consumer_key: k, consumer_secret: k, access_token: k, access_token_secret: k, account: "@aller"}
  bluesky: {handle: aller.example, app_password: p}
  telegram: {token: t, chat: "@aller"}
  press-list: {type: email, host: mail.aller.example, from: press@aller.example, list: press.csv, embargo: allow}
"""


def set_up(folder):
    """Put the release, its images, channels.yaml and a list of 250 journalists into a folder."""
    for name in ("harbour.md", "scripts.md"):
        shutil.copy(FIXTURES / name, folder)
    picture = Path(__file__).parents[1] / "releases/images/tamarack-river.png"
    for name in ("gauge.png", "harbour.png"):
        shutil.copy(picture, folder / name)
    (folder / "channels.yaml").write_text(CHANNELS, encoding="utf-8")
    addresses = "\n".join(f"desk{number}@paper.example,Desk {number}" for number in range(250))
    (folder / "press.csv").write_text(f"email,name\n{addresses}\n", encoding="utf-8")


def plan_of(file="harbour.md", only=()):
    """The plan for a release, and what stands above it in a preview."""
    config, release = load_config(None), parse(read(file))
    times = read_times(release, config.organisation, NOW, None)
    plan = make_plan(release, config, only=only, embargo=times.notice)
    return plan, head_of(plan, times, config.organisation.timezone)


def one_post(text, *, alt=None, title=None, most=1000):
    """A channel that says this in one post, with an image and a link card where they have words."""
    rich = text if isinstance(text, RichText) else as_rich(text)
    media = () if alt is None else (Media("gauge.png", alt),)
    card = None if title is None else Card("https://news.aller.example/", title, title)
    variant = Variant("wire", "wire", "single", "en", (Post(rich, media, card),))
    limits = (Limit(most, "characters", lambda text: len(text.plain)),)
    return Shown(variant, Capabilities(("single",), limits), [Request("POST", "https://wire.example/")])
