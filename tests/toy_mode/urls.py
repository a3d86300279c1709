"""Addresses of pledges."""

from django.urls import path

from tests.toy_mode import views

urlpatterns = [
    path("consultations/<slug:slug>/pledges/new/", views.pledge_new, name="pledge_new"),
    path("consultations/<slug:slug>/pledges/<reference:reference>/", views.pledge, name="pledge"),
]
