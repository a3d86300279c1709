"""A person who leaves a word, a name and an address in every place that a person can fill."""

from allauth.account.models import EmailAddress
from django.utils import timezone

from consultations.models import Channel, Follow, Follower, Submission, SubmissionImport, Support
from consultations.saved_letters import post_saved_link
from moderation.findings.redaction import Span
from moderation.models import Appeal, Decision, ExternalRequest, Opinion
from moderation.redress.reports import file_report
from portal.accounts.visitors import person_key
from portal.models import Message, SuppressedAddress
from search.models import PoisonDocument, SavedSearch, Tag
from tests.consultations.modes.questionnaire.saving import saved_response_to
from tests.factories import UserFactory, held_in, questionnaire_for, response_to, submission_to
from tests.moderation.decisions import refuse_or_redact

ADDRESS, WORD, NAME = "quintessa.marl@zebrafinch.example", "zebrafinch", "Quintessa"
SENTENCE = "A zebrafinch sings at every stop of this night bus."
PLANTED = (ADDRESS, WORD, NAME)
OTHERS = "The tram is late every day."  # somebody else's, which stays
GUEST = {"author_name": f"{NAME} Marl", "author_email": ADDRESS, "author_key": person_key("email", ADDRESS)}


def plant_texts(consultation, moderator):
    """Follow the consultation, and send texts in every way; return a held one and a redacted one."""
    Follow.objects.begin(Follower.objects.with_address(ADDRESS), consultation, "daily").confirm()
    submission_to(consultation, SENTENCE, **GUEST)
    submission_to(consultation, "A first text.", **GUEST).revise(text=f"Later: {SENTENCE}", title=WORD)
    question = questionnaire_for(consultation)[0]
    response_to(consultation, {question: SENTENCE}, **GUEST)
    post_saved_link(saved_response_to(consultation, {question: SENTENCE}), ADDRESS, "en")
    imported = {"source": "letters", "source_id": "7", "source_note": f"Consent: {ADDRESS}"}
    submission_to(consultation, SENTENCE, channel=Channel.EMAIL, **imported, **GUEST)
    submission_to(consultation, f"Withdrawn: {SENTENCE}", **GUEST).withdraw()
    redacted = submission_to(consultation, f"{SENTENCE} Ring me on 0491 570 006.", **GUEST)
    refuse_or_redact(redacted, moderator, Decision.Action.REDACT, [Span("text", 2, 12, "a bird")])
    return held_in(consultation, title=WORD, **GUEST), redacted


def plant_words_of_staff(held, redacted, moderator):
    """Quote the person in everything that moderators write about these texts."""
    case = held.cases.get()
    case.notes.create(actor=moderator, text=f"{NAME} writes {WORD} again, {ADDRESS}")
    Opinion.objects.create(case=case, revision=held.current, actor=moderator, action="refuse", reason=WORD)
    decision = redacted.current.submission.revisions.first().decisions.get()
    Decision.objects.filter(pk=decision.pk).update(reason=f"You wrote {WORD}.")
    Appeal.objects.create(
        decision=decision, text=f"But a {WORD} is a bird.", reply=f"{NAME}, it is.", due_at=timezone.now()
    )
    PoisonDocument.objects.create(submission=held, version=9, reason=f"Preview of {WORD}", next_try_at=timezone.now())


def plant_elsewhere(consultation, moderator, officer):
    """Name or quote the person where rows are somebody else's; return the other text."""
    other = submission_to(consultation, OTHERS, author_name="Somebody")
    named = submission_to(consultation, f"Ask at the stop, or write to {ADDRESS} about it.")
    case = held_in(consultation).cases.get()
    decided = refuse_or_redact(case.submission, moderator, Decision.Action.REFUSE)
    Decision.objects.filter(pk=decided.pk).update(reason=f"Another said: {SENTENCE}")
    report = {"reporter_key": person_key("visitor", "x"), "reporter_email": ADDRESS, "text": f"{SENTENCE} Says {NAME}."}
    file_report(other, other.cleared, clause="", **report)
    ExternalRequest.objects.create(asked_by="court", about=f"Whether “{SENTENCE}” is true", answer=ADDRESS)
    SavedSearch.objects.create(owner=officer, name=f"About {NAME}", asked=f"q={WORD}")
    SavedSearch.objects.create(owner=officer, name="Letters", asked="q=quintessa.marl%40zebrafinch.example")
    SavedSearch.objects.create(owner=officer, name="Trams", asked="q=tram")
    Tag.get_or_create_by_name(f"ask {ADDRESS}"[:90])
    Message.objects.post("moderation/report", to=ADDRESS, about=other, cause="kept")
    SuppressedAddress.objects.note(ADDRESS, SuppressedAddress.Reason.BOUNCED, f"550 {ADDRESS} unknown")
    file = {"file_name": "a.csv", "mapping": {}, "content": b"", "state": "failed"}
    errors = [[3, f"{ADDRESS} is no date"], [4, SENTENCE]]
    SubmissionImport.objects.create(consultation=consultation, errors=errors, **file)
    return named


def plant_on_page(consultation, editor):
    """Quote the person in the outcome, in drafts, and in the reason of a change."""
    point = {"asked": "Where?", "said": f"One of you said: “{SENTENCE}”", "decided": "We do.", "why": f"See {ADDRESS}."}
    consultation.outcome = [("point", point | {"behind": []}), ("text", f"<p>You wrote: {SENTENCE}</p>")]
    consultation.save_revision(user=editor).publish()
    consultation.summary = f"A draft for {ADDRESS}."
    consultation.save_revision(user=editor)


def plant_account(consultation):
    """Make an account with this address, which supports a text and sends one."""
    user = UserFactory(email=ADDRESS, first_name=NAME, last_name=f"{WORD}-Marl")
    EmailAddress.objects.get_or_create(user=user, email=ADDRESS, defaults={"verified": True, "primary": True})
    sent = {"author": user, "author_key": person_key("user", str(user.pk)), "author_name": NAME}
    saved_response_to(consultation, {consultation.questions.first(): SENTENCE}, author=user)
    mine = submission_to(consultation, f"Signed in: {SENTENCE}", **sent)
    Support.give(Submission.objects.exclude(pk=mine.pk).first(), person_key("user", str(user.pk)))
    return user


def plant_everywhere(consultation, moderator, editor, officer):
    """Plant all of it."""
    plant_words_of_staff(*plant_texts(consultation, moderator), moderator)
    plant_account(consultation)
    plant_elsewhere(consultation, moderator, officer)
    plant_on_page(consultation, editor)
