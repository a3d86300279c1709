"""How many took part: the figures beside a consultation."""

from django.core.cache import cache
from django.db.models import Count, Q

from consultations.models import Kind, Question, Response, Submission

FRESH = 15  # seconds that a figure may be old


def counts(consultation):
    """Return how many comments, ideas, people, questions and responses there are, and comments per passage."""
    return cache.get_or_set(f"counts:{consultation.pk}", lambda: count(consultation), FRESH)


def count(consultation):
    """Count anew: three queries, and one for a questionnaire."""
    public = Submission.objects.filter(consultation=consultation).public()
    figures = public.aggregate(
        comments=Count("pk", filter=Q(kind=Kind.COMMENT)),
        ideas=Count("pk", filter=Q(kind=Kind.IDEA)),
        named=Count("author_key", distinct=True, filter=~Q(author_key="")),
        nameless=Count("pk", filter=Q(author_key="")),
    )
    questions = Question.objects.filter(page=consultation).count()
    passages = public.exclude(passage="").values_list("passage").annotate(n=Count("pk")).order_by()
    return {
        "comments": figures["comments"],
        "ideas": figures["ideas"],
        "people": figures["named"] + figures["nameless"],  # who left no trace counts as one person each
        "questions": questions,
        "responses": questions and Response.objects.filter(consultation=consultation).standing().count(),
        "passages": dict(passages),
    }
