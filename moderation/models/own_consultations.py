"""Whoever owns or edits a consultation does not decide on what people say to it."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from wagtail.models import Page
from wagtail.models import Revision as PageRevision


def versions_of_pages():
    """Select the saved versions of pages, of whatever kind."""
    return PageRevision.objects.filter(base_content_type=ContentType.objects.get_for_model(Page))


def edited_by(user):
    """Return the condition that a case is of a consultation which the user owns, or saved a version of."""
    page = Cast(OuterRef("submission__consultation_id"), CharField())
    return Q(submission__consultation__owner=user) | Q(Exists(versions_of_pages().filter(object_id=page, user=user)))


def editors_of(consultation):
    """Return the ids of those who own a consultation or saved a version of it; nobody's, where there is none."""
    if consultation is None:
        return set()
    saved = versions_of_pages().filter(object_id=str(consultation.pk)).exclude(user=None)
    return {consultation.owner_id, *saved.values_list("user", flat=True)} - {None}
