"""What came of what people wrote: the points of an outcome, which texts stand behind them, and who is told of it."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.lost_receipts import receipts_path, texts_with_address
from consultations.models import ConsultationPage, Event, EventKind, OutcomeTelling, Status, Submission
from portal.jobs import worker
from portal.models import Message
from portal.outbox.address_keys import address_keys
from portal.outbox.models import label_of
from portal.outbox.templates import Content, NotDue, message_template

OUTCOME_FOR_AUTHOR = "consultations/outcome"
TEXTS_A_TRANSACTION = 100  # so that citizens who send something do not wait
TEXTS_LISTED = 200  # in one letter
COUNTED = (Status.PUBLISHED, Status.NOT_PUBLIC)  # of the texts that an answer is owed to


@dataclass(frozen=True, slots=True)
class OutcomePoint:
    """One point of an outcome: its number on the page, what was decided, and the references of the texts behind it."""

    number: int
    decided: str
    behind: frozenset[str]

    @property
    def fragment(self) -> str:
        """Return its place on the page."""
        return f"point-{self.number}"


def outcome_points(page) -> list[OutcomePoint]:
    """Return the points of a consultation's outcome, in order; none while it is off the site, where drafts are kept."""
    if not page.live:
        return []
    raw = [block["value"] for block in page.outcome.raw_data if block["type"] == "point"]  # builds no blocks
    return [
        OutcomePoint(number, value["decided"], frozenset(map(reference_in, value["behind"])))
        for number, value in enumerate(raw, start=1)
    ]


def reference_in(entry) -> str:
    """Return the reference in an entry of a list as Wagtail stores it: bare, or with an id."""
    return entry["value"] if isinstance(entry, dict) else entry


def points_behind(page, references) -> list[OutcomePoint]:
    """Return the points of a consultation's outcome that name one of these texts."""
    return naming(outcome_points(page), references)


def points_on_receipt(page, references) -> list[OutcomePoint]:
    """Return the points that name one of these texts, unless the consultation is restricted.

    The link to a receipt opens no consultation: whoever has it may not be among those who may read this one. One query,
    when there are points.
    """
    points = points_behind(page, references)
    is_open_to_all = points and ConsultationPage.objects.live().public().filter(pk=page.pk).exists()
    return points if is_open_to_all else []


def naming(points, references) -> list[OutcomePoint]:
    """Return the points that name one of these texts."""
    return [point for point in points if not point.behind.isdisjoint(references)]


def answered_at(page):
    """Return when the outcome was first published; None before, and once it or its page is off the site."""
    if not (page.live and page.outcome):
        return None
    told = Event.objects.filter(consultation=page, kind=EventKind.OUTCOME_PUBLISHED)
    return told.order_by("pk").values_list("created_at", flat=True).first()


def begin_telling(event):
    """Note that the authors have to be told of an outcome, in the transaction that publishes it.

    When it is published again, because it or its page was off the site for a while, those whose letter was not sent
    are told; after the time for which the outbox knows what was sent, nobody is.
    """
    telling, is_new = OutcomeTelling.objects.get_or_create(consultation=event.consultation)
    if not is_new and telling.begun_at > timezone.now() - settings.OUTBOX_KEPT_FOR:
        telling.last_text, telling.is_done = 0, False
        telling.save(update_fields=["last_text", "is_done"])


def tell_authors():
    """Post a letter to every author of an answered consultation who left an address."""
    while not worker.stopping() and tell_some_authors():
        pass


@transaction.atomic
def tell_some_authors():
    """Post the letters for some of the texts; return whether there may be more."""
    telling = OutcomeTelling.objects.select_for_update().filter(is_done=False).order_by("pk").first()
    if telling is None:
        return False
    texts = owed_texts(telling.consultation_id).filter(pk__gt=telling.last_text).order_by("pk")
    batch = list(texts[:TEXTS_A_TRANSACTION])
    for text in batch:
        if not is_told_already(text, telling):
            Message.objects.post(OUTCOME_FOR_AUTHOR, to=text.author_email, about=text, cause=telling.pk)
    telling.last_text = batch[-1].pk if batch else telling.last_text
    telling.is_done = len(batch) < TEXTS_A_TRANSACTION
    telling.save(update_fields=["last_text", "is_done"])
    return True


def owed_texts(consultation_id):
    """Select the texts of a consultation that count, and whose authors left an address here."""
    left = Submission.objects.filter(consultation=consultation_id, status__in=COUNTED, source="", erased_at=None)
    return left.exclude(author_email="")


def is_told_already(text, telling):
    """Return whether a letter about this text, or an earlier one with the same address, waits or was sent."""
    same = owed_texts(text.consultation_id).filter(author_email=text.author_email, pk__lte=text.pk)
    labels = [label_of(each) for each in same[:TEXTS_LISTED]]
    posted = Message.objects.filter(template=OUTCOME_FOR_AUTHOR, about__in=labels).exclude(
        state=Message.State.CANCELLED
    )
    return any(telling.pk in causes for causes in posted.values_list("causes", flat=True))


def repost_for_others(event):
    """Tell the author of an erased text of the outcome by another text of theirs, if its letter has not gone yet."""
    text = event.submission
    waiting = Message.objects.about(text).filter(template=OUTCOME_FOR_AUTHOR, state=Message.State.WAITING).first()
    other = (
        waiting and owed_texts(text.consultation_id).filter(author_email=waiting.recipient).exclude(pk=text.pk).first()
    )
    if other:
        Message.objects.post(OUTCOME_FOR_AUTHOR, to=other.author_email, about=other, cause=waiting.causes[0])


@message_template(
    OUTCOME_FOR_AUTHOR, label=gettext_lazy("To authors: what came of a consultation"), private_page=receipts_path
)
def outcome_letter(message):
    """Return the letter: each text with the points that name it, and its receipt; no text is quoted."""
    first = Submission.objects.filter(pk=message.about_id).first()
    if first is None or message.recipient_key not in address_keys(first.author_email):
        raise NotDue(_("No text has the address, or not any more."))
    page = ConsultationPage.objects.live().public().filter(pk=first.consultation_id).first()
    if page is None or not page.outcome:
        raise NotDue(_("There is no outcome that everybody may read."))
    texts = texts_with_address(first.author_email).filter(consultation=page, status__in=COUNTED)
    rows = receipt_rows(page, texts.select_related("response")[:TEXTS_LISTED])
    if not rows:
        raise NotDue(_("Nothing that it was about is left."))
    context = {"page": page, "rows": rows, "link": f"{settings.SITE_URL}{page.get_absolute_url()}#outcome"}
    return Content(_("We have answered: %s") % page.title, "consultations/messages/outcome.txt", context)


def receipt_rows(page, texts):
    """Return each receipt once, with its link, and the points that name what was sent with it."""
    sent: dict[object, set[str]] = {}
    for text in texts:
        sent.setdefault(text.response or text, set()).add(text.reference)
    points = outcome_points(page)
    return [
        (receipt, settings.SITE_URL + receipt.get_receipt_url(), naming(points, names | {receipt.reference}))
        for receipt, names in sent.items()
    ]
