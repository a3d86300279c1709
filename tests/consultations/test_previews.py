"""What an editor looks at before anybody else does."""

import re

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, streamfield

from consultations.models import ConsultationPage, HomePage
from tests.consultations.editor_forms import form, local

pytestmark = pytest.mark.django_db

QUESTIONS = [
    {"label": "What should change?", "kind": "open", "choices": "", "help_text": "", "ORDER": "1"},
    {"label": "How often?", "kind": "one", "choices": "Daily\nNever", "help_text": "", "ORDER": "2"},
]
POINT = {"asked": "Asked so", "said": "Said so", "decided": "Decided so", "why": "For this", "behind": streamfield([])}


@pytest.fixture
def previewed(client, editor, consultation):
    """Return a function that sends the editor's form to the preview, and returns what the frame shows."""
    client.force_login(editor)
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[consultation.pk])

    def look(mode, **changes):
        sent = form(slug=consultation.slug, questions=inline_formset(QUESTIONS), **changes)
        assert client.post(address, sent).json() == {"is_valid": True, "is_available": True}
        return client.get(f"{address}?mode={mode}&in_preview_panel=true")

    return look


def test_every_page_before_it_opens_and_after(previewed):
    future = {"opens_at": local(5), "closes_at": local(20)}
    point = streamfield([("point", POINT)])
    shown = {
        mode: previewed(mode, outcome=point, **future).content.decode()
        for mode, _label in ConsultationPage().preview_modes
    }

    assert {
        mode: re.search(r"state--(\w+)", html) and re.search(r"state--(\w+)", html)[1] for mode, html in shown.items()
    } == {
        "": "upcoming",
        "state:open": "open",
        "state:closed": "closed",
        "state:outcome": "outcome",
        "mode:questionnaire": None,
    }
    assert [mode for mode, html in shown.items() if "Decided so" in html] == ["state:outcome"]
    assert "Answer 2 questions" in shown["state:open"]


def test_the_questionnaire_of_a_draft_shows_each_question(previewed):
    html = previewed("mode:questionnaire").content.decode()

    assert ("2 questions" in html, "What should change?" in html, "How often?" in html) == (True, True, True)
    assert len(set(re.findall(r'name="(question-[-\d]+)"', html))) == 2
    assert 'method="dialog"' in html


@pytest.mark.parametrize("mode", ["", "state:open", "state:closed", "state:outcome", "mode:questionnaire"])
def test_a_preview_brings_along_what_checks_it(previewed, mode):
    answer = previewed(mode)

    assert "<wagtail-userbar>" in answer.content.decode()
    assert "script-src 'self' 'unsafe-inline'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("page", [HomePage, ConsultationPage])
def test_readers_get_neither_the_bar_nor_its_policy(client, editor, consultation, page):
    address = page.objects.first().get_url() if page is HomePage else consultation.get_absolute_url()
    for_guest = client.get(address)
    client.force_login(editor)
    for_editor = client.get(address)

    for answer in (for_guest, for_editor):
        assert "userbar" not in answer.content.decode()
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
