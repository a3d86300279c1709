"""Moderation's place in the Wagtail admin: addresses, menu, permissions."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, SubmenuMenuItem
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from moderation.models import Case, PolicyDraft
from moderation.review.queue_queries import waiting_for
from moderation.views import (
    blind_reviews,
    bulk,
    case,
    crisis,
    data_map,
    hand_over,
    hard_texts,
    ledger_words,  # noqa: F401  (it registers how entries read)
    pace,
    people,
    policy,
    privacy,
    queue,
    reading,
    replay,
    retention,
    rule_performance,
    staff_home,  # noqa: F401  (it registers its panels)
    training,
    undo,
)
from moderation.views.policy_editor import DraftPermissionPolicy, PolicyDraftViewSet, without_publishing
from moderation.viewsets import MENU, CaretakerPeriodViewSet, ExternalRequestViewSet
from portal.staff.menu import REPORTS_MENU, MenuEntry
from portal.staff.registration import staff_page, staff_permissions

QUEUE_ENTRY = MenuEntry(_("Queue"), "tasks", queue.AT_A_DESK, order=200, badge=lambda user: waiting_for(user).count())
PRIVACY_ENTRY = MenuEntry(_("Privacy"), "lock", (privacy.SEALED,), order=260)
MAP_ENTRY = MenuEntry(_("Data map"), "list-ul", data_map.MAP_READERS, order=70, menu=REPORTS_MENU, name="data-map")
POLICY_ENTRY = MenuEntry(_("House rules"), "list-ol", (policy.CHANGE,), order=5, menu=MENU, name="policy")
RULES_ENTRY = MenuEntry(_("Rules at work"), "glasses", (replay.PUBLISH,), order=6, menu=MENU, name="rules")
REPLAYS_ENTRY = MenuEntry(_("Replays"), "history", (replay.PUBLISH,), order=7, menu=MENU)
AGREEMENT_ENTRY = MenuEntry(_("Agreement"), "group", (blind_reviews.PUBLISH,), order=8, menu=MENU, name="agreement")
CRISIS_ENTRY = MenuEntry(_("Crisis and caretaker"), "warning", (crisis.SWITCH,), order=10, menu=MENU)
PACE_ENTRY = MenuEntry(_("Pace and pause"), "time", (pace.PAUSE_TAKING_PART,), order=9, menu=MENU)
PRACTICE_ENTRY = MenuEntry(_("Practice"), "edit", (queue.MODERATE,), order=40, menu=MENU)


@hooks.register("register_admin_menu_item")
def register_moderation_menu():
    """Put what leads keep under one entry, right after the queue."""
    menu = Menu(register_hook_name=MENU)
    return SubmenuMenuItem(_("Moderation"), menu, name="moderation-lists", icon_name="clipboard-list", order=210)


staff_page("queue/", queue.queue, "queue", menu=QUEUE_ENTRY)
staff_page("queue/next/", queue.next_case, "queue_next")
staff_page("queue/noted/", queue.noted, "queue_noted")
staff_page("queue/noted/seen/", queue.noted_seen, "queue_noted_seen")
staff_page("queue/reading/", reading.reading, "queue_reading")
staff_page("queue/open/", queue.open_submission, "queue_open")
staff_page("queue/bulk/", bulk.bulk, "queue_bulk")
staff_page("queue/bulk/sample/", bulk.sample, "queue_bulk_sample")
staff_page("queue/bulk/<int:pk>/", bulk.batch, "queue_batch")
staff_page("queue/bulk/<int:pk>/undo/", bulk.undo, "queue_batch_undo")
staff_page("queue/practice/", training.practice, "practice", menu=PRACTICE_ENTRY)
staff_page("queue/practice/<slug:key>/", training.practice_case, "practice_case")
staff_page("queue/agreement/", blind_reviews.consistency, "consistency", menu=AGREEMENT_ENTRY)
staff_page("queue/<int:pk>/", case.case, "queue_case")
staff_page("queue/<int:pk>/take/", case.take, "queue_take")
staff_page("queue/<int:pk>/release/", case.release, "queue_release")
staff_page("queue/<int:pk>/show/", hard_texts.show_text, "queue_show")
staff_page("queue/<int:pk>/unseal/", hard_texts.unseal, "queue_unseal")
staff_page("queue/<int:pk>/two/", hand_over.two, "queue_two")
staff_page("queue/<int:pk>/over/", hand_over.over, "queue_over")
staff_page("queue/<int:pk>/assign/", hand_over.assign, "queue_assign")
staff_page("queue/<int:pk>/note/", hand_over.note, "queue_note")
staff_page("queue/undo/<uuid:key>/", undo.undo, "queue_undo")

staff_page("privacy/", privacy.privacy, "privacy", menu=PRIVACY_ENTRY)
staff_page("privacy/map/", data_map.data_map, "data_map", menu=MAP_ENTRY)
staff_page("privacy/map.csv", data_map.data_map_csv, "data_map_csv")
staff_page("privacy/retention/", retention.retention, "retention")
staff_page("privacy/retention/start/", retention.retention_start, "retention_start")
staff_page("privacy/retention/progress/", retention.retention_progress, "retention_progress")
staff_page("privacy/retention/<int:pk>/", retention.retention_of, "retention_of")
staff_page("privacy/people/", people.people, "people")
staff_page("privacy/people/file/", people.person_pack, "person_pack")
staff_page("privacy/people/erase/", people.person_erase, "person_erase")
staff_page("privacy/people/<int:pk>/", people.person_erasure, "person_erasure")
staff_page("privacy/people/<int:pk>/approve/", people.person_erasure_approve, "person_erasure_approve")
staff_page("privacy/people/<int:pk>/refuse/", people.person_erasure_refuse, "person_erasure_refuse")
staff_page("privacy/<str:reference>/", privacy.submission, "privacy_submission")
staff_page("privacy/<str:reference>/open/", privacy.open_original, "privacy_open")
staff_page("privacy/<str:reference>/erase/", privacy.erase_submission, "privacy_erase")
staff_page("privacy/<str:reference>/erase/approve/", privacy.approve_erasure, "privacy_erase_approve")
staff_page("privacy/<str:reference>/erase/refuse/", privacy.refuse_erasure, "privacy_erase_refuse")

staff_page("crisis/", crisis.crisis, "crisis", menu=CRISIS_ENTRY)
staff_page("crisis/<int:pk>/approve/", crisis.approve, "crisis_approve")
staff_page("crisis/<int:pk>/end/", crisis.end, "crisis_end")

staff_page("pace/", pace.pace, "pace", menu=PACE_ENTRY)
staff_page("pace/<int:pk>/end/", pace.pause_end, "pause_end")

staff_page("policy/", policy.policy_home, "policy_home", menu=POLICY_ENTRY)
staff_page("policy/start/", policy.policy_start, "policy_start")
staff_page("policy/rules/", policy.policy_take_rules, "policy_take_rules")
staff_page("policy/import/", policy.policy_import, "policy_import")
staff_page("policy/<int:pk>/approval/", policy.policy_approval, "policy_approval")
staff_page("policy/<int:pk>/policy.toml", policy.policy_export, "policy_export")
staff_page("policy/versions/<int:number>/policy.toml", policy.policy_export_version, "policy_export_version")

staff_page("replays/", replay.replays, "replays", menu=REPLAYS_ENTRY)
staff_page("replays/start/", replay.replay_start, "replay_start")
staff_page("replays/<int:pk>/", replay.replay, "replay")
staff_page("replays/<int:pk>/progress/", replay.replay_progress, "replay_progress")
staff_page("replays/<int:pk>/cancel/", replay.replay_cancel, "replay_cancel")
staff_page("rules-at-work/", rule_performance.rules_at_work, "rules_at_work", menu=RULES_ENTRY)

staff_permissions(
    *("consultations.moderate_submission", "consultations.erase_submission"),
    *("moderation.publish_policy", "moderation.switch_crisis", "consultations.pause_taking_part"),
    *(desk.permission for desk in Case.Desk if desk),
)

register_permission_policy(PolicyDraft, DraftPermissionPolicy(PolicyDraft))
for viewset in (CaretakerPeriodViewSet, ExternalRequestViewSet, PolicyDraftViewSet):
    register_snippet(viewset)
hooks.register("construct_snippet_action_menu", without_publishing)
