"""Comments on the page of a consultation: the threads, the form, and a link under each passage."""

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, ngettext

from consultations.modes.comments.forms import CommentForm
from consultations.modes.comments.threads import (
    OFFICIAL,
    comments_on,
    mark_own_support,
    official_on,
    page_of_own_threads,
    pinned_on,
)
from consultations.modes.page_part import Figure, Link, PagePart
from consultations.submission_lists import chosen_sort, placed

GONE_PASSAGE = gettext_lazy("a part of the text that is gone")


class CommentsPart(PagePart):
    """What people say, and the form to say something."""

    passage = "consultations/comments/_passage.html"
    section = "consultations/comments/_section.html"
    anchor = "comments"
    heading = gettext_lazy("What people say")

    def invitation(self, *, is_first):
        """Lead to the form below the text."""
        return Link(gettext_lazy("Have your say"), "#have-your-say")

    def figure(self):
        """Return how many public comments are on the text; those on ideas are told of at the ideas."""
        number = self.counts["comments_on_text"]
        return Figure(number, ngettext("comment", "comments", number))

    @cached_property
    def form(self):
        """Return the form while it is open: the one that was sent, or a new one about the passage in the address."""
        if self.sent_form or not (self.request and self.page.is_taking_part):
            return self.sent_form
        passage = self.request.GET.get("passage", "")
        return CommentForm(request=self.request, consultation=self.page, initial={"passage": passage})

    @cached_property
    def about(self):
        """Return the passage that the form is about, as id and title; None for all of the text."""
        key = self.form and self.form["passage"].value()
        titles = self.page.passage_titles
        return {"id": key, "title": titles[key]} if key in titles else None

    @cached_property
    def passage_read(self):
        """Return the passage whose comments the address asks for, as id and title; None for all comments."""
        key = self.request.GET.get("passage", "") if self.request else ""
        titles = self.page.passage_titles
        if key in titles:
            return {"id": key, "title": titles[key]}
        return self.gone_passage(key) if key else None

    def gone_passage(self, key):
        """Return a passage that comments are about and the text no longer has, as it was called; one query."""
        comment = comments_on(self.page, passage=key).first()
        return {"id": key, "title": placed(comment, self.page).passage_title or GONE_PASSAGE} if comment else None

    @property
    def count(self):
        """Return how many public comments and replies all pages of the list below have; none in a preview.

        Of official replies the list has, beside them, the comments that they answer.
        """
        if not self.threads:
            return 0
        if self.sort == "official":
            return self.official
        return self.threads.comment_count + sum(1 + thread.comment.reply_count for thread in self.pinned)

    @property
    def official(self):
        """Return how many official replies stand among the comments on the text."""
        return self.counts["official_replies"]

    @property
    def official_offered(self):
        """Return the number of official replies where a list of them is offered: not over the comments on a passage."""
        return 0 if self.passage_read else self.official

    @cached_property
    def pinned(self):
        """Return the threads that stand above all comments, whichever page of them is shown; none over other lists."""
        if not (self.request and self.official) or self.passage_read or self.sort == "official":
            return []
        threads = pinned_on(self.page)
        mark_own_support(self.request, threads)
        return threads

    @cached_property
    def threads(self):
        """Return the page of threads that was asked for; nothing in a preview."""
        if not self.request:
            return None
        if self.sort == "official":
            official = official_on(self.page)
            return page_of_own_threads(self.request, official, self.page, part="official", among=OFFICIAL)
        passage = self.passage_read["id"] if self.passage_read else ""
        comments = comments_on(self.page, sort=self.sort, passage=passage, above=self.pinned)
        return page_of_own_threads(self.request, comments, self.page, part=passage)

    @cached_property
    def sort(self):
        """Return how the threads are sorted, or "official" for those with an official reply alone."""
        if not self.request:
            return "newest"
        asks_for_official = self.request.GET.get("sort") == "official" and not self.passage_read
        return "official" if asks_for_official else chosen_sort(self.request)
