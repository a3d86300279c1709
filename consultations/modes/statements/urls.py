"""Addresses of statements: the next one, one by its reference, a new one, how people answered; and those of staff."""

from django.urls import path

from consultations.modes.statements import staff_views, views

urlpatterns = [
    path("consultations/<slug:slug>/statements/", views.statements, name="statements"),
    path("consultations/<slug:slug>/statements/new/", views.write_statement, name="write_statement"),
    path("consultations/<slug:slug>/statements/results/", views.results, name="statement_results"),
    path("consultations/<slug:slug>/statements/<reference:reference>/", views.statement, name="statement"),
]
staff_urlpatterns = [
    path("consultations/<int:pk>/statements/", staff_views.add_statements, name="consultation_statements"),
    path("consultations/<int:pk>/statements/votes.csv", staff_views.votes, name="statement_votes"),
]
