"""Addresses of consultations; they are part of the interface and do not change."""

from itertools import chain

from django.urls import path

from consultations.modes.table import load, modes
from consultations.views import calendar, following, lost_receipts, pages, receipts, support, text_versions
from consultations.views.feeds import consultation_news_feed, news_feed, texts_feed

app_name = "consultations"
urlpatterns = [
    path("news.atom", news_feed, name="news"),
    path("calendar.ics", calendar.whole_calendar, name="whole_calendar"),
    path("consultations/", pages.listing, name="list"),
    path("consultations/<slug:slug>/", pages.detail, name="detail"),
    path("consultations/<slug:slug>/support/<reference:reference>/", support.support, name="support"),
    path("consultations/<slug:slug>/support/<reference:reference>/take-back/", support.take_back, name="take_back"),
    path("consultations/<slug:slug>/feed/", texts_feed, name="feed"),
    path("consultations/<slug:slug>/news.atom", consultation_news_feed, name="consultation_news"),
    path("consultations/<slug:slug>/calendar.ics", calendar.consultation_calendar, name="calendar"),
    path("consultations/<slug:slug>/versions/", text_versions.text_versions, name="text_versions"),
    path("consultations/<slug:slug>/versions/<int:number>/", text_versions.text_version, name="text_version"),
    path("consultations/<slug:slug>/versions/<int:number>/changes/", text_versions.text_changes, name="text_changes"),
    path("consultations/<slug:slug>/follow/", following.follow, name="follow"),
    path("follow/", following.follow, name="follow_agency"),
    path("following/<str:token>/", following.following, name="following"),
    path("following/<str:token>/confirm/", following.confirm_follow, name="confirm_follow"),
    path("receipts/lost/", lost_receipts.lost_receipts, name="lost_receipts"),
    path("receipts/of/<str:token>/", lost_receipts.receipts_of_address, name="receipts_of_address"),
    path("receipts/<reference:reference>/", receipts.receipt, name="receipt"),
    path("receipts/<reference:reference>/edit/", receipts.revise, name="revise"),
    path("receipts/<reference:reference>/withdraw/", receipts.withdraw, name="withdraw"),
    *chain.from_iterable(load(mode.urls) for mode in modes() if mode.urls),
]
