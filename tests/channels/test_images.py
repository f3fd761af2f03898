"""Images on their way to a network: fit for it, whole, and silent about whoever took them."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from examples import FULL, examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageSequence, PngImagePlugin
from servers.base import picture

from publisher.channels import images
from publisher.channels.base import Upload
from publisher.channels.image_files import UnfitError, anatomy, kind
from publisher.channels.images import file_name, fitted, image_note, image_problem, read_picture
from publisher.compose.model import ImageRules

EVERY = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif")
OPEN = ImageRules(EVERY, most_bytes=50_000_000)
JPEG_ONLY = ImageRules(("image/jpeg",), most_bytes=50_000_000)
SECRETS = (b"Jane Doe", b"Lens 50mm", b"at home", b"Oakvale")
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def encoded(image, form, **options):
    made = BytesIO()
    image.save(made, form, **options)
    return made.getvalue()


def opened(content):
    image = Image.open(BytesIO(content))
    image.load()
    return image


def scene(width=64, height=48, mode="RGB"):
    """A picture of which no two corners are alike."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.paste((250, 10, 10), (0, 0, width // 2, height // 2))
    image.paste((10, 10, 250), (width // 2, height // 2, width, height))
    return image.convert(mode)


def noise(width, height):
    return Image.effect_noise((width, height), 90).convert("RGB")


def exif(orientation=1):
    """EXIF of somebody with a name, a lens and a place."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x013B] = "Jane Doe"
    data.get_ifd(0x8769)[0xA434] = "Lens 50mm"
    data.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0), 29: "2026:11:01"})
    return data.tobytes()


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>Jane Doe</dc:creator>Oakvale</x:xmpmeta>'
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x10\x1c\x02Z\0\x07Oakvale"


def told_jpeg(orientation=1, **options):
    """A JPEG with all that cameras and programs put in, and a second picture behind its end."""
    content = encoded(
        scene(), "JPEG", exif=exif(orientation), xmp=XMP, comment=b"at home", icc_profile=SRGB, quality=90, **options
    )
    segment = b"\xff\xed" + (len(IPTC) + 2).to_bytes(2) + IPTC
    return content[:2] + segment + content[2:] + encoded(scene(), "JPEG", exif=exif())


def told_png():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Jane Doe")
    texts.add_text("Comment", "Oakvale", zip=True)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return encoded(scene(), "PNG", pnginfo=texts, exif=exif(), icc_profile=SRGB, dpi=(300, 300))


def told_webp():
    return encoded(scene(), "WEBP", exif=exif(), xmp=XMP, icc_profile=SRGB)


def told_gif():
    return encoded(scene(mode="P"), "GIF", comment=b"at home")


TOLD = {"jpeg": told_jpeg, "progressive": lambda: told_jpeg(progressive=True), "png": told_png, "webp": told_webp,
        "gif": told_gif}  # fmt: skip


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.gif", "a.webp"])
def test_an_image_within_the_rules_goes_byte_for_byte(name):
    content = picture(name)
    made = fitted(content, OPEN)

    assert made.content == content
    assert (made.mime, made.width, made.height, made.changed) == (kind(content), 8, 6, "")


@pytest.mark.parametrize("make", TOLD.values(), ids=TOLD)
def test_what_a_file_tells_is_cut_out_and_no_pixel_is_touched(make):
    content = make()
    made = fitted(content, OPEN)
    before, after = opened(content), opened(made.content)

    assert any(word in content for word in SECRETS)
    assert not any(word in made.content for word in SECRETS)
    assert b"2026:11:01" not in made.content
    assert after.getexif() == {}
    assert (after.size, after.mode, after.tobytes()) == (before.size, before.mode, before.tobytes())
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert made.changed == "goes without its data on place, camera and people"
    assert fitted(made.content, OPEN) == replace(made, changed="")


def test_what_an_avif_tells_is_left_out_too():
    content = encoded(scene(), "AVIF", exif=exif(), xmp=XMP, icc_profile=SRGB)
    made = fitted(content, OPEN)

    assert b"Jane Doe" in content
    assert not any(word in made.content for word in SECRETS)
    assert (made.mime, opened(made.content).size) == ("image/avif", (64, 48))
    assert made.changed == "goes without its data on place, camera and people"
    assert fitted(made.content, OPEN) == replace(made, changed="")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_picture_lying_on_its_side_stands_up(form, orientation):
    content = encoded(scene(), form, exif=exif(orientation))
    from PIL import ImageOps

    made = fitted(content, OPEN)
    wanted = ImageOps.exif_transpose(opened(content)).convert("RGB")
    after = opened(made.content).convert("RGB")
    corners = [(4, 4), (-5, 4), (4, -5), (-5, -5)]

    assert after.size == wanted.size == (made.width, made.height)
    assert after.getexif() == {}
    assert "is turned upright" in made.changed
    for x, y in corners:
        at = (x % after.width, y % after.height)
        assert all(abs(a - b) < 40 for a, b in zip(after.getpixel(at), wanted.getpixel(at), strict=True))


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_upright(value):
    made = fitted(encoded(scene(), "JPEG", exif=exif(value)), OPEN)

    assert (made.width, made.height) == (64, 48)
    assert "turned" not in made.changed


@pytest.mark.parametrize(
    ("rules", "size"),
    [
        (replace(OPEN, most_side=400), (400, 300)),
        (replace(OPEN, most_sides=1400), (800, 600)),
        (replace(OPEN, most_pixels=480_000), (800, 600)),
        (replace(OPEN, most_side=10_000, most_sides=20_000, most_pixels=10**8), (1600, 1200)),
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_measures_over_a_bound_shrink_to_it_and_keep_their_shape(rules, size, form):
    made = fitted(encoded(scene(1600, 1200), form), rules)

    assert (made.width, made.height) == opened(made.content).size == size
    assert ("1600x1200 to" in made.changed) == (size != (1600, 1200))


def test_bytes_over_a_bound_cost_quality_first_and_measures_then():
    content = encoded(noise(1200, 900), "JPEG", quality=97)
    little = fitted(content, replace(OPEN, most_bytes=len(content) * 3 // 4))
    much = fitted(content, replace(OPEN, most_bytes=100_000))

    assert (little.width, little.height) == (1200, 900)
    assert len(little.content) <= len(content) * 3 // 4
    assert little.changed.startswith("is made smaller: ")
    assert len(much.content) <= 100_000
    assert 480 <= much.width < 1200
    assert abs(much.width / much.height - 4 / 3) < 0.01


def test_no_image_shrinks_to_a_stamp():
    with pytest.raises(UnfitError, match="has more than 2,000 bytes however small it is made"):
        fitted(encoded(noise(1200, 900), "JPEG"), replace(OPEN, most_bytes=2_000))


def test_a_photograph_in_a_png_becomes_a_jpeg_where_its_bytes_are_too_many():
    made = fitted(encoded(noise(900, 700), "PNG"), replace(OPEN, most_bytes=500_000))

    assert (made.mime, made.width, len(made.content) <= 500_000) == ("image/jpeg", 900, True)
    assert made.changed == "is made a JPEG"


@pytest.mark.parametrize("form", ["WEBP", "AVIF", "PNG", "GIF"])
def test_a_type_that_is_not_taken_becomes_a_jpeg(form):
    made = fitted(encoded(scene(), form), JPEG_ONLY)

    assert (made.mime, opened(made.content).format, made.changed) == ("image/jpeg", "JPEG", "is made a JPEG")


def see_through(mode="RGBA"):
    image = scene(mode="RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size).point(lambda value: 255 if value > 100 else 0))
    return image.convert(mode)


@pytest.mark.parametrize("form", ["WEBP", "AVIF"])
def test_transparency_stays_where_a_type_that_has_it_is_taken_and_is_white_elsewhere(form):
    content = encoded(see_through(), form)
    kept = fitted(content, ImageRules(("image/jpeg", "image/png"), most_bytes=10**6))
    white = fitted(content, JPEG_ONLY)

    assert (kept.mime, opened(kept.content).getpixel((60, 2))[3]) == ("image/png", 0)
    assert min(opened(white.content).getpixel((60, 2))) > 240


def test_transparency_of_a_palette_survives_being_made_smaller():
    content = encoded(see_through().convert("P"), "PNG", transparency=bytes([0, *[255] * 255]))
    plain = encoded(see_through("LA"), "PNG")
    rules = replace(OPEN, most_side=32)

    assert opened(fitted(content, rules).content).size == (32, 24)
    assert opened(fitted(plain, rules).content).mode == "LA"


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
def test_what_moves_stays_whole_or_is_refused(form):
    frames = [scene().rotate(angle) for angle in (0, 90, 180)]
    content = encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=100)
    made = fitted(content, OPEN)

    assert made.content == content
    assert sum(1 for _ in ImageSequence.Iterator(opened(made.content))) == 3
    with pytest.raises(UnfitError, match=r"^moves, and has .* bytes where 300 are allowed; "):
        fitted(content, replace(OPEN, most_bytes=300))
    with pytest.raises(UnfitError, match=r"^moves, and its 64 x 48 pixels are too many; "):
        fitted(content, replace(OPEN, most_side=32))
    with pytest.raises(UnfitError, match=rf"^moves, and {form} is not taken here; "):
        fitted(content, JPEG_ONLY)


def test_a_moving_gif_loses_its_comment_and_no_frame():
    frames = [scene().rotate(angle) for angle in (0, 90, 180)]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], comment=b"at home", loop=0)
    made = fitted(content, OPEN)

    assert b"at home" in content
    assert b"at home" not in made.content
    assert opened(made.content).n_frames == 3
    assert opened(made.content).info["loop"] == 0


def test_a_strip_over_the_ratio_is_refused():
    with pytest.raises(UnfitError, match=r"^measures 420 x 20, and .* 20 times .*; crop it$"):
        fitted(encoded(scene(420, 20), "PNG"), replace(OPEN, most_ratio=20))
    assert fitted(encoded(scene(400, 20), "PNG"), replace(OPEN, most_ratio=20)).changed == ""


def test_a_strip_at_the_ratio_keeps_to_it_when_made_smaller():
    made = fitted(encoded(scene(2000, 101), "PNG"), replace(OPEN, most_ratio=20, most_side=333))

    assert made.width <= 20 * made.height


def test_printers_colours_become_those_of_screens():
    content = encoded(Image.new("CMYK", (40, 30), (0, 255, 255, 0)), "JPEG", quality=95)
    made = fitted(content, OPEN)
    red, green, blue = opened(made.content).getpixel((20, 15))

    assert made.changed == "gets the colours of screens, in place of those of print"
    assert (red > 200, green < 60, blue < 60) == (True, True, True)


def test_sixteen_bits_a_pixel_pass_as_they_are_and_become_eight_where_they_are_made_smaller():
    ramp = Image.new("I;16", (64, 64))
    ramp.putdata([x * 1024 for _ in range(64) for x in range(64)])
    content = encoded(ramp, "PNG")
    made = opened(fitted(content, replace(OPEN, most_side=32)).content)

    assert fitted(content, OPEN).content == content
    assert made.mode == "L"
    assert made.getpixel((0, 16)) < 20
    assert 110 < made.getpixel((16, 16)) < 145
    assert made.getpixel((31, 16)) > 230


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_a_single_pixel_is_an_image(form):
    content = encoded(Image.new("RGB", (1, 1), (9, 9, 9)), form)

    assert fitted(content, OPEN).content == content
    assert opened(fitted(content, JPEG_ONLY).content).size == (1, 1)


def test_the_same_bytes_in_give_the_same_bytes_out():
    content = told_jpeg(orientation=6)
    rules = replace(OPEN, most_side=32)
    command = f"import sys; from test_images import *; sys.stdout.buffer.write(fitted({content!r}, {rules!r}).content)"
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1]), *sys.path])
    elsewhere = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, check=True, env={**os.environ, "PYTHONPATH": path}
    ).stdout

    assert fitted(content, rules).content == fitted(content, rules).content == elsewhere


def test_plain_checks_and_cutting_touch_no_pixel():
    """Pillow is not even imported for an image that only tells too much."""
    command = (
        "import sys; from publisher.channels.images import fitted; from publisher.compose.model import ImageRules;"
        f"print(fitted({told_jpeg()!r}, ImageRules({EVERY!r}, 10**6)).changed, 'PIL' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", command], capture_output=True, check=True, text=True).stdout

    assert said == "goes without its data on place, camera and people False\n"


# What nobody would call an image, or no longer.


def chunk(name, body):
    return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)


def bomb(width, height, filled=20_000):
    """A PNG that says it is huge, with so many zeros packed into next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * filled))
        + chunk(b"IEND", b"")
    )


