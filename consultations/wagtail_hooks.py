"""Consultations in the CMS: their list for staff, and what keeps their record whole."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.models import Page

from consultations.models import ConsultationIndexPage, ConsultationPage, Response, Submission
from consultations.views import staff_list
from portal.agency import moments
from portal.staff.menu import MenuEntry
from portal.staff.registration import staff_page

LIST_ENTRY = MenuEntry(gettext_lazy("Consultations"), "form", (staff_list.STAFF,), order=190)

staff_page("consultations/", staff_list.consultations, "staff_consultations", menu=LIST_ENTRY)


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
    messages.error(
        request,
        _("“%s” has submissions, which are a public record. Unpublish it instead of deleting it.") % consultation.title,
    )
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


@hooks.register("before_bulk_action")
def keep_consultations(request, action_type, objects, action_class_instance):
    """Refuse to delete many pages at once when one of them has submissions."""
    pages = [page for page in objects if isinstance(page, Page)]
    if action_type == "delete" and (consultation := kept(pages)):
        return say_kept(request, consultation)
    return None


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def say_which_midnight(request, page):
    """Say which night is meant when a consultation closes at 00:00, which many take for the end of that day."""
    if isinstance(page, ConsultationPage) and moments.is_midnight(page.closes_at):
        messages.warning(request, _("It closes at %s.") % moments.day_and_time(page.closes_at))
