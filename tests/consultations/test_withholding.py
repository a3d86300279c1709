"""Earlier texts that are withheld: what nobody reads any more, and what stays."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents import get_document_model

from consultations.models import TextVersion
from portal.audit.models import AuditEntry
from tests.consultations.versions import EIGHT, NINE, NOTE, SECOND, opened, passage, publish, published

pytestmark = pytest.mark.django_db

WHY = "It named a neighbour."


def withhold(client, page, number=1, reason=WHY):
    """Send the form that withholds a version."""
    return client.post(reverse("version_withholding", args=[page.pk]), {"number": number, "reason": reason})


def test_a_withheld_text_is_read_nowhere_and_says_why(client, editor):
    page = publish(published(), NOTE, body=[NINE])
    page = publish(page, "Line 9 goes.", body=[EIGHT])
    addresses = [("text_version", 2), ("text_changes", 2), ("text_changes", 3)]
    for name, number in addresses:  # as they are kept for guests
        assert "Nine" in opened(client, page, name, number)
    client.force_login(editor)
    assert withhold(client, page, 2).status_code == 302
    client.logout()

    for name, number in addresses:
        shown = opened(client, page, name, number)
        assert ("Nine" in shown, WHY in shown) == (False, True)
    listed = opened(client, page, "text_versions")
    assert (NOTE in listed, WHY in listed, "Version 2" in listed) == (True, True, True)
    assert "Eight lines" in opened(client, page, "text_version", 1)


def test_it_stands_in_the_ledger_and_on_the_version(client, editor):
    page = publish(published(), NOTE, body=[NINE])
    client.force_login(editor)
    withhold(client, page)

    entry = AuditEntry.objects.get(action="consultation.version_withheld")
    version = page.text_versions.get(number=1)
    assert (entry.facts["reason"], entry.facts["number"], entry.by) == (WHY, 1, editor.pk)
    assert (version.withheld_reason, version.withheld_by, version.withheld_at is None) == (WHY, editor, False)


@pytest.mark.parametrize(("number", "reason"), [(2, WHY), (3, WHY), (1, ""), (1, "x" * 201)])
def test_what_cannot_be_withheld_is_refused_and_the_words_stay(client, editor, number, reason):
    page = publish(published(), NOTE, body=[NINE])
    client.force_login(editor)

    answer = withhold(client, page, number, reason)

    assert (answer.status_code, reason in answer.content.decode()) == (422, True)
    assert not TextVersion.objects.filter(withheld_at__isnull=False).exists()


def test_documents_of_a_withheld_text_are_not_opened_by_it(client, editor):
    paper = get_document_model().objects.create(title="Plan", file=ContentFile(b"Plan", name="plan.txt"))
    linked = passage("A plan", f'Read <a linktype="document" id="{paper.pk}">it</a>.', SECOND)
    page = publish(publish(published(), NOTE, body=[EIGHT, linked]), NOTE, body=[EIGHT])
    assert b"".join(client.get(paper.url).streaming_content) == b"Plan"

    client.force_login(editor)
    withhold(client, page, 2)
    client.logout()

    assert client.get(paper.url).status_code == 404
