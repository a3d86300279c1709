"""Addresses of comments."""

from django.urls import path

from consultations.views import submit

urlpatterns = [
    path("consultations/<slug:slug>/comments/", submit.comment, name="comment"),
    path("consultations/<slug:slug>/comments/<reference:reference>/", submit.thread, name="thread"),
]
