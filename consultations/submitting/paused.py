"""The answer to whoever sends something while taking part is paused: the reason, until when, and what was typed."""

from django.shortcuts import render

from consultations.submitting.once import new_token, sent_again
from portal.agency.moments import day_and_time
from portal.api.problems import problem
from portal.http.same_origin import Sender, sender_of

TYPED_FIELDS = ("title", "text", "old_words", "new_words", "why")  # of the forms that are one text


def wants_json(request):
    """Return whether a script sent this and reads JSON."""
    return request.headers.get("Accept") == "application/json"


def answer_paused(request, page, typed="", back=""):
    """Say that nothing was taken and why, and keep our form ready to be sent again; a script is told as a problem.

    A form of which nobody says whose it is would become one of ours here, so only its words come back.

    People get 409, which no monitoring takes for a fault of the site, and scripts 503; both are told when to try again.
    """
    pause = page.pause
    if wants_json(request):
        said = f"Taking part is paused until {day_and_time(pause.ends_at)}: {pause.reason}"
        response = problem(503, said)
    else:
        is_sent = request.method == "POST"
        context = {
            "page": page,
            "typed": typed or typed_in(request),
            "back": back or page.get_absolute_url(),
            "is_sent": is_sent,
            "closes_first": page.closes_at <= pause.ends_at,
            "content": sent_again(request) if is_sent and sender_of(request) is Sender.OURS else [],
            "stamp": request.POST.get("stamp", ""),
            "token": request.POST.get("token", "") or new_token(),
        }
        response = render(request, "consultations/paused.html", context, status=409 if is_sent else 200)
    response["Retry-After"] = pause.seconds_left
    return response


def typed_in(request):
    """Return what somebody wrote into a form for one text, part by part."""
    return "\n\n".join(filter(None, (request.POST.get(name, "") for name in TYPED_FIELDS)))
