"""Names that one person has, and names that two have."""

import pytest

from publisher.documents import read_text
from publisher.release import parse
from publisher.release.review import spelling


def slips(text):
    release = parse(read_text(f"A Headline About Bread\n\nKELD, Nov. 3, 2026 – {text}", file="x.txt", markdown=False))
    return [finding.what for finding in release.findings if finding.rule == "name"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Doe", "Jane Deo"),
        ("Catherine Meyer", "Katherine Meyer"),
        ("Steven Brandt", "Stephen Brandt"),
        ("Jon Brandt", "John Brandt"),
        ("Ida Schmidt", "Ida Schmitt"),
        ("Ida Meyer", "Ida Meier"),
        ("Jörg Müller", "Jörg Mueller"),
        ("José Larrea", "Jose Larrea"),
        ("Ida Brandt", "Ida Brant"),
        ("Ida B. Brandtner", "Ida B. Brandtnre"),
        ("María García López", "María Gracía"),
    ],
)
def test_one_person_is_spelled_one_way(one, other):
    text = (
        f"The bread is here.\n\n“It is good bread,” said {one}, the baker.\n\n“And it is dark,” said {other} of Keld."
    )

    assert len(slips(text)) == 1
    assert one in slips(text)[0]
    assert other in slips(text)[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("John Smith", "Joan Smith"),
        ("Paul Smith", "Paula Smith"),
        ("Dan Smith", "Danny Smith"),
        ("Mike Smith", "Michael Smith"),
        ("Maria Smith", "Mark Smith"),
        ("Jane Doe", "Jane Roe"),
        ("Jane Hale", "Jane Hill"),
        ("John Smith", "John Smith Jr."),
        ("John Smith", "John Q. Smith"),
        ("Jane O’Neil", "Jane O'Neil"),
        ("María García", "María García López"),
        ("Anna Berg", "Anna Berg-Larsen"),
    ],
)
def test_two_people_are_two(one, other):
    text = (
        f"The bread is here.\n\n“It is good bread,” said {one}, the baker.\n\n“And it is dark,” said {other} of Keld."
    )

    assert slips(text) == []


def test_a_surname_alone_is_held_against_those_in_full():
    text = "The bread is here.\n\n“It is good bread,” said Ida Brandt, the baker.\n\n“And dark,” Barndt said."

    assert slips(text) == ["a name is spelled two ways: “Ida Brandt” (line 5) and “Barndt”"]


def test_a_family_is_no_slip():
    text = "The bread is here.\n\n“It is good bread,” said Ida Brandt, the baker.\n\n“And dark,” the Brandts said."

    assert slips(text) == []


def test_names_side_by_side_are_two():
    assert slips("John Smith and Jon Smith are here.\n\n“We are twins,” said John Smith, the baker.") == []


def test_many_names_are_compared_in_no_time():
    """Each only with those that share its first name or its surname, of which no more than a few are looked at."""
    names = ", ".join(f"Ida {chr(65 + a)}a{chr(97 + b)}er" for a in range(26) for b in range(26))

    assert slips(f"{names}.\n\n“We are many,” said Ida Brandt.") == []


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("doe", "deo", "swapped"),
        ("smith", "smth", "dropped"),
        ("smth", "smith", "dropped"),
        ("brandt", "brendt", "changed"),
        ("brandt", "brandt", ""),
        ("brandt", "bernd", ""),
        ("a", "", "dropped"),
        ("", "", ""),
    ],
)
def test_a_slip_is_of_one_letter(one, other, slip):
    assert spelling.one_slip(one, other) == slip
