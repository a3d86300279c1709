"""People who sign in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Make users and find them by e-mail, whatever its capitals."""

    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        """Create a person who can sign in."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """Create somebody who may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        """Find a user by e-mail address, ignoring case."""
        return self.get(email__iexact=email)


class User(AbstractUser):
    """A person with an account; the e-mail address is the name they sign in with."""

    username: Any = None  # the base class has one
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects: ClassVar[Any] = UserManager()  # the base class's finds people by username

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
