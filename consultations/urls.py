"""Addresses of consultations; they are part of the interface and do not change."""

from itertools import chain

from django.urls import path

from consultations.modes.table import load, modes
from consultations.views import pages, receipts, support
from consultations.views.feeds import calendar, comments_feed

app_name = "consultations"
urlpatterns = [
    path("consultations/", pages.listing, name="list"),
    path("consultations/<slug:slug>/", pages.detail, name="detail"),
    path("consultations/<slug:slug>/support/<reference:reference>/", support.support, name="support"),
    path("consultations/<slug:slug>/support/<reference:reference>/take-back/", support.take_back, name="take_back"),
    path("consultations/<slug:slug>/feed/", comments_feed, name="feed"),
    path("consultations/<slug:slug>/calendar.ics", calendar, name="calendar"),
    path("receipts/<reference:reference>/", receipts.receipt, name="receipt"),
    path("receipts/<reference:reference>/edit/", receipts.revise, name="revise"),
    path("receipts/<reference:reference>/withdraw/", receipts.withdraw, name="withdraw"),
    *chain.from_iterable(load(mode.urls) for mode in modes() if mode.urls),
]
