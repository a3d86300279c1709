"""The public side of search."""

from django.urls import path

from search.public_search.views import public_search

app_name = "search"
urlpatterns = [path("search/", public_search, name="public_search")]
