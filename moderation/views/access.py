"""Who may open a case: whoever works at the desk it is on."""

from functools import wraps

from django.shortcuts import get_object_or_404, render
from wagtail.admin.auth import any_permission_required

from moderation.models import Case

READ_WITH = (
    "submission__consultation",
    "submission__parent__cleared",
    "submission__question",
    "revision",
    "claimed_by",
    "assigned_to",
    "returned_by",
    "appeal__decision__version",
    "blind_check__decision",
)
SOME_DESK = any_permission_required(*(desk.permission for desk in Case.Desk))


def found_or_404(pk):
    """Return a case with what its page shows."""
    found = Case.objects.select_related(*READ_WITH).defer("appeal__decision__version__document")
    return get_object_or_404(found.prefetch_related("opinions__actor"), pk=pk)


def desk_of(case):
    """Return where a case lies; one that is closed lies where its text is being looked at again."""
    again = (
        Case.objects.filter(submission=case.submission_id, closed_at=None) if case.closed_at else Case.objects.none()
    )
    return Case.Desk(case.desk or again.values_list("desk", flat=True).first() or "")


def of_case(view):
    """Hand a view its case; who does not work at its desk is told where it lies, and reads nothing of it."""

    @wraps(view)
    def with_case(request, pk):
        case = found_or_404(pk)
        desk = desk_of(case)
        if not request.user.has_perm(desk.permission):
            context = {"desk": desk.label, "reference": case.submission.reference}
            return render(request, "moderation/handed_over.html", context, status=403)
        return view(request, case)

    return SOME_DESK(with_case)
