"""Where exported texts stand: their consultation, its section, and their public page."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from consultations.models import ConsultationPage, Status, Submission

NO_SECTION = "a section that is no longer there"


class ExportPlaces:
    """Titles, sections and addresses for the rows of one file: two queries, and one for each page with sections."""

    def __init__(self) -> None:
        self.titles = dict(ConsultationPage.objects.values_list("pk", "title"))
        public = ConsultationPage.objects.live().public().only("pk", "slug", "url_path")
        self.public_pages = {page.pk: page for page in public}
        self._sections: dict[int, dict[str, str]] = {}

    def consultation(self, row: Any) -> str:
        """Return the title of a row's consultation, or nothing."""
        return self.titles.get(row.consultation_id, "")

    def section(self, row: Any) -> str:
        """Return the heading of the section that a row is about, as it was then, or nothing."""
        if not row.passage or row.consultation_id is None:
            return ""
        if row.passage_heading:
            return str(row.passage_heading)
        if row.consultation_id not in self._sections:
            page = ConsultationPage.objects.only("body").get(pk=row.consultation_id)
            self._sections[row.consultation_id] = page.passage_titles
        return self._sections[row.consultation_id].get(row.passage, NO_SECTION)

    def public_address(self, row: Any) -> str:
        """Return the address that shows a row to everybody; nothing for one that is not public."""
        page = self.public_pages.get(row.consultation_id)
        if row.status != Status.PUBLISHED or page is None:
            return ""
        parent = Submission(pk=row.parent_id, reference=row.parent__reference, kind=row.parent__kind)
        answered = {"parent": parent} if row.parent_id else {}
        shown = Submission(reference=row.reference, kind=row.kind, consultation=page, **answered)
        return settings.SITE_URL + shown.get_absolute_url()
