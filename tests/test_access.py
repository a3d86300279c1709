"""Every address of ours against every role; an address that is missing from the table fails."""

from datetime import timedelta

import pytest
from django.core import signing
from django.urls import URLPattern, get_resolver, reverse

from consultations.lost_receipts import receipts_path
from consultations.models import Follow, Follower, ParticipationPause, Spokesperson
from consultations.receipt_links import receipt_key, saved_key
from moderation.models import Batch, PersonErasure, Replay
from moderation.models.redress import report_key
from moderation.redress.reports import file_report
from moderation.review.decisions import decide
from portal.models import Message, SuppressedAddress
from portal.outbox.confirmation import confirmation_token
from portal.outbox.models import label_of
from portal.outbox.templates import STOP_SALT
from search.exports.views import link_key
from search.models import ApiToken, CodingFrame, Rebuild, SavedSearch
from tests.access_table import ROLES, TABLE
from tests.consultations.modes.questionnaire.saving import saved_response_to
from tests.consultations.versions import publish, published
from tests.factories import (
    UserFactory,
    announced_version,
    export_of,
    held_in,
    idea_for,
    policy_draft,
    questionnaire_for,
    response_to,
    role_grant_for,
    statement_for,
    submission_to,
    suggestion_for,
    unusual_times,
)
from tests.headers import faults_of_headers

pytestmark = pytest.mark.django_db

SAVED = ("saved_questionnaire", "save_again", "saved_link", "delete_saved")
WITH_KEY = {  # address: what makes its key
    "consultations:response": receipt_key,
    "consultations:withdraw_response": receipt_key,
    "consultations:revise": receipt_key,
    "consultations:withdraw": receipt_key,
    **dict.fromkeys((f"consultations:{view}" for view in SAVED), saved_key),
    "moderation:appeal": receipt_key,
    "moderation:report_outcome": report_key,
    "desk_export_file": link_key,
}
LED_AWAY_TO = ("/admin/", "/account/login/", "/account/reauthenticate/")
OWN_ACCOUNT = {  # open before the second factor
    "account", "stay_signed_in", "own_data", "close_own_account", "usersessions_list",
}  # fmt: skip
SENT = {"consultations:support": {"token": "0123456789abcdef"}}  # address: what its form sends
OURS = ("portal.", "consultations.", "moderation.", "search.")
API = "api:"  # Ninja's own views stand at these addresses


