"""The versions of a consultation's text: all of them, one as it was, and what one changed."""

from collections import defaultdict

from django.core.cache import cache
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from consultations.access import consultation_or_404
from consultations.counts import counts
from consultations.models import SuggestionAnswer
from consultations.submission_lists import placed
from consultations.text_difference import compare_texts, former_keys
from portal.http.page_cache import public_page

DIFFERENCE_SECONDS = 7 * 24 * 3600


@public_page()
def text_versions(request, slug):
    """List the versions, newest first."""
    page = consultation_or_404(request, slug)
    versions = list(page.text_versions.defer("body", "summary"))
    if not versions:
        raise Http404("No version of this text is kept yet.")
    return render(request, "consultations/versions/list.html", {"page": page, "versions": of_page(versions, page)})


@public_page()
def text_version(request, slug, number):
    """Show the text as it was, with what people said about its passages."""
    page = consultation_or_404(request, slug)
    [version] = of_page([get_object_or_404(page.text_versions, number=number)], page)
    said = {"passage": "consultations/versions/_passage.html", "page": page, "counts": counts(page)}
    title = page.title if version.withheld_at else version.title
    context = {"page": page, "version": version, "title": title, "parts": [said]}
    return render(request, "consultations/versions/text.html", context)


@public_page()
def text_changes(request, slug, number):
    """Show what a version changed in the one before it; the first changed nothing."""
    page = consultation_or_404(request, slug)
    both = of_page(list(page.text_versions.filter(number__in=(number, number - 1))), page)
    if len(both) != 2:
        raise Http404("There is no version before it.")
    after, before = both
    withheld = [version for version in both if version.withheld_at]
    context = {
        "page": page,
        "before": before,
        "after": after,
        "withheld": withheld,
        "difference": None if withheld else difference_between(before, after),
        "asked_for": {} if withheld else asked_for(page, before, after),
    }
    return render(request, "consultations/versions/changes.html", context)


def difference_between(before, after):
    """Return what a version changed in the one before; it is worked out once, since neither ever changes."""
    key = f"text-difference:1:{after.consultation_id}:{after.number}:{after.published_at.timestamp()}"
    return cache.get_or_set(key, lambda: compare_texts(before, after), DIFFERENCE_SECONDS)


def asked_for(page, before, after):
    """Return the suggestions that the agency took up, made on the version before, by the key of each later passage.

    One query. What became of a passage that is gone stands at its key in the earlier text.
    """
    taken_up = SuggestionAnswer.objects.taken_up(page, before.number).select_related("suggestion")
    found = defaultdict(list)
    for answer in taken_up.order_by("suggestion__received_at", "suggestion_id"):
        found[answer.suggestion.passage].append(placed(answer.suggestion, page))
    later = {was: now for now, was in former_keys(before.body, after.body).items()} if found else {}
    return {later.get(key, key): suggestions for key, suggestions in found.items()}


def of_page(versions, page):
    """Give versions the consultation at hand, so that their addresses cost no query; return them."""
    for version in versions:
        version.consultation = page
    return versions
