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
    newer: str
    older: str
    turn: str
    next_release: str
    previous_release: str
    editions: str
    keywords: str
    downloads: str
    plain_text: str
    media_kit: str
    years: str
    page: str
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
    newer="Newer",
    older="Older",
    turn="More releases",
    next_release="Newer release",
    previous_release="Earlier release",
    editions="This release in other languages",
    keywords="Keywords:",
    downloads="Downloads",
    plain_text="Text of the release (plain text)",
    media_kit="Images with captions (ZIP)",
    years="By year",
    page="Releases, page {}",
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
        newer="Neuere",
        older="Ältere",
        turn="Weitere Mitteilungen",
        next_release="Neuere Mitteilung",
        previous_release="Frühere Mitteilung",
        editions="Diese Mitteilung in anderen Sprachen",
        keywords="Stichwörter:",
        downloads="Zum Herunterladen",
        plain_text="Text der Mitteilung (reiner Text)",
        media_kit="Bilder mit Bildunterschriften (ZIP)",
        years="Nach Jahren",
        page="Mitteilungen, Seite {}",
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
        newer="Plus récents",
        older="Plus anciens",
        turn="Autres communiqués",
        next_release="Communiqué suivant",
        previous_release="Communiqué précédent",
        editions="Ce communiqué dans d’autres langues",
        keywords="Mots-clés :",
        downloads="Téléchargements",
        plain_text="Texte du communiqué (texte brut)",
        media_kit="Images avec légendes (ZIP)",
        years="Par année",
        page="Communiqués, page {}",
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
        newer="Más recientes",
        older="Anteriores",
        turn="Más comunicados",
        next_release="Comunicado siguiente",
        previous_release="Comunicado anterior",
        editions="Este comunicado en otros idiomas",
        keywords="Palabras clave:",
        downloads="Descargas",
        plain_text="Texto del comunicado (texto sin formato)",
        media_kit="Imágenes con pies de foto (ZIP)",
        years="Por año",
        page="Comunicados, página {}",
        day="{day} de {month} de {year}",
        months=tuple(
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
        ),
    ),
    Words(
        language="it",
        skip="Vai al contenuto",
        releases="Tutti i comunicati",
        updated="Aggiornato",
        about="Informazioni",
        contact="Contatto stampa",
        feed="Feed RSS",
        none_yet="Ancora nessun comunicato.",
        newer="Più recenti",
        older="Meno recenti",
        turn="Altri comunicati",
        next_release="Comunicato successivo",
        previous_release="Comunicato precedente",
        editions="Questo comunicato in altre lingue",
        keywords="Parole chiave:",
        downloads="Da scaricare",
        plain_text="Testo del comunicato (testo semplice)",
        media_kit="Immagini con didascalie (ZIP)",
        years="Per anno",
        page="Comunicati, pagina {}",
        day="{day} {month} {year}",
        months=tuple(
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split()
        ),
    ),
)


def words(language: str) -> Words:
    primary = language.lower().split("-")[0]
    return next((known for known in _OTHERS if known.language == primary), ENGLISH)
