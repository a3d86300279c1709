"""The terms of a form: what stands beside it, made from what the editor stated and the agency usually does."""

import json
from datetime import date, datetime, timedelta

from django.core import signing
from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consultations.models import AgreedTerms, Publication, StatedTerms
from consultations.modes.table import mode_of_kind
from consultations.usual_period import usual_period, usual_sentence
from portal.agency.moments import agency_day, in_agency_time, in_months, months_in_words
from portal.http import freshness

STATED_KEY = freshness.derived("consultations.stated_terms")
STATED_CACHE_SECONDS = 10  # a process that shows pages notices at once; one that only takes forms, so much later
SIGNER = signing.Signer(salt="consultations.terms")
TERMS_READ_AT_MOST = timedelta(days=1)  # a form that lay open for longer is shown again with other terms
TERMS_FIELD_LENGTH = 8_000


def terms_of(page, kind):
    """Return the terms under which a kind of text is sent to a consultation now."""
    mode = mode_of_kind(kind)
    stated = stated_for(page, mode.key)
    usual = None if stated.addresses_months is not None else usual_period(page.pk)
    return AgreedTerms(
        consultation_id=page.pk,
        mode=mode.key,
        publication=stated.publication,
        text="\n".join(sentences(page, stated, usual)),
        closes_at=page.closes_at,
        answer_months=usual and usual.months,
        **{f"{what}_until": until(page, stated, what) for what in ("texts", "names", "addresses")},
    )


def stated_for(page, mode):
    """Return what the editor stated for a way of taking part, or what holds without; a preview reads the draft."""
    is_draft = page.shown_at or not page.pk
    rows = page.stated_terms.all() if is_draft else stated_by_consultation().get(page.pk, ())
    return next((each for each in rows if each.mode == mode), None) or StatedTerms(mode=mode)


def stated_by_consultation():
    """Return what is stated, by consultation, as it was some seconds ago."""
    return cache.get_or_set(STATED_KEY, read_stated, STATED_CACHE_SECONDS)


def read_stated():
    """Read what is stated, by consultation."""
    stated: dict[int, list[StatedTerms]] = {}
    for each in StatedTerms.objects.all():
        stated.setdefault(each.page_id, []).append(each)
    return stated


def forget_stated(**_signal):
    """Clear the cache: an editor published other terms."""
    cache.delete(STATED_KEY)


def until(page, stated, what):
    """Return until when texts, names or addresses are kept; None for as long as usual."""
    months = getattr(stated, f"{what}_months")
    return None if months is None else in_months(page.closes_at, months)


def sentences(page, stated, usual):
    """Return what stands beside the form: what people agree to, who reads it, and how long it is kept."""
    has_name = stated.publication != Publication.UNNAMED
    said = [stated.wording, who_reads(stated.publication), *kept(page, stated, has_name)]
    if usual:
        said.append(usual_sentence(usual, with_text=stated.texts_months is not None))
    if usual or until(page, stated, "addresses"):
        said.append(_("If somebody still decides about your text then, what is due goes once they have."))
    return [each for each in said if each]


def who_reads(publication):
    """Say who reads what is sent."""
    return {
        Publication.NAMED: _("What you write is for everybody to read, with your name if you give one."),
        Publication.UNNAMED: _("What you write is for everybody to read, without your name."),
        Publication.AGENCY: _(
            "Only the agency reads what you write. It is not published. If somebody asks for it under freedom of"
            " information law, we may have to give it, without your name and address."
        ),
    }[Publication(publication)]


def kept(page, stated, has_name):
    """Yield how long text, name and address are kept, as far as the editor stated it."""
    both = has_name and stated.names_months is None
    if stated.texts_months is None:
        yield _("Your text and your name stay on record.") if both else _("Your text stays on record.")
    else:
        says = _("Your text and your name are deleted %s.") if both else _("Your text is deleted %s.")
        yield says % after_closing(page, stated.texts_months)
    if has_name and stated.names_months is not None:
        yield _("Your name is deleted %s.") % after_closing(page, stated.names_months)
    if stated.addresses_months is not None:
        yield _("Your e-mail address is deleted %s.") % after_closing(page, stated.addresses_months)


def after_closing(page, months):
    """Say when something is deleted that is kept for so many months after the closing."""
    on = date_format(in_agency_time(in_months(page.closes_at, months)).date(), _("j F Y"))
    if not months:
        return _("when this consultation closes, on %s") % on
    return _("%(months)s after this consultation closes, on %(day)s") % {"months": months_in_words(months), "day": on}


def token_of(terms):
    """Return the terms as a signed value of a form, so that what somebody was told is what they agree to.

    It says the day and no moment: a page is the same for everybody all minute long, whichever process renders it. It
    is not compressed: the same words stand beside the form, so with the page they take a third of the bytes.
    """
    return SIGNER.sign(json.dumps({"day": agency_day(timezone.now()).isoformat(), "said": terms.said}))


def terms_from(token, page, kind):
    """Return the terms that somebody read beside a form; None for no such form of this consultation.

    Of a form that lay open for long they count only while they say what is said today.
    """
    try:
        read = json.loads(SIGNER.unsign(token))
    except signing.BadSignature:
        return None
    said, day = read["said"], date.fromisoformat(read["day"])
    is_of_form = (said["consultation_id"], said["mode"]) == (page.pk, mode_of_kind(kind).key)
    is_old = day < agency_day(timezone.now()) - TERMS_READ_AT_MOST
    if not is_of_form or (is_old and said != terms_of(page, kind).said):
        return None
    times = [name for name, value in said.items() if value and name.endswith(("_at", "_until"))]
    moments = {name: datetime.fromisoformat(said[name]) for name in times}
    return AgreedTerms(**said | moments)
