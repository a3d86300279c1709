"""The rows of consultations that are encrypted: the answers of saved responses."""

from consultations.models import SavedResponse
from portal.encryption import UnreadableValue
from portal.encryption.rotation import holds_encrypted


@holds_encrypted("Saved responses", SavedResponse.objects.all)
def write_answers_again(saved):
    """Encrypt the answers with the newest key."""
    if saved.is_unreadable:
        raise UnreadableValue(f"{saved} was saved with another key.")
    SavedResponse.objects.filter(pk=saved.pk).update(answers=saved.answers)
