"""The form of a consultation, as an editor's browser sends it."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from consultations.models import ConsultationIndexPage

SECTION = {"heading": "Eight lines", "text": rich_text("<p>All night.</p>")}
FACT = {"figure": "11,400", "statement": "people travel at night", "source": "Survey", "source_url": "", "date": ""}


def local(days):
    return timezone.localtime(timezone.now() + timedelta(days=days)).strftime("%Y-%m-%d %H:%M")


def form(modes=("comments",), **changes):
    return {"modes": [*modes]} | nested_form_data(
        {
            "title": "Night buses",
            "slug": "night-buses",
            "summary": "What is proposed.",
            "topics": "buses, night",
            "body": streamfield([("section", SECTION), ("fact", FACT)]),
            "outcome": streamfield([]),
            "opens_at": local(-1),
            "closes_at": local(20),
            "answering": "Transport unit",
            "moderation": "after",
            "captcha": "suspicion",
            "comment_form-x": "",
            "questions": inline_formset([]),
            "stated_terms": inline_formset([]),
            "comments": {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": ""},
            **changes,
        }
    )


def add(client, **changes):
    parent = ConsultationIndexPage.objects.get()
    address = reverse("wagtailadmin_pages:add", args=["consultations", "consultationpage", parent.pk])
    return client.post(address, form(**changes))