def test_a_jpeg_that_states_its_measures_twice_is_held_to_both():
    content = tall_jpeg()
    at = content.index(b"\xff\xc0")
    small = encoded(scene(16, 16), "JPEG")
    frame = small[small.index(b"\xff\xc0") :][:19]
    with pytest.raises(UnfitError):
        fitted(content[: at + 19] + frame + content[at + 19 :], replace(OPEN, most_side=8))


def tall_jpeg():
    content = encoded(scene(16, 16), "JPEG")
    at = content.index(b"\xff\xc0")
    return content[: at + 5] + b"\xff\xff\xff\xff" + content[at + 9 :]


PNG = encoded(scene(), "PNG")
JPEG = encoded(scene(), "JPEG")
BAD = {
    "empty": (b"", "is empty"),
    "text": (b"plain words", "is no image of a known kind"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "is no image of a known kind"),
    "only the first bytes of a png": (PNG[:8], "is cut off"),
    "half a png": (PNG[: len(PNG) // 2], "is cut off"),
    "a png without its end": (PNG[:-12], "is cut off"),
    "a png with a broken chunk": (PNG[:50] + bytes([PNG[50] ^ 1]) + PNG[51:], "is damaged"),
    "a png of too few lines": (bomb(100, 100, filled=500), "is cut off"),
    "a png of no width": (bomb(0, 10), "has no width or no height"),
    "a bomb": (bomb(50_000, 50_000), "measures 50,000 x 50,000, and 64 million pixels are the most; make it smaller"),
    "a bomb in a jpeg": (tall_jpeg(), "measures 65,535 x 65,535"),
    "half a jpeg": (JPEG[: len(JPEG) // 2], "is cut off"),
    "a jpeg without its end": (JPEG[:-2], "is cut off"),
    "a jpeg of nothing": (b"\xff\xd8\xff\xd9", "is cut off"),
    "half a gif": (picture("a.gif")[:-2], "is cut off"),
    "half a webp": (picture("a.webp")[:-2], "is cut off"),
    "half an avif": (encoded(scene(), "AVIF")[:-10], "is cut off"),
    "a telephone's picture": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "is no image of a known kind"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_image_is_refused_in_one_line(case):
    content, words = BAD[case]
    with pytest.raises(UnfitError) as refusal:
        fitted(content, replace(OPEN, most_side=32))

    assert str(refusal.value).startswith(words)
    assert "\n" not in str(refusal.value)


GOOD = (PNG, JPEG, *(make() for make in TOLD.values()), encoded(scene(), "AVIF"), encoded(see_through("LA"), "PNG"))


@settings(max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(GOOD), st.randoms(use_true_random=False), st.booleans())
def test_no_damage_gets_anything_but_a_refusal_out_of_it(content, chance, cut):
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    if cut:
        del damaged[chance.randrange(len(damaged)) :]
    for rules in (OPEN, replace(JPEG_ONLY, most_side=32, most_bytes=4000)):
        with suppress(UnfitError):
            made = fitted(bytes(damaged), rules)
            assert len(made.content) <= rules.most_bytes
            assert made.mime in rules.types


@settings(max_examples=examples(60), deadline=None)
@given(
    st.tuples(st.integers(1, 700), st.integers(1, 700)),
    st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]),
    st.builds(
        ImageRules,
        st.sampled_from([EVERY, ("image/jpeg",), ("image/jpeg", "image/png"), ("image/png",)]),
        most_bytes=st.integers(20_000, 200_000),
        most_side=st.sampled_from([0, 1, 100, 500]),
        most_sides=st.sampled_from([0, 2, 300, 1000]),
        most_pixels=st.sampled_from([0, 1, 5000, 90_000]),
        most_ratio=st.sampled_from([0, 3, 20]),
    ),
    st.integers(0, 8),
)
def test_what_goes_out_is_within_every_rule(size, form, rules, orientation):
    options = {"exif": exif(orientation)} if orientation and form != "GIF" else {}
    content = encoded(scene(*size), form, **options)
    words = ""
    try:
        made = fitted(content, rules)
    except UnfitError as refusal:
        words = str(refusal)
    if words:
        assert "crop it" in words or "however small" in words
        return
    width, height = opened(made.content).size
    bounds = [
        (max(width, height), rules.most_side),
        (width + height, rules.most_sides),
        (width * height, rules.most_pixels),
    ]

    assert (width, height) == (made.width, made.height)
    assert made.mime == kind(made.content) in rules.types
    assert len(made.content) <= rules.most_bytes
    assert all(value <= most for value, most in bounds if most and (width, height) != (1, 1))
    assert not rules.most_ratio or max(width, height) <= rules.most_ratio * min(width, height)
    assert not any(word in made.content for word in SECRETS)


# Files, and what they cost.

LIMITED = """
import resource, sys
from publisher.channels.base import Upload
from publisher.channels.images import UploadError, read_picture
from publisher.compose.model import ImageRules
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
resource.setrlimit(resource.RLIMIT_CPU, (100, 100))
rules = ImageRules(("image/jpeg", "image/png"), 1_000_000, most_sides=10_000)
try:
    made = read_picture(Upload(sys.argv[1], "image/png"), rules)
    print(made.mime, made.width, made.height, len(made.content))
except UploadError as error:
    print(error)
"""


def bounded(path, memory):
    """What comes of a file in a process with so many bytes of memory and a hundred seconds of computing."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", LIMITED, str(path), str(memory)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout.strip()


PHOTO = (9500, 6400) if FULL else (4750, 3200)
"""Sixty megapixels, as the largest cameras make them; a quarter of that while one works."""


@pytest.mark.parametrize("progressive", [False, True])
def test_the_largest_photos_shrink_within_bounded_memory(tmp_path, progressive):
    scene(950, 640).resize(PHOTO).save(tmp_path / "a.jpg", progressive=progressive, quality=98)
    mime, width, height, size = bounded(tmp_path / "a.jpg", 1_200_000_000).split()

    assert mime == "image/jpeg"
    assert int(width) + int(height) <= 10_000
    assert abs(int(width) / int(height) - PHOTO[0] / PHOTO[1]) < 0.01
    assert int(size) <= 1_000_000


def test_the_largest_drawings_shrink_within_bounded_memory(tmp_path):
    scene(950, 640).resize(PHOTO).save(tmp_path / "a.png", compress_level=1)
    mime, width, _, size = bounded(tmp_path / "a.png", 1_200_000_000).split()

    assert mime in {"image/png", "image/jpeg"}
    assert int(width) <= 6000
    assert int(size) <= 1_000_000


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_is_no_image_costs_next_to_nothing(tmp_path, case):
    content, words = BAD[case]
    ending = "jpg" if "jpeg" in case else "png"
    (tmp_path / f"a.{ending}").write_bytes(content)
    said = bounded(tmp_path / f"a.{ending}", 400_000_000)

    assert said.startswith(f"the image a.{ending} ")
    assert "\n" not in said
    assert words in said or "is not a PNG, as its ending says" in said


def test_nothing_but_a_file_is_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "loop.png").symlink_to("loop.png")
    (tmp_path / "folder.png").mkdir()

    def problem(path):
        return image_problem(Upload(str(path), "image/png"), OPEN)

    assert problem(tmp_path / "pipe.png") == f"the image {tmp_path}/pipe.png cannot be read (it is no file)"
    assert problem(tmp_path / "folder.png") == f"the image {tmp_path}/folder.png cannot be read (it is no file)"
    assert "loop.png cannot be read (Too many levels of symbolic links)" in problem(tmp_path / "loop.png")
    assert "none.png cannot be read (No such file or directory)" in problem(tmp_path / "none.png")
    assert "cannot be read" in problem("a\0.png")


def test_a_file_beyond_all_measure_is_not_even_read(tmp_path):
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(5_000_000_000)

    assert bounded(tmp_path / "a.png", 400_000_000) == "the image a.png has 5,000,000,000 bytes; make it smaller"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.png", b"", "the image a.png is empty"),
        ("a.png", b"<html>", "the image a.png is not a PNG, as its ending says; save it as one"),
        ("a.png", picture("a.jpg"), "the image a.png is not a PNG, as its ending says, but a JPEG; save it as one"),
        ("a.jpg", picture("a.webp"), "the image a.jpg is not a JPEG, as its ending says, but a WEBP; save it as one"),
        ("a.jpg", BAD["a telephone's picture"][0], "is not a JPEG, as its ending says, but a HEIC; save it as one"),
        (
            "a.pdf",
            b"%PDF",
            "a.pdf is of a type that is not taken here (taken are JPEG, PNG, GIF, WEBP, AVIF)",
        ),
    ],
)
def test_an_image_must_be_what_its_ending_says(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)

    assert words in (image_problem(Upload(str(tmp_path / name), "application/pdf"), OPEN) or "")


def test_a_note_names_the_image_and_what_is_done_to_it(tmp_path):
    (tmp_path / "a.jpg").write_bytes(encoded(noise(1600, 1200), "JPEG", exif=exif()))
    (tmp_path / "b.png").write_bytes(PNG)
    (tmp_path / "c.png").write_bytes(b"")
    rules = replace(OPEN, most_side=800)
    size = (tmp_path / "a.jpg").stat().st_size
    after = len(read_picture(Upload(str(tmp_path / "a.jpg"), "image/jpeg"), rules).content)

    assert image_note(Upload(str(tmp_path / "a.jpg"), "image/jpeg"), rules) == (
        f"a.jpg is made smaller: 1600x1200 to 800x600, {size / 1e6:.1f} MB to {after / 1e6:.1f} MB; "
        "goes without its data on place, camera and people"
    )
    assert image_note(Upload(str(tmp_path / "b.png"), "image/png"), rules) == ""
    assert image_note(Upload(str(tmp_path / "c.png"), "image/png"), rules) == ""


def test_a_run_draws_an_image_once_for_the_same_rules(tmp_path, monkeypatch):
    drawn = []
    draw = images.redrawn
    monkeypatch.setattr(images, "redrawn", lambda found, rules: drawn.append(rules) or draw(found, rules))
    upload = Upload(str(tmp_path / "a.jpg"), "image/jpeg")
    (tmp_path / "a.jpg").write_bytes(encoded(scene(700, 517), "JPEG"))
    made = [read_picture(upload, replace(OPEN, most_side=side)) for side in (300, 200, 300, 200, 300)]

    assert len(drawn) == 2
    assert made[0] == made[2] == made[4] != made[1]
    (tmp_path / "a.jpg").write_bytes(encoded(scene(700, 300), "JPEG"))
    assert read_picture(upload, replace(OPEN, most_side=300)).height == 128


def test_an_image_within_the_rules_of_several_networks_is_drawn_once_for_all_of_them(tmp_path, monkeypatch):
    """And is what each of them would have got alone, its bounds a byte above or below what the others make of it."""
    drawn = []
    draw = images.redrawn
    monkeypatch.setattr(images, "redrawn", lambda found, rules: drawn.append(rules) or draw(found, rules))
    upload = Upload(str(tmp_path / "a.jpg"), "image/jpeg")
    content = encoded(scene(900, 517), "JPEG", quality=60, exif=exif(6))
    (tmp_path / "a.jpg").write_bytes(content)
    best = len(fitted(content, OPEN).content)
    assert best > len(content)
    several = [OPEN, JPEG_ONLY, replace(OPEN, most_side=1000), replace(OPEN, most_pixels=900 * 517, most_ratio=20)]
    strict = [
        replace(OPEN, most_side=899),
        *(replace(OPEN, most_bytes=most) for most in (best, best - 1, len(content))),
    ]
    drawn.clear()

    made = [read_picture(upload, rules) for rules in several]
    assert len(drawn) == 1
    made += [read_picture(upload, rules) for rules in strict]
    assert made == [fitted(content, rules) for rules in (*several, *strict)]
    assert len({each.content for each in made}) == 3


@pytest.mark.parametrize(
    ("path", "mime", "name"),
    [
        ("x/photo.JPG", "image/jpeg", "photo.JPG"),
        ("photo.webp", "image/jpeg", "photo.jpg"),
        ("photo.v2.avif", "image/png", "photo.v2.png"),
        ("photo.jpeg", "image/jpeg", "photo.jpeg"),
    ],
)
def test_a_file_goes_by_a_name_that_fits_its_type(path, mime, name):
    assert file_name(path, mime) == name


def test_the_anatomy_of_a_file_says_what_it_consists_of():
    found = anatomy(told_jpeg(orientation=6))

    assert (found.mime, found.width, found.height, found.upright) == ("image/jpeg", 64, 48, (48, 64))
    assert (found.orientation, found.frames, found.is_plain) == (6, 1, True)
