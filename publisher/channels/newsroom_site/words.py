"""The page's own words and dates, in the language of the release where it is one of these, in English elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Words:
    language: str
    skip: str
    releases: str
    updated: str
    about: str
    contact: str
    feed: str
    none_yet: str
    day: str
    months: tuple[str, ...]

    def date(self, day: date) -> str:
        return self.day.format(day=day.day, month=self.months[day.month - 1], year=day.year)


ENGLISH = Words(
    language="en",
    skip="Skip to content",
    releases="All releases",
    updated="Updated",
    about="About",
    contact="Press contact",
    feed="RSS feed",
    none_yet="Nothing published yet.",
    day="{month} {day}, {year}",
    months=tuple("January February March April May June July August September October November December".split()),
)
_OTHERS = (
    Words(
        language="de",
        skip="Zum Inhalt",
        releases="Alle Mitteilungen",
        updated="Aktualisiert",
        about="Über uns",
        contact="Pressekontakt",
        feed="RSS-Feed",
        none_yet="Noch nichts veröffentlicht.",
        day="{day}. {month} {year}",
        months=tuple("Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()),
    ),
    Words(
        language="fr",
        skip="Aller au contenu",
        releases="Tous les communiqués",
        updated="Mis à jour",
        about="À propos",
        contact="Contact presse",
        feed="Flux RSS",
        none_yet="Aucun communiqué pour le moment.",
        day="{day} {month} {year}",
        months=tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()),
    ),
    Words(
        language="es",
        skip="Ir al contenido",
        releases="Todos los comunicados",
        updated="Actualizado",
        about="Acerca de",
        contact="Contacto de prensa",
        feed="Canal RSS",
        none_yet="Todavía no hay comunicados.",
        day="{day} de {month} de {year}",
        months=tuple(
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
        ),
    ),
)


def words(language: str) -> Words:
    primary = language.lower().split("-")[0]
    return next((known for known in _OTHERS if known.language == primary), ENGLISH)
