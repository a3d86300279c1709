"""Every address of ours against every role; an address that is missing from the table fails."""

import pytest
from django.core import signing
from django.urls import URLPattern, get_resolver, reverse

from consultations.receipt_links import receipt_key
from moderation.models import Batch, PersonErasure, Replay
from moderation.models.redress import report_key
from moderation.redress.reports import file_report
from moderation.review.decisions import decide
from portal.models import Message, SuppressedAddress
from portal.outbox.templates import STOP_SALT
from search.exports.views import link_key
from search.models import ApiToken, Rebuild, SavedSearch
from tests.factories import (
    UserFactory,
    announced_version,
    export_of,
    held_in,
    idea_for,
    policy_draft,
    questionnaire_for,
    response_to,
    submission_to,
    unusual_times,
)
from tests.headers import faults_of_headers

pytestmark = pytest.mark.django_db

ROLES = ("stranger", "citizen", "editor", "moderator", "lead", "officer", "privacy", "administrator")
EVERYBODY = set(ROLES)
STAFF = EVERYBODY - {"stranger", "citizen"}
MODERATORS = {"moderator", "lead"}
AT_A_DESK = MODERATORS | {"privacy"}
OFFICERS = {"officer", "privacy"}
EXPORTERS = {"officer"}

GET, POST = "get", "post"
TABLE = {  # address: how it is asked, who is let in, and with what status
    "account": (GET, EVERYBODY - {"stranger"}, 200),
    "stay_signed_in": (POST, EVERYBODY - {"stranger"}, 204),
    "portal:theme": (GET, EVERYBODY, 200),
    "portal:style": (GET, STAFF, 200),
    "portal:live": (GET, EVERYBODY, 200),
    "portal:ready": (GET, EVERYBODY, 200),
    "portal:metrics": (GET, EVERYBODY, 404),  # no token
    "api_documentation": (GET, EVERYBODY, 200),
    "api_root": (GET, EVERYBODY, 404),
    "api_nothing": (GET, EVERYBODY, 404),
    "api:api-root": (GET, EVERYBODY, 404),
    "api:openapi-json": (GET, EVERYBODY, 200),
    "api:consultations": (GET, EVERYBODY, 200),
    "api:consultation": (GET, EVERYBODY, 200),
    "api:consultation_submissions": (GET, EVERYBODY, 200),
    "api:submissions": (GET, EVERYBODY, 200),
    "api:submission": (GET, EVERYBODY, 200),
    "api:desk_search": (GET, EVERYBODY, 401),  # no token
    "api:desk_export": (GET, EVERYBODY, 401),
    "search_status": (GET, OFFICERS | {"administrator"}, 200),
    "search_rebuild": (POST, {"administrator"}, 302),
    "search_rebuild_progress": (GET, {"administrator"}, 200),
    "search_rebuild_cancel": (POST, {"administrator"}, 302),
    "search_tokens": (GET, OFFICERS, 200),
    "search_token_revoke": (POST, OFFICERS, 404),  # somebody else's
    "consultations:list": (GET, EVERYBODY, 200),
    "consultations:detail": (GET, EVERYBODY, 200),
    "consultations:comment": (POST, EVERYBODY, 422),  # an empty comment
    "consultations:thread": (GET, EVERYBODY, 200),
    "consultations:ideas": (GET, EVERYBODY, 200),
    "consultations:propose": (GET, EVERYBODY, 200),
    "consultations:idea": (GET, EVERYBODY, 200),
    "consultations:support": (POST, EVERYBODY, 302),
    "consultations:take_back": (POST, EVERYBODY, 302),
    "consultations:feed": (GET, EVERYBODY, 200),
    "consultations:calendar": (GET, EVERYBODY, 200),
    "consultations:questionnaire": (GET, EVERYBODY, 200),
    "consultations:answers": (GET, EVERYBODY, 200),
    "consultations:answers_to": (GET, EVERYBODY, 200),
    "consultations:answer": (GET, EVERYBODY, 200),
    "consultations:response": (GET, EVERYBODY, 200),  # with the author's key
    "consultations:withdraw_response": (GET, EVERYBODY, 200),
    "consultations:receipt": (GET, EVERYBODY, 200),
    "consultations:revise": (GET, EVERYBODY, 200),  # with the author's key
    "consultations:withdraw": (GET, EVERYBODY, 200),
    "moderation:policy": (GET, EVERYBODY, 200),
    "moderation:policy_versions": (GET, EVERYBODY, 200),
    "moderation:policy_compare": (GET, EVERYBODY, 422),  # nothing chosen
    "moderation:policy_version": (GET, EVERYBODY, 200),
    "moderation:policy_file": (GET, EVERYBODY, 200),
    "moderation:policy_difference": (GET, EVERYBODY, 200),
    "policy_home": (GET, {"lead"}, 200),
    "policy_start": (POST, {"lead"}, 302),
    "policy_take_rules": (POST, {"lead"}, 302),
    "policy_import": (POST, {"lead"}, 422),  # no file
    "policy_approval": (GET, {"lead"}, 200),
    "policy_export": (GET, {"lead"}, 200),
    "policy_export_version": (GET, {"lead"}, 200),
    "wagtailsnippets_moderation_policydraft:edit": (GET, {"lead"}, 200),
    "wagtailsnippets_moderation_policydraft:workflow_action": (GET, STAFF, 302),  # leads to policy_approval
    "replays": (GET, {"lead"}, 200),
    "replay": (GET, {"lead"}, 200),
    "replay_start": (POST, {"lead"}, 422),  # no texts chosen
    "replay_progress": (GET, {"lead"}, 200),
    "replay_cancel": (POST, {"lead"}, 302),
    "rules_at_work": (GET, {"lead"}, 200),
    "moderation:report": (GET, EVERYBODY, 200),
    "moderation:report_outcome": (GET, EVERYBODY, 200),  # with the reader's key
    "moderation:appeal": (GET, EVERYBODY, 302),  # with the author's key; there is nothing to appeal against
    "moderation:transparency": (GET, EVERYBODY, 200),
    "moderation:figures_json": (GET, EVERYBODY, 200),
    "moderation:figures_csv": (GET, EVERYBODY, 200),
    "portal:stop_messages": (GET, EVERYBODY, 200),
    "my_notifications": (GET, STAFF, 200),
    "notification_put_away": (POST, STAFF, 302),
    "outbox": (GET, {"administrator"}, 200),
    "outbox_all_again": (POST, {"administrator"}, 302),
    "outbox_again": (POST, {"administrator"}, 302),
    "outbox_addresses": (GET, {"administrator"}, 200),
    "outbox_forget": (POST, {"administrator"}, 302),
    "audit": (GET, {"lead", "privacy", "administrator"}, 200),
    "site_health": (GET, {"administrator"}, 200),
    "staff_consultations": (GET, STAFF, 200),
    "consultation_timing": (GET, {"editor"}, 200),
    "staff_style": (GET, STAFF, 200),
    "staff_shortcuts": (POST, STAFF, 204),
    "queue": (GET, AT_A_DESK, 200),
    "privacy": (GET, {"privacy"}, 200),
    "privacy_submission": (GET, {"privacy"}, 200),
    "privacy_open": (POST, {"privacy"}, 422),  # no reason
    "privacy_erase": (POST, {"privacy"}, 422),
    "privacy_erase_approve": (POST, {"privacy"}, 404),  # nobody has asked
    "privacy_erase_refuse": (POST, {"privacy"}, 404),
    **dict.fromkeys(("data_map", "data_map_csv"), (GET, {"privacy", "administrator"}, 200)),
    **dict.fromkeys(("retention", "retention_of", "retention_progress"), (GET, {"privacy"}, 200)),
    "retention_start": (POST, {"privacy"}, 302),
    **dict.fromkeys(("people", "person_erasure"), (GET, {"privacy"}, 200)),
    **dict.fromkeys(("person_pack", "person_erase"), (POST, {"privacy"}, 422)),  # nobody named
    **dict.fromkeys(("person_erasure_approve", "person_erasure_refuse"), (POST, {"privacy"}, 302)),
    "sealed_search": (GET, {"privacy"}, 200),
    "practice": (GET, MODERATORS, 200),
    "practice_case": (GET, MODERATORS, 200),
    "consistency": (GET, {"lead"}, 200),
    "queue_noted": (GET, MODERATORS, 200),
    "queue_noted_seen": (POST, MODERATORS, 302),
    "queue_reading": (GET, MODERATORS, 200),
    "queue_next": (POST, AT_A_DESK, 302),
    "queue_open": (POST, MODERATORS, 422),  # no reference
    "queue_bulk": (GET, MODERATORS, 302),  # no cases named
    "queue_bulk_sample": (POST, MODERATORS, 302),
    "queue_batch": (GET, MODERATORS, 404),  # somebody else's
    "queue_batch_undo": (POST, MODERATORS, 404),
    "crisis": (GET, {"lead"}, 200),
    "crisis_approve": (POST, {"lead"}, 302),
    "crisis_end": (POST, {"lead"}, 302),
    "wagtailsnippets_moderation_caretakerperiod:add": (GET, {"lead"}, 200),
    "wagtailsnippets_moderation_caretakerperiod:edit": (GET, {"lead"}, 200),
    "wagtailsnippets_moderation_externalrequest:add": (GET, MODERATORS, 200),
    "wagtailsnippets_moderation_externalrequest:edit": (GET, {"lead"}, 200),
    "queue_case": (GET, MODERATORS, 200),
    "queue_take": (POST, MODERATORS, 302),
    "queue_release": (POST, MODERATORS, 302),
    "queue_show": (POST, MODERATORS, 302),
    "queue_unseal": (POST, MODERATORS, 302),  # to the first page: this is no appeal
    "queue_two": (POST, MODERATORS, 200),
    "queue_over": (POST, MODERATORS, 422),  # no note
    "queue_assign": (POST, MODERATORS, 302),
    "queue_note": (POST, MODERATORS, 422),
    "queue_undo": (POST, MODERATORS, 302),
    "desk": (GET, OFFICERS, 200),
    "desk_exports": (GET, EXPORTERS, 200),
    "desk_exports_progress": (GET, EXPORTERS, 200),
    "desk_export_ask": (POST, EXPORTERS, 422),  # no format
    "desk_export_file": (GET, EXPORTERS, 200),  # the officer's own, with its key
    "desk_export_cancel": (POST, EXPORTERS, 302),
    "desk_export_again": (POST, EXPORTERS, 302),
    "desk_questionnaires": (GET, OFFICERS, 200),
    "desk_questionnaire": (GET, OFFICERS, 200),
    "desk_questionnaire_table": (GET, EXPORTERS, 200),
    "desk_submission": (GET, OFFICERS, 200),
    "desk_copies": (GET, OFFICERS, 200),
    "desk_saved_list": (GET, OFFICERS, 200),
    "desk_save": (POST, OFFICERS, 302),
    "desk_saved": (GET, OFFICERS, 302),  # leads to the desk
    "desk_saved_change": (POST, OFFICERS, 404),  # somebody else's
    "desk_tag": (POST, OFFICERS, 302),  # no tag named
    "desk_tag_undo": (POST, OFFICERS, 302),
    "desk_read": (POST, OFFICERS, 302),
    "desk_read_undo": (POST, OFFICERS, 302),
    "desk_mark": (POST, OFFICERS, 400),  # no mark
}
WITH_KEY = {  # address: what makes its key
    "consultations:response": receipt_key,
    "consultations:withdraw_response": receipt_key,
    "consultations:revise": receipt_key,
    "consultations:withdraw": receipt_key,
    "moderation:appeal": receipt_key,
    "moderation:report_outcome": report_key,
    "desk_export_file": link_key,
}
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


