"""Erasures of everything about one person: one privacy officer asks, another approves."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.models import Submission
from moderation.models.erasure import Erasure
from moderation.models.erasure_wish import ErasureUnchanged, ErasureWish, people_who_erase
from moderation.models.notification_keys import PERSON_ERASED_ALONE, PERSON_ERASURE_ASKED
from portal.accounts.mails import TEXTS_ERASED, TEXTS_NOT_ERASED, post_account_mail
from portal.audit import record, text_digest
from portal.encryption.addresses import EncryptedAddressField
from portal.outbox.models import label_of
from portal.privacy.erasing import erase_dossier
from portal.privacy.pack import dossier_of
from portal.staff.notifications.delivery import notify


class PersonErasure(ErasureWish):
    """One wish to erase whatever is held about a person; who it was is forgotten once it is answered.

    ``counts`` says how many rows were erased, by the model's label. The row, its reason and the ledger's entry stay.
    """

    address = EncryptedAddressField(blank=True)  # blank once it is answered, like the reference
    reference = models.CharField(max_length=9, blank=True)
    with_browser = models.BooleanField(default=False)
    # Of whoever asked by closing it; then nobody of staff has asked.
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    counts = models.JSONField(default=dict)

    class Meta(ErasureWish.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(is_emergency=True) | ~Q(approved_by=F("asked_by")),
                name="person_erasure_by_two",
            ),
        ]

    def __str__(self):
        return f"erasure of a person, {self.pk}"

    @property
    def about(self):
        """Return the address or the reference, while it is known."""
        return self.address or self.reference

    def dossier(self):
        """Find everything that would be erased."""
        return dossier_of(self.about, with_browser=self.with_browser, account=self.account)

    @classmethod
    def ask_of_account(cls, user, address):
        """Ask, in the transaction that closes an account, for the erasure of what its person gave us.

        Without a confirmed address, of what was sent while signed in; then nobody can be told of the answer.
        """
        asked = cls.objects.create(address=address.lower(), account=user, reason=_("Wished when closing the account."))
        notify(PERSON_ERASURE_ASKED, label_of(asked), people_who_erase())

    @classmethod
    @transaction.atomic
    def ask(cls, person, *, actor, reason):
        """Ask for an erasure, which another person approves; raise ErasureUnchanged when the same one waits."""
        who = {"address": person.address, "reference": "" if person.address else person.reference}
        if cls.objects.waiting().filter(**who).exists():
            raise ErasureUnchanged(_("Somebody has asked for this already."))
        asked = cls.objects.create(**who, with_browser=person.with_browser, asked_by=actor, reason=reason)
        notify(PERSON_ERASURE_ASKED, label_of(asked), people_who_erase(), actor=actor)
        record("person_erasure.asked", actor=actor, subject=asked, reason=reason, who=text_digest(asked.about))
        return asked

    def approve(self, actor):
        """Erase the person; raise ErasureUnchanged for whoever asked, and when it was answered."""
        self.refuse_own_approval(actor)
        self.carry_out(actor)

    def carry_out(self, actor):
        """Erase what is found now, and record it last: the ledger's end stays locked until the commit."""
        dossier = self.dossier()  # reads a lot, so before the transaction
        with transaction.atomic():
            self.refuse_unless_waiting()
            address = self.address
            found = dossier.person.found(Submission)
            texts = list(Submission.objects.filter(pk__in=found, erased_at=None))
            who = text_digest(self.about)
            self.approved_by, self.erased_at = actor, timezone.now()
            self.counts, self.address, self.reference = dossier.counts, "", ""
            self.save()
            erase_dossier(dossier, actor)
            Erasure.note_done(texts, of=self)
            self.tell_person(TEXTS_ERASED, address)
            if self.is_emergency:
                notify(PERSON_ERASED_ALONE, label_of(self), people_who_erase(), actor=actor)
            facts = {"reason": self.reason, "alone": self.is_emergency, "asked_by": self.asked_by_id, "who": who}
            record("person.erased", actor=actor, subject=self, counts=self.counts, **facts)

    @classmethod
    def at_once(cls, person, *, actor, reason):
        """Erase a person without a second one, which the row and the ledger keep and the others are told."""
        made = cls.objects.create(
            address=person.address,
            reference="" if person.address else person.reference,
            with_browser=person.with_browser,
            asked_by=actor,
            reason=reason,
            is_emergency=True,
        )
        made.carry_out(actor)
        return made

    @transaction.atomic
    def refuse(self, actor):
        """Keep everything: take the request back, or turn somebody else's down."""
        self.refuse_unless_waiting()
        self.refused_by, self.refused_at = actor, timezone.now()
        self.tell_person(TEXTS_NOT_ERASED, self.address)
        self.address = self.reference = ""
        self.save(update_fields=["refused_by", "refused_at", "address", "reference"])
        record("person_erasure.refused", actor=actor, subject=self)

    def tell_person(self, mail, address):
        """Write to whoever asked by closing the account; others are told by the officer who asked for them."""
        if self.account and address:
            post_account_mail(mail, address, self.account)
