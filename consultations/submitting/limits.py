"""How often one network or one author may send something before it costs a small sum: never a refusal.

A library or a school is one network. It never waits and is never turned away; from a number on, each form has a puzzle.
"""

from django.utils.translation import gettext_lazy as _

from consultations.models.sent_form import NotStored
from portal.http.client_address import network_of
from portal.http.rate_limits import RateLimit, count_together, count_with_rows

TEN_MINUTES, HOUR, DAY = 600, 3600, 24 * 3600  # seconds

TEXTS_FROM_NETWORK = RateLimit(
    "texts", most=10, window_seconds=TEN_MINUTES, label=_("Texts of one network in ten minutes")
)  # a library's desk stays under it
TEXTS_OF_A_DAY = RateLimit("texts_of_a_day", most=100, window_seconds=DAY, label=_("Texts of one network in a day"))
TEXTS_WITH_STAMP = RateLimit(
    "texts_with_stamp", most=10, window_seconds=DAY, label=_("Texts of one network from forms of one minute")
)
QUESTIONNAIRES_FROM_NETWORK = RateLimit(
    "questionnaires", most=3, window_seconds=DAY, label=_("Questionnaires of one network in a day, one consultation")
)
TAPS_ON_FORM = RateLimit("taps", most=1, window_seconds=TEN_MINUTES)  # the second one is the same form once more
SUPPORTS_FROM_NETWORK = RateLimit(
    "supports", most=10, window_seconds=TEN_MINUTES, label=_("Supports by new browsers of one network in ten minutes")
)
SUPPORTS_OF_TEXT = RateLimit(
    "supports_of_text", most=3, window_seconds=DAY, label=_("Supports of one text by new browsers of one network")
)
VOTERS_FROM_NETWORK = RateLimit(
    "voters", most=10, window_seconds=TEN_MINUTES, label=_("New browsers of one network that answer statements")
)
VOTERS_OF_DAY = RateLimit(
    "voters_of_a_day", most=50, window_seconds=DAY, label=_("New browsers of one network that answer, in a day")
)
FOLLOWS_FROM_NETWORK = RateLimit(
    "follows", most=10, window_seconds=TEN_MINUTES, label=_("Forms to follow from one network in ten minutes")
)
FOLLOWS_OF_ADDRESS = RateLimit(
    "follows_of_address", most=10, window_seconds=DAY, label=_("Forms to follow with one address in a day")
)
FOLLOWS_OF_ONE_THING = RateLimit(
    "follows_of_one_thing",
    most=2,
    window_seconds=DAY,
    label=_("Forms to follow one consultation with one address in a day"),
)
LOST_RECEIPTS_OF_NETWORK = RateLimit(
    "lost_receipts",
    most=5,
    window_seconds=TEN_MINUTES,
    label=_("Lost receipts asked for by one network in ten minutes"),
)
LOST_RECEIPTS_OF_ADDRESS = RateLimit(
    "lost_receipts_of_address",
    most=3,
    window_seconds=DAY,
    label=_("Lost receipts asked for with one address in a day"),
)
SAVED_FROM_NETWORK = RateLimit(
    "saved_responses", most=20, window_seconds=HOUR, label=_("Questionnaires that one network saves in an hour")
)
SAVES_OF_RESPONSE = RateLimit(
    "saves_of_response", most=240, window_seconds=HOUR, label=_("Changes of one saved questionnaire in an hour")
)  # twice as many as one person's pages make by themselves
SAVED_LINKS_FROM_NETWORK = RateLimit(
    "saved_links",
    most=5,
    window_seconds=TEN_MINUTES,
    label=_("Links to saved questionnaires that one network asks for in ten minutes"),
)
SAVED_LINKS_OF_ADDRESS = RateLimit(
    "saved_links_of_address",
    most=3,
    window_seconds=DAY,
    label=_("Links to saved questionnaires asked for with one address in a day"),
)
REVISIONS_OF_TEXT = RateLimit("revisions", most=10, window_seconds=HOUR, label=_("Changes of one text in an hour"))


class TooManyTexts(NotStored):
    """The network of a text sent too many of late: it costs a puzzle."""


def limits_of_text(request, stamp: str) -> list[tuple[RateLimit, str]]:
    """Return the limits that a text from the website counts for, with the subject of each."""
    network = network_of(request)
    return [(TEXTS_FROM_NETWORK, network), (TEXTS_OF_A_DAY, network), (TEXTS_WITH_STAMP, f"{network} {stamp}")]


def is_busy(request, stamp: str) -> bool:
    """Count one more text from the network of a request; return whether there were too many of late."""
    return any(tally.is_over for tally in count_together(*limits_of_text(request, stamp)))


def count_stored_text(request, stamp: str) -> None:
    """Count a text in the transaction that stores it; raise TooManyTexts when there were too many of late."""
    if any(tally.is_over for tally in count_with_rows(*limits_of_text(request, stamp))):
        raise TooManyTexts


def count_refused_text(request, stamp: str) -> None:
    """Count a text that was not stored: what was counted with it was rolled back."""
    count_together(*limits_of_text(request, stamp))


def are_many_questionnaires(request, consultation_id: int, form_key: str) -> bool:
    """Count one more questionnaire of a consultation; return whether its network sent several today.

    ``form_key`` is that of the form that is sent (`Sending.key`): taps in a row are one, and cost nobody a sum.
    """
    if TAPS_ON_FORM.count(form_key).is_over:
        return False
    return QUESTIONNAIRES_FROM_NETWORK.count(f"{network_of(request)} {consultation_id}").is_over


def are_many_supports(request, submission_id: int) -> bool:
    """Count one more support by a browser that nobody knows; return whether its network sent too many."""
    network = network_of(request)
    tallies = count_together((SUPPORTS_FROM_NETWORK, network), (SUPPORTS_OF_TEXT, f"{network} {submission_id}"))
    return any(tally.is_over for tally in tallies)


def are_many_voters(request) -> bool:
    """Count one more browser that nobody knows and that answers a statement; return whether there were too many."""
    network = network_of(request)
    return any(tally.is_over for tally in count_together((VOTERS_FROM_NETWORK, network), (VOTERS_OF_DAY, network)))
