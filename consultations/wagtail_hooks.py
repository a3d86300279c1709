"""Consultations in the CMS: their list for staff, and what keeps their record whole."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from consultations.models import ConsultationIndexPage, ConsultationPage, Response, Submission
from consultations.modes.table import load, modes
from consultations.timing import CHANGE_TIMING
from consultations.views import ledger_words, staff_list, timing, withholding  # noqa: F401  (the first registers how entries read)
from consultations.viewsets import SpokespersonViewSet
from portal.agency import moments
from portal.staff.menu import MenuEntry
from portal.staff.registration import staff_page, staff_permissions

LIST_ENTRY = MenuEntry(gettext_lazy("Consultations"), "form", (staff_list.STAFF,), order=190)

staff_page("consultations/", staff_list.consultations, "staff_consultations", menu=LIST_ENTRY)
staff_page("consultations/<int:pk>/time/", timing.timing, "consultation_timing")
staff_page("consultations/<int:pk>/withhold/", withholding.withholding, "version_withholding")
staff_permissions(CHANGE_TIMING)
register_snippet(SpokespersonViewSet)


@hooks.register("register_admin_urls")
def staff_pages_of_modes():
    """Serve what single modes have for staff."""
    return [pattern for mode in modes() if mode.staff_urls for pattern in load(mode.staff_urls)]


def kept(pages):
    """Return a consultation under these pages that has submissions or responses, or None."""
    for page in pages:
        for given in (Submission, Response):
            within = given.objects.filter(consultation__path__startswith=page.path)
            if found := within.select_related("consultation").first():
                return found.consultation
    return None


def say_kept(request, consultation):
    """Say why nothing was deleted, and what to do instead."""
    words = _("“%s” has submissions, which are a public record. Take it off the site instead of deleting it.")
    may = consultation.live and request.user.has_perm(CHANGE_TIMING)
    way = [messages.button(timing_address(consultation), _("Take it off the site"))] if may else None
    messages.error(request, words % consultation.title, buttons=way)
    return redirect("wagtailadmin_explore", consultation.get_parent().pk)


@hooks.register("before_delete_page")
def keep_consultation(request, page):
    """Refuse to delete a consultation that has submissions, or the list of consultations."""
    if consultation := kept([page]):
        return say_kept(request, consultation)
    if isinstance(page.specific_deferred, ConsultationIndexPage):
        messages.error(request, _("Every consultation stands under this page, so it stays."))
        return redirect("wagtailadmin_explore", page.pk)
    return None


@hooks.register("before_copy_page")
def keep_consultations_single(request, page):
    """Refuse aliases of consultations, which would show a text without versions, and take in texts on it."""
    if request.method != "POST" or not request.POST.get("alias"):
        return None
    below = request.POST.get("copy_subpages") and ConsultationPage.objects.descendant_of(page).exists()
    if not below and not isinstance(page.specific_deferred, ConsultationPage):
        return None
    messages.error(
        request, _("A consultation has no alias: people would answer one text in two places. Copy it instead.")
    )
    return redirect("wagtailadmin_pages:copy", page.pk)


@hooks.register("before_bulk_action")
def keep_consultations(request, action_type, objects, action_class_instance):
    """Refuse to delete many pages at once when one has submissions, and to unpublish consultations without a reason."""
    pages = [page for page in objects if isinstance(page, Page)]
    if action_type == "delete" and (consultation := kept(pages)):
        return say_kept(request, consultation)
    if action_type == "unpublish" and any(isinstance(page.specific_deferred, ConsultationPage) for page in pages):
        messages.error(request, _("Take consultations off the site one by one: each needs a reason that people read."))
        return redirect("staff_consultations")
    return None


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def say_which_midnight(request, page):
    """Say which night is meant when a consultation closes at 00:00, which many take for the end of that day."""
    if isinstance(page, ConsultationPage) and moments.is_midnight(page.closes_at):
        messages.warning(request, _("It closes at %s.") % moments.day_and_time(page.closes_at))


def timing_address(consultation):
    """Return the address of the page that changes the closing time."""
    return reverse("consultation_timing", args=[consultation.pk])


@hooks.register("register_page_header_buttons")
def offer_timing(page, user, next_url=None, view_name=None):
    """Offer to close a public consultation early, to keep it open longer or to take it off the site."""
    if isinstance(page.specific_deferred, ConsultationPage) and page.live and user.has_perm(CHANGE_TIMING):
        yield Button(_("Closing time, or take it off"), timing_address(page), icon_name="date", priority=5)
        yield Button(_("Withhold an earlier text"), reverse("version_withholding", args=[page.pk]), priority=6)


@hooks.register("before_unpublish_page")
def unpublish_for_a_reason(request, page):
    """Lead to the page that asks for the reason."""
    return redirect(timing_address(page)) if isinstance(page.specific_deferred, ConsultationPage) else None
