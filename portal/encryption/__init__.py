"""Encryption of single values in the database, with keys that stand in the environment and can be changed."""

from portal.encryption.values import UnreadableValue, decrypt_text, encrypt_again, encrypt_text

__all__ = ["UnreadableValue", "decrypt_text", "encrypt_again", "encrypt_text"]
