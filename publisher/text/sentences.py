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
    Va Wash Wis Wyo Wm Chas Messrs Mses Amb Asst Brig Pvt Spc Cdr Msgr Ald Cllr Drs Gens Govs Revs Supp Prop EE
    """.split()
)
_ALSO_AT_ENDS = frozenset("Jr Sr Co Corp Inc Ltd".split())
_BEGINNINGS = later(r"(?:We|Our|This|These|They|It|He|She|I|My|But|And)(?=[\s'’])")
_PLACE_WORDS = 4  # "Washington, D.C." and the like, which is no sentence
_LONG_ENOUGH = 100
_ORDINAL_DIGITS = 2
_WORD_BEFORE = later(r"(?<![\w.&'’-])[\w.&'’-]*$")


def sentences(text: str) -> list[str]:
    """The sentences of one paragraph, verbatim, with the white space between them left out.

    Joined by single spaces they give the paragraph back, its white space folded.
    """
    found: list[str] = []
    start = looked_at = 0
    says_something = False
    for match in _END.finditer(text):
        says_something = says_something or any(map(str.isalpha, text[looked_at : match.start()]))
        looked_at = match.start()
        if match.start() < start or not says_something or not _ends(text, start, match):  # "1." goes with what follows
            continue
        found.append(text[start : match.end()].strip())
        start = looked_at = match.end()
        says_something = False
    found.append(text[start:].strip())
    return [" ".join(sentence.split()) for sentence in found if sentence]


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the mark at `match` closes the sentence that begins at `start`."""
    mark = text[match.start()]
    if mark in "。！？":
        return True
    following = text[match.end() : match.end() + 40].lstrip()
    first = following.lstrip(_OPENING)[:1]
    if not first or first.islower() or not (first.isupper() or first.isdigit() or first.isalpha()):
        return False
    return mark != "." or _may_end(text, start, match.start(), following)


def _may_end(text: str, start: int, at: int, following: str) -> bool:
    """Whether the full stop at this position may end a sentence, and does not just shorten the word before it."""
    before = text[max(at - 30, 0) : at]
    found = _WORD_BEFORE.search(before)
    word = found.group().lstrip(".'’&-") if found else ""
    if _is_short_form(word):  # of those that often end a sentence too only a sure beginning shows it
        at_ends_too = "." in word.rstrip(".") or word in _ALSO_AT_ENDS
        is_sentence = at - start > _LONG_ENOUGH or len(text[start:at].split()) > _PLACE_WORDS
        return at_ends_too and is_sentence and bool(_BEGINNINGS.match(following))
    if len(word) == 1 and word.isalpha():
        return word.islower()
    if not word.isdigit():
        return True
    if before.removesuffix(word).rstrip().endswith((":", ";")):
        return False  # the first of a list: "We ask for two things: 1. A plan."
    return len(word) > _ORDINAL_DIGITS or _follows_number(following)


def _is_short_form(word: str) -> bool:
    """Whether a full stop behind this word shortens it: H.R. 4, p.m., U.S., z.B., Sen."""
    return "." in word or word.rpartition("-")[2] in _ABBREVIATIONS


_AFTER_ORDINAL = frozenset(
    """
    januar februar märz april mai juni juli august september oktober november dezember jahrhundert kalenderwoche
    """.split()
)


def _follows_number(following: str) -> bool:
    """German writes dates and ordinals with a full stop: «am 5. Mai» goes on."""
    word = re.match(r"\w+", following)
    return not word or word.group().casefold() not in _AFTER_ORDINAL
