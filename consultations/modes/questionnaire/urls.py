"""Addresses of the questionnaire, of what is saved of it, of the answers, and of the receipt of a whole response."""

from django.urls import path

from consultations.modes.questionnaire.views import answers, questionnaire, saved

SAVED = "consultations/<slug:slug>/questionnaire/saved/<reference:reference>/"

urlpatterns = [
    path("consultations/<slug:slug>/questionnaire/", questionnaire.questionnaire, name="questionnaire"),
    path("consultations/<slug:slug>/questionnaire/save/", saved.save_questionnaire, name="save_questionnaire"),
    path(SAVED, saved.saved_questionnaire, name="saved_questionnaire"),
    path(f"{SAVED}save/", saved.save_again, name="save_again"),
    path(f"{SAVED}link/", saved.saved_link, name="saved_link"),
    path(f"{SAVED}delete/", saved.delete_saved, name="delete_saved"),
    path("consultations/<slug:slug>/answers/", answers.overview, name="answers"),
    path("consultations/<slug:slug>/answers/question-<int:pk>/", answers.to_question, name="answers_to"),
    path("consultations/<slug:slug>/answers/<reference:reference>/", answers.answer, name="answer"),
    path("responses/<reference:reference>/", questionnaire.response, name="response"),
    path("responses/<reference:reference>/withdraw/", questionnaire.withdraw, name="withdraw_response"),
]
