"""The portal's rows that hold encrypted values, second factors and letters, and addresses that should be hashes."""

from allauth.mfa.models import Authenticator

from portal.encryption import encrypt_again
from portal.encryption.rotation import holds_encrypted
from portal.models import Message, SuppressedAddress

ACCOUNT_TEMPLATES = "account_"  # what all templates of `portal.accounts.mails` begin with
FERNET_SIGN = "gAAAA"  # the version and the first bytes of the time, in base64; until the year 2106


def is_encrypted(value):
    """Return whether a value of a JSON column is one of ours."""
    return isinstance(value, str) and value.startswith(FERNET_SIGN)


@holds_encrypted("Secrets of second factors", Authenticator.objects.all)
def write_secrets_again(factor):
    """Encrypt the secrets of an app, or of recovery codes; a passkey has none."""
    again = {name: encrypt_again(value) if is_encrypted(value) else value for name, value in factor.data.items()}
    if again != factor.data:
        Authenticator.objects.filter(pk=factor.pk).update(data=again)


@holds_encrypted("Letters about accounts", lambda: Message.objects.filter(template__startswith=ACCOUNT_TEMPLATES))
def write_causes_again(message):
    """Encrypt the causes of a message about an account, such as a code."""
    message.causes = [encrypt_again(cause) if is_encrypted(cause) else cause for cause in message.causes]
    message.save(update_fields=["causes"])


@holds_encrypted("Addresses that are passed over", lambda: SuppressedAddress.objects.filter(key__contains="@"))
def write_key_of_address(suppressed):
    """Replace an address by its hash: a worker of an earlier release noted it during the upgrade."""
    suppressed.delete()
    noted = SuppressedAddress.objects.note(suppressed.key, suppressed.reason, suppressed.detail, suppressed.transport)
    SuppressedAddress.objects.filter(pk=noted.pk).update(since=suppressed.since)
