"""Changes of pages in the CMS: one after the other for each page, and no workflow action that nobody waits for."""

from contextlib import contextmanager

from django.db import transaction
from django.http import JsonResponse
from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.http.library_faults import answer_to_unfit_input

PAGE_VIEWS = "wagtailadmin_pages"
READING_VIEWS = ("preview_on_edit", "view_draft")  # they take a form, and store nothing of the page


class PageChangeMiddleware:
    """Lets the requests that change one page come one after the other, each in a transaction of its own.

    Wagtail reads a page, and saves it later with everything it had read. Of two requests at once, such as a button and
    the autosave behind it, the second would put back what the first had changed: that the page is public, for one.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Answer a request that may change a page with the page's row locked; leave others to the site."""
        match = request.resolver_match
        if request.method != "POST" or match.namespace != PAGE_VIEWS or match.url_name in READING_VIEWS:
            return None
        if "page_id" not in kwargs or not request.user.is_authenticated:
            return None
        try:
            with page_locked(kwargs["page_id"]):
                return view(request, *args, **kwargs)
        except Exception as error:  # Django asks no process_exception for what is raised here
            if answer := answer_to_unfit_input(request, error):
                return answer
            raise


@contextmanager
def page_locked(pk):
    """Wait until nobody else changes a page; keep others waiting until the end of this transaction."""
    with transaction.atomic():
        Page.objects.select_for_update().filter(pk=pk).values_list("pk").first()
        yield


def refuse_action_of_autosave(request, page):
    """Refuse an autosave that repeats the form of a button: the button's own request does what it says."""
    if request.method == "POST" and request.POST.get("action-workflow-action") and not request.accepts("text/html"):
        words = _("A button was pressed meanwhile, so nothing was saved by itself.")
        return JsonResponse({"success": False, "error_code": "action_pressed", "error_message": words}, status=400)
    return None
