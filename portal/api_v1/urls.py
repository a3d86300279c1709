"""Addresses for programs; they are part of the interface and do not change."""

from django.urls import path, re_path

from portal.api.problems import nothing_here
from portal.api_v1 import documentation
from portal.api_v1.api import api

urlpatterns = [
    path("", documentation.page, name="api_documentation"),
    path("v1/", nothing_here, name="api_root"),
    path("v1/", api.urls),
    re_path(r"^v1/", nothing_here, name="api_nothing"),
]