@pytest.fixture
def places(consultation, officer):
    comment = submission_to(consultation)
    idea = idea_for(consultation)
    case = held_in(consultation).cases.get()
    decided = held_in(consultation).cases.get()
    undone = decide(decided, revision_id=decided.revision_id, action="publish", actor=None, imported=True)
    slug, reference = consultation.slug, comment.reference
    question = questionnaire_for(consultation)[0]
    response = response_to(consultation, {question: "A lamp."})
    draft = policy_draft()
    announced_version()
    shared = SavedSearch.objects.create(owner=UserFactory(), name="Night buses", asked="q=bus")
    return {
        "moderation:policy_version": [1],
        "moderation:policy_file": [1],
        "moderation:policy_difference": [1, 2],
        "policy_approval": [draft.pk],
        "policy_export": [draft.pk],
        "policy_export_version": [1],
        "wagtailsnippets_moderation_policydraft:edit": [draft.pk],
        "wagtailsnippets_moderation_policydraft:workflow_action": [draft.pk, "approve", 1],
        **{f"replay{what}": [Replay.objects.create(document={}).pk] for what in ("", "_progress", "_cancel")},
        **unusual_times(),
        **{f"person_erasure{what}": [PersonErasure.objects.create().pk] for what in ("", "_approve", "_refuse")},
        "search_rebuild_cancel": [Rebuild.objects.create().pk],
        "search_token_revoke": [ApiToken.issue(UserFactory(), "A tool", 30)[0].pk],
        "api:consultation": [slug],
        "api:consultation_submissions": [slug],
        "api:submission": [reference],
        "consultations:detail": [slug],
        "consultations:comment": [slug],
        "consultations:thread": [slug, reference],
        "consultations:ideas": [slug],
        "consultation_timing": [consultation.pk],
        "retention_of": [consultation.pk],
        "consultations:propose": [slug],
        "consultations:idea": [slug, idea.reference],
        "consultations:support": [slug, reference],
        "consultations:take_back": [slug, reference],
        "consultations:feed": [slug],
        "consultations:calendar": [slug],
        "consultations:questionnaire": [slug],
        "consultations:answers": [slug],
        "consultations:answers_to": [slug, question.pk],
        "consultations:answer": [slug, response.open_answers.get().reference],
        "consultations:response": [response.reference],
        "consultations:withdraw_response": [response.reference],
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
        "portal:stop_messages": [signing.dumps(["search/alert", shared.pk], salt=STOP_SALT)],
        "outbox_again": [Message.objects.post("consultations/author", to="a@example.org", about=comment, cause=1).pk],
        "outbox_forget": [SuppressedAddress.objects.note("a@example.org", "bounced", "").pk],
        "desk_submission": [reference],
        "desk_export_file": [export_of(officer).pk],
        "desk_export_cancel": [export_of(officer, work=False).pk],
        "desk_export_again": [export_of(officer).pk],
        "desk_questionnaire": [consultation.pk],
        "desk_questionnaire_table": [consultation.pk],
        "desk_copies": [reference],
        "desk_saved": [shared.key],
        "desk_saved_change": [shared.key],
        "desk_mark": [reference],
    }


