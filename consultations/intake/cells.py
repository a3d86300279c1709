"""One cell as a value. What cannot be read is no reason to lose a letter: it is left out, and noted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.intake.mapping import Mapping, swapped
from consultations.languages import language_code
from consultations.markup import has_tags, plain_from_markup, without_entities
from consultations.models import Channel
from consultations.official_names import is_official
from consultations.plain_text import plain_line, plain_name
from portal.agency.days import FIRST_DAY
from portal.agency.moments import in_agency_time

NO_VALUES = {
    "",
    "-",
    "–",
    "—",
    "n/a",
    "na",
    "none",
    "nil",
    "null",
    "unknown",
    "not given",
    "not provided",
    "anonymous",
    "?",
}
EXCEL_DAY = re.compile(r"[2-6]\d{4}(?:\.\d+)?")  # days since 1900, from 1954 to 2091: a date whose format was lost
CHANNELS = frozenset(Channel.values)
LONGEST_EMAIL = 254  # RFC 5321; also what the column holds
LONGEST_NAME, LONGEST_TITLE = 80, 200
# UTF-8 that was once read as Windows-1252 or Latin-1: “Ã©” for “é”, “â€™” for “’”.
LATER_BYTE = "[\x80-\xbfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]"
MISREAD = re.compile(f"(?:[Â-ß]{LATER_BYTE}|[à-ï]{LATER_BYTE}{{2}}|[ð-ô]{LATER_BYTE}{{3}})")
SURELY_MISREAD = re.compile(f"[ÂÃ]{LATER_BYTE}|â[\x80€]{LATER_BYTE}|ðŸ")
MAYBE_MISREAD = re.compile("[Â-ß][\x80-\xbfŒœŠšŸŽžƒˆ˜‚†‡•…‰€™]")  # twice at least: one alone may be somebody's word
TIMES_MISREAD = 3  # a text that went through several systems may have been misread in each: “Ã¢â‚¬â„¢” for “’”
# The same, read as Mac Roman: “‚Äô” for “’”, “√©” for “é”. Not “√π” and the like, which are formulas.
MAC_LATER, MAC_TWO, MAC_THREE, MAC_FOUR = (
    f"[{re.escape(bytes(span).decode('mac_roman'))}]"
    for span in (range(0x80, 0xC0), range(0xC2, 0xE0), range(0xE0, 0xF0), range(0xF0, 0xF5))
)
MISREAD_ON_MAC = re.compile(f"{MAC_TWO}{MAC_LATER}|{MAC_THREE}{MAC_LATER}{{2}}|{MAC_FOUR}{MAC_LATER}{{3}}")
SURELY_MISREAD_ON_MAC = re.compile(f"‚Ä{MAC_LATER}|√(?![πΩ∂∆∏∑∫∞≈≠≤≥]){MAC_LATER}")
# “don?t”, “M?nchen”: not an address, and not “Really?Yes”.
QUESTION_IN_WORD = re.compile(r"(?<![^\s\"'(“‘])[^\W\d_]+\?[^\W\d_A-Z]+(?![\w?/=&])")

ODD = {  # what is said of rows in which something was odd, by its kind
    "email": _("with an e-mail address that is none; taken in without it"),
    "channel": _("with a way of coming that we do not know; counted as “other”"),
    "language": _("with a language that we do not know; it was guessed from the text"),
    "unread date": _("with a date that we cannot read; taken in as of unknown date"),
    "impossible date": _("with a date in the future or before 1900; taken in as of unknown date"),
    "no date": _("without a date; taken in as of unknown date"),
    "day number": _("with a date as Excel's number of days"),
    "verdict": _("with a decision that we do not know; not public until somebody decides"),
    "consent": _("with a consent that we do not know; not public"),
    "name": _("with a name of more than 80 letters, which was cut"),
    "official name": _("with a name that looks like ours or like a role of staff; taken in without it"),
    "title": _("with a title of more than 200 letters, which now begins the text"),
    "markup": _("with markup, which became plain text"),
    "misread": _("with wrongly decoded letters (“Ã©” for “é”), which were put right"),
    "lost letters": _("with letters that were lost before the file came to us (“�”)"),
    "lost sign": _("with a question mark inside a word, where a letter may have been lost (“don?t”)"),
    "other order": _(
        "with a date whose day and month stand the other way round; taken in as of unknown date. Look at the others: "
        "3/4 may be read as 4/3"
    ),
    "orphan": _("that answer a row which is not here; taken in as texts of their own"),
    "short": _("with fewer cells than the first row"),
    "twice": _("that stand in the file twice, word for word; taken in once"),
}
FOR_STAFF = {  # what stays with the submission itself
    "channel": _("Came by: %s"),
    "language": _("Language: %s"),
    "unread date": _("Date unknown: “%s” is none that we can read"),
    "other order": _("Date unknown: “%s” has day and month the other way round"),
    "impossible date": _("Date unknown: “%s” cannot be right"),
    "no date": _("Date unknown%s"),
    "verdict": _("Decided there: %s"),
    "consent": _("Consent: %s"),
    "orphan": _("Answers %s, which is not here"),
    "email": _("The e-mail address could not be read%s"),
    "name": _("The name was too long and was cut%s"),
    "official name": _("The name looked like ours, or like a role of staff, and was left out%s"),
}


class Note(NamedTuple):
    """Something odd in a row: its kind, a key of ``ODD``, and the words of the cell."""

    kind: str
    said: str = ""

    def for_staff(self) -> str:
        """Return it as it stays with the submission; '' for what is of no use there."""
        # What a citizen wrote is screened and may be redacted, so it is quoted nowhere else.
        quoted = "" if self.kind in ("email", "name", "official name", "no date") else self.said[:60]
        return str(FOR_STAFF[self.kind]) % quoted if self.kind in FOR_STAFF else ""


class Cells:
    """The cells of one row by what they are, as values; ``notes`` grow while they are read."""

    def __init__(self, mapping: Mapping, said: dict[str, str]):
        self.mapping, self.said, self.notes = mapping, said, list[Note]()

    def note(self, kind: str, said: str = "") -> None:
        """Note something odd, each kind once."""
        if kind not in {note.kind for note in self.notes}:
            self.notes.append(Note(kind, said))

    def words(self, name: str) -> str:
        """Return a text that somebody wrote, whole, as plain text."""
        said = self.said.get(name, "")
        if (right := put_right(said)) != said:
            self.note("misread", said)
        if "\ufffd" in right:
            self.note("lost letters", right)
        if "?" in right and (lost := QUESTION_IN_WORD.search(right)):
            self.note("lost sign", lost[0])
        if has_tags(right) or without_entities(right) != right:
            self.note("markup", right)
        return plain_from_markup(right)

    def text_and_title(self) -> tuple[str, str]:
        """Return the text and the title; a title that is too long begins the text."""
        text, title = self.words("text"), plain_line(self.words("title"))
        if len(title) > LONGEST_TITLE:
            self.note("title", title)
            return f"{title}\n\n{text}", ""
        return text, title

    def name(self) -> str:
        """Return the author's name."""
        name = plain_name(self.words("author_name"))
        if name.casefold() in NO_VALUES:
            return ""
        if is_official(name):
            self.note("official name", name)
            return ""
        if len(name) > LONGEST_NAME:
            self.note("name", name)
        return name[:LONGEST_NAME].rstrip()

    def email(self) -> str:
        """Return the e-mail address, '' for what is none."""
        said = plain_line(self.said.get("author_email", ""))
        if not said or is_email(said):
            return said
        address = parseaddr(said.removeprefix("mailto:"))[1]
        if is_email(address):
            return address
        self.note("email", said)
        return ""

    def channel(self) -> str:
        """Return how it came; one that we do not know is “other”."""
        said = plain_line(self.said.get("channel", ""))
        usual = self.mapping.defaults.get("channel", Channel.OTHER)
        if said.casefold() in NO_VALUES:
            return usual
        channel = self.mapping.channels.get(said.casefold(), said.casefold())
        if channel not in CHANNELS:
            self.note("channel", said)
            return Channel.OTHER
        return channel

    def language(self) -> str:
        """Return the two-letter code of the language, '' when the file does not say or nobody knows it."""
        said = plain_line(self.said.get("language", ""))
        if said.casefold() in NO_VALUES:
            return ""
        if not (code := language_code(said)):
            self.note("language", said)
        return code

    def verdict(self) -> str:
        """Return what the source had decided: accepted, refused, '' for nothing; unknown for what we cannot read."""
        said = plain_line(self.said.get("verdict", ""))
        verdict = self.mapping.verdicts.get(said.casefold(), "unknown") if said else ""
        if verdict == "unknown":
            self.note("verdict", said)
        return verdict

    def consents(self, otherwise: bool) -> bool:
        """Return whether the author gave it to be published; what the file's own column says goes before all else."""
        if "consent" not in self.said:
            return otherwise
        said = plain_line(self.said["consent"])
        if said.casefold() not in self.mapping.consents:
            self.note("consent", said)
        return bool(self.mapping.consents.get(said.casefold(), False))

    def received_at(self) -> datetime | None:
        """Return when the source received it; None when that is unknown."""
        said = plain_line(self.said.get("received_at", ""))
        if said.casefold() in NO_VALUES:
            self.note("no date", said)
            return None
        at = first_moment(said, (*self.mapping.times, "iso"))
        if at is None and EXCEL_DAY.fullmatch(said):
            self.note("day number", said)
            at = on_the_agencys_clock(datetime(1899, 12, 30) + timedelta(days=float(said)))
        if at is None:
            self.note("other order" if self.in_other_order(said) else "unread date", said)
        elif not FIRST_DAY <= day_of(at) <= day_of(timezone.now()):
            self.note("impossible date", said)
            return None
        return at

    def in_other_order(self, said: str) -> str:
        """Return the form that fits a date when day and month change places in one of the mapping's; else ''."""
        forms = (swapped(form) for form in self.mapping.times if swapped(form) != form)
        return next((form for form in forms if first_moment(said, [form])), "")


