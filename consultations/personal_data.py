"""The rows of consultations about one person: texts, responses, support, forms that were sent."""

from django.db.models import F, Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from consultations.models import (
    AgreedTerms,
    ClosedAnswer,
    ConsultationPage,
    Event,
    Follow,
    Follower,
    Kind,
    Response,
    Revision,
    SavedResponse,
    SentForm,
    StatementVote,
    Submission,
    SubmissionImport,
    SuggestionAnswer,
    Support,
    TextVersion,
)
from consultations.models.suggestion_answer import TAKEN_UP
from consultations.saved_letters import mailed_to
from consultations.suggested_words import words_in
from portal.models import Message, PublicChange, User
from portal.privacy.person import identifies, record_kind
from portal.privacy.traces import follows_cover, runs_of, words_of_staff

LETTERS_OF_MARK = 32


@identifies
def take_account_of_reference(person):
    """Add the account that sent the text or the response with a reference."""
    for model in (Submission, Response):
        sent = model.objects.filter(reference=person.reference).select_related("author").first()
        if sent and sent.author:
            person.take_account(sent.author)


def erase_responses(responses, person, actor):
    """Forget who answered; the choices stay, as figures."""
    for response in responses:
        response.forget_author()


def detach_supports(supports, person, actor):
    """Keep each support as a figure, under a key that belongs to nobody."""
    for support in supports:
        support.supporter_key = get_random_string(LETTERS_OF_MARK)
        support.save(update_fields=["supporter_key"])


def detach_votes(votes, person, actor):
    """Keep each vote as a figure, under a key that belongs to nobody; each its own, so that they are not linked."""
    for vote in votes:
        vote.voter_key = get_random_string(LETTERS_OF_MARK)
        vote.save(update_fields=["voter_key"])


def is_sent_by(person):
    """Return the condition that a text or a response was sent by this person."""
    theirs = Q(reference=person.reference) if person.reference else Q(pk__in=[])
    return theirs | Q(author__in=person.accounts) | has_mark(person.counted_keys)


def has_mark(keys):
    """Return the condition that an author has one of these marks, in the words of the index on them."""
    return Q(author_key__in=keys) & ~Q(author_key="")


def erase_submissions(submissions, person, actor):
    """Blank every text; what hangs on it follows by its event."""
    for submission in submissions.filter(erased_at=None).select_related("response", "consultation"):
        submission.erase(actor)


def take_names_out(submissions):
    """Blank the names and addresses of texts that stay, and call off the letters about them."""
    for submission in submissions.exclude(author_name="", author_email=""):
        submission.lock()
        submission.write({"author_name": "", "author_email": ""})
        Message.objects.about(submission).forget_recipients()
    PublicChange.note()


@record_kind(
    Submission,
    _("Texts"),
    left_out=("indexed_version",),
    erase=erase_submissions,
    release=take_names_out,
    unproven=("reference", "received_at"),
)
def texts_sent_by(person):
    """Select the texts sent with this address, by this account, or with this reference; note their browsers."""
    theirs = is_sent_by(person)
    if person.address:
        theirs |= Q(author_email=person.address)
    if person.reference:
        theirs |= Q(response__reference=person.reference)
    found = Submission.objects.filter(theirs)
    person.browser_keys |= set(found.exclude(author_key="").values_list("author_key", flat=True)) - person.keys
    return Submission.objects.filter(theirs | has_mark(person.browser_keys)) if person.with_browser else found


def words_of_authors(revisions):
    """Yield what authors wrote: of a suggestion neither the words of the passage nor new ones that the agency took up.

    Those are the agency's own and stand in its text, where an erasure must cover nothing, also after a correction: the
    text may have been published before it.
    """
    answers = SuggestionAnswer.objects.filter(suggestion__revisions__in=revisions, verdict__in=TAKEN_UP)
    taken_up = set(answers.values_list("suggestion_id", flat=True))
    yield from words_written(revisions, taken_up)


def words_written(revisions, taken_up=()):
    """Yield what authors wrote, of a suggestion without the words of the passage; new words not of those ids."""
    for title, text, kind, pk in revisions.values_list("title", "text", "submission__kind", "submission"):
        if kind != Kind.SUGGESTION:
            yield from (title, text)
        elif words := words_in(text):
            for part in (words.why,) if pk in taken_up else (words.new, words.why):
                yield from passages_beyond(words.old, part)
        elif pk not in taken_up:  # a redaction has covered a line between parts; the first has the words of the passage
            yield text.partition("\n")[2] if text.startswith("−") else text


def passages_beyond(old, text):
    """Yield what may be quoted of a text but stands in no other: new words mostly repeat those of the passage."""
    known = set(runs_of(old))
    return (" ".join(run) for run in runs_of(text) if run not in known)


