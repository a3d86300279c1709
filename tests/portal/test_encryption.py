import pytest
from cryptography.fernet import Fernet

from portal.encryption import UnreadableValue, decrypt_text, encrypt_again, encrypt_text

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(params=["derived", "given"])
def rotation(request, settings):
    """Return two functions: to begin with an old key, and to put a new one before it."""
    if request.param == "given":
        return lambda: setattr(settings, "ENCRYPTION_KEYS", [OLD]), lambda: setattr(
            settings, "ENCRYPTION_KEYS", [NEW, OLD]
        )

    def add():
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, ["old" * 20]

    return lambda: setattr(settings, "SECRET_KEY", "old" * 20), add


def test_a_text_is_read_again_and_does_not_stand_in_its_value():
    value = encrypt_text("Nguyễn, a secret")

    assert ("secret" in value, decrypt_text(value)) == (False, "Nguyễn, a secret")


def test_a_changed_value_is_refused():
    value = encrypt_text("a secret")

    with pytest.raises(UnreadableValue):
        decrypt_text(value[:-4] + "AAA=")


def test_a_new_key_reads_old_values_and_writes_them_again(rotation, settings):
    begin, add = rotation
    begin()
    old = encrypt_text("a secret")
    add()
    again = encrypt_again(old)
    assert decrypt_text(old) == "a secret"

    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    settings.SECRET_KEY_FALLBACKS = []

    assert decrypt_text(again) == "a secret"
    with pytest.raises(UnreadableValue):
        decrypt_text(old)


def test_the_setting_can_be_made_on_a_site_that_runs(settings):
    settings.ENCRYPTION_KEYS = []
    old = encrypt_text("a secret")

    settings.ENCRYPTION_KEYS = [NEW]

    again = encrypt_again(old)
    settings.SECRET_KEY = "another" * 10
    assert decrypt_text(again) == "a secret"
    with pytest.raises(UnreadableValue):
        decrypt_text(old)
