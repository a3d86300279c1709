"""Pledging, and reading a pledge."""

from django.http import Http404
from django.shortcuts import render

from consultations.access import consultation_or_404, submission_or_404
from consultations.submitting.submit import submit_text
from tests.toy_mode.forms import PledgeForm
from tests.toy_mode.mode import PLEDGES


def pledge_new(request, slug):
    page = consultation_or_404(request, slug)
    if not PLEDGES.is_on(page):
        raise Http404
    if request.method == "POST":
        return submit_text(request, page, PledgeForm, show_form, enabled=True)
    return show_form(request, page)


def show_form(request, page, form=None):
    form = form or PledgeForm(request=request, consultation=page)
    return render(request, "toy_mode/new.html", {"page": page, "form": form}, status=422 if form.errors else 200)


def pledge(request, slug, reference):
    page = consultation_or_404(request, slug)
    found = submission_or_404(page, reference, kind="pledge")
    return render(request, "toy_mode/pledge.html", {"page": page, "pledge": found})
