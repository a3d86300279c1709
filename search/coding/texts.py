"""The texts of a coding frame: which ones a person may find, how many are coded, and which one comes next."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, F, OuterRef, Q

from consultations.models import ConsultationPage, Question, Revision, Submission
from search.access.scope import permitted_visibilities
from search.index.documents import findable_revision, statuses_in
from search.models import Coding, CodingFrame

TO_DO, CODED, ALL = "todo", "coded", "all"
LISTED_BEFORE, LISTED_AFTER = 2, 8  # texts around the one that is read


def findable_texts(user):
    """Select the texts from outside that a person may find, whatever the frame; the agency's own replies are none."""
    return Submission.objects.filter(status__in=statuses_in(permitted_visibilities(user)), official_line="")


def texts_of(frame, user):
    """Select the texts of a frame that a person may find, each with ``is_coded``."""
    codings = Coding.objects.in_force().filter(code__frame=frame, submission=OuterRef("pk"))
    texts = findable_texts(user).filter(consultation=frame.consultation_id, question=frame.question_id)
    return texts.annotate(is_coded=Exists(codings))


def codings_of(frame, texts):
    """Select the codings in force that some texts have in a frame."""
    return Coding.objects.in_force().filter(code__frame=frame, submission__in=texts.values("pk"))


def shown_texts(texts, show, code=None):
    """Select what a list shows: texts without a code, with one, with a certain one, or all."""
    if code:
        return texts.filter(Exists(Coding.objects.in_force().filter(code=code, submission=OuterRef("pk"))))
    return texts if show == ALL else texts.filter(is_coded=show == CODED)


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list around the text that is read, which may have left the list meanwhile.

    ``rows`` are (submission, the revision that is shown).
    """

    current: Submission | None
    rows: tuple[tuple[Submission, Revision], ...]
    previous: Submission | None
    next: Submission | None


def window_around(texts, current, whole):
    """Return the texts before and after the one that is read, oldest first; without one, from the first on.

    The previous one is that of the ``whole``: whoever goes back looks at what was just coded and has left the list.
    """
    rows = texts.select_related("current", "cleared").order_by("pk")
    if current is None:
        after = list(rows[: LISTED_AFTER + 1])
        return Window(after[0] if after else None, with_revisions(after), None, after[1] if after[1:] else None)
    before = list(rows.filter(pk__lt=current.pk).reverse()[:LISTED_BEFORE])[::-1]
    after = list(rows.filter(pk__gt=current.pk)[:LISTED_AFTER])
    listed = with_revisions([*before, current, *after])
    previous = whole.filter(pk__lt=current.pk).order_by("-pk").first()
    return Window(current, listed, previous, after[0] if after else None)


def with_revisions(submissions):
    """Return (submission, the revision that officers find) of each."""
    return tuple((each, findable_revision(each)) for each in submissions)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the texts of a frame are coded."""

    texts: int
    coded: int

    @property
    def left(self):
        """Return how many are not coded yet."""
        return self.texts - self.coded

    @property
    def per_cent(self):
        """Return the coded share in whole per cent, rounded down: 100 is said of all of them only."""
        return 100 * self.coded // self.texts if self.texts else 0


def progress_of(texts):
    """Return how many texts of `texts_of` are coded; one query."""
    return Progress(**texts.aggregate(texts=Count("pk"), coded=Count("pk", filter=Q(is_coded=True))))


@dataclass(frozen=True, slots=True)
class CodeCount:
    """A code, the key that gives it ("" for none), how many texts have it, and how many texts are coded."""

    code: object
    key: str
    count: int
    base: int

    @property
    def per_cent(self):
        """Return the share of the coded texts in whole per cent; None while none is coded."""
        return round(100 * self.count / self.base) if self.base else None


def count_codes(frame, texts, coded):
    """Return each code in use, or still on a text, with the number of texts that have it; two queries."""
    counted = dict(codings_of(frame, texts).values_list("code").annotate(n=Count("pk")).order_by())
    return [
        CodeCount(code, key_of(code, place), counted.get(code.pk, 0), coded)
        for place, code in enumerate(frame.codes_that_count, 1)
    ]


def key_of(code, place):
    """Return the key that gives a code: its number up to 9, and two letters for the codes that every frame has."""
    if code.retired_at:
        return ""
    letters = {code.Purpose.OTHER: "o", code.Purpose.NO_REASON: "x"}
    return letters.get(code.purpose) or (str(place) if place <= 9 else "")


def count_coders(frame, texts):
    """Return (user, number of texts) of all who gave codes in force, the busiest first; None for an account gone."""
    counted = (
        codings_of(frame, texts)
        .values_list("coder")
        .annotate(n=Count("submission", distinct=True))
        .order_by("-n", "coder")
    )
    users = get_user_model().objects.in_bulk([coder for coder, _n in counted if coder])
    return [(users.get(coder), n) for coder, n in counted]


def other_open_answers(user, text):
    """Return (question, revision) of what the same person wrote to other questions, as far as one may find it."""
    if text.response_id is None:
        return []
    others = findable_texts(user).filter(response=text.response_id).exclude(pk=text.pk)
    rows = others.select_related("question", "current", "cleared").order_by("question__sort_order", "pk")
    return [(other.question, revision) for other, revision in with_revisions(rows)]


@dataclass(frozen=True, slots=True)
class Codable:
    """One thing that can be coded: a question, or a consultation's other texts, with its frame if there is one."""

    consultation: ConsultationPage
    question: Question | None
    frame: CodingFrame | None
    progress: Progress


def list_codable(user):
    """Return what has texts that a person may find, the consultation that opened last first; five queries."""
    texts = findable_texts(user).filter(consultation__isnull=False)
    counted = count_by_place(texts, "consultation", "question")
    coded = count_coded_by_place(texts)
    opened = ConsultationPage.objects.filter(pk__in={page for page, _question in counted}).order_by("-opens_at", "-pk")
    pages = list(opened.defer("body", "outcome"))
    questions = Question.objects.in_bulk({question for _page, question in counted if question})
    frames = {(frame.consultation_id, frame.question_id): frame for frame in CodingFrame.objects.all()}
    rows = []
    for page in pages:
        asked = [question for pk, question in counted if pk == page.pk]
        for pk in sorted(asked, key=lambda pk: questions[pk].sort_order or 0 if pk else -1):
            place = (page.pk, pk)
            progress = Progress(counted[place], coded.get(place, 0))
            rows.append(Codable(page, questions.get(pk), frames.get(place), progress))
    return rows


def count_by_place(rows, consultation, question, counted="pk"):
    """Return the number of distinct texts by (consultation, question)."""
    found = rows.values_list(consultation, question).annotate(n=Count(counted, distinct=True)).order_by()
    return {(page, asked): n for page, asked, n in found}


def count_coded_by_place(texts):
    """Return how many of some texts have a code of the frame of their question, or of their consultation."""
    of_question = Q(code__frame__question=F("submission__question"))
    of_none = Q(code__frame__question=None, submission__question=None)
    codings = Coding.objects.in_force().filter(
        of_question | of_none,
        code__frame__consultation=F("submission__consultation"),
        submission__in=texts.values("pk"),
    )
    return count_by_place(codings, "submission__consultation", "submission__question", "submission")
