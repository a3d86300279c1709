"""Who may open a consultation."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.models import PageViewRestriction

from consultations.models import ConsultationPage, Submission


def consultation_or_404(request, slug, *, with_content=True):
    """Return a live consultation that this visitor may see; without content, its long texts are read when needed."""
    found = ConsultationPage.objects.live().with_restrictions()
    found = found.select_related("illustration") if with_content else found.without_content()
    page = get_object_or_404(found, slug=slug)
    if page.is_restricted and not all(each.accept_request(request) for each in restrictions_on(page)):
        raise Http404("This consultation is not public.")
    return page


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
