"""Made-up people, consultations and submissions; their texts are hostile by default."""

from dataclasses import replace
from datetime import timedelta

import factory
import wagtail_factories
from django.contrib.auth.models import Group
from django.http import QueryDict
from django.utils import timezone

from consultations.models import (
    ConsultationIndexPage,
    ConsultationPage,
    Kind,
    Question,
    Response,
    StatementVote,
    Submission,
)
from consultations.suggested_words import SuggestedWords
from moderation.models import CaretakerPeriod, Crisis, ExternalRequest, PolicyDraft, PolicyVersion
from moderation.models.publishing import publish_policy
from portal.models import RoleGrant, User
from search.desk.forms import DeskForm
from search.exports.jobs import request_export, run_exports

HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> The night bus should stop at the east gate."


class UserFactory(factory.django.DjangoModelFactory):
    """A person with an account; `groups` are names of roles."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    first_name = "Robin"
    last_name = factory.Sequence(lambda n: f"Number{n}")

    @factory.post_generation
    def groups(self, create, names, **kwargs):
        """Give the roles."""
        for name in names or []:
            self.groups.add(Group.objects.get(name=name))


def role_grant_for(person, role="Lead moderators"):
    """Ask as an administrator that somebody gets a role."""
    return RoleGrant.ask(person, Group.objects.get(name=role), UserFactory(groups=["Administrators"]))


class ConsultationFactory(wagtail_factories.PageFactory):
    """A consultation that is open now."""

    class Meta:
        model = ConsultationPage

    title = factory.Sequence(lambda n: f"Night buses {n}")
    summary = "What is proposed, who decides, and what your words can change."
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=5))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=20))
    modes = factory.LazyFunction(lambda: ["comments", "ideas"])
    parent = factory.LazyFunction(lambda: ConsultationIndexPage.objects.get())
    body = factory.LazyFunction(
        lambda: [
            {
                "type": "section",
                "id": "11111111-1111-4111-8111-111111111111",
                "value": {"heading": "Eight lines", "text": "<p>All night.</p>"},
            }
        ]
    )


def submission_to(consultation, text=HOSTILE, **fields):
    """Take in a submission as the website would, and return it as it stands afterwards."""
    fields.setdefault("kind", Kind.COMMENT)
    return Submission.receive(consultation=consultation, text=text, **fields)


def idea_for(consultation, title="A lamp at each stop", text=HOSTILE, **fields):
    """Take in an idea."""
    return submission_to(consultation, text, title=title, kind=Kind.IDEA, **fields)


def statement_for(consultation, text="A bus every 20 minutes is better than one every 40.", **fields):
    """Take in a statement."""
    return submission_to(consultation, text, kind=Kind.STATEMENT, **fields)


def suggestion_for(consultation, old="All night.", new="All night, all week.", why="Work ends late.", **fields):
    """Take in a suggestion of other words, by default for the passage that every consultation here has."""
    fields.setdefault("passage", "11111111-1111-4111-8111-111111111111")
    fields.setdefault("text_version", consultation.text_version or None)
    return submission_to(consultation, SuggestedWords(old, new, why).text, kind=Kind.SUGGESTION, **fields)


def votes_on(statement, **numbers):
    """Have so many people agree, disagree and pass; ``numbers`` are by choice."""
    for choice, number in numbers.items():
        for voter in range(number):
            StatementVote.cast(statement, f"{choice} {voter}", choice)


def questionnaire_for(consultation):
    """Ask four questions, one of each kind, and return them: open, one, several, scale."""
    asked = [
        ("What should change?", "open", ""),
        ("How often do you ride at night?", "one", "Daily\nWeekly\nNever"),
        ("Which lines do you use?", "several", "N1\nN2\nN3"),
        ("How safe do you feel?", "scale", "Not safe at all\nVery safe"),
    ]
    return [
        Question.objects.create(page=consultation, sort_order=n, label=label, kind=kind, choices=choices)
        for n, (label, kind, choices) in enumerate(asked)
    ]


def question_for(consultation, label, kind, **fields):
    """Ask one more question, after those that are asked already."""
    last = Question.objects.filter(page=consultation).count()
    return Question.objects.create(page=consultation, sort_order=last, label=label, kind=kind, **fields)


def response_to(consultation, given, **who):
    """Take in a response as the website would; ``given`` holds a text or a list of values by question."""
    closed = {question: values for question, values in given.items() if not question.is_open}
    texts = {question: text for question, text in given.items() if question.is_open}
    return Response.receive(consultation=consultation, closed=closed, texts=texts, language="en", **who)


HELD_TEXT = "Ring me on 0491 570 006 about the night bus."  # a number reserved for fiction


def held_in(consultation, **fields):
    """Take in a comment that the starter policy holds."""
    return submission_to(consultation, HELD_TEXT, **fields)


def policy_draft(actor=None, **changes):
    """Start a draft from the version in force, with changes to its policy."""
    draft = PolicyDraft.objects.first() or PolicyDraft()
    draft.take_over(replace(PolicyVersion.current().policy, **changes), actor=actor)
    return PolicyDraft.objects.get(pk=draft.pk)


def announced_version(days=30, **changes):
    """Publish a version that is in force later."""
    changes.setdefault("title", "New house rules")
    policy = replace(PolicyVersion.current().policy, **changes)
    return publish_policy(policy, effective_from=timezone.now() + timedelta(days=days))


def unusual_times():
    """Enter a crisis, a caretaker period and a request from outside; return the addresses of each."""
    now = timezone.now()
    crisis = Crisis.objects.create(level=1, hours=1, banner="We read slowly today.", reason="An accident.")
    period = CaretakerPeriod.objects.create(
        title="Election", notice="We wait.", starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=9)
    )
    asked = ExternalRequest.objects.create(asked_by="court", about="To take a comment down.")
    return {
        "crisis_approve": [crisis.pk],
        "crisis_end": [crisis.pk],
        "wagtailsnippets_moderation_caretakerperiod:edit": [period.pk],
        "wagtailsnippets_moderation_externalrequest:edit": [asked.pk],
    }


def export_of(user, ending="csv", question="", work=True, reason=""):
    """Make what a user exported of everything; without work it waits."""
    form = DeskForm(QueryDict(question))
    assert form.is_valid(), form.errors
    export = request_export(user, form.data, form.to_query(), ending, reason)
    if work:
        run_exports()
        export.refresh_from_db()
    return export