@record_kind(
    Revision,
    _("Every version of these texts"),
    words=("title", "text"),
    own_words=words_of_authors,
    others_words=words_written,
    unproven=(),
)
def revisions_of(person):
    """Select every version of these texts, sealed ones included."""
    return Revision.objects.filter(submission__in=person.found(Submission))


@record_kind(SuggestionAnswer, _("What the agency answered to suggestions"), unproven=())
def answers_to_suggestions_of(person):
    """Select the agency's answers to these suggestions; their reasons are blanked with the texts."""
    return SuggestionAnswer.objects.filter(suggestion__in=person.found(Submission))


@record_kind(Response, _("Answers to questionnaires"), erase=erase_responses, unproven=("reference", "received_at"))
def responses_of(person):
    """Select the questionnaires that this person answered."""
    return Response.objects.filter(is_sent_by(person) | Q(open_answers__in=person.found(Submission))).distinct()


@record_kind(ClosedAnswer, _("What was chosen in questionnaires"), unproven=())
def choices_of(person):
    """Select the choices in these questionnaires."""
    return ClosedAnswer.objects.filter(response__in=person.found(Response))


def forget_saved(saved, *_who):
    """Delete what was saved, with the letters about it."""
    for each in saved:
        each.forget()


def saved_for_writer(saved):
    """Say that there is something, and nothing of it: it was never given to us."""
    return ngettext("%d answer that only its link opens", "%d answers that only their link opens", len(saved.given)) % (
        len(saved.given)
    )


def address_for_writer(saved):
    """Say that there is an address, and not which: of several people with the link, it may be another's."""
    return _("The link was mailed to an address") if saved.address else ""


@record_kind(
    SavedResponse,
    _("Answers that were saved and not sent"),
    told={"answers": saved_for_writer, "address": address_for_writer},
    erase=forget_saved,
    release=forget_saved,
    unproven=(),
)
def saved_responses_of(person):
    """Select what this person saved while signed in, was mailed the link of, or has the reference of."""
    found = SavedResponse.objects.filter(author__in=person.accounts)
    if person.address:
        found |= mailed_to(person.address)
    if person.reference:
        found |= SavedResponse.objects.filter(reference=person.reference)
    return found


@record_kind(AgreedTerms, _("What was said beside the forms"), left_out=("digest",), unproven=())
def terms_told_to(person):
    """Select the terms under which these texts and answers were sent."""
    texts = Submission.objects.filter(pk__in=person.found(Submission)).values("terms")
    responses = Response.objects.filter(pk__in=person.found(Response)).values("terms")
    return AgreedTerms.objects.filter(Q(pk__in=texts) | Q(pk__in=responses))


@record_kind(Support, _("Support for texts"), erase=detach_supports)
def supports_of(person):
    """Select what this person supports."""
    return Support.objects.filter(supporter_key__in=person.counted_keys)


@record_kind(StatementVote, _("Answers to statements"), erase=detach_votes)
def votes_of(person):
    """Select what this person answered to statements."""
    return StatementVote.objects.filter(voter_key__in=person.counted_keys)


@record_kind(SentForm, _("Forms sent in the last day"), erase=lambda rows, person, actor: rows.delete())
def forms_of(person):
    """Select the notes by which a form that is sent twice is known."""
    references = Submission.objects.filter(pk__in=person.found(Submission)).values("reference")
    return SentForm.objects.filter(Q(visitor_key__in=person.counted_keys) | Q(reference__in=references))


def forget_followers(followers, *_who):
    """Stop whatever was followed, and forget the addresses."""
    for follower in followers:
        follower.stop_all()


@record_kind(
    Follower, _("Who follows something"), left_out=("address_key",), erase=forget_followers, release=forget_followers
)
def followers_who_are(person):
    """Select what this person is as a follower: the accounts with their confirmed addresses, and the address."""
    found = Follower.objects.filter(address=person.address) if person.address else Follower.objects.none()
    for user in User.objects.filter(pk__in=person.accounts):
        found |= Follower.objects.of_person(user)
    return found


@record_kind(Follow, _("What is followed by e-mail"))
def follows_of_person(person):
    """Select what this person follows; it goes with the follower."""
    return Follow.objects.filter(follower__in=person.found(Follower))


@follows_cover(Revision)
def index_covered_revisions(ids):
    """Raise the versions of texts in which something was covered, so that the index takes them anew."""
    Submission.objects.filter(revisions__in=ids).update(version=F("version") + 1)


words_of_staff(ConsultationPage, "summary", "body", "outcome", "change_note")
words_of_staff(TextVersion, "title", "summary", "body", "note", "withheld_reason")
words_of_staff(Event, "note")
words_of_staff(SuggestionAnswer, "reason")
words_of_staff(SubmissionImport, "problem", "errors", "result")
