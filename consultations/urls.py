"""Addresses of consultations; they are part of the interface and do not change."""

from django.urls import path, register_converter

from consultations.views import answers, pages, questionnaire, receipts, submit
from consultations.views.feeds import CommentsFeed, calendar


class ReferenceConverter:
    """A submission's reference in an address; its letters may be typed small."""

    regex = "[0-9A-Za-z]{4}-[0-9A-Za-z]{4}"

    def to_python(self, value):
        """Return the reference as it is stored."""
        return value.upper()

    def to_url(self, value):
        """Return the reference as it is."""
        return value


register_converter(ReferenceConverter, "reference")

app_name = "consultations"
urlpatterns = [
    path("consultations/", pages.listing, name="list"),
    path("consultations/<slug:slug>/", pages.detail, name="detail"),
    path("consultations/<slug:slug>/comments/", submit.comment, name="comment"),
    path("consultations/<slug:slug>/comments/<reference:reference>/", submit.thread, name="thread"),
    path("consultations/<slug:slug>/ideas/", pages.ideas, name="ideas"),
    path("consultations/<slug:slug>/ideas/new/", submit.propose, name="propose"),
    path("consultations/<slug:slug>/ideas/<reference:reference>/", submit.idea, name="idea"),
    path("consultations/<slug:slug>/questionnaire/", questionnaire.questionnaire, name="questionnaire"),
    path("consultations/<slug:slug>/answers/", answers.overview, name="answers"),
    path("consultations/<slug:slug>/answers/question-<int:pk>/", answers.to_question, name="answers_to"),
    path("consultations/<slug:slug>/answers/<reference:reference>/", answers.answer, name="answer"),
    path("consultations/<slug:slug>/support/<reference:reference>/", submit.support, name="support"),
    path("consultations/<slug:slug>/feed/", CommentsFeed(), name="feed"),
    path("consultations/<slug:slug>/calendar.ics", calendar, name="calendar"),
    path("receipts/<reference:reference>/", receipts.receipt, name="receipt"),
    path("receipts/<reference:reference>/edit/", receipts.revise, name="revise"),
    path("receipts/<reference:reference>/withdraw/", receipts.withdraw, name="withdraw"),
    path("responses/<reference:reference>/", questionnaire.response, name="response"),
    path("responses/<reference:reference>/withdraw/", questionnaire.withdraw, name="withdraw_response"),
]
