"""The staff area's colours are those of tokens.css, paired for the theme that a person chose."""

import re
from pathlib import Path

import pytest

import portal
from tests.portal.stylesheets import GROUPS

STATIC = Path(portal.__file__).parent / "static" / "portal"
FOLDERS = [STATIC, *(Path(portal.__file__).parents[1] / name / "static" / name for name in ("moderation", "search"))]
PAIR = re.compile(r"--([\w-]+):\s*light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\);")
STAFF = {name: (light, dark) for name, light, dark in PAIR.findall((STATIC / "staff.css").read_text())}
OF_STAFF = ["staff.css", "home.css", "audit.css"]


@pytest.mark.parametrize("name", ["good", "good-tint", "wait", "wait-tint", "stop", "stop-tint"])
def test_meaning_has_the_same_colour_for_staff_and_public(name):
    assert STAFF[name] == (GROUPS[""][name], GROUPS["media"][name])


def test_no_staff_sheet_names_a_colour_in_hexadecimal():
    sheets = [path for folder in FOLDERS[1:] for path in folder.glob("*.css")] + [STATIC / name for name in OF_STAFF]

    assert [path.name for path in sheets if re.search(r"#[0-9a-fA-F]{3,8}\b", path.read_text())] == []
