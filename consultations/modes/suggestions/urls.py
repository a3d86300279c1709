"""Addresses of suggestions: all of them, a new one, one by its reference; and those of staff."""

from django.urls import path

from consultations.modes.suggestions import staff_views, views

urlpatterns = [
    path("consultations/<slug:slug>/suggestions/", views.suggestions, name="suggestions"),
    path("consultations/<slug:slug>/suggestions/new/", views.suggest, name="suggest"),
    path("consultations/<slug:slug>/suggestions/<reference:reference>/", views.suggestion, name="suggestion"),
]
staff_urlpatterns = [
    path("consultations/<int:pk>/suggestions/", staff_views.answer_suggestions, name="consultation_suggestions"),
    path(
        "consultations/<int:pk>/suggestions/<reference:reference>/",
        staff_views.answer_suggestion,
        name="suggestion_answer",
    ),
]
