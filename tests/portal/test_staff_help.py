"""Every page of ours in the staff area carries its own help."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FRAMES = (
    '{% extends "portal/staff.html" %}',
    '{% extends "search/page.html" %}',
    '{% extends "moderation/deciding.html" %}',
)
ONLY_FRAMES = {"search/page.html", "moderation/deciding.html"}


def staff_pages():
    """Return the names of the templates that stand in the staff area's frame."""
    found = [path for path in TEMPLATES.rglob("*.html") if any(frame in path.read_text() for frame in FRAMES)]
    return sorted({str(path.relative_to(TEMPLATES)) for path in found} - ONLY_FRAMES)


@pytest.mark.parametrize("name", staff_pages())
def test_staff_page_has_a_help_text_of_its_name(name):
    text = get_template(f"help/{name}").render({})

    assert text.count("<dt>") == text.count("</dd>") >= 1
    assert text.count("<p>") == 2


def test_no_help_text_is_left_over():
    texts = {str(path.relative_to(TEMPLATES / "help")) for path in (TEMPLATES / "help").rglob("*.html")}

    assert texts == set(staff_pages())


@pytest.mark.django_db
def test_help_stands_in_the_frame(client, moderator):
    client.force_login(moderator)

    page = client.get(reverse("queue")).content.decode()

    assert "Help for this page" in page
    assert "Texts that wait for a person, the most pressing first." in page


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "told"), [("editor", False), ("officer", False), ("moderator", True)])
def test_help_of_the_first_page_tells_of_cases_those_who_read_them(client, request, role, told):
    client.force_login(request.getfixturevalue(role))

    page = client.get(reverse("wagtailadmin_home")).content.decode()

    assert ("gives you the most pressing text" in page) == told


@pytest.mark.django_db
def test_forms_in_the_frame_of_wagtail_have_help(client, editor, lead, consultation):
    pages = {
        reverse("wagtailadmin_pages:edit", args=[consultation.pk]): (editor, "What stands in the way"),
        reverse("wagtailsnippets_moderation_externalrequest:add"): (lead, "An entry is never deleted."),
    }
    for address, (person, words) in pages.items():
        client.force_login(person)
        page = client.get(address).content.decode()
        assert "Help for this page" in page
        assert words in page.partition("Help for this page")[2]


def test_no_staff_page_repeats_the_frame():
    repeats = [
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if '{% extends "wagtailadmin/base.html" %}' in path.read_text()
    ]

    assert sorted(repeats) == ["portal/staff.html", "wagtailadmin/base.html"]
