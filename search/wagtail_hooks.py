"""Search in the Wagtail admin: URLs, menu entries, permissions."""

from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem

from portal.staff.menu import PermittedMenuItem
from search import status_views, token_views
from search.access.scope import EXPORT_PERMISSION, SEARCH_PERMISSION, UNPUBLISHED_PERMISSION
from search.desk.views import desk, read_state, result_context, saved, sealed, tagging
from search.exports import views as export_views
from search.questionnaires import views as questionnaire_views


@hooks.register("register_admin_urls")
def register_desk():
    """Register the URLs of the desk."""
    return [
        path("desk/", desk.desk, name="desk"),
        path("desk/exports/", export_views.exports, name="desk_exports"),
        path("desk/exports/ask/", export_views.request_export, name="desk_export_ask"),
        path("desk/exports/progress/", export_views.exports_progress, name="desk_exports_progress"),
        path("desk/exports/<int:pk>/cancel/", export_views.cancel, name="desk_export_cancel"),
        path("desk/exports/<int:pk>/again/", export_views.again, name="desk_export_again"),
        path("desk/exports/<int:pk>/file/", export_views.download, name="desk_export_file"),
        path("desk/questionnaires/", questionnaire_views.questionnaires, name="desk_questionnaires"),
        path("desk/questionnaires/<int:pk>/", questionnaire_views.questionnaire, name="desk_questionnaire"),
        path("desk/questionnaires/<int:pk>/table/", questionnaire_views.table, name="desk_questionnaire_table"),
        path("desk/saved/", saved.saved_list, name="desk_saved_list"),
        path("desk/saved/new/", saved.save, name="desk_save"),
        path("desk/saved/<str:key>/", saved.open_saved, name="desk_saved"),
        path("desk/saved/<str:key>/change/", saved.change, name="desk_saved_change"),
        path("desk/sealed/", sealed.search_sealed, name="sealed_search"),
        path("desk/tag/", tagging.tag, name="desk_tag"),
        path("desk/tag/undo/", tagging.undo, name="desk_tag_undo"),
        path("desk/read/", read_state.mark_result_as_read, name="desk_read"),
        path("desk/read/undo/", read_state.undo, name="desk_read_undo"),
        path("desk/<slug:reference>/", result_context.submission, name="desk_submission"),
        path("desk/<slug:reference>/mark/", result_context.set_read_mark, name="desk_mark"),
        path("desk/<slug:reference>/copies/", result_context.copies, name="desk_copies"),
    ]


@hooks.register("register_admin_urls")
def register_search():
    """Register the URLs of status, rebuilds and API tokens."""
    return [
        path("search/status/", status_views.search_status, name="search_status"),
        path("search/rebuild/", status_views.rebuild_start, name="search_rebuild"),
        path("search/rebuild/progress/", status_views.rebuild_progress, name="search_rebuild_progress"),
        path("search/rebuild/<int:pk>/cancel/", status_views.rebuild_cancel, name="search_rebuild_cancel"),
        path("search/tokens/", token_views.tokens, name="search_tokens"),
        path("search/tokens/<int:pk>/revoke/", token_views.revoke_token, name="search_token_revoke"),
    ]


class StatusMenuItem(MenuItem):
    """The menu entry of the search status."""

    def is_shown(self, request):
        """Return whether the user may see the status."""
        return status_views.may_see_status(request.user)


@hooks.register("register_reports_menu_item")
def register_status_item():
    """Add the status to the reports menu."""
    return StatusMenuItem(_("Search status"), reverse("search_status"), name="search-status", icon_name="info-circle")


@hooks.register("register_admin_menu_item")
def register_menu_item():
    """Add the desk to the main menu."""
    return PermittedMenuItem(
        _("Desk"), reverse("desk"), name="desk", icon_name="search", order=210, permission=SEARCH_PERMISSION
    )


class DeskSummary(SummaryItem):
    """A link to the desk on the admin's home page."""

    order = 20
    template_name = "search/home_summary.html"

    def is_shown(self):
        """Return whether the user may search."""
        return self.request.user.has_perm(SEARCH_PERMISSION)


@hooks.register("construct_homepage_summary_items")
def summarise_desk(request, items):
    """Add the desk to the home page."""
    items.append(DeskSummary(request))


@hooks.register("register_permissions")
def register_permissions():
    """Offer the permissions of search in the group settings."""
    offered = (SEARCH_PERMISSION, UNPUBLISHED_PERMISSION, EXPORT_PERMISSION, status_views.REBUILD_PERMISSION)
    names = [permission.partition(".")[2] for permission in offered]
    return Permission.objects.filter(content_type__app_label__in=["consultations", "search"], codename__in=names)
