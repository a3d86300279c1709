import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.models import Message
from portal.outbox.models import MESSAGE_GRACE
from tests.factories import ConsultationFactory, questionnaire_for, response_to, submission_to
from tests.mailing import sent_a_minute_later

BEFORE = [("consultations", "0010_submission_import"), ("moderation", "0014_job_claim")]
ADDRESS = "amira@example.org"


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_was_owed_is_carried_over_and_sent(mailoutbox):
    consultation = ConsultationFactory()
    question = questionnaire_for(consultation)[0]
    text = submission_to(consultation, author_email=ADDRESS)
    response = response_to(consultation, {question: "A lamp."}, author_email=ADDRESS)
    revision, answer = text.current, response.open_answers.get()
    Message.objects.all().delete()
    graph = MigrationExecutor(connection).loader.graph
    latest = [node for app in ("consultations", "moderation") for node in graph.leaf_nodes(app)]
    try:
        old = migrate(BEFORE)
        events = old.get_model("consultations", "Event").objects
        owed = [events.get(kind="received", submission=pk) for pk in (text.pk, answer.pk)]
        events.filter(pk__in=[event.pk for event in owed]).update(tell_author=True)
        report = old.get_model("moderation", "Report").objects.create(
            submission_id=text.pk,
            revision_id=revision.pk,
            reporter_email="rita@example.org",
            outcome="kept",
            closed_at=owed[0].created_at,
            tell_reporter=True,
        )
    finally:
        migrate(latest)

    stored = Message.objects.order_by("about")
    assert list(stored.values_list("template", "recipient", "about", "causes", "state")) == [
        ("consultations/author", ADDRESS, f"consultations.response:{response.pk}", [owed[1].pk], "waiting"),
        ("consultations/author", ADDRESS, f"consultations.submission:{text.pk}", [owed[0].pk], "waiting"),
        ("moderation/report", "rita@example.org", f"moderation.report:{report.pk}", ["kept"], "waiting"),
    ]
    assert [message.due_at for message in stored][1:] == [owed[0].created_at + MESSAGE_GRACE] * 2
    assert len({message.message_id for message in stored}) == 3
    assert sorted(message.to for message in sent_a_minute_later()) == [[ADDRESS], [ADDRESS], ["rita@example.org"]]
