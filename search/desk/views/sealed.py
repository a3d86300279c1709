"""Search in sealed originals: for privacy officers, with a reason, recorded in the audit ledger."""

from dataclasses import dataclass, replace

from django import forms
from django.db import transaction
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import permission_required

from consultations.models import Submission
from moderation.review.privacy_forms import ReasonForm
from moderation.review.sealing import sealed_texts
from moderation.views.privacy import header
from portal.audit import record, text_digest
from search.access.scope import SEALED_PERMISSION, scope_query_to_sealed
from search.desk.forms import DESK_PAGE_SIZE, MAX_PAGE, QueryTextField
from search.desk.hints import hints_in_words
from search.desk.views.desk import handle_search_unavailable
from search.engines.configured import get_sealed_engine
from search.index.documents import VISIBILITY_BY_STATUS
from search.index.indices import sealed_index
from search.index.relay import bring_up_to_date
from search.language.query import Query, SearchResult


class SealedSearchForm(ReasonForm):
    """Words and reason; each page is a recorded search of its own."""

    q = QueryTextField(
        label=_("Words"),
        help_text=_("Written as on the desk. The ledger keeps a digest of them, not the words."),
        attrs={"spellcheck": "false"},
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=MAX_PAGE, widget=forms.HiddenInput)
    field_order = ["q", "reason"]

    def to_query(self) -> Query:
        """Return the query, still without a scope."""
        return Query(text=self.cleaned_data["q"], page=self.cleaned_data["page"] or 1, size=DESK_PAGE_SIZE)


@dataclass(frozen=True, slots=True)
class SealedRow:
    """One sealed original; title and snippet are empty when it changed after indexing."""

    submission: Submission
    title: str
    snippet: str


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(SEALED_PERMISSION)
@handle_search_unavailable
def search_sealed(request):
    """Ask for words and a reason; show the hits."""
    form = SealedSearchForm(request.POST or None)
    context = {"form": form, "header": header({"url": "", "label": _("Search sealed originals")})}
    if not form.is_valid():
        return render(request, "search/sealed.html", context, status=422 if form.is_bound else 200)
    query = form.to_query()
    result, rows = search_and_record(request.user, query, form.cleaned_data["reason"])
    more = query.page < MAX_PAGE and query.offset + query.size < result.total
    context |= {"result": result, "rows": rows, "next": query.page + 1 if more else None}
    context["hints"] = hints_in_words(query.text)
    return render(request, "search/sealed.html", context)  # the staff area is never cached


def search_and_record(user, query: Query, reason: str) -> tuple[SearchResult, list[SealedRow]]:
    """Search the sealed index; record person, reason, digest of the words and the ids shown."""
    question = scope_query_to_sealed(user, query)
    behind = bring_up_to_date(index=sealed_index())
    result = replace(get_sealed_engine().search(question), pending=behind)
    rows = rows_still_sealed(result)
    with transaction.atomic():
        shown = [row.submission.pk for row in rows]
        record(
            "sealed.searched", actor=user, reason=reason, words=text_digest(query.text), found=result.total, shown=shown
        )
    return result, rows


def rows_still_sealed(result: SearchResult) -> list[SealedRow]:
    """Return the hits with their rows, without those that are no longer sealed in the database."""
    rows = Submission.objects.filter(pk__in=[hit.id for hit in result.hits], status__in=VISIBILITY_BY_STATUS)
    known = rows.select_related("consultation").in_bulk()
    sealed = sealed_texts(known.values())
    return [sealed_row(known[hit.id], hit) for hit in result.hits if hit.id in sealed]


def sealed_row(submission: Submission, hit) -> SealedRow:
    """Return a hit as it is shown."""
    changed = submission.version > submission.indexed_version
    return SealedRow(submission, "" if changed else hit.title, "" if changed else hit.snippet)
