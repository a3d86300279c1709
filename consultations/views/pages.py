"""Reading: the list of consultations, and one of them."""

from django import forms
from django.shortcuts import render
from django.views.defaults import page_not_found

from consultations.access import TakenOff, consultation_or_404
from consultations.counts import counts
from consultations.models import ConsultationIndexPage, ConsultationPage, ConsultationTopic, State, Submission
from consultations.modes.page_part import page_parts, rail
from consultations.submission_lists import page_of, placed
from consultations.submitting.follow_forms import follow_offer
from consultations.submitting.paused import typed_in
from portal.api.addresses import API_PREFIX
from portal.api.problems import nothing_here
from portal.http.page_cache import public_page

TOPICS_SHOWN = 30


class ListingForm(forms.Form):
    """Which consultations to list."""

    state = forms.ChoiceField(required=False)
    topic = forms.CharField(required=False, max_length=100)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = choices


@public_page("state", "topic", "page")
def listing(request):
    """List all consultations, or those in one state and about one topic, in order of urgency."""
    form = ListingForm(request.GET, choices=[("", ""), *State.choices])
    form.is_valid()  # what is no state and no topic narrows nothing
    state, topic = (form.cleaned_data.get(name, "") for name in ("state", "topic"))
    live = ConsultationPage.objects.live().public()
    is_known = bool(topic) and live.about(topic).exists()  # what is no topic is nobody's words on a page of ours
    chosen = live.for_cards().in_state(state) if state else live.for_cards().by_what_comes_next()
    context = {
        "page": ConsultationIndexPage.objects.live().first(),
        "consultations": page_of(chosen.about(topic) if topic else chosen, request.GET.get("page")),
        "state": state,
        "states": State.choices,
        "topic": topic if is_known else "",
        "is_narrowed": bool(state or topic),
        "is_to_be_found": is_known or not topic,
        "topics": ConsultationTopic.objects.most_used(live)[:TOPICS_SHOWN],
    }
    return render(request, "consultations/consultation_index_page.html", context)


@public_page("sort", "page", "passage")
def detail(request, slug):
    """Show a consultation with what people say, and the form while it is open."""
    return show_consultation(request, consultation_or_404(request, slug))


def not_found(request, exception):
    """Answer 404, or 410 with the reason below a consultation that was taken off the site; typed words come back."""
    if request.path.startswith(API_PREFIX):
        return nothing_here(request)
    if not isinstance(exception, TakenOff):
        return page_not_found(request, exception)
    context = {"page": exception.page, "event": exception.event, "typed": typed_in(request)}
    return render(request, "consultations/taken_off.html", context, status=410)


def show_consultation(request, page, forms=None):
    """Render a consultation, answer 422 for errors; ``forms`` holds what was sent and is shown again, by mode."""
    figures = counts(page)
    parts = page_parts(page, figures, request, forms)
    sent = next(iter((forms or {}).values()), None)
    context = {
        "page": page,
        "form": sent,
        "counts": figures,
        "parts": parts,
        "rail": rail(page, parts),
        "behind": behind(page),
        "offer": follow_offer(request, page),
    }
    return render(request, page.template, context, status=422 if sent and sent.errors else 200)


def behind(page):
    """Return the public submissions that the outcome names, by reference: one query when there is an outcome."""
    references = [key for block in page.outcome if block.block_type == "point" for key in block.value["behind"]]
    if not references:
        return {}
    public = Submission.objects.filter(consultation=page, reference__in=references).public()
    return {each.reference: placed(each, page) for each in public.with_text().select_related("parent")}
