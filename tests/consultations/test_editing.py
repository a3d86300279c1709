"""What an editor's form keeps, asks for and names; and what a copy takes along."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtail.test.utils.form_data import inline_formset

from consultations.models import ConsultationIndexPage, ConsultationPage
from portal.models import ContentPage
from tests.consultations.editor_forms import form
from tests.factories import ConsultationFactory, questionnaire_for, response_to

pytestmark = pytest.mark.django_db

OUTCOME = [("text", "<p>We run eight lines.</p>")]


def test_a_copy_is_another_consultation(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("root@example.org"))
    now = timezone.now()
    old = ConsultationFactory(
        opens_at=now - timedelta(days=90), closes_at=now - timedelta(days=60), answer_due=now.date(), outcome=OUTCOME
    )
    questionnaire_for(old)
    old = ConsultationPage.objects.get(pk=old.pk)
    old.save_revision().publish()
    sent = {
        "new_title": "Night buses again",
        "new_slug": "night-buses-again",
        "new_parent_page": str(ConsultationIndexPage.objects.get().pk),
        "copy_subpages": "",
        "alias": "",
    }

    client.post(reverse("wagtailadmin_pages:copy", args=[old.pk]), sent)

    copy = ConsultationPage.objects.get(slug="night-buses-again")
    for page in (copy, copy.get_latest_revision_as_object()):
        assert (page.live, page.answer_due, list(page.outcome)) == (False, None, [])
        assert page.opens_at > now
        assert page.closes_at > page.opens_at
        assert [question.label for question in page.questions.all()] == [q.label for q in old.questions.all()]
    assert list(copy.events.all()) == []


def test_a_question_that_has_to_stay_is_still_in_the_form(client, editor, consultation):
    asked = questionnaire_for(consultation)
    response_to(consultation, {asked[1]: ["Daily"]})
    rows = [
        {"id": each.pk, "label": each.label, "kind": each.kind, "choices": each.choices, "help_text": "", "ORDER": n}
        for n, each in enumerate(asked, start=1)
    ]
    rows[1]["DELETE"] = rows[2]["DELETE"] = "on"
    client.force_login(editor)

    answer = client.post(
        reverse("wagtailadmin_pages:edit", args=[consultation.pk]),
        form(slug=consultation.slug, questions=inline_formset(rows, initial=4)) | {"action-submit": "1"},
    )

    assert f"People have answered “{asked[1].label}”" in answer.content.decode()
    marks = [each["DELETE"].value() for each in answer.context["form"].formsets["questions"].forms]
    assert [bool(mark) for mark in marks] == [False, False, True, False]


def own_blocks(block, path=""):
    """Yield every block within a block, with its path."""
    inner = getattr(block, "child_blocks", None) or {}
    if isinstance(block, blocks.ListBlock):
        inner = {"item": block.child_block}
    if isinstance(block, ImageBlock):
        inner = {}  # its fields are Wagtail's
    for name, child in inner.items():
        yield f"{path}.{name}", block, child
        yield from own_blocks(child, f"{path}.{name}")


@pytest.mark.parametrize("field", [(ConsultationPage, "body"), (ConsultationPage, "outcome"), (ContentPage, "body")])
def test_every_nested_block_has_a_label_and_shows_what_it_holds(field):
    model, name = field
    found = list(own_blocks(model._meta.get_field(name).stream_block, name))

    unnamed = [path for path, _parent, child in found if not child.meta.label]
    mute = [
        path
        for path, _parent, child in found
        if isinstance(child, blocks.StructBlock) and not isinstance(child, ImageBlock) and not child.meta.label_format
    ]
    assert (unnamed, mute) == ([], [])


def test_the_staff_area_is_offered_in_languages_that_have_a_catalogue(client, editor):
    client.force_login(editor)

    assert settings.WAGTAILADMIN_PERMITTED_LANGUAGES == [("en", "English")]
    assert "preferred_language" not in client.get(reverse("wagtailadmin_account")).content.decode()


@pytest.mark.parametrize("language", ["en", "en-gb"])
def test_pages_are_signed_off_and_not_moderated(language):
    from django.utils.translation import gettext

    with override(language):
        said = gettext("Page '%(page_title)s' has been submitted for moderation."), gettext("in moderation")

    assert said == ("Page '%(page_title)s' has been submitted for sign-off.", "waiting for sign-off")


def test_no_word_of_wagtail_calls_a_sign_off_moderation():
    import wagtail
    from django.utils.translation import gettext

    folder = settings.BASE_DIR.__class__(wagtail.__file__).parent
    catalogues = [*folder.glob("*/locale/en/LC_MESSAGES/django.po"), *folder.glob("locale/en/LC_MESSAGES/django.po")]
    words = {word for path in catalogues for word in messages_of(path) if "moderat" in word.lower()}

    with override("en-gb"):
        assert {word for word in words if "moderat" in gettext(word).lower()} == set()
    assert len(words) > 20


def messages_of(path):
    """Return the messages of a catalogue."""
    import re

    for match in re.finditer(r'^msgid ((?:"(?:[^"\\]|\\.)*"\s*)+)', path.read_text(), re.MULTILINE):
        lines = re.findall(r'"((?:[^"\\]|\\.)*)"', match[1])
        yield "".join(lines).replace('\\"', '"')
