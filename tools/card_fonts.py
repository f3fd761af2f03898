"""Make the fonts that cards are drawn with, again: publisher/cards/fonts.

    apt-get install fonts-noto-core fonts-noto-cjk && pip install fonttools
    python tools/card_fonts.py [FOLDER OF TRUETYPE FONTS] [NotoSansCJK-Regular.ttc]

Whole scripts of Noto Sans without hints, which a raster of this size has no use for, and without small capitals and
the like. Of Chinese, Japanese and Korean the characters that each country's own standard calls common (`common`), once,
in one collection whose four faces share their outlines. Same fonts in, same bytes out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

TARGET = Path(__file__).resolve().parent.parent / "publisher/cards/fonts"
TRUETYPE = "/usr/share/fonts/truetype/noto"
COLLECTION = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"

BOTH_WEIGHTS = (
    "Sans SansArabic SansArmenian SansBengali SansDevanagari SansGeorgian SansGujarati SansGurmukhi SansHebrew "
    "SansKannada SansKhmer SansLao SansMalayalam SansOriya SansSinhala SansTamil SansTelugu SansThai"
).split()
ONE_WEIGHT = (
    "SansAdlam SansBalinese SansBamum SansBatak SansBuginese SansCanadianAboriginal SansChakma SansCham SansCherokee "
    "SansCoptic SansEthiopic SansHanifiRohingya SansJavanese SansKayahLi SansLepcha SansLimbu SansLisu "
    "SansMeeteiMayek SansMongolian SansMyanmar SansNKo SansNewTaiLue SansOlChiki SansOsage SansOsmanya "
    "SansSamaritan SansSaurashtra SansSundanese SansSylotiNagri SansSyriac SansTaiLe SansTaiTham SansTaiViet "
    "SansThaana SansTifinagh SansVai SansWancho SansWarangCiti SansYi SerifTibetan"
).split()
SYMBOLS = {
    "SansMath": [(0x2190, 0x21FF), (0x2200, 0x22FF), (0x27C0, 0x27EF), (0x2980, 0x2AFF)],
    "SansSymbols": [(0x2100, 0x214F), (0x2150, 0x218F), (0x2460, 0x24FF), (0x2600, 0x27BF)],
    "SansSymbols2": [(0x2300, 0x23FF), (0x25A0, 0x25FF), (0x2600, 0x27BF), (0x2B00, 0x2BFF)],
}
FEATURES = (
    "abvf abvm abvs akhn blwf blwm blws calt ccmp cfar clig cjct curs dist fin2 fin3 fina half haln init isol kern "
    "liga ljmo locl mark med2 medi mkmk nukt pref pres pstf psts rclt rkrf rlig rphf rtla rtlm tjmo vatu vjmo"
).split()

FACES = {"jp": 0, "kr": 1, "sc": 2, "tc": 3}
PLAIN = [(0x20, 0x17F), (0x2000, 0x206F), (0x20A0, 0x20BF), (0x3000, 0x30FF), (0x3130, 0x318F), (0xFF00, 0xFFEF)]
CANTONESE = "嘅啲咗冇喺唔嚟佢哋咩嗰噉嘢啱攞揾瞓嘥嗌咁㗎喎囉咪嗱"


def main(truetype: str = TRUETYPE, collection: str = COLLECTION) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in [*TARGET.glob("*.ttf"), *TARGET.glob("*.ttc")]:
        old.unlink()
    folder = Path(truetype)
    for name in BOTH_WEIGHTS:
        for weight in ("Regular", "Bold"):
            cut(folder / f"Noto{name}-{weight}.ttf", None)
    for name in ONE_WEIGHT:
        cut(folder / f"Noto{name}-Regular.ttf", None)
    for name, ranges in SYMBOLS.items():
        cut(folder / f"Noto{name}-Regular.ttf", spread(ranges))
    east_asian(collection, TARGET / "NotoSansCJK-Regular.ttc")
    print(f"{sum(file.stat().st_size for file in TARGET.iterdir()):,} bytes in {TARGET}")  # noqa: T201 -- its result


def options() -> subset.Options:
    chosen = subset.Options()
    chosen.hinting = False
    chosen.notdef_outline = True
    chosen.layout_features = FEATURES
    chosen.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    chosen.recalc_timestamp = False
    chosen.font_number = 0
    return chosen


def spread(ranges: Iterable[tuple[int, int]]) -> set[int]:
    return {code for first, last in ranges for code in range(first, last + 1)}


def cut(source: Path, wanted: set[int] | None) -> None:
    """The font with these characters, or all of its own."""
    chosen = options()
    font = subset.load_font(str(source), chosen)
    known = set(font.getBestCmap())
    cutter = subset.Subsetter(chosen)
    cutter.populate(unicodes=known if wanted is None else known & wanted)
    cutter.subset(font)
    subset.save_font(font, str(TARGET / source.name), chosen)


def common() -> dict[str, set[int]]:
    """The characters that each of the standards calls common, by the face that draws them."""
    japanese = two_bytes("euc_jp", range(0xB0, 0xF5), range(0xA1, 0xFF))
    simplified = two_bytes("gb2312", range(0xB0, 0xF8), range(0xA1, 0xFF))
    traditional = two_bytes("big5", range(0xA4, 0xC7), range(0x40, 0xFF)) | set(map(ord, CANTONESE))
    hangul = set(range(0xAC00, 0xD7A4))
    return {"jp": japanese, "sc": simplified, "tc": traditional, "kr": hangul}


def two_bytes(codec: str, leads: Iterable[int], trails: Iterable[int]) -> set[int]:
    found = (bytes([lead, trail]).decode(codec, "ignore") for lead in leads for trail in trails)
    return {ord(text) for text in found if len(text) == 1}


def east_asian(source: str, target: Path) -> None:
    """One collection of four faces that share their outlines: each knows every character that one of them has."""
    sets = common()
    everything = set().union(*sets.values(), spread(PLAIN))
    maps = {name: TTFont(source, fontNumber=number, lazy=True).getBestCmap() for name, number in FACES.items()}
    glyphs = {maps[name][code] for name, codes in sets.items() for code in codes if code in maps[name]}
    glyphs |= {each[code] for each in maps.values() for code in spread(PLAIN) if code in each}

    chosen = options()
    chosen.layout_features = ["ccmp", "kern", "ljmo", "vjmo", "tjmo"]
    whole = subset.load_font(source, chosen)
    cutter = subset.Subsetter(chosen)
    cutter.populate(glyphs=glyphs)
    cutter.subset(whole)
    shared = TARGET / "shared.otf"
    subset.save_font(whole, str(shared), chosen)

    made = TTCollection()
    for name, number in FACES.items():
        face = TTFont(shared, recalcTimestamp=False)
        kept = set(face.getGlyphOrder())
        own = {
            code: next(
                one for one in (maps[name].get(code), *(each.get(code) for each in maps.values())) if one in kept
            )
            for code in sorted(everything)
            if any(each.get(code) in kept for each in maps.values())
        }
        for table in face["cmap"].tables:
            if table.isUnicode():
                table.cmap = {code: glyph for code, glyph in own.items() if table.format == 12 or code < 0x10000}
        face["cmap"].tables = [table for table in face["cmap"].tables if table.isUnicode() and table.format != 14]
        original = TTFont(source, fontNumber=number, lazy=True)
        face["name"].names = [one for one in original["name"].names if one.nameID in chosen.name_IDs]
        made.fonts.append(face)
    made.save(str(target), shareTables=True)
    shared.unlink()


if __name__ == "__main__":
    main(*sys.argv[1:])
