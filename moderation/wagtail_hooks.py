"""Moderation's place in the Wagtail admin: addresses, menu, permissions."""

from django.contrib.auth.models import Permission
from django.db.models import Q
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.snippets.models import register_snippet

from moderation.models import Case
from moderation.review.queue_queries import counts, waiting_for
from moderation.views import blind_reviews, bulk, case, crisis, hand_over, hard_texts, privacy, queue, training, undo
from moderation.views import policy_hooks as _policy  # noqa: F401  (they register themselves)
from moderation.views import replay_hooks as _replay  # noqa: F401
from moderation.viewsets import MENU, CaretakerPeriodViewSet, ExternalRequestViewSet
from portal.staff.menu import PermittedMenuItem


@hooks.register("register_admin_urls")
def register_queue():
    """Put the queue under the admin's address."""
    return [
        path("queue/", queue.queue, name="queue"),
        path("queue/next/", queue.next_case, name="queue_next"),
        path("queue/noted/", queue.noted, name="queue_noted"),
        path("queue/open/", queue.open_submission, name="queue_open"),
        path("queue/shortcuts/", queue.switch_shortcuts, name="queue_shortcuts"),
        path("queue/bulk/", bulk.bulk, name="queue_bulk"),
        path("queue/bulk/sample/", bulk.sample, name="queue_bulk_sample"),
        path("queue/bulk/<int:pk>/", bulk.batch, name="queue_batch"),
        path("queue/bulk/<int:pk>/undo/", bulk.undo, name="queue_batch_undo"),
        path("privacy/", privacy.privacy, name="privacy"),
        path("privacy/<str:reference>/", privacy.submission, name="privacy_submission"),
        path("privacy/<str:reference>/open/", privacy.open_original, name="privacy_open"),
        path("privacy/<str:reference>/erase/", privacy.erase_submission, name="privacy_erase"),
        path("queue/practice/", training.practice, name="practice"),
        path("queue/practice/<slug:key>/", training.practice_case, name="practice_case"),
        path("queue/agreement/", blind_reviews.consistency, name="consistency"),
        path("crisis/", crisis.crisis, name="crisis"),
        path("crisis/<int:pk>/approve/", crisis.approve, name="crisis_approve"),
        path("crisis/<int:pk>/end/", crisis.end, name="crisis_end"),
        path("queue/<int:pk>/", case.case, name="queue_case"),
        path("queue/<int:pk>/take/", case.take, name="queue_take"),
        path("queue/<int:pk>/release/", case.release, name="queue_release"),
        path("queue/<int:pk>/show/", hard_texts.show_text, name="queue_show"),
        path("queue/<int:pk>/unseal/", hard_texts.unseal, name="queue_unseal"),
        path("queue/<int:pk>/two/", hand_over.two, name="queue_two"),
        path("queue/<int:pk>/over/", hand_over.over, name="queue_over"),
        path("queue/<int:pk>/note/", hand_over.note, name="queue_note"),
        path("queue/undo/<uuid:key>/", undo.undo, name="queue_undo"),
    ]


class QueueMenuItem(MenuItem):
    """The way to the queue, with the number of cases that wait."""

    def is_shown(self, request):
        """Show it to whoever works at one of its desks."""
        return bool(Case.Desk.of(request.user))

    def render_component(self, request):
        """Add the count; the partial index of open cases makes it cheap."""
        component = super().render_component(request)
        if waiting := waiting_for(request.user).count():
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
        """Show it to whoever works at one of the queue's desks."""
        return bool(Case.Desk.of(self.request.user))

    def get_context_data(self, parent_context):
        """Count what waits."""
        return {"counts": counts(self.request.user)}


@hooks.register("construct_homepage_summary_items")
def summarise_queue(request, items):
    """Add the queue to the first page."""
    items.append(QueueSummary(request))


DESKS = [f"handle_{desk}_case" for desk in ("lead", "legal", "safety", "privacy")]


@hooks.register("register_permissions")
def register_permissions():
    """Offer moderation's permissions in the groups' settings."""
    return Permission.objects.filter(
        Q(content_type__app_label="consultations", codename="moderate_submission")
        | Q(content_type__app_label="consultations", codename="erase_submission")
        | Q(content_type__app_label="moderation", codename__in=("publish_policy", *DESKS))
    )


@hooks.register("register_admin_menu_item")
def register_privacy_item():
    """Add the privacy officer's desk to the menu."""
    return PermittedMenuItem(
        _("Privacy"), reverse("privacy"), name="privacy", icon_name="lock", order=260, permission=privacy.SEALED
    )


register_snippet(CaretakerPeriodViewSet)
register_snippet(ExternalRequestViewSet)


@hooks.register("register_admin_menu_item")
def register_moderation_menu():
    """Put what leads keep under one entry, right after the queue."""
    menu = Menu(register_hook_name=MENU)
    return SubmenuMenuItem(_("Moderation"), menu, name="moderation-lists", icon_name="clipboard-list", order=210)


@hooks.register(MENU)
def register_crisis_item():
    """Add crisis levels to what leads keep."""
    return PermittedMenuItem(
        _("Crisis and caretaker"),
        reverse("crisis"),
        name="crisis",
        icon_name="warning",
        order=10,
        permission=crisis.SWITCH,
    )


@hooks.register(MENU)
def register_practice_item():
    """Add practice for those who learn to moderate."""
    return PermittedMenuItem(
        _("Practice"), reverse("practice"), name="practice", icon_name="edit", order=40, permission=queue.MODERATE
    )


@hooks.register(MENU)
def register_agreement_item():
    """Add how far readers agree to what leads keep."""
    return PermittedMenuItem(
        _("Agreement"),
        reverse("consistency"),
        name="agreement",
        icon_name="group",
        order=8,
        permission=blind_reviews.PUBLISH,
    )


@hooks.register("register_permissions")
def register_crisis_permission():
    """Offer the permission in the groups' settings."""
    return Permission.objects.filter(content_type__app_label="moderation", codename="switch_crisis")
