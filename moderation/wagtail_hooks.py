"""Moderation's place in the Wagtail admin: addresses, menu, permissions."""

from django.contrib.auth.models import Permission
from django.db.models import Q
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem

from moderation.models import Case
from moderation.reading import counts
from moderation.views import case, queue


@hooks.register("register_admin_urls")
def register_queue():
    """Put the queue under the admin's address."""
    return [
        path("queue/", queue.queue, name="queue"),
        path("queue/next/", queue.next_case, name="queue_next"),
        path("queue/noted/", queue.noted, name="queue_noted"),
        path("queue/open/", queue.open_submission, name="queue_open"),
        path("queue/<int:pk>/", case.case, name="queue_case"),
        path("queue/<int:pk>/take/", case.take, name="queue_take"),
        path("queue/<int:pk>/release/", case.release, name="queue_release"),
    ]


class QueueMenuItem(MenuItem):
    """The way to the queue, with the number of cases that wait."""

    def is_shown(self, request):
        """Show it to moderators."""
        return request.user.has_perm(queue.MODERATE)

    def render_component(self, request):
        """Add the count; the partial index of open cases makes it cheap."""
        component = super().render_component(request)
        if waiting := Case.objects.waiting().count():
            component.label = f"{component.label} ({waiting})"
        return component


@hooks.register("register_admin_menu_item")
def register_menu_item():
    """Add the queue to the menu."""
    return QueueMenuItem(_("Queue"), reverse("queue"), name="queue", icon_name="tasks", order=200)


class QueueSummary(SummaryItem):
    """What waits, on the first page that a moderator sees."""

    order = 10
    template_name = "moderation/home_summary.html"

    def is_shown(self):
        """Show it to moderators."""
        return self.request.user.has_perm(queue.MODERATE)

    def get_context_data(self, parent_context):
        """Count what waits."""
        return {"counts": counts()}


@hooks.register("construct_homepage_summary_items")
def summarise_queue(request, items):
    """Add the queue to the first page."""
    items.append(QueueSummary(request))


@hooks.register("register_permissions")
def register_permissions():
    """Offer moderation's permissions in the groups' settings."""
    return Permission.objects.filter(
        Q(content_type__app_label="consultations", codename="moderate_submission")
        | Q(content_type__app_label="moderation", codename="publish_policy")
    )
