"""Cutting text at sentence ends. In doubt it does not cut: a sentence too long is harmless, half a sentence is not."""

from __future__ import annotations

import re

from publisher.text.patterns import later

_END = later(r"[.!?…][\"'”’»)\]]*(?=\s)|[。！？]+[”’」』）]*")
_OPENING = "\"'“‘«„‚([¿¡—–-"
_ABBREVIATIONS = frozenset(  # as written, so that "Mass." is a state and "mass." a word
    """
    Mr Mrs Ms Mx Dr dr Prof prof Rev Fr Hon Sr Sra Srta Jr St Ste Gen Col Lt Sgt Capt Cmdr Maj Adm Gov Sen Rep
    Reps Sens Pres Cpl Pfc Supt Insp Det Atty No Nos vs v Art Arts Sec Secs Fig Figs Vol pp Ch Ed Eds cf al
    approx est Dept Univ Assn Bros Co Corp Inc Ltd Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Ave Blvd
    Rd Ft Mt Hwy Rte Ext Con Res Pub Stat Reg Fed Cir ft sq Bldg Dir MR MRS MS DR SEN REP GOV Hr Dipl Ing Nr
    Abs bzw ca evtl ggf inkl Mio Mrd usw vgl Mme Mlle MM env Dra Lic núm Núm pág Ud Uds Avda Ala Ariz Ark
    Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Tenn Tex Vt
    Va Wash Wis Wyo
    """.split()
)
_WORD_BEFORE = later(r"(?<![\w.&'’-])[\w.&'’-]*$")


def sentences(text: str) -> list[str]:
    """The sentences of one paragraph, verbatim, with the white space between them left out.

    Joined by single spaces they give the paragraph back, its white space folded.
    """
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if match.start() < start or not _ends(text, match):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return [" ".join(sentence.split()) for sentence in found if sentence]


def _ends(text: str, match: re.Match[str]) -> bool:
    """Whether the mark at `match` closes a sentence."""
    mark = text[match.start()]
    if mark in "。！？":
        return True
    following = text[match.end() : match.end() + 40].lstrip()
    first = following.lstrip(_OPENING)[:1]
    if not first or first.islower() or not (first.isupper() or first.isdigit() or first.isalpha()):
        return False
    if mark != ".":
        return True
    word = _WORD_BEFORE.search(text[max(match.start() - 30, 0) : match.start()])
    return _may_end(word.group().lstrip(".'’&-") if word else "", following)


def _may_end(word: str, following: str) -> bool:
    """Whether a full stop behind this word may end a sentence, and not just shorten the word."""
    if "." in word or word in _ABBREVIATIONS:  # with a full stop inside: H.R. 4, p.m., U.S., z.B.
        return False
    if len(word) == 1 and word.isalpha():
        return word.islower()
    if word.isdigit() and len(word) <= 2:
        return _follows_number(following)
    return True


_AFTER_ORDINAL = frozenset(
    """
    januar februar märz april mai juni juli august september oktober november dezember jahrhundert kalenderwoche
    """.split()
)


def _follows_number(following: str) -> bool:
    """German writes dates and ordinals with a full stop: «am 5. Mai» goes on."""
    word = re.match(r"\w+", following)
    return not word or word.group().casefold() not in _AFTER_ORDINAL
