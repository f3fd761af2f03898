"""The review knows the words of each language."""

import pytest

from publisher.documents import read_text
from publisher.release import parse
from publisher.release.language import available, load

NEWS = {
    "de": "KELD, 3. November 2026 – Die Fähre fährt wieder, und alle sind eingeladen, sagt der Hafen. {}",
    "en": "KELD, Nov. 3, 2026 – The ferry sails again, and everybody is invited, says the harbour. {}",
    "es": "KELD, 3 de noviembre de 2026 – El barco vuelve a salir y todos están invitados, dice el puerto. {}",
    "fr": "KELD, 3 novembre 2026 – Le bateau repart, et tout le monde est invité, dit le port. {}",
    "it": "KELD, 3 novembre 2026 – Il battello riparte, e tutti sono invitati, dice il porto. {}",
}
DATES = {
    "de": "KELD, 3. November 2026 – ",
    "en": "KELD, Nov. 3, 2026 – ",
    "es": "KELD, 3 de noviembre de 2026 – ",
    "fr": "KELD, 3 novembre 2026 – ",
    "it": "KELD, 3 novembre 2026 – ",
}


def found(code, sentence, news=None, top=""):
    text = f"---\nlanguage: {code}\n---\n# Keld\n\n{top}\n\n{(news or NEWS[code]).format(sentence)}\n\nx@keld.example\n"
    return {finding.rule: finding for finding in parse(read_text(text, file="x.md", markdown=True)).findings}


@pytest.mark.parametrize(
    ("code", "wrong", "right"),
    [
        ("de", "Das Fest ist am Montag, dem 10. November 2026.", "Dienstag"),
        ("en", "The feast is on Monday, the 10th of November 2026.", "Tuesday"),
        ("en", "The feast is on Mon., Nov. 10.", "Tuesday"),
        ("en", "The feast is on 10 November 2026 (Monday).", "Tuesday"),
        ("es", "La fiesta es el lunes, 10 de noviembre de 2026.", "martes"),
        ("fr", "La fête est le lundi 10 novembre 2026.", "mardi"),
        ("it", "La festa è lunedì 10 novembre 2026.", "martedì"),
    ],
)
def test_the_day_of_the_week_is_held_against_the_calendar(code, wrong, right):
    assert found(code, wrong)["weekday"].what.endswith(f"that day is a {right}")
    assert "weekday" not in found(code, wrong.replace("10", "9"))


@pytest.mark.parametrize(
    "sentence", ["It was so on Monday, May 3.", "Monday. May 3 people come?", "On Monday, 40 came."]
)
def test_a_day_that_may_be_of_any_year_is_left_alone(sentence):
    """More than four months away from the release, nobody can tell which year was meant."""
    assert "weekday" not in found("en", sentence)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("de", "Das Fest ist heute."),
        ("en", "The feast is this morning."),
        ("es", "La fiesta es hoy."),
        ("fr", "La fête est aujourd’hui."),
        ("it", "La festa è oggi."),
    ],
)
def test_today_needs_a_date(code, sentence):
    undated = NEWS[code].replace(DATES[code], "KELD – ")

    assert found(code, sentence, undated)["undated"].line == 8
    assert "undated" not in found(code, sentence)
    assert "undated" not in found(code, f"“{sentence}”", undated)
    assert "undated" not in found(code, sentence, undated, top="2026-11-03")


@pytest.mark.parametrize("sentence", ["USA Today wrote of it.", "Today’s children know it.", "They came on a heyday."])
def test_words_that_only_look_like_today_need_none(sentence):
    assert "undated" not in found("en", sentence, NEWS["en"].replace(DATES["en"], "KELD – "))


@pytest.mark.parametrize(
    ("code", "gap"),
    [
        ("de", "[Zitat einfügen]"),
        ("de", "[Datum]"),
        ("de", "[einfügen: Ort]"),
        ("en", "[insert quote]"),
        ("en", "[Your Company Name]"),
        ("es", "[por definir]"),
        ("es", "[insertar cifra]"),
        ("fr", "[à compléter]"),
        ("fr", "[Nom de la ville]"),
        ("it", "[da definire]"),
        ("it", "[inserire data]"),
    ],
)
def test_gaps_are_known_in_each_language(code, gap):
    assert found(code, f"Keld {gap}.")["placeholder"].severity == "error"


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("de", "Sperrfrist: 3. November 2026, 10 Uhr {}"),
        ("en", "EMBARGOED UNTIL 9 a.m. {}, Tuesday, November 3, 2026"),
        ("es", "Embargado hasta las 10:00 {} del 3 de noviembre de 2026"),
        ("fr", "Sous embargo jusqu’au 3 novembre 2026, 10 h {}"),
        ("it", "Sotto embargo fino alle 10 {} del 3 novembre 2026"),
    ],
)
def test_an_embargo_needs_a_zone(code, line):
    zones = {"de": "MEZ", "en": "Eastern Time", "es": "CET", "fr": "(heure de Paris)", "it": "ora italiana"}

    assert found(code, "", top=line.format("").replace(" ,", ","))["zone"].severity == "warning"
    assert "zone" not in found(code, "", top=line.format(zones[code]))
    assert "zone" not in found(code, "", top=line.format("+01:00"))


@pytest.mark.parametrize("code", available())
def test_weekdays_come_by_sevens_from_monday_on(code):
    """So that their place in the list tells which day they are."""
    assert len(load(code).lists["weekdays"]) % 7 == 0
