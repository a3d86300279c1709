"""The puzzle that a suspicious form costs, and signing in from a network with many failures.

It is a small sum, and for a network that guesses six digits to copy. Each puzzle has one try, whichever of two requests
comes first. Guessing is counted: nobody is refused for it, but six digits are guessed once in a million.
"""

import secrets
from secrets import compare_digest

from captcha.fields import CaptchaField
from captcha.models import CaptchaStore
from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from portal.http.client_address import network_of
from portal.http.rate_limits import RateLimit

WRONG_SUMS = RateLimit("wrong_sums", most=5, window_seconds=600, label=_("Wrong answers to puzzles of one network"))
DIGITS_TO_COPY = 6
END_OF_SUM = "="
SOLVED_LETTERS = 32  # of the answer to a puzzle that a solved one is replaced by


def sum_challenge() -> tuple[str, str]:
    """Return a sum and its result; the likeliest result is right once in 71."""
    larger, smaller = 20 + secrets.randbelow(71), 2 + secrets.randbelow(8)
    return f"{larger}+{smaller}{END_OF_SUM}", str(larger + smaller)


def digits_challenge() -> tuple[str, str]:
    """Return six digits, which are the answer themselves."""
    digits = str(secrets.randbelow(10**DIGITS_TO_COPY)).zfill(DIGITS_TO_COPY)
    return digits, digits


class PuzzleField(CaptchaField):
    """A puzzle for the sender of a request."""

    is_hard = False

    def __init__(self, request, *, why=None):
        self.network = network_of(request)
        super().__init__(
            label=_("A small puzzle, to show that you are a person"),
            help_text=_("Work out the sum, or copy the digits."),
            error_messages={
                "invalid": _("That was not the answer. Here is a new one."),
                "required": why or _("Fill in the answer."),
            },
        )
        if WRONG_SUMS.tally(self.network).is_over:
            self.become_harder()

    def clean(self, value):
        """Return the answer; raise ValidationError for a wrong one, and for a puzzle that was tried before."""
        forms.MultiValueField.clean(self, value)
        key, answer = value[0], (value[1] or "").strip().lower()
        value[1] = ""  # the next one is another puzzle
        CaptchaStore.remove_expired()
        puzzle = CaptchaStore.objects.filter(hashkey=key, expiration__gt=timezone.now()).first()
        is_first_try = puzzle is not None and CaptchaStore.objects.filter(pk=puzzle.pk).delete()[0] == 1
        # Who guesses cannot lay in a stock of sums either.
        is_too_easy = is_first_try and self.is_hard and puzzle.challenge.endswith(END_OF_SUM)
        if is_first_try and not is_too_easy and compare_digest(puzzle.response.encode(), answer.encode()):
            return value
        if WRONG_SUMS.count(self.network).is_over:
            self.become_harder()
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")

    def become_harder(self):
        """Show six digits in place of a sum."""
        self.is_hard = True
        self.widget.generator = f"{__name__}.{digits_challenge.__name__}"


class PuzzledForm(forms.Form):
    """A form of the website that asks for a puzzle on suspicion; it keeps the request in `request`."""

    request: HttpRequest
    solved_captcha = None  # a puzzle that counts as solved, because the sender has solved one for this form

    def add_captcha(self):
        """Add the field of the puzzle."""
        self.fields["captcha"] = PuzzleField(self.request)

    def bring_back_puzzle(self):
        """Ask for the puzzle again that the sender was shown with the form."""
        if "captcha_0" in self.data:
            self.add_captcha()

    def settle_puzzle(self, is_suspicious):
        """Keep a solved puzzle for a form that is shown again; ask for one when all else is well, on suspicion.

        ``is_suspicious`` is called only then: it may count the form.
        """
        if self.errors:
            self.keep_captcha_solved()
        elif "captcha" not in self.fields and is_suspicious():
            self.ask_for_puzzle()

    def ask_for_puzzle(self):
        """Add the puzzle to a form that was sent without one, and say so."""
        self.add_captcha()
        self.add_error("captcha", _("One more step: solve this small puzzle, then send again. Your text is kept."))

    def keep_captcha_solved(self):
        """Replace a solved puzzle by a hidden one that counts as solved: one puzzle a text is enough."""
        if self.cleaned_data.get("captcha"):
            del self.fields["captcha"]
            solved = get_random_string(SOLVED_LETTERS).lower()
            self.solved_captcha = CaptchaStore.objects.create(challenge="solved", response=solved)
