"""What somebody wrote and follows while signed in, for the page of their account."""

from consultations.models import Follow, Follower, FollowPace, Response, Submission

OWN_TEXTS_SHOWN = 100


def own_texts(person):
    """Return what a person wrote, newest first, and how much there is: two queries, four for many texts."""
    texts = Submission.objects.filter(author=person, response=None)
    responses = Response.objects.filter(author=person)
    newest = texts.select_related("consultation", "current").order_by("-received_at", "-pk")[:OWN_TEXTS_SHOWN]
    sent = responses.select_related("consultation").order_by("-received_at", "-pk")[:OWN_TEXTS_SHOWN]
    rows = sorted([*newest, *sent], key=lambda row: row.received_at, reverse=True)[:OWN_TEXTS_SHOWN]
    number = texts.count() + responses.count() if len(rows) == OWN_TEXTS_SHOWN else len(rows)
    return {"rows": rows, "number": number}


def own_follows(person):
    """Return what a person follows with the account, and with its confirmed address alone: two queries."""
    theirs = Follow.objects.for_list().filter(follower__in=Follower.objects.of_person(person))
    return {"follows": list(theirs), "paces": FollowPace.choices}
