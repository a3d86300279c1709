"""Who may open a consultation."""

from django.core.cache import cache
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.models import PageViewRestriction

from consultations.models import ConsultationPage, Submission
from consultations.timing import taken_off, with_reason_for_time

PAGE_SECONDS = 1  # how long another process may accept forms by the page as it was before an edit


class TakenOff(Http404):
    """A consultation was taken off the site; whatever stood below its address says so (see `views.pages.not_found`)."""

    def __init__(self, page, event):
        super().__init__(str(event))
        self.page, self.event = page, event


def consultation_or_404(request, slug, *, with_content=True):
    """Return a live consultation that this visitor may see.

    Without content its long texts are read when needed, and the page may be PAGE_SECONDS old: that is for forms, whose
    views would spend a quarter of their time on it. The process that changes a consultation, or who may see it, clears
    the cache at once.
    """
    try:
        page = read_page(slug) if with_content else cached_page(slug)
    except Http404:
        if found := taken_off(slug):
            raise TakenOff(**found) from None
        raise
    if page.is_restricted and not all(each.accept_request(request) for each in restrictions_on(page)):
        raise Http404("This consultation is not public.")
    return page


def cached_page(slug):
    """Return a consultation without its long texts, at most PAGE_SECONDS old."""
    return cache.get_or_set(page_key(slug), lambda: read_bare(slug), PAGE_SECONDS)


def read_page(slug):
    """Read a consultation with its texts, its picture, and why its closing time was changed."""
    return get_object_or_404(with_reason_for_time(live_pages().select_related("illustration")), slug=slug)


def read_bare(slug):
    """Read a consultation without its long texts."""
    return get_object_or_404(live_pages().without_content(), slug=slug)


def live_pages():
    """Select the published consultations; each knows whether the editor restricted who may see it."""
    return ConsultationPage.objects.live().with_restrictions()


def page_key(slug):
    """Return the cache key of a consultation."""
    return f"consultations.page.{slug}"


def forget_pages(**_signal):
    """Clear the cache now and after the commit: others may fill it again before the change is visible to them."""
    keys = [page_key(slug) for slug in ConsultationPage.objects.order_by().values_list("slug", flat=True)]
    cache.delete_many(keys)
    transaction.on_commit(lambda: cache.delete_many(keys))


def restrictions_on(page):
    """Select the restrictions that the editor put on a page or on one above it."""
    step = page.steplen
    above = [page.path[:end] for end in range(step, len(page.path) + 1, step)]
    return PageViewRestriction.objects.filter(page__path__in=above)


def submission_or_404(consultation, reference, **kind):
    """Return a submission that its consultation shows: a public one, or the place of a removed one."""
    shown = Submission.objects.in_thread().with_text().select_related("parent")
    submission = get_object_or_404(shown, consultation=consultation, reference=reference, **kind)
    submission.consultation = consultation
    return submission