def ask(client, name, method, arguments):
    address = reverse(name, args=arguments)
    if name in WITH_KEY:
        address += f"?key={WITH_KEY[name](arguments[0])}"
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
            assert response.status_code == 403 or response.url.startswith(("/admin/", "/account/login/")), name


@pytest.mark.slow
@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("stranger", "citizen")])
def test_no_page_of_staff_opens_without_a_second_factor(client, request, places, role, settings):
    settings.SECOND_FACTOR_FOR_STAFF = True
    client.force_login(request.getfixturevalue(role))

    answers = {
        name: ask(client, name, method, places.get(name, []))
        for name, (method, who, _status) in TABLE.items()
        if "stranger" not in who and name not in ("account", "stay_signed_in")
    }

    assert {answer.get("Location") for answer in answers.values()} == {reverse("mfa_index")}


@pytest.mark.slow
@pytest.mark.parametrize("role", ["stranger", "lead", "officer", "administrator"])
def test_every_address_sends_the_headers_that_keep_a_page_apart(client, request, places, role):
    if role != "stranger":
        client.force_login(request.getfixturevalue(role))

    faults = {}
    for name, (method, _who, _status) in TABLE.items():
        response = ask(client, name, method, places.get(name, []))
        faults[name] = faults_of_headers(
            response, is_open=name.startswith(("api:", "api_root", "api_nothing")) and "desk" not in name
        )

    assert {name: found for name, found in faults.items() if found} == {}


def test_a_private_consultation_is_not_public(client, consultation):
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(page=consultation, restriction_type=PageViewRestriction.LOGIN)
    slug = consultation.slug

    question = questionnaire_for(consultation)[0]
    answer = response_to(consultation, {question: "A lamp."}).open_answers.get()

    names = ("detail", "ideas", "feed", "calendar", "questionnaire", "answers")
    addresses = [reverse(f"consultations:{name}", args=[slug]) for name in names]
    addresses += [reverse("consultations:answers_to", args=[slug, question.pk]), answer.get_absolute_url()]
    assert {client.get(address).status_code for address in addresses} == {404}
    assert consultation.title.encode() not in client.get(reverse("consultations:list")).content


def test_an_unpublished_consultation_is_not_public(client, consultation):
    consultation.unpublish()

    assert client.get(reverse("consultations:detail", args=[consultation.slug])).status_code == 404