def ours(patterns, namespace=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            module = getattr(pattern.callback, "__module__", "") or type(pattern.callback).__module__
            if namespace == API or module.startswith(OURS) or type(pattern.callback).__module__.startswith(OURS):
                yield namespace + (pattern.name or str(pattern.pattern))
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from ours(pattern.url_patterns, inner)


def follow_links(consultation):
    """Return what stands in the links of a follower, and of somebody who has not said yes yet."""
    follower = Follower.objects.with_address("amira@example.org")
    follow = Follow.objects.begin(follower, consultation, "daily")
    links = {"following": follower.get_absolute_url(), "confirm_follow": follow.confirmation_url}
    return {f"consultations:{name}": [link.split("/")[2]] for name, link in links.items()}


@pytest.fixture
def places(consultation, officer):
    consultation.modes = ["comments", "ideas", "statements", "suggestions"]
    consultation.save()
    comment = submission_to(consultation)
    idea, suggestion = idea_for(consultation), suggestion_for(consultation)
    case = held_in(consultation).cases.get()
    decided = held_in(consultation).cases.get()
    undone = decide(decided, revision_id=decided.revision_id, action="publish", actor=None, imported=True)
    slug, reference = consultation.slug, comment.reference
    versioned = publish(published(), "Why it changed.", summary="Another text.")
    question = questionnaire_for(consultation)[0]
    response = response_to(consultation, {question: "A lamp."})
    draft = policy_draft()
    announced_version()
    frame = CodingFrame.begin(consultation, None, officer)
    shared = SavedSearch.objects.create(owner=UserFactory(), name="Night buses", asked="q=bus")
    return {
        "moderation:policy_version": [1],
        "moderation:policy_file": [1],
        "moderation:policy_difference": [1, 2],
        "policy_approval": [draft.pk],
        "policy_export": [draft.pk],
        "policy_export_version": [1],
        "wagtailsnippets_moderation_policydraft:edit": [draft.pk],
        "wagtailsnippets_consultations_spokesperson:edit": [
            Spokesperson.objects.create(
                user=officer, role="Head", unit="Buses", since="2020-01-01", until="2020-12-31"
            ).pk
        ],
        "wagtailsnippets_moderation_policydraft:workflow_action": [draft.pk, "approve", 1],
        **{f"replay{what}": [Replay.objects.create(document={}).pk] for what in ("", "_progress", "_cancel")},
        **unusual_times(),
        **{f"person_erasure{what}": [PersonErasure.objects.create().pk] for what in ("", "_approve", "_refuse")},
        "search_rebuild_cancel": [Rebuild.objects.create().pk],
        "search_token_revoke": [ApiToken.issue(UserFactory(), "A tool", 30)[0].pk],
        "api:consultation": [slug],
        "api:consultation_submissions": [slug],
        "api:submission": [reference],
        "portal:sitemap_section": ["consultations"],
        "portal:app_icon": [192],
        "consultations:detail": [slug],
        "consultations:comment": [slug],
        "consultations:thread": [slug, reference],
        "consultations:pin": [slug, reference],
        "consultations:unpin": [slug, reference],
        "consultations:ideas": [slug],
        "consultation_timing": [consultation.pk],
        "version_withholding": [consultation.pk],
        "retention_of": [consultation.pk],
        "person_leaves": [officer.pk],
        "wagtailusers_groups:edit": [officer.groups.get().pk],
        **{f"role_{answer}": [role_grant_for(officer).pk] for answer in ("confirm", "refuse")},
        "consultations:propose": [slug],
        "consultations:statement": [slug, statement_for(consultation).reference],
        **{f"consultations:{name}": [slug] for name in ("statements", "write_statement", "statement_results")},
        **{f"consultations:{name}": [slug] for name in ("suggestions", "suggest")},
        "consultations:suggestion": [slug, suggestion.reference],
        "suggestion_answer": [consultation.pk, suggestion.reference],
        **{
            name: [consultation.pk]
            for name in ("consultation_statements", "statement_votes", "consultation_suggestions")
        },
        "consultations:idea": [slug, idea.reference],
        "consultations:support": [slug, reference],
        "consultations:take_back": [slug, reference],
        "consultations:text_versions": [versioned.slug],
        "consultations:text_version": [versioned.slug, 1],
        "consultations:text_changes": [versioned.slug, 2],
        "consultations:feed": [slug],
        "consultations:calendar": [slug],
        "consultations:consultation_news": [slug],
        "consultations:questionnaire": [slug],
        "consultations:answers": [slug],
        "consultations:answers_to": [slug, question.pk],
        "consultations:answer": [slug, response.open_answers.get().reference],
        "consultations:response": [response.reference],
        "consultations:withdraw_response": [response.reference],
        "consultations:save_questionnaire": [slug],
        **{
            f"consultations:{view}": [slug, saved_response_to(consultation, {question: "A lamp."}).reference]
            for view in SAVED
        },
        "consultations:follow": [slug],
        "consultations:receipts_of_address": [receipts_path(comment._meta.label, comment.pk).split("/")[3]],
        **follow_links(consultation),
        "consultations:receipt": [reference],
        "consultations:revise": [reference],
        "consultations:withdraw": [reference],
        "moderation:report": [reference],
        "moderation:report_outcome": [file_report(comment, comment.cleared, reporter_key="a").reference],
        "moderation:appeal": [reference],
        "privacy_submission": [reference],
        "privacy_open": [reference],
        "privacy_erase": [reference],
        "privacy_erase_approve": [reference],
        "privacy_erase_refuse": [reference],
        "pause_end": [ParticipationPause.begin(actor=None, consultation=None, reason="Why.", lasts=timedelta()).pk],
        "notification_put_away": [1],
        "practice_case": ["letter"],
        "queue_batch": [Batch.objects.create(title="A letter").pk],
        "queue_batch_undo": [Batch.objects.get().pk],
        "queue_case": [case.pk],
        "queue_take": [case.pk],
        "queue_release": [case.pk],
        "queue_show": [case.pk],
        "queue_unseal": [case.pk],
        "queue_two": [case.pk],
        "queue_over": [case.pk],
        "queue_assign": [case.pk],
        "queue_note": [case.pk],
        "queue_undo": [undone.key],
        "portal:confirm_address": [confirmation_token("consultations/author", label_of(comment), "key")],
        "portal:stop_messages": [signing.dumps(["search/alert", shared.pk], salt=STOP_SALT)],
        "outbox_again": [Message.objects.post("consultations/author", to="a@example.org", about=comment, cause=1).pk],
        "outbox_forget": [SuppressedAddress.objects.note("a@example.org", "bounced", "").pk],
        "desk_submission": [reference],
        "desk_export_file": [export_of(officer).pk],
        "desk_export_cancel": [export_of(officer, work=False).pk],
        "desk_export_again": [export_of(officer).pk],
        "desk_questionnaire": [consultation.pk],
        "desk_questionnaire_table": [consultation.pk],
        "desk_questionnaire_responses": [consultation.pk],
        **{f"coding{page}": [frame.pk] for page in ("", "_frame", "_frame_file", "_groups", "_groups_file")},
        "coding_text": [frame.pk, reference],
        "desk_copies": [reference],
        "desk_saved": [shared.key],
        "desk_saved_change": [shared.key],
        "desk_mark": [reference],
    }


def ask(client, name, method, arguments):
    address = reverse(name, args=arguments)
    if name in WITH_KEY:
        *_slug, subject = arguments
        address += f"?key={WITH_KEY[name](subject)}"
    response = getattr(client, method)(address, SENT.get(name))
    if response.streaming:
        list(response.streaming_content)  # an export is read to its end
    return response


def test_the_table_names_every_address():
    assert sorted(ours(get_resolver().url_patterns)) == sorted(TABLE)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_let_in_where_it_may(client, request, places, role):
    if role != "stranger":
        client.force_login(request.getfixturevalue(role))

    answers = {
        name: ask(client, name, method, places.get(name, [])).status_code
        for name, (method, _who, _status) in TABLE.items()
    }

    expected = {name: status if role in who else answers[name] for name, (_method, who, status) in TABLE.items()}
    assert answers == expected
    refused = {name: answers[name] for name, (_method, who, _status) in TABLE.items() if role not in who}
    assert {name: status for name, status in refused.items() if status not in (302, 403)} == {}


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_who_is_not_let_in_is_led_away_and_changes_nothing(client, request, places, role):
    if role != "stranger":
        client.force_login(request.getfixturevalue(role))
    for name, (method, who, _status) in TABLE.items():
        if role not in who:
            response = ask(client, name, method, places.get(name, []))
            assert response.status_code == 403 or response.url.startswith(LED_AWAY_TO), name


@pytest.mark.slow
@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("stranger", "citizen")])
def test_no_page_of_staff_opens_without_a_second_factor(client, request, places, role, settings):
    settings.SECOND_FACTOR_FOR_STAFF = True
    client.force_login(request.getfixturevalue(role))

    answers = {
        name: ask(client, name, method, places.get(name, []))
        for name, (method, who, _status) in TABLE.items()
        if "stranger" not in who and name not in OWN_ACCOUNT
    }

    assert {answer.get("Location") for answer in answers.values()} == {reverse("mfa_index")}


