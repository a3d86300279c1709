"""Search in the Wagtail admin: URLs, menu entries, permissions."""

from django.utils.translation import gettext_lazy as _

from portal.staff.menu import REPORTS_MENU, MenuEntry
from portal.staff.registration import staff_page, staff_permissions
from search import status_views, token_views
from search.access.scope import EXPORT_PERMISSION, SEARCH_PERMISSION, UNPUBLISHED_PERMISSION
from search.coding import frame_views as coding_frame_views
from search.coding import group_views as coding_group_views
from search.coding import views as coding_views
from search.desk.views import desk, ledger_words, read_state, result_context, saved, sealed, staff_home, tagging  # noqa: F401
from search.disclosure import views as disclosure
from search.exports import views as export_views
from search.questionnaires import views as questionnaire_views

DESK_ENTRY = MenuEntry(_("Desk"), "search", (SEARCH_PERMISSION,), order=210)
CODING_ENTRY = MenuEntry(_("Coding"), "tag", (SEARCH_PERMISSION,), order=215)
STATUS_ENTRY = MenuEntry(
    _("Search status"),
    "info-circle",
    (SEARCH_PERMISSION, status_views.REBUILD_PERMISSION),
    menu=REPORTS_MENU,
    name="search-status",
)

staff_page("desk/", desk.desk, "desk", menu=DESK_ENTRY)
staff_page("desk/exports/", export_views.exports, "desk_exports")
staff_page("desk/exports/ask/", export_views.request_export, "desk_export_ask")
staff_page("desk/exports/progress/", export_views.exports_progress, "desk_exports_progress")
staff_page("desk/exports/<int:pk>/cancel/", export_views.cancel, "desk_export_cancel")
staff_page("desk/exports/<int:pk>/again/", export_views.again, "desk_export_again")
staff_page("desk/exports/<int:pk>/file/", export_views.download, "desk_export_file")
staff_page("desk/questionnaires/", questionnaire_views.questionnaires, "desk_questionnaires")
staff_page("desk/questionnaires/<int:pk>/", questionnaire_views.questionnaire, "desk_questionnaire")
staff_page("desk/questionnaires/<int:pk>/responses/", questionnaire_views.responses, "desk_questionnaire_responses")
staff_page("desk/questionnaires/<int:pk>/table/", questionnaire_views.table, "desk_questionnaire_table")
staff_page("desk/saved/", saved.saved_list, "desk_saved_list")
staff_page("desk/saved/new/", saved.save, "desk_save")
staff_page("desk/saved/<str:key>/", saved.open_saved, "desk_saved")
staff_page("desk/saved/<str:key>/change/", saved.change, "desk_saved_change")
staff_page("desk/sealed/", sealed.search_sealed, "sealed_search")
staff_page("desk/disclosure/", disclosure.disclosure, "disclosure")
staff_page("coding/", coding_views.coding_list, "coding_list", menu=CODING_ENTRY)
staff_page("coding/begin/", coding_views.begin, "coding_begin")
staff_page("coding/<int:pk>/", coding_views.coding, "coding")
staff_page("coding/<int:pk>/frame/", coding_frame_views.frame, "coding_frame")
staff_page("coding/<int:pk>/frame/file/", coding_frame_views.frame_file, "coding_frame_file")
staff_page("coding/<int:pk>/groups/", coding_group_views.groups, "coding_groups")
staff_page("coding/<int:pk>/groups/file/", coding_group_views.groups_file, "coding_groups_file")
staff_page("coding/<int:pk>/<slug:reference>/", coding_views.code_text, "coding_text")
staff_page("desk/tag/", tagging.tag, "desk_tag")
staff_page("desk/tag/undo/", tagging.undo, "desk_tag_undo")
staff_page("desk/read/", read_state.mark_result_as_read, "desk_read")
staff_page("desk/read/undo/", read_state.undo, "desk_read_undo")
staff_page("desk/<slug:reference>/", result_context.submission, "desk_submission")
staff_page("desk/<slug:reference>/mark/", result_context.set_read_mark, "desk_mark")
staff_page("desk/<slug:reference>/copies/", result_context.copies, "desk_copies")
staff_page("search/status/", status_views.search_status, "search_status", menu=STATUS_ENTRY)
staff_page("search/rebuild/", status_views.rebuild_start, "search_rebuild")
staff_page("search/rebuild/progress/", status_views.rebuild_progress, "search_rebuild_progress")
staff_page("search/rebuild/<int:pk>/cancel/", status_views.rebuild_cancel, "search_rebuild_cancel")
staff_page("search/tokens/", token_views.tokens, "search_tokens")
staff_page("search/tokens/<int:pk>/revoke/", token_views.revoke_token, "search_token_revoke")

staff_permissions(SEARCH_PERMISSION, UNPUBLISHED_PERMISSION, EXPORT_PERMISSION, status_views.REBUILD_PERMISSION)
