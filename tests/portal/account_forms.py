"""What an administrator sends to change an account."""

from django.urls import reverse


def fields_of(user, **changes):
    groups = [group.pk for group in user.groups.all()] if user.pk else []
    names = {"email": user.email, "first_name": user.first_name, "last_name": user.last_name, "is_active": "on"}
    return names | {"groups": groups} | changes


def edit(client, user, **changes):
    return client.post(reverse("wagtailusers_users:edit", args=[user.pk]), fields_of(user, **changes))
