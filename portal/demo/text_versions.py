"""The second version of a text in the sample, and which version each sample text had before it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from consultations.models import ConsultationPage


@transaction.atomic
def load_change(page, change):
    """Date the first version, publish a second on its own day if there is a change; return the page as it is then."""
    page = ConsultationPage.objects.get(pk=page.pk)
    page.text_versions.update(published_at=min(page.opens_at, timezone.now()))
    if change:
        changed = {entry["was"]: {"heading": entry["heading"], "text": entry["text"]} for entry in change["passage"]}
        body = [dict(block) for block in page.body.raw_data]
        for block in body:
            if block["type"] == "section":
                block["value"] = changed.get(block["value"]["heading"], block["value"])
        page.body, page.change_note = body, change["note"]
        page.save_revision().publish()
        page.text_versions.filter(number=2).update(published_at=days_ago(change))
        page = ConsultationPage.objects.get(pk=page.pk)
    return page


def days_ago(entry):
    """Return the moment that the sample gives for something of the past."""
    return timezone.now() - timedelta(days=entry["days_ago"])


def version_at(page, at):
    """Return the version of the text that was public at a moment, or else the first."""
    versions = list(page.text_versions.all())  # newest first
    return next((version for version in versions if version.published_at <= at), versions[-1])


def text_read(page, at, heading):
    """Return which version its author had read at a moment, and which passage, by a heading of any version."""
    version = version_at(page, at)
    passages = {title: key for each in page.text_versions.all() for key, title in each.passage_titles.items()}
    passage = passages.get(heading, "")
    read = {"text_version": version.number, "passage": passage}
    return read | {"passage_heading": version.passage_titles.get(passage, "")}
