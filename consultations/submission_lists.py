"""Submissions as pages list them: in which order, page by page, with what the visitor supports."""

from django.core.paginator import Paginator

from consultations.models import Support

SUBMISSIONS_ON_A_PAGE = 20
SORTS = {"newest": ("-received_at", "-id"), "supported": ("-support_count", "-received_at", "-id")}


def chosen_sort(request):
    """Return the key in SORTS that the address asks for: newest first unless it asks otherwise."""
    sort = request.GET.get("sort")
    return sort if sort in SORTS else "newest"


def page_of(submissions, number, count=None):
    """Return one page; a number that is none, or past the end, gives the nearest page."""
    paginator = Paginator(submissions, SUBMISSIONS_ON_A_PAGE)
    if count is not None:
        paginator.count = count
    return paginator.get_page(number)


def mark_supported(submissions, supporter_key):
    """Note on each submission whether this person supports it; a browser that we have not met costs no query."""
    if not supporter_key:
        return
    shown = {submission.pk: submission for submission in submissions}
    supports = Support.objects.filter(supporter_key=supporter_key, submission__in=shown)
    for pk in supports.values_list("submission", flat=True):
        shown[pk].supported = True


def placed(submission, consultation, parent=None):
    """Give a submission the consultation and parent at hand, so that its address costs no query."""
    submission.consultation = consultation
    if parent is not None:
        submission.parent = parent
    return submission


def with_parent(submission, page):
    """Give a submission and its parent the consultation at hand, so that no address costs a query."""
    placed(submission, page)
    if submission.parent_id:
        placed(submission.parent, page)
    return submission
