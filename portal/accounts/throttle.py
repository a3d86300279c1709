"""How often somebody may try to get in. What is over a limit costs a code or a puzzle; nobody is locked out."""

from django.utils.translation import gettext_lazy as _

from portal.http.rate_limits import RateLimit

QUARTER_HOUR_SECONDS = 15 * 60

# Above it the password alone does not open the account: a code, a passkey or patience does.
PASSWORDS_FOR_ADDRESS = RateLimit(
    "passwords_for_address", most=10, window_seconds=QUARTER_HOUR_SECONDS, label=_("Wrong passwords for one account")
)
# Above it everybody of the network gets a puzzle with the password: a school goes on signing in, a guesser does not.
FAILURES_OF_NETWORK = RateLimit(
    "sign_in_failures_of_network",
    most=20,
    window_seconds=QUARTER_HOUR_SECONDS,
    label=_("Wrong passwords and codes from one network"),
)
SECOND_FACTOR_TRIES = RateLimit(
    "second_factor_tries", most=10, window_seconds=QUARTER_HOUR_SECONDS, label=_("Tries of one second factor")
)
USED_CODES = RateLimit("used_codes", most=1, window_seconds=5 * 60)  # of an app; each is good for a minute and a half
USED_CODE_LETTERS = RateLimit("used_code_letters", most=1, window_seconds=60 * 60)
# Letters that fill a mailbox.
CODES_FOR_ADDRESS = RateLimit(
    "codes_for_address", most=10, window_seconds=60 * 60, label=_("Codes mailed to one address in an hour")
)
