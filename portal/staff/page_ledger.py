"""Entries in the ledger for pages that are made public, and taken off the site."""

from django.db import transaction
from wagtail.log_actions import get_active_log_context

from portal.audit import record


def on_page_published(sender, instance, revision, **_signal):
    """Record that a page was published, by whom, and whose text it is."""
    writer = revision.user_id if revision else None
    record_page("page.published", instance, writer=writer, revision=revision.pk if revision else None)


def on_page_unpublished(sender, instance, **_signal):
    """Record that a page was taken off the site, with the reason where one was asked for."""
    reason = getattr(instance, "unpublishing_reason", "")
    record_page("page.unpublished", instance, **({"reason": reason} if reason else {}))


def record_page(action, page, **facts):
    """Record an action on a page in the name of who is signed in."""
    with transaction.atomic():
        record(action, actor=get_active_log_context().user, subject=page, **facts)
