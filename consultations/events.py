"""Subscribing to events: what else happens, in the same transaction, when something has happened.

A package names its handlers in its module `subscribers`, which is imported when Django starts.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from consultations.models.choices import event_kind_choices

if TYPE_CHECKING:
    from consultations.models import Event

logger = logging.getLogger(__name__)

Handler = Callable[["Event"], object]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A handler, and whether its failure is kept apart from what it is told of."""

    handler: Handler
    isolated: bool

    def deliver(self, event: "Event") -> None:
        """Call the handler; when an isolated one raises, undo what it wrote and log it."""
        if not self.isolated:
            self.handler(event)
            return
        try:
            with transaction.atomic():
                self.handler(event)
        except Exception:  # Whatever breaks in there, a citizen's text must not be lost with it.
            logger.exception("%s failed for event %s (%s).", self.handler.__qualname__, event.pk, event.kind)


_subscriptions: dict[str, list[Subscription]] = defaultdict(list)


def subscribe(*kinds: str, isolated: bool = True) -> Callable[[Handler], Handler]:
    """Have a function called with each new event of these kinds, inside the transaction that records it.

    Handlers run in the order of their registration, and see the event's objects as the recording method holds them:
    a handler writes rows of its own and leaves those alone. An isolated one costs a savepoint; its failure is logged
    and changes nothing else. With ``isolated=False`` a failure undoes the whole transaction, a citizen's text
    included: for what must not be left out, such as removing what was derived from an erased text.
    """

    def register(handler: Handler) -> Handler:
        for kind in kinds:
            if kind not in dict(event_kind_choices()):
                raise ValueError(f"{kind} is no kind of event.")
            _subscriptions[kind].append(Subscription(handler, isolated))
        return handler

    return register


def deliver(event: "Event") -> None:
    """Call the handlers that subscribed to an event's kind."""
    for subscription in _subscriptions.get(event.kind, ()):
        subscription.deliver(event)


def register_subscribers() -> None:
    """Import the module `subscribers` of every package that has one."""
    autodiscover_modules("subscribers")
