"""Who is let in where: every address of ours, with how it is asked and what it answers."""

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
    "own_data": (GET, set(), 302),  # everybody is asked who they are, or to sign in
    "close_own_account": (GET, set(), 302),
    "usersessions_list": (GET, EVERYBODY - {"stranger"}, 200),  # ending one asks again who it is
    "account_closed": (GET, EVERYBODY, 200),
    "stay_signed_in": (POST, EVERYBODY - {"stranger"}, 204),
    "portal:theme": (GET, EVERYBODY, 200),
    "portal:style": (GET, STAFF, 200),
    "portal:security_txt": (GET, EVERYBODY, 404),  # no address named
    **dict.fromkeys(("portal:manifest", "portal:app_icon"), (GET, EVERYBODY, 200)),
    **dict.fromkeys(("portal:robots", "portal:sitemap", "portal:sitemap_section"), (GET, EVERYBODY, 200)),
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
    "search:public_search": (GET, EVERYBODY, 200),
    "search_status": (GET, OFFICERS | {"administrator"}, 200),
    "search_rebuild": (POST, {"administrator"}, 302),
    "search_rebuild_progress": (GET, {"administrator"}, 200),
    "search_rebuild_cancel": (POST, {"administrator"}, 302),
    "disclosure": (GET, {"privacy"}, 200),
    "search_tokens": (GET, OFFICERS, 200),
    "search_token_revoke": (POST, OFFICERS, 404),  # somebody else's
    "consultations:list": (GET, EVERYBODY, 200),
    "consultations:detail": (GET, EVERYBODY, 200),
    "consultations:comment": (POST, EVERYBODY, 422),  # an empty comment
    "consultations:thread": (GET, EVERYBODY, 200),
    "consultations:pin": (POST, set(), 302),  # nobody stands in the register
    "consultations:unpin": (POST, set(), 302),
    "consultations:ideas": (GET, EVERYBODY, 200),
    "consultations:propose": (GET, EVERYBODY, 200),
    "consultations:idea": (GET, EVERYBODY, 200),
    "consultations:statements": (GET, EVERYBODY, 302),  # to the one that comes next
    "consultations:statement": (GET, EVERYBODY, 200),
    **dict.fromkeys(("consultations:write_statement", "consultations:statement_results"), (GET, EVERYBODY, 200)),
    **dict.fromkeys(
        ("consultations:suggestions", "consultations:suggest", "consultations:suggestion"), (GET, EVERYBODY, 200)
    ),
    **dict.fromkeys(
        (f"consultations:text_{what}" for what in ("versions", "version", "changes")), (GET, EVERYBODY, 200)
    ),
    "consultations:support": (POST, EVERYBODY, 302),
    "consultations:take_back": (POST, EVERYBODY, 302),
    "consultations:feed": (GET, EVERYBODY, 200),
    "consultations:calendar": (GET, EVERYBODY, 200),
    **dict.fromkeys((f"consultations:{name}" for name in ("news", "consultation_news")), (GET, EVERYBODY, 200)),
    "consultations:whole_calendar": (GET, EVERYBODY, 200),
    "consultations:questionnaire": (GET, EVERYBODY, 200),
    "consultations:save_questionnaire": (POST, EVERYBODY, 422),  # nothing answered
    **dict.fromkeys(  # with the writer's key
        ("consultations:saved_questionnaire", "consultations:saved_link", "consultations:delete_saved"),
        (GET, EVERYBODY, 200),
    ),
    "consultations:save_again": (POST, EVERYBODY, 409),  # without the version that was seen
    "consultations:answers": (GET, EVERYBODY, 200),
    "consultations:answers_to": (GET, EVERYBODY, 200),
    "consultations:answer": (GET, EVERYBODY, 200),
    "consultations:response": (GET, EVERYBODY, 200),  # with the author's key
    "consultations:withdraw_response": (GET, EVERYBODY, 200),
    "consultations:follow": (GET, EVERYBODY, 200),
    "consultations:follow_agency": (GET, EVERYBODY, 200),
    "consultations:following": (GET, EVERYBODY, 200),  # with the follower's link
    "consultations:confirm_follow": (GET, EVERYBODY, 200),  # with the link in a letter
    "consultations:lost_receipts": (GET, EVERYBODY, 200),
    "consultations:receipts_of_address": (GET, EVERYBODY, 200),  # with the link that a confirmation leads to
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
    "portal:confirm_address": (GET, EVERYBODY, 200),
    "my_notifications": (GET, STAFF, 200),
    "notification_put_away": (POST, STAFF, 302),
    "outbox": (GET, {"administrator"}, 200),
    "outbox_all_again": (POST, {"administrator"}, 302),
    "outbox_again": (POST, {"administrator"}, 302),
    "outbox_addresses": (GET, {"administrator"}, 200),
    "outbox_forget": (POST, {"administrator"}, 302),
    "wagtailusers_groups:add": (GET, {"administrator"}, 200),
    "wagtailusers_groups:edit": (GET, {"administrator"}, 200),
    "who_may_do_what": (GET, {"administrator"}, 200),
    "person_leaves": (GET, {"administrator"}, 200),
    "role_confirm": (POST, {"administrator"}, 302),
    "role_refuse": (POST, {"administrator"}, 302),
    "audit": (GET, {"lead", "privacy", "administrator"}, 200),
    "audit_csv": (GET, {"lead", "privacy", "administrator"}, 200),
    "site_health": (GET, {"administrator"}, 200),
    "staff_consultations": (GET, STAFF, 200),
    "consultation_timing": (GET, {"editor"}, 200),
    "version_withholding": (GET, {"editor"}, 200),
    "consultation_statements": (GET, {"editor"} | EXPORTERS, 200),
    "statement_votes": (GET, EXPORTERS, 200),
    "consultation_suggestions": (GET, {"editor"} | EXPORTERS, 200),
    "suggestion_answer": (POST, set(), 422),  # nobody here may publish pages or stands in the register
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
    "pace": (GET, MODERATORS | {"administrator"}, 200),
    "pause_end": (POST, MODERATORS | {"administrator"}, 302),
    "crisis": (GET, {"lead"}, 200),
    "crisis_approve": (POST, {"lead"}, 302),
    "crisis_end": (POST, {"lead"}, 302),
    "wagtailsnippets_consultations_spokesperson:add": (GET, {"administrator"}, 200),
    "wagtailsnippets_consultations_spokesperson:edit": (GET, {"administrator"}, 200),
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
    "desk_questionnaire_responses": (GET, EXPORTERS, 200),
    "desk_submission": (GET, OFFICERS, 200),
    "desk_copies": (GET, OFFICERS, 200),
    "desk_saved_list": (GET, OFFICERS, 200),
    "desk_save": (POST, OFFICERS, 302),
    "desk_saved": (GET, OFFICERS, 302),  # leads to the desk
    "desk_saved_change": (POST, OFFICERS, 404),  # somebody else's
    "coding_list": (GET, OFFICERS, 200),
    "coding_begin": (POST, OFFICERS, 404),  # no consultation named
    **dict.fromkeys(("coding", "coding_frame", "coding_frame_file", "coding_groups"), (GET, OFFICERS, 200)),
    "coding_groups_file": (GET, EXPORTERS, 404),  # no group named
    "coding_text": (POST, OFFICERS, 302),
    "desk_tag": (POST, OFFICERS, 302),  # no tag named
    "desk_tag_undo": (POST, OFFICERS, 302),
    "desk_read": (POST, OFFICERS, 302),
    "desk_read_undo": (POST, OFFICERS, 302),
    "desk_mark": (POST, OFFICERS, 400),  # no mark
}
