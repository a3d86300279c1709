"""Columns whose values may be sealed: encrypted in the database, and read like any other text.

A value is sealed when a `Sealed` text is written, and comes back as one. A condition in SQL does not see its words.
"""

import logging
from typing import TYPE_CHECKING

from django.db import models

from portal.encryption.values import UnreadableValue, decrypt_text, encrypt_text

SEAL_SIGN = "\x1a"  # before an encrypted value; no form and no file lets a control character through
SEALED_TITLE_LENGTH = 1_200  # letters; 200 letters of four bytes are so many when they are encrypted
UNREADABLE = "█"  # in place of a text whose key is gone, so that the pages around it still open
logger = logging.getLogger(__name__)
if TYPE_CHECKING:  # a mixin; the type checker has to know what it is mixed into
    FieldBase = models.Field
else:
    FieldBase = object


class Sealed(str):
    """A text that is encrypted where it is stored; one whose key is gone keeps the stored value, until it is back."""

    stored = ""

    @property
    def is_unreadable(self):
        """Return whether the key that it was encrypted with is gone."""
        return bool(self.stored)

    @classmethod
    def without_key(cls, stored):
        """Return what stands for a stored value that no key reads."""
        text = cls(UNREADABLE)
        text.stored = stored
        return text


class SealableMixin(FieldBase):
    """Encrypts `Sealed` texts on their way into the database, and reads them again."""

    def from_db_value(self, value, expression, connection):
        """Return a text; a sealed one is marked as such, so that it is sealed again when its row is saved."""
        if not isinstance(value, str) or not value.startswith(SEAL_SIGN):
            return value
        try:
            return Sealed(decrypt_text(value[len(SEAL_SIGN) :]))
        except UnreadableValue:
            logger.error("A sealed text cannot be read: its key is not in ENCRYPTION_KEYS.")
            return Sealed.without_key(value)

    def get_prep_value(self, value):
        """Return the text as it is stored; nobody makes a plain one look sealed."""
        value = super().get_prep_value(value)
        if isinstance(value, Sealed):
            return value.stored or (f"{SEAL_SIGN}{encrypt_text(value)}" if value else "")
        return value.lstrip(SEAL_SIGN) if isinstance(value, str) else value


class SealableCharField(SealableMixin, models.CharField):
    """A line of text that may be sealed; `max_length` has to leave room for that."""


class SealableTextField(SealableMixin, models.TextField):
    """A text that may be sealed."""
