"""The site's addresses, and the two floors: an empty view, and one row inserted."""

from django.urls import include, path

from bench import floor

urlpatterns = [
    path("bench/empty/", floor.empty),
    path("bench/insert/", floor.insert),
    path("", include("portal.urls")),
]
