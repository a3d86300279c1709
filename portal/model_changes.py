"""Receivers that run whenever a row of some models was saved or deleted."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save


def on_change(receiver: Callable[..., Any], *models: type[Model]) -> None:
    """Call a receiver after each row of these models that is saved or deleted; connecting it again changes nothing."""
    name = f"{receiver.__module__}.{receiver.__qualname__}"
    for model in models:
        for signal in (post_save, post_delete):
            signal.connect(receiver, sender=model, dispatch_uid=f"{name}:{model._meta.label}")