def is_email(address: str) -> bool:
    """Return whether it is an e-mail address that can be stored."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= LONGEST_EMAIL


def put_right(text: str) -> str:
    """Return a text as it was before UTF-8 was read as Windows-1252, Latin-1 or Mac Roman; else the text itself."""
    for _time in range(TIMES_MISREAD):
        before = text
        if text.isascii():
            break
        if SURELY_MISREAD.search(text) or len(MAYBE_MISREAD.findall(text)) > 1:
            text = MISREAD.sub(_put_right, text)
        if SURELY_MISREAD_ON_MAC.search(text):
            text = MISREAD_ON_MAC.sub(_put_right_on_mac, text)
        if text == before:
            break
    return text


def _put_right(match: re.Match[str]) -> str:
    try:
        return b"".join(_byte_of(letter) for letter in match[0]).decode("utf-8")
    except UnicodeError:
        return match[0]


def _put_right_on_mac(match: re.Match[str]) -> str:
    try:
        return match[0].encode("mac_roman").decode("utf-8")
    except UnicodeError:
        return match[0]


def _byte_of(letter: str) -> bytes:
    """Return the byte that was read as a letter."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")  # the five that Windows-1252 leaves out


def first_moment(value: str, forms: Iterable[str]) -> datetime | None:
    """Return a time by the first form that fits, None when none does."""
    for form in forms:
        try:
            return moment_of(value, form)
        except (ValueError, OverflowError, OSError):
            continue
    return None


def moment_of(value: str, form: str) -> datetime:
    """Read a time: `iso`, `unix-seconds`, `unix-milliseconds`, or a pattern of strptime."""
    if form.startswith("unix-"):
        return datetime.fromtimestamp(float(value) / (1000 if form == "unix-milliseconds" else 1), UTC)
    read = datetime.fromisoformat(value) if form == "iso" else datetime.strptime(value, form)
    at = read if read.tzinfo else on_the_agencys_clock(read)
    at.astimezone(UTC)  # raises OverflowError at the ends of the calendar, where nothing can be stored
    return at


def on_the_agencys_clock(naive: datetime) -> datetime:
    """Return the moment at which the agency's clock shows a time."""
    return timezone.make_aware(naive, timezone.get_default_timezone())


def day_of(at: datetime) -> date:
    """Return the day of a time in the agency's time zone."""
    return in_agency_time(at).date()
