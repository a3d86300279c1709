"""What somebody wrote and follows while signed in, for the page of their account."""

from consultations.models import Follow, Follower, FollowPace, Response, SavedResponse, Submission

OWN_TEXTS_SHOWN = 100


def own_texts(person):
    """Return what a person saved and wrote, newest first, and how much was written: three queries, five for many."""
    texts = Submission.objects.filter(author=person, response=None)
    responses = Response.objects.filter(author=person)
    newest = texts.select_related("consultation", "current").order_by("-received_at", "-pk")[:OWN_TEXTS_SHOWN]
    sent = responses.select_related("consultation").order_by("-received_at", "-pk")[:OWN_TEXTS_SHOWN]
    rows = sorted([*newest, *sent], key=lambda row: row.received_at, reverse=True)[:OWN_TEXTS_SHOWN]
    number = texts.count() + responses.count() if len(rows) == OWN_TEXTS_SHOWN else len(rows)
    return {"rows": rows, "number": number, "saved": own_saved(person)}


def own_saved(person):
    """Return the questionnaires that a person saved and has not sent, newest first."""
    saved = SavedResponse.kept().filter(author=person, consultation__live=True).select_related("consultation")
    bodies = ("consultation__body", "consultation__outcome")
    return list(saved.defer("answers", *bodies).order_by("-saved_at", "-pk")[:OWN_TEXTS_SHOWN])


def own_follows(person):
    """Return what a person follows with the account, and with its confirmed address alone: two queries."""
    theirs = Follow.objects.for_list().filter(follower__in=Follower.objects.of_person(person))
    return {"follows": list(theirs), "paces": FollowPace.choices}
