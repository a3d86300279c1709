"""Addresses of comments."""

from django.urls import path

from consultations.modes.comments import views

urlpatterns = [
    path("consultations/<slug:slug>/comments/", views.comment, name="comment"),
    path("consultations/<slug:slug>/comments/<reference:reference>/", views.thread, name="thread"),
]
