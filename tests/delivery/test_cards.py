"""Cards on their way: made when a release is planned, the same files each time, and sent with their words."""

import json
import stat
from io import BytesIO

import pytest
from desk import Desk, chain
from PIL import Image

BEFORE, DUE = "2026-12-01 07:00:00+00:00", "2026-12-01 08:00:30+00:00"
AT = "2026-12-01T09:00+01:00"


@pytest.fixture
def desk(tmp_path, mastodon_server, bluesky_server, telegram_server):
    desk = Desk(tmp_path, {})
    organisation = {"name": "League of Aller Cities", "colours": {"accent": "#0b5d4e"}, "logo": "logo.svg"}
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    desk.configure(
        {
            "newsroom": {"folder": "site", "base_url": "https://news.aller.example", "cards": True},
            "mastodon": {**mastodon_server.settings(), "cards": "square"},
            "bluesky": {**bluesky_server.settings(), "cards": True},
            "telegram": {**telegram_server.settings(), "cards": True, "sections": ["headline", "link"]},
        },
        organisation=organisation,
    )
    return desk


def cards(desk):
    return {path.name: path.read_bytes() for path in (desk.folder / ".publish/cards").iterdir()}


def sizes(post):
    return [Image.open(BytesIO(content)).size for _, content in post.media]


def test_each_post_arrives_with_the_card_of_what_it_says(desk, mastodon_server, bluesky_server, telegram_server):
    """On three networks, with its alternative text, in the shape that was asked for; the page has the headline's."""
    preview = desk.run("preview", "release.txt", "--json")
    shown = {each["channel"]: each["posts"] for each in json.loads(preview.stdout)["variants"]}
    made = cards(desk)
    code, _ = desk.publish()

    assert code == 0
    assert cards(desk) == made
    assert chain(mastodon_server)
    assert chain(bluesky_server)
    for server, size in ((mastodon_server, (1080, 1080)), (bluesky_server, (1200, 675))):
        with_card = [post for post in server.posts if post.media]
        assert len(with_card) == 3
        assert [sizes(post) for post in with_card] == [[size]] * 3
        assert with_card[0].media[0][0] == "Five Cities Ask for a Clean Harbour by 2030"
        assert with_card[1].media[0][0].startswith("“The harbour carries what we throw into it. Every child in this")
        assert with_card[1].media[0][0].endswith(" — Ana Ruiz, Mayor")
        assert (
            with_card[2]
            .media[0][0]
            .startswith("“We will count the days. They are long & we are <patient>.” — Ana Ruiz")
        )
        assert all(content in made.values() for post in with_card for _, content in post.media)
    assert [sizes(post) for post in telegram_server.posts] == [[(1200, 675)]]
    said = [image["alt"] for post in shown["mastodon"] for image in post["media"]]
    assert [alt for post in mastodon_server.posts for alt, _ in post.media] == said
    page = desk.folder / "site/five-cities-ask-for-a-clean-harbour-by-2030"
    (card,) = page.glob("*.png")
    assert card.read_bytes() in made.values()
    assert card.name in (page / "index.html").read_text(encoding="utf-8").partition("<body")[0]


def test_a_second_look_makes_nothing_again(desk):
    desk.run("preview", "release.txt")
    folder = desk.folder / ".publish/cards"
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    desk.run("release.txt", "--dry-run")

    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert before
    assert all(len(path.stem) == 64 and path.suffix == ".png" for path in before)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("lost", [False, True])
def test_a_scheduled_release_goes_out_with_the_cards_that_were_frozen(desk, mastodon_server, lost):
    """Also where the files went away meanwhile: they are made again, byte for byte."""
    assert desk.at(BEFORE, "release.txt", "--at", AT).returncode == 0
    frozen = cards(desk)
    if lost:
        for path in (desk.folder / ".publish/cards").iterdir():
            path.unlink()
    run = desk.at(DUE, "due")

    assert run.returncode == 0, run.stdout + run.stderr
    assert cards(desk) == frozen
    assert len([post for post in mastodon_server.posts if post.media]) == 3


def test_other_colours_hold_a_scheduled_release(desk, mastodon_server):
    desk.at(BEFORE, "release.txt", "--at", AT)
    (desk.folder / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')
    run = desk.at(DUE, "due")

    assert run.returncode == 3
    assert "logo.svg changed since it was scheduled" in run.stdout + run.stderr
    assert not mastodon_server.posts


@pytest.mark.parametrize(
    ("logo", "error"),
    [
        ("none.svg", "there is no logo none.svg. Correct its path"),
        ("release.txt", "the logo release.txt is no image that can be drawn. Use SVG or PNG"),
        ("broken.svg", "the logo broken.svg is damaged, or not what its ending says. Export it again"),
        ("broken.png", "the logo broken.png is damaged, or not what its ending says. Export it again"),
    ],
)
def test_a_logo_that_cannot_be_drawn_is_named_with_its_place(desk, logo, error):
    for broken in ("broken.svg", "broken.png"):
        (desk.folder / broken).write_text("<svg")
    file = desk.folder / "channels.yaml"
    text = file.read_text().replace("logo: logo.svg", f"logo: {logo}")
    file.write_text(text)
    run = desk.run("preview", "release.txt")
    line = text[: text.index("logo:")].count("\n") + 1

    assert run.returncode == 2
    assert f"channels.yaml:{line}:" in run.stderr
    assert error in run.stderr


def test_a_run_without_cards_imports_nothing_that_draws(desk):
    hook = (
        "import atexit, sys; atexit.register(lambda: print('drawn with', "
        "sorted({'resvg_py', 'uharfbuzz', 'bidi', 'budoux', 'publisher.cards.cards'} & set(sys.modules))))"
    )
    file = desk.folder / "channels.yaml"
    file.write_text(file.read_text().replace("cards: true", "cards: false").replace("cards: square", "cards: false"))
    run = desk.run("preview", "release.txt", hook=hook)

    assert run.returncode == 0
    assert not (desk.folder / ".publish/cards").exists()


def test_before_an_embargo_ends_no_word_of_a_card_can_be_found(desk):
    """The picture is there for whoever previews it; no file tells in words what it shows."""
    text = (desk.folder / "release.txt").read_text(encoding="utf-8")
    (desk.folder / "release.md").write_text(f"---\nembargo: 2026-12-01T09:00:00+01:00\n---\n\n{text}", encoding="utf-8")
    (desk.folder / "release.txt").unlink()
    for words in (("release.md", "--dry-run"), ("release.md", "--at", AT), ("due",)):
        assert desk.at(BEFORE, *words).returncode == 0
    found = {path: content for path, content in desk.everything().items() if path.name != "release.md"}

    assert any(path.suffix == ".png" for path in found)
    for said in (b"harbour carries", b"count the days", b"Clean Harbour", b"Clean%20Harbour"):
        assert [path for path, content in found.items() if said in content or said in bytes(path)] == []
