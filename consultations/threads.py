"""Threads: a comment with its first replies, page by page."""

from dataclasses import dataclass, field

from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from consultations.counts import COUNTS_SECONDS
from consultations.models import Kind, Submission, Support
from portal.http.freshness import last_state

PAGE = 20
FIRST_REPLIES = 3
SORTS = {"newest": ("-received_at", "-id"), "supported": ("-support_count", "-received_at", "-id")}


@dataclass
class Thread:
    """A comment, the replies that are shown with it, and how many more there are."""

    comment: Submission
    replies: list[Submission] = field(default_factory=list)

    @property
    def submissions(self):
        """Return all that it shows."""
        return [self.comment, *self.replies]

    @property
    def more(self):
        """Return how many public replies are not shown here."""
        return max(self.comment.reply_count - sum(reply.is_public for reply in self.replies), 0)


def comments_on(consultation, *, parent=None, sort="newest"):
    """Select the comments that open a thread, on the consultation or on an idea."""
    return (
        Submission.objects.filter(consultation=consultation, kind=Kind.COMMENT, parent=parent)
        .in_thread()
        .with_text()
        .order_by(*SORTS[sort])
    )


def page_of(submissions, number, count=None):
    """Return one page; a number that is none, or past the end, gives the nearest page."""
    paginator = Paginator(submissions, PAGE)
    if count is not None:
        paginator.count = count
    return paginator.get_page(number)


def page_of_threads(submissions, number, consultation, parent=None):
    """Return one page of threads: two queries and a count, however many comments there are."""
    parent_id = parent.pk if parent else 0
    count = cache.get_or_set(f"threads:{consultation.pk}:{parent_id}:{last_state()}", submissions.count, COUNTS_SECONDS)
    page = page_of(submissions, number, count)
    page.object_list = with_first_replies(list(page.object_list), consultation, parent)
    return page


def with_first_replies(comments, consultation, parent=None):
    """Return a thread for each comment, with its first replies."""
    threads = {comment.pk: Thread(placed(comment, consultation, parent)) for comment in comments}
    talked_about = [comment.pk for comment in comments if comment.reply_count]
    if talked_about:
        place = Window(RowNumber(), partition_by=F("parent_id"), order_by=("received_at", "id"))
        first = Submission.objects.filter(parent__in=talked_about).in_thread().with_text().annotate(place=place)
        for reply in first.filter(place__lte=FIRST_REPLIES).order_by("received_at", "id"):
            threads[reply.parent_id].replies.append(placed(reply, consultation, threads[reply.parent_id].comment))
    return list(threads.values())


def whole_thread(comment, consultation, number):
    """Return a comment with a page of all its replies."""
    replies = Submission.objects.filter(parent=comment).in_thread().with_text().order_by("received_at", "id")
    page = page_of(replies, number)
    thread = Thread(comment, [placed(reply, consultation, comment) for reply in page.object_list])
    return thread, page


def mark_supported(submissions, supporter_key):
    """Note on each submission whether this person supports it; a browser that we have not met costs no query."""
    if not supporter_key:
        return
    shown = {submission.pk: submission for submission in submissions}
    supports = Support.objects.filter(supporter_key=supporter_key, submission__in=shown)
    for pk in supports.values_list("submission", flat=True):
        shown[pk].supported = True


def placed(submission, consultation, parent=None):
    """Give a submission the consultation and parent at hand, so that its address costs no query."""
    submission.consultation = consultation
    if parent is not None:
        submission.parent = parent
    return submission


def with_parent(submission, page):
    """Give the parent its consultation too, so that no address costs a query."""
    if submission.parent_id:
        placed(submission.parent, page)
    return submission
