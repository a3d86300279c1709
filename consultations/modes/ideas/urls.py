"""Addresses of ideas."""

from django.urls import path

from consultations.views import pages, submit

urlpatterns = [
    path("consultations/<slug:slug>/ideas/", pages.ideas, name="ideas"),
    path("consultations/<slug:slug>/ideas/new/", submit.propose, name="propose"),
    path("consultations/<slug:slug>/ideas/<reference:reference>/", submit.idea, name="idea"),
]
