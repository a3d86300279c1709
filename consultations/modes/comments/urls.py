"""Addresses of comments."""

from django.urls import path

from consultations.modes.comments import views

urlpatterns = [
    path("consultations/<slug:slug>/comments/", views.comment, name="comment"),
    path("consultations/<slug:slug>/comments/<reference:reference>/", views.thread, name="thread"),
    path("consultations/<slug:slug>/comments/<reference:reference>/pin/", views.pin, name="pin"),
    path("consultations/<slug:slug>/comments/<reference:reference>/unpin/", views.unpin, name="unpin"),
]
