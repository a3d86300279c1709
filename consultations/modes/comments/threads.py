"""Threads: a comment with its first replies, page by page."""

from dataclasses import dataclass, field

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, Window
from django.db.models.functions import Coalesce, RowNumber
from django.urls import reverse

from consultations.counts import COUNTS_SECONDS
from consultations.models import Kind, Status, Submission
from consultations.submission_lists import SORTS, SUBMISSIONS_ON_A_PAGE, mark_supported, page_of, placed
from portal.accounts.visitors import visitor_key
from portal.http.freshness import last_state

FIRST_REPLIES = 3
PINNED_MOST = 3  # texts above the comments
ANY_REPLY = Q()
PINNED = Q(pinned_at__isnull=False, status=Status.PUBLISHED)
OFFICIAL = Q(status=Status.PUBLISHED) & ~Q(official_line="")

# A comment on the text, or a reply to one: what is said under an idea stands there.
IN_TALK_ON_TEXT = Q(kind=Kind.COMMENT) & (Q(parent=None) | Q(parent__kind=Kind.COMMENT, parent__parent=None))
# Of comments that open a thread: how many public comments their threads hold, with the replies.
IN_THREADS = Count("pk", filter=Q(status=Status.PUBLISHED)) + Coalesce(Sum("reply_count"), 0)


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


def comments_on(consultation, *, parent=None, sort="newest", passage="", above=()):
    """Select the comments that open a thread: on the consultation, on one of its passages, or on an idea.

    The threads ``above`` them, which are pinned, are left out.
    """
    comments = threads_on(consultation, parent)
    if passage:
        comments = comments.filter(passage=passage)
    if above:
        comments = comments.exclude(pk__in=[thread.comment.pk for thread in above])
    return comments.with_text().order_by(*SORTS[sort])


def pinned_on(consultation):
    """Return a thread for each text that stands above the comments, the latest pinned first: two queries."""
    pinned = threads_on(consultation).filter(PINNED).with_text().order_by("-pinned_at", "-pk")
    return with_first_replies(list(pinned[:PINNED_MOST]), consultation)


def number_pinned(consultation_id):
    """Return how many texts are pinned, those included that are not public just now."""
    return Submission.objects.filter(consultation=consultation_id, pinned_at__isnull=False).count()


def official_on(consultation):
    """Select the comments on the text that are official or have an official reply, the newest first."""
    answered = Submission.objects.filter(OFFICIAL, parent=OuterRef("pk"))
    return threads_on(consultation).filter(OFFICIAL | Exists(answered)).with_text().order_by(*SORTS["newest"])


def count_official(consultation):
    """Return how many official texts stand among the comments on the text."""
    return Submission.objects.filter(OFFICIAL, IN_TALK_ON_TEXT, consultation=consultation).count()


def threads_on(consultation, parent=None):
    """Select the comments that open a thread on a consultation or on an idea, in no order."""
    return Submission.objects.filter(consultation=consultation, kind=Kind.COMMENT, parent=parent).in_thread().order_by()


def count_on_text(consultation):
    """Return the mode's further figures: the comments in the lists on the page and of each passage, and official ones.

    Comments on ideas stand at the ideas. A reply counts where its thread stands, whatever passage it may name.
    """
    counted = dict(threads_on(consultation).values_list("passage").annotate(n=IN_THREADS))
    return {
        "comments_on_text": sum(counted.values()),
        "passages": {key: n for key, n in counted.items() if key},
        "official_replies": count_official(consultation),
    }


def with_comment_count(submissions, consultation):
    """Annotate how many comments the list under each submission holds as ``comment_count``."""
    counted = threads_on(consultation, OuterRef("pk")).values("parent").annotate(n=IN_THREADS)
    return submissions.annotate(comment_count=Coalesce(Subquery(counted.values("n")), 0))


def page_of_threads(submissions, number, consultation, parent=None, part="", among=ANY_REPLY):
    """Return one page of threads, with the number of comments in all pages: two queries and one that counts.

    ``part`` names the list among those of the consultation; ``among`` selects the replies that are shown.
    """
    parent_id = parent.pk if parent else 0
    key = f"talk:{consultation.pk}:{parent_id}:{part}:{last_state()}"
    counted: dict[str, int] = cache.get_or_set(key, lambda: count_in_list(submissions), COUNTS_SECONDS) or {}
    page = page_of(submissions, number, counted["threads"])
    page.comment_count = counted["comments"]
    page.object_list = with_first_replies(list(page.object_list), consultation, parent, among)
    return page


def count_in_list(submissions):
    """Return how many threads a list has, and how many public comments they hold."""
    return submissions.aggregate(threads=Count("pk"), comments=IN_THREADS)


def with_first_replies(comments, consultation, parent=None, among=ANY_REPLY):
    """Return a thread for each comment, with its first replies ``among`` those that fit."""
    threads = {comment.pk: Thread(placed(comment, consultation, parent)) for comment in comments}
    talked_about = [comment.pk for comment in comments if comment.reply_count]
    if talked_about:
        place = Window(RowNumber(), partition_by=F("parent_id"), order_by=("received_at", "id"))
        replies = Submission.objects.filter(among, parent__in=talked_about).in_thread()
        first = replies.with_text().annotate(place=place)
        for reply in first.filter(place__lte=FIRST_REPLIES).order_by("received_at", "id"):
            threads[reply.parent_id].replies.append(placed(reply, consultation, threads[reply.parent_id].comment))
    return list(threads.values())


def whole_thread(comment, consultation, number):
    """Return a comment with a page of all its replies."""
    replies = Submission.objects.filter(parent=comment).in_thread().with_text().order_by("received_at", "id")
    page = page_of(replies, number)
    thread = Thread(comment, [placed(reply, consultation, comment) for reply in page.object_list])
    return thread, page


def place_in_thread(reply):
    """Return the address of the page of its thread that a reply is on, and its place there."""
    before = Q(received_at__lt=reply.received_at) | Q(received_at=reply.received_at, id__lt=reply.pk)
    earlier = Submission.objects.filter(before, parent=reply.parent).in_thread().count()
    query = {"page": earlier // SUBMISSIONS_ON_A_PAGE + 1} if earlier >= SUBMISSIONS_ON_A_PAGE else None
    return reverse(
        "consultations:thread",
        args=[reply.consultation.slug, reply.parent.reference],
        query=query,
        fragment=reply.reference,
    )


def page_of_own_threads(request, comments, page, parent=None, part="", among=ANY_REPLY):
    """Return the page of threads that was asked for; what the visitor supports is marked."""
    found = page_of_threads(comments, request.GET.get("page"), page, parent, part, among)
    mark_own_support(request, found)
    return found


def mark_own_support(request, threads, *others):
    """Mark what the visitor supports among what is shown."""
    mark_supported([*others, *(each for thread in threads for each in thread.submissions)], visitor_key(request))
