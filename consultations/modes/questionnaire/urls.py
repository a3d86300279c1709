"""Addresses of the questionnaire, of the answers, and of the receipt of a whole response."""

from django.urls import path

from consultations.modes.questionnaire.views import answers, questionnaire

urlpatterns = [
    path("consultations/<slug:slug>/questionnaire/", questionnaire.questionnaire, name="questionnaire"),
    path("consultations/<slug:slug>/answers/", answers.overview, name="answers"),
    path("consultations/<slug:slug>/answers/question-<int:pk>/", answers.to_question, name="answers_to"),
    path("consultations/<slug:slug>/answers/<reference:reference>/", answers.answer, name="answer"),
    path("responses/<reference:reference>/", questionnaire.response, name="response"),
    path("responses/<reference:reference>/withdraw/", questionnaire.withdraw, name="withdraw_response"),
]
