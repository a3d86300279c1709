import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR) / "templates"
EVERY = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html"))
EXTENDED = {found for name in EVERY for found in re.findall(r"{% extends \"([^\"]+)", (ROOT / name).read_text())}
EMAILS = {"portal/email.html"}  # read in a mail program, which has no policy of ours and no style sheet
WHOLE = [name for name in EVERY if "<!doctype" in (ROOT / name).read_text() and name not in EMAILS]
PUBLIC = [name for name in EVERY if Path(name).parts[0] not in ("moderation", "search")]
PARTIALS = [name for name in EVERY if Path(name).name.startswith("_") or name.startswith("includes/")]
FRAMES = EXTENDED | set(PARTIALS) | {f"allauth/layouts/{name}.html" for name in ("entrance", "manage")}
PAGES = WHOLE + [name for name in EVERY if "{% extends" in (ROOT / name).read_text() and name not in FRAMES]
BANNED = {
    "a style that the security policy drops": r"<style|\sstyle=",
    "a script that the security policy drops": (
        r"<script(?![^>]*(?:\ssrc=|type=\"application/json\"))|\son[a-z]+=[\"']|javascript:"
    ),
    "text that nobody escaped": r"\|\s*safe\b|autoescape off|mark_safe",
    "something from elsewhere": r"(?:src|href)=\"(?:https?:)?//",
    "data in an address": r"(?:src|href)=\"data:",
}


@pytest.mark.parametrize("name", EVERY)
def test_template_compiles(name):
    assert get_template(name).origin.name == str(ROOT / name)


@pytest.mark.parametrize("name", EVERY)
def test_template_keeps_the_security_policy(name):
    source = (ROOT / name).read_text()
    if name in EMAILS:
        source, styles = re.subn(r"<style>.*?</style>", "", source, flags=re.DOTALL)
        assert styles == 1

    assert [fault for fault, pattern in BANNED.items() if re.search(pattern, source, re.IGNORECASE)] == []


@pytest.mark.parametrize("name", PAGES)
def test_page_has_a_title(name):
    assert re.search(r"{% block (title|head_title|titletag|branding_title) %}|page_title", (ROOT / name).read_text())


@pytest.mark.parametrize("name", PARTIALS)
def test_partial_names_its_variables_first(name):
    assert re.match(r"{# .+ #}|{% comment %}[\s\S]+?{% endcomment %}", (ROOT / name).read_text())


@pytest.mark.parametrize("name", PUBLIC)
def test_partials_are_called_with_only(name):
    called = re.findall(r"{% include \"[^\"]+\"[^%]*%}", (ROOT / name).read_text())

    assert [call for call in called if not call.endswith("only %}")] == []


def test_banned_patterns_find_what_they_ban():
    faults = {
        "a style that the security policy drops": '<p style="color: red">',
        "a script that the security policy drops": "<script>alert(1)</script>",
        "text that nobody escaped": "{{ text|safe }}",
        "something from elsewhere": '<img src="//cdn.example.org/a.png">',
        "data in an address": '<img src="data:image/png;base64,AA">',
    }

    assert [fault for fault in BANNED if re.search(BANNED[fault], faults[fault])] == list(faults)
