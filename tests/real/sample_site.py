"""A newsroom as one looks after some years: releases in seven languages, with images, and a few dozen short ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from publisher.channels.base import Channel
from publisher.config.loading import load_config
from publisher.delivery.plan import make_plan
from publisher.documents import read
from publisher.release import parse
from publisher.release.model import Release

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests/release/fixtures"
SHORT = 45
BASE_URL = "https://newsroom.corvanerivers.example.org"

CONFIG = """\
organisation:
  name: Corvane Rivers Alliance
  url: https://corvanerivers.example.org
  timezone: America/Los_Angeles
channels:
  newsroom:
    folder: {folder}
    base_url: {base_url}
"""
ARABIC = """\
---
language: ar
slug: nahr
media: [{path: wide.png, alt: "منظر النهر عند الجسر القديم"}]
---

# النهر أنظف مما كان عليه منذ عشرين عامًا

## تقرير جديد عن القراءات في إحدى عشرة مدينة

بورتلاند، 3 نوفمبر 2026 — قالت جمعية أنهار كورفان اليوم إن المياه آمنة للسباحة في تسعة أيام من كل عشرة،
ونشرت القراءات على [الخريطة](https://corvanerivers.example.org/map?from=2006&to=2026).

«كنا نشم رائحة النهر من الجسر، واليوم نشربه»، قالت أمارة ويتفيلد، كبيرة العلماء في الجمعية. «هذا عمل عشرين عامًا.»

تطلب الجمعية:

- قياسًا كل أسبوع في كل مدينة
- نشر كل قراءة خلال 24 ساعة

## للتواصل الإعلامي

Priya Lindqvist
press@corvanerivers.example.org
+1 503 555 0142
"""
HEBREW = """\
---
language: he
slug: nahar
---

# הנהר נקי מכפי שהיה זה עשרים שנה

פורטלנד, 4 בנובמבר 2026 — המים בטוחים לשחייה בתשעה ימים מכל עשרה, כך הודיעה היום האגודה (CRA) על סמך 1,240 דגימות.

"הרחנו את הנהר מן הגשר, והיום אנחנו שותים ממנו", אמרה אמארה ויטפילד.
"""
JAPANESE = """\
---
language: ja
slug: kawa
media: [{path: tall.jpg, alt: "橋の上から見た川"}]
---

# コルヴェーン川の水質、過去二十年で最も良好に

ポートランド、2026年11月5日 — コルヴェーン川同盟は本日、十日のうち九日は川で安全に泳げると発表しました。
測定値はすべて地図で公開されています。

「橋の上で川の臭いがしたものです。今日、私たちはその水を飲んでいます」と、
主任研究員のアマラ・ウィットフィールドは述べました。
"""
SHORT_ONE = """\
# {headline}

TAMARACK, {day} — The water was safe on {safe} of the last thirty days.

“It is a number, and a good one,” said Joseph Halloran, chair of the Corvane Rivers Alliance.
"""
LONG = """\
---
slug: long-words
media: [{path: wide.png, alt: "%s"}, {path: tall.jpg, alt: ""}]
---

# Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft meets %s

https://corvanerivers.example.org/%s is where %s `%s` stands.

1. One
   - Two with https://corvanerivers.example.org/%s
"""
LONG_ONE = LONG % (("x" * 120,) * 2 + ("a-very-long-path-without-any-place-to-break-it" * 4,) * 4)


def pictures(folder: Path) -> None:
    """A wide image and a tall one, in the folder of the releases."""
    from PIL import Image

    for name, size in (("wide.png", (1800, 700)), ("tall.jpg", (600, 1100))):
        made = BytesIO()
        Image.linear_gradient("L").resize(size).convert("RGB").save(made, "PNG" if name.endswith("png") else "JPEG")
        (folder / name).write_bytes(made.getvalue())


def releases(folder: Path) -> Iterator[tuple[Release, datetime]]:
    """The releases with the times at which they went out; those of our own are written into the folder."""
    pictures(folder)
    own = {"ar.md": ARABIC, "he.md": HEBREW, "ja.md": JAPANESE, "long.md": LONG_ONE}
    for name, text in own.items():
        (folder / name).write_text(text, encoding="utf-8")
    start = datetime(2026, 11, 1, 9, tzinfo=UTC)
    files = [
        *(folder / name for name in own),
        *(FIXTURES / name for name in ("deutsch.md", "espanol.txt", "francais.txt", "italiano.txt")),
        *(ROOT / "releases" / name for name in ("policy-statement.txt", "short-statement.md", "product-launch.md")),
    ]
    for number in range(SHORT):
        at = start - timedelta(days=23 * (SHORT - number))
        headline, day = f"Reading {number + 1} of the Corvane Is Out", f"{at:%B} {at.day}, {at.year}"
        text = SHORT_ONE.format(headline=headline, day=day, safe=number % 9 + 20)
        file = folder / f"reading-{number + 1}.md"
        file.write_text(text, encoding="utf-8")
        yield parse(read(str(file))), at
    for number, file in enumerate(files):
        yield parse(read(str(file))), start + timedelta(days=number)


def newsroom(folder: Path, config: str = CONFIG) -> Channel:
    """The newsroom with all of its pages, in `folder`/site; its releases lie in `folder`."""
    file = folder / "channels.yaml"
    file.write_text(config.format(folder="site", base_url=BASE_URL), encoding="utf-8")
    loaded = load_config(str(file))
    for release, at in releases(folder):
        channel = publish(loaded, release, at)
    return channel


def publish(config, release: Release, at: datetime) -> Channel:
    """Send a release to the newsroom, as it would have been sent then."""
    [planned] = make_plan(release, config, only=["newsroom"], for_sending=True).deliveries
    for request in planned.requests:
        receipt = planned.channel.send(planned.channel.stamp(request, at, release.slug), [])
        assert receipt.outcome == "sent", receipt.error
    return planned.channel
