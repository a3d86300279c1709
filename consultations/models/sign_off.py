"""What stands in the way of a consultation's sign-off, beside what counts for every page."""

from datetime import timedelta

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.agency.models import Agency
from portal.agency.moments import agency_midnight, day, day_and_time, in_months
from portal.staff.sign_off_checks import SignOffCheck

CLOSING_AHEAD_AT_MOST = timedelta(days=3653)  # ten years; what is later is a mistake in the year


def closing_problem(closes_at, answer_due):
    """Return why no consultation may close at a moment, as a sentence, or ''."""
    if closes_at > timezone.now() + CLOSING_AHEAD_AT_MOST:
        return _("That is more than ten years ahead: look at the year.")
    if answer_due and closes_at > agency_midnight(answer_due):
        says = _("The answer is promised by %s: let it close before that day, or promise the answer later.")
        return says % day(answer_due)
    return ""


def checks_of_consultation(page):
    """Return the check list of a draft."""
    checks = (check_times, check_answer, check_contact, check_illustration, check_ways, check_terms)
    return [*(check(page) for check in checks), *checks_of_change_note(page), *checks_of_terms_told(page)]


def check_times(page):
    """Check that the draft can still open, and closes before its answer; what has run its time may be put right."""
    if not page.opens_at or not page.closes_at:
        return SignOffCheck("times", False, _("It needs a time to open and one to close."))
    closes = day_and_time(page.closes_at)
    problem = closing_problem(page.closes_at, page.answer_due)
    if problem and page.closes_at > timezone.now():
        return SignOffCheck("times", False, f"{_('It closes: %s.') % closes} {problem}")
    if page.closes_at > timezone.now() or page.outcome:
        return SignOffCheck("times", True, _("It closes: %s.") % closes)
    return SignOffCheck("times", None if page.live else False, _("Its closing time has passed: %s.") % closes)


def check_answer(page):
    """Check that a day is promised for the answer, and that it has not passed without one."""
    if page.outcome:
        return SignOffCheck("answer", True, _("It has an outcome."))
    if page.answer_due is None:
        return SignOffCheck("answer", None, _("No day is promised for the answer."))
    if page.answer_due < timezone.localdate():
        return SignOffCheck(
            "answer", None, _("The answer was due by %s, and the outcome is missing.") % day(page.answer_due)
        )
    return SignOffCheck("answer", True, _("The answer is promised by %s.") % day(page.answer_due))


def check_contact(page):
    """Check that people can ask somebody: who answers, or the agency's address."""
    if page.answering or Agency.load().contact_email:
        return SignOffCheck("contact", True, _("People see whom to ask."))
    says = _("Nobody is named to ask: write who answers, or an address of the agency in the settings.")
    return SignOffCheck("contact", False, says)


def check_illustration(page):
    """Check that the picture at the top is told in words, or is decoration."""
    if page.illustration and not page.illustration_alt and not page.illustration_decorative:
        return SignOffCheck(
            "illustration", False, _("The picture at the top lacks words: describe it, or mark it as decoration.")
        )
    return SignOffCheck(
        "illustration", True, _("The picture at the top is told in words, is decoration, or is not there.")
    )


def check_ways(page):
    """Check that people can take part."""
    if page.modes or page.questions.count():
        return SignOffCheck("ways", True, _("People can take part."))
    return SignOffCheck("ways", None, _("People can only read and follow: nothing is asked."))


def check_terms(page):
    """Check that no text is deleted before the day by which the answer to it is promised."""
    stated = [each.texts_months for each in page.stated_terms.all() if each.texts_months is not None]
    gone_at = page.closes_at and stated and in_months(page.closes_at, min(stated))
    if gone_at and page.answer_due and not page.outcome and gone_at < agency_midnight(page.answer_due, 1):
        says = _("Texts are deleted on %s, before the answer is due: keep them longer, or answer earlier.")
        return SignOffCheck("terms", False, says % day(gone_at))
    return SignOffCheck("terms", True, _("No text is deleted before the answer is due."))


def checks_of_change_note(page):
    """Yield whether readers are told what changed, where another text takes the place of one that they answer."""
    if not page.changes_text_of_public(page.title, page.summary, page.body):
        return
    says = _("Readers are told what changed in the text: “%s”") % page.change_note
    if not page.change_note:
        says = _("The text changes, and readers are not told how: write it in “What changed, for readers”.")
    yield SignOffCheck("change_note", bool(page.change_note), says)


def checks_of_terms_told(page):
    """Yield what is worth a look about terms under which people take part already."""
    public = type(page).objects.only("pk").filter(pk=page.pk, live=True).first()
    if public is None:
        return
    before, after = (sorted(each.stated for each in one.stated_terms.all()) for one in (public, page))
    if before != after:
        nothing = _("as usual")
        says = _("The terms change, for what is sent from then on: %(before)s → %(after)s.")
        words = {"before": "; ".join(before) or nothing, "after": "; ".join(after) or nothing}
        yield SignOffCheck("terms_change", None, says % words)
    told = page.submissions.filter(erased_at=None).aggregate(at=Min("terms__texts_until"))["at"]
    if told and page.closes_at and not page.outcome and told < needed_until(page):
        says = _("Texts that came in already are deleted from %s on, as their authors were told: before the end.")
        yield SignOffCheck("terms_told", None, says % day(told))


def needed_until(page):
    """Return until when the texts are read: the end of the day of the answer, or else the closing."""
    return agency_midnight(page.answer_due, 1) if page.answer_due else page.closes_at
