"""The user model."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Creates users and finds them by e-mail address, ignoring case."""

    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        """Create a user."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """Create a superuser."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        """Find a user by e-mail address, ignoring case."""
        return self.get(email__iexact=email)


class User(AbstractUser):
    """A person with an account, who signs in with an e-mail address."""

    username: Any = None  # removes the base class's field
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects: ClassVar[Any] = UserManager()  # the base class's manager finds users by username

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_any_case",
                violation_error_message=_("There is an account with this address already."),
            )
        ]

    def __str__(self):
        return self.get_full_name() or self.email

    def save(self, *args, **kwargs):
        """Save the account; its address is kept in small letters, because allauth finds no other."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)
