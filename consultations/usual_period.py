"""How long the agency usually keeps addresses. Moderation, which stands above this package, registers who says it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.agency.moments import months_in_words


@dataclass(frozen=True, slots=True)
class UsualPeriod:
    """How long the agency usually keeps an address: months after the answer, which counts as given at last then."""

    months: int
    months_without_answer: int  # after the closing


_usual: list[Callable[[int | None], UsualPeriod]] = []


def register_usual_period(read):
    """Have a function say how long addresses of a consultation, by its number, are usually kept."""
    _usual.append(read)
    return read


def usual_period(consultation_id):
    """Return how long addresses are usually kept; None when nobody deletes them."""
    return _usual[-1](consultation_id) if _usual else None


def usual_sentence(usual, *, with_text=False):
    """Say when the agency usually deletes an address; ``with_text``: the text may go before."""
    says = _(
        "Your e-mail address is deleted %(answer)s after we publish our answer, or %(closing)s after the closing if "
        "there is none."
    )
    said = says % {
        "answer": months_in_words(usual.months),
        "closing": months_in_words(usual.months + usual.months_without_answer),
    }
    return f"{said} {_('It goes with your text at the latest.')}" if with_text else said
