"""What an editor can look at of a consultation before anybody else does."""

from django.utils.translation import gettext_lazy as _

from consultations.modes.page_part import page_parts, rail
from consultations.modes.table import counts_of_draft, load, mode_named, modes, no_counts


class ConsultationPreview:
    """Shows a draft in each state of its life, and as the pages of its modes."""

    @property
    def preview_modes(self):
        """Return what an editor can look at beforehand: the page in each state, and pages of its modes."""
        return [
            ("", _("Page, as of today")),
            *(("state:open", _("Page, while it is open")), ("state:closed", _("Page, closed, without an answer"))),
            ("state:outcome", _("Page, with its outcome")),
            *((f"mode:{mode.key}", mode.label) for mode in modes() if mode.preview),
        ]

    def serve_preview(self, request, mode_name):
        """Show the draft in a state or as a page of one of its modes, as readers will see it then."""
        kind, _colon, key = mode_name.partition(":")
        if kind:
            self.shown_at = self.closes_at if key in ("closed", "outcome") else self.opens_at
        if mode_name == "state:closed":
            self.outcome = []
        if kind == "mode":
            return load(mode_named(key).preview)(request, self)
        return super().serve_preview(request, mode_name)

    def get_preview_context(self, request, mode_name):
        """Return the preview's context: the page without any submissions."""
        counts = no_counts() | counts_of_draft(self)
        parts = page_parts(self, counts)
        shown = {"counts": counts, "parts": parts, "rail": rail(self, parts)}
        return super().get_preview_context(request, mode_name) | shown
