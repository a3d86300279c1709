"""Nothing flashes: no animation in a stylesheet or a script of ours, and no film among the pictures that pages show."""

import io
import math
import re
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from wagtail.images import get_image_model

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "consultations", "moderation", "search")
MOVES = re.compile(r"@keyframes|\banimation(-name)?\s*:|\btext-decoration[^;]*\bblink\b")
STARTED = re.compile(r"\.animate\(|requestAnimationFrame\(")
INTERVAL = re.compile(r"setInterval\(.*?,\s*(\w+)\s*\);", re.DOTALL)
NUMBER = "const {name} = ([0-9_* ]+)"
SLOW_MS = 1000  # three flashes take a second or more


def files(*endings):
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.suffix in endings]


def test_no_stylesheet_moves_anything():
    sheets = files(".css")

    assert len(sheets) > 20
    assert [path.name for path in sheets if MOVES.search(path.read_text(encoding="utf-8"))] == []
    assert MOVES.search(".news { animation: blink 0.2s infinite }")


def milliseconds(value, script):
    """Return a time as a number, or as a constant of its script says it."""
    if not value.isdigit():
        value = re.search(NUMBER.format(name=value), script)[1]
    return math.prod(int(factor.replace("_", "")) for factor in value.split("*"))


def test_no_script_changes_a_page_faster_than_once_a_second():
    scripts = {path.name: path.read_text(encoding="utf-8") for path in files(".js")}
    intervals = {name: [milliseconds(each, text) for each in INTERVAL.findall(text)] for name, text in scripts.items()}

    assert [name for name, text in scripts.items() if STARTED.search(text)] == []
    assert [name for name, text in scripts.items() if text.count("setInterval(") != len(intervals[name])] == []
    assert [each for some in intervals.values() for each in some if each < SLOW_MS] == []


def test_no_template_has_an_element_that_moves():
    templates = list((ROOT / "templates").rglob("*.html"))

    assert len(templates) > 100
    assert [path.name for path in templates if re.search(r"<(blink|marquee)\b", path.read_text(encoding="utf-8"))] == []


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # Wagtail leaves the file of a new rendition
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_film_is_shown_as_one_picture():
    frames = [Image.new("RGB", (80, 60), colour) for colour in ("black", "white", "red")]
    film = io.BytesIO()
    frames[0].save(film, "GIF", save_all=True, append_images=frames[1:], duration=50, loop=0)
    image = get_image_model().objects.create(
        title="Flashing", file=ContentFile(film.getvalue(), name="flashing.gif"), width=80, height=60
    )

    rendition = image.get_rendition("width-40")

    with Image.open(rendition.file.path) as shown:
        assert getattr(shown, "n_frames", 1) == 1
