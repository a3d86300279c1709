"""Terms: what people agree to when they send something by one way of taking part, and how long it is kept."""

import json
from hashlib import sha256

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from consultations.models.pages import ConsultationPage
from consultations.modes.table import modes_of_texts

MONTHS_KEPT_AT_MOST = 120
TEXT_MONTHS_AT_LEAST = 1  # somebody has to read the texts after the closing
AGREED_TERMS_CACHE_SECONDS = 3600  # a row never changes and is never deleted while its consultation is there
NO_NUMBER = _("Months after the closing. Nothing: as the agency usually does, see above.")


class Publication(models.TextChoices):
    """Who reads what is sent."""

    NAMED = "named", _("Everybody, with the name if one is given")
    UNNAMED = "unnamed", _("Everybody, and no name is asked for")
    AGENCY = "agency", _("Only the agency")


def months_field(label, at_least=0):
    """Return a column for a number of months after the closing; NULL is as the agency usually does."""
    bounds = [MinValueValidator(at_least), MaxValueValidator(MONTHS_KEPT_AT_MOST)]
    return models.PositiveSmallIntegerField(label, null=True, blank=True, validators=bounds, help_text=NO_NUMBER)


class StatedTerms(models.Model):
    """What the editor of a consultation states for one way of taking part; it holds for what is sent from then on."""

    page = ParentalKey(ConsultationPage, on_delete=models.CASCADE, related_name="stated_terms")
    mode = models.CharField(_("way of taking part"), max_length=20, choices=modes_of_texts)
    publication = models.CharField(
        _("who reads it"), max_length=10, choices=Publication.choices, default=Publication.NAMED
    )
    wording = models.CharField(
        _("what people agree to"),
        max_length=300,
        blank=True,
        help_text=_("A sentence beside the form. Who reads it and how long it is kept is said there by itself."),
    )
    texts_months = months_field(_("texts are kept"), TEXT_MONTHS_AT_LEAST)
    names_months = months_field(_("names are kept"))
    addresses_months = months_field(_("addresses are kept"))

    panels = [
        FieldPanel("mode"),
        FieldPanel("publication"),
        FieldPanel("wording"),
        FieldRowPanel([FieldPanel(f"{what}_months") for what in ("texts", "names", "addresses")]),
    ]

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        verbose_name = _("terms")

    def __str__(self):
        return f"terms of {self.mode}"

    @property
    def stated(self):
        """Return in words for whom, who reads it and how long it is kept; the same for rows that state the same."""
        months = (self.texts_months, self.names_months, self.addresses_months)
        kept = " / ".join("–" if each is None else str(each) for each in months)
        said = f"{self.get_mode_display()}: {self.get_publication_display()}, {_('months')} {kept}"
        return f"{said}, “{self.wording}”" if self.wording else said

    def clean(self):
        """Raise ValidationError for a name or an address that would be kept longer than its text."""
        super().clean()
        if self.texts_months is None:
            return
        others = ("names_months", "addresses_months")
        longer = [name for name in others if (getattr(self, name) or 0) > self.texts_months]
        if longer:
            raise ValidationError(dict.fromkeys(longer, _("It goes with the text, so not later than that.")))


class AgreedTerms(models.Model):
    """One version of the terms that somebody was told when they sent something; a row never changes.

    What is due then stands in it as moments, so that neither a longer period nor a later closing can lengthen it.
    """

    consultation = models.ForeignKey(ConsultationPage, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(_("way of taking part"), max_length=20)
    publication = models.CharField(_("who reads it"), max_length=10, choices=Publication.choices)
    text = models.TextField(_("what stood beside the form"))
    closes_at = models.DateTimeField(_("closing time, as it was said"))
    texts_until = models.DateTimeField(_("text kept until"), null=True)
    names_until = models.DateTimeField(_("name kept until"), null=True)
    addresses_until = models.DateTimeField(_("address kept until"), null=True)
    answer_months = models.PositiveSmallIntegerField(_("months after the answer for the address"), null=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("first used"), default=timezone.now)

    SAID = (
        *("mode", "publication", "text", "closes_at"),
        *("texts_until", "names_until", "addresses_until", "answer_months"),
    )

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"terms {self.pk}"

    @property
    def said(self):
        """Return what was said, as values of JSON."""
        values = {name: getattr(self, name) for name in ("consultation_id", *self.SAID)}
        return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}

    def stored(self):
        """Return the number of the row that says exactly this, made when nobody was told it before."""
        self.digest = sha256(json.dumps(self.said, sort_keys=True).encode()).hexdigest()
        return cache.get_or_set(f"consultations.terms.{self.digest}", self.find_or_make, AGREED_TERMS_CACHE_SECONDS)

    def find_or_make(self):
        """Return the number of the row with these words; two requests that make it at once get the same."""
        said = {name: getattr(self, name) for name in ("consultation_id", *self.SAID)}
        return AgreedTerms.objects.get_or_create(digest=self.digest, defaults=said)[0].pk

    @property
    def for_public(self):
        """Return whether what is sent is given to be published."""
        return self.publication != Publication.AGENCY

    @property
    def asks_for_name(self):
        """Return whether people are asked for a name to show."""
        return self.publication != Publication.UNNAMED