@pytest.mark.slow
@pytest.mark.parametrize("role", ["stranger", "lead", "officer", "administrator"])
def test_every_address_sends_the_headers_that_keep_a_page_apart(client, request, places, role):
    if role != "stranger":
        client.force_login(request.getfixturevalue(role))

    answers = {name: ask(client, name, how, places.get(name, [])) for name, (how, _who, _status) in TABLE.items()}
    is_open = {name for name in TABLE if name.startswith(("api:", "api_root", "api_nothing")) and "desk" not in name}
    faults = {name: faults_of_headers(each, is_open=name in is_open) for name, each in answers.items()}

    assert {name: found for name, found in faults.items() if found} == {}


def test_a_private_consultation_is_not_public(client, consultation):
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(page=consultation, restriction_type=PageViewRestriction.LOGIN)
    slug = consultation.slug

    question = questionnaire_for(consultation)[0]
    answer = response_to(consultation, {question: "A lamp."}).open_answers.get()

    saved = saved_response_to(consultation, {question: "A lamp."})
    names = ("detail", "ideas", "statements", "statement_results", "feed", "calendar", "questionnaire", "answers")
    names += ("suggestions", "suggest")
    names += ("consultation_news",)
    addresses = [reverse(f"consultations:{name}", args=[slug]) for name in names]
    addresses += [
        reverse("consultations:answers_to", args=[slug, question.pk]),
        answer.get_absolute_url(),
        saved.get_absolute_url().partition("?")[0],
    ]
    assert {client.get(address).status_code for address in addresses} == {404}
    assert consultation.title not in client.get(saved.get_absolute_url()).content.decode()  # the writer's words alone
    assert consultation.title.encode() not in client.get(reverse("consultations:list")).content
    assert slug.encode() not in client.get("/sitemap-consultations.xml").content


def test_an_unpublished_consultation_is_not_public(client, consultation):
    consultation.unpublish()

    assert client.get(reverse("consultations:detail", args=[consultation.slug])).status_code == 404
