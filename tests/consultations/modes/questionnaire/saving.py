"""Questionnaires that are saved, and what the browser of somebody sends who saves one and comes back to it."""

from django.urls import reverse

from consultations.models import SavedAnswer, SavedResponse
from consultations.modes.questionnaire.question_fields import name_of
from consultations.receipt_links import receipt_key
from tests.consultations.submitting import stamp

WORDS = "Lampword at the east gate."


def saved_response_to(consultation, given, **who):
    """Save a response that is not sent; ``given`` holds a text or a list of values by question."""
    answers = {
        question.pk: SavedAnswer(question.label, (value,) if isinstance(value, str) else tuple(value))
        for question, value in given.items()
    }
    return SavedResponse.keep(consultation=consultation, given=answers, **who)


def fields(given, **more):
    """Return the fields of the form with answers by question."""
    return {"stamp": stamp()} | {name_of(question): value for question, value in given.items()} | more


def save(client, consultation, given, **more):
    """Save answers for the first time."""
    address = reverse("consultations:save_questionnaire", args=[consultation.slug])
    return client.post(address, fields(given, **more))


def saved_by(client, consultation, given, **more):
    """Return what is stored after somebody saved."""
    page = save(client, consultation, given, **more)
    assert page.status_code == 302, page.content.decode()
    return SavedResponse.objects.latest("pk")


def save_again(client, saved, given, *, version=None, headers=None, **more):
    """Save again with the version that the page showed."""
    sent = fields(given, saved_version=saved.version if version is None else version, **more)
    return client.post(saved.address_of("save_again"), sent, headers=headers)


def send_saved(client, saved, given, *, version=None, **more):
    """Send saved answers."""
    sent = fields(given, saved_version=saved.version if version is None else version, **more)
    return client.post(saved.get_absolute_url(), sent)


def shown(client, saved):
    """Return the questionnaire that a private link opens."""
    return client.get(saved.get_absolute_url()).content.decode()


def pages_without_key():
    """Return the addresses of all saved responses, with no key, a wrong one, and that of another kind of page."""
    pages = []
    for saved in SavedResponse.objects.all():
        for view in ("saved_questionnaire", "saved_link", "delete_saved"):
            path = reverse(f"consultations:{view}", args=[saved.consultation.slug, saved.reference])
            pages += [path, f"{path}?key=guess", f"{path}?key={receipt_key(saved.reference)}"]
    return pages


def answers_of(saved):
    """Return the saved values by the words of their question."""
    saved.refresh_from_db()
    return {each.label: list(each.values) for each in saved.given.values()}
