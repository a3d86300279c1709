"""The public side of moderation."""

from django.urls import path

from moderation.views import public

app_name = "moderation"
urlpatterns = [path("policy/", public.policy, name="policy")]
