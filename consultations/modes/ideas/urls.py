"""Addresses of ideas."""

from django.urls import path

from consultations.modes.ideas import views

urlpatterns = [
    path("consultations/<slug:slug>/ideas/", views.ideas, name="ideas"),
    path("consultations/<slug:slug>/ideas/new/", views.propose, name="propose"),
    path("consultations/<slug:slug>/ideas/<reference:reference>/", views.idea, name="idea"),
]
