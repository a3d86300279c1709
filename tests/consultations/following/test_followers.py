"""Whose follow it is: one follower for each address, and no link or letter for anybody else."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db.models import F
from django.utils import timezone

from consultations.following import tell_followers
from consultations.models import Follow, Follower
from portal.models import Message, SuppressedAddress
from portal.privacy.closing import close_account
from tests.consultations.following.letters import ADDRESS, ask, follow_of, letters_after, link_in
from tests.factories import ConsultationFactory, UserFactory

pytestmark = pytest.mark.django_db


def rename(page):
    page.refresh_from_db()
    page.title += " again"
    page.save_revision().publish()


def confirmed_account(address):
    user = UserFactory(email=address)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def move_account(user, address):
    """Change the address of an account as its owner does: the new one is confirmed."""
    user.email = address
    user.save()
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)


@pytest.mark.parametrize("typed", ["mike@gıthub.example", "mıke@github.example", "miKe@github.example"])
def test_address_that_looks_like_that_of_an_account_gets_no_link_of_it(client, consultation, typed):
    account = confirmed_account("mike@github.example")
    follow_of(consultation, address=account.email)

    ask(client, consultation, address=typed)

    links = {account.email: Follow.objects.get(follower__account=account).follower.get_absolute_url()}
    for letter in letters_after():
        assert links.get(letter.to[0]) == link_in(letter) or links[account.email] not in letter.body


def test_waiting_letter_does_not_go_to_an_address_that_the_account_has_left(consultation):
    account = confirmed_account("old@example.org")
    follow = Follow.objects.begin(Follower.objects.of_account(account), consultation, "daily")
    follow.confirm()
    letters_after()
    rename(consultation)
    tell_followers()
    move_account(account, "new@example.org")

    assert [letter for letter in letters_after(days=1) if "again" in letter.body] == []
    rename(consultation)
    assert [letter.to for letter in letters_after(days=1)] == [["new@example.org"]]


def test_links_in_the_old_mailbox_open_nothing_once_the_account_has_another_address(client, consultation):
    account = confirmed_account("old@example.org")
    follow = Follow.objects.begin(Follower.objects.of_account(account), consultation, "daily")
    old = [follow.confirmation_url, follow.follower.get_absolute_url()]
    move_account(account, "new@example.org")

    client.post(old[0])
    client.post(old[1], {"do": "stop_all"})

    assert client.get(old[0]).status_code == 404
    [kept] = Follow.objects.select_related("follower__account")
    assert kept.confirmed_at is None
    assert kept.follower.get_absolute_url() not in old


def test_links_work_after_a_change_of_the_secret_and_nobody_is_doubled(client, consultation, settings):
    follow = follow_of(consultation)
    links = [follow.confirmation_url, follow.follower.get_absolute_url()]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]

    assert [client.get(link).status_code for link in links] == [302, 200]
    assert Follower.objects.with_address(ADDRESS.upper()) == follow.follower


def test_follower_is_found_after_a_change_of_both_keys(consultation, settings):
    follow = follow_of(consultation)
    Follower.objects.update(address="")  # as it is found by nothing but its hash
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]

    assert Follower.objects.with_address(ADDRESS) == follow.follower


def test_account_takes_over_what_its_address_followed_and_gets_one_letter(consultation):
    other = ConsultationFactory()
    follow_of(consultation, "daily")
    follow_of(other, "daily")
    letters_after()
    rename(consultation)
    tell_followers()
    account = confirmed_account(ADDRESS)
    follower = Follower.objects.of_account(account)
    Follow.objects.begin(follower, consultation, "daily").confirm()
    rename(other)

    [letter] = letters_after(days=1)

    assert Follower.objects.get() == follower
    assert set(Follow.objects.values_list("follower", "consultation")) == {
        (follower.pk, consultation.pk),
        (follower.pk, other.pk),
    }
    assert letter.subject == "News of 2 consultations"


def test_follow_that_the_address_confirmed_replaces_the_unconfirmed_one_of_the_account(consultation):
    account = confirmed_account(ADDRESS)
    Follow.objects.begin(Follower.objects.of_account(account), consultation, "weekly")
    guest = Follower.objects.create(address=ADDRESS, address_key="of-a-guest")
    Follow.objects.begin(guest, consultation, "daily").confirm()

    Follower.objects.of_account(account)

    [follow] = Follow.objects.confirmed()
    assert (follow.follower.account, follow.pace) == (account, "daily")
    assert Follow.objects.count() == 1


def test_closed_account_leaves_nothing_that_its_confirmed_address_followed(consultation):
    follow_of(consultation)
    theirs = follow_of(consultation, address="other@example.org")
    rename(consultation)
    tell_followers()

    close_account(confirmed_account(ADDRESS), with_texts=False)

    assert list(Follow.objects.all()) == [theirs]
    assert [letter.to for letter in letters_after() if "again" in letter.subject] == [["other@example.org"]]


def test_letter_that_asks_goes_with_the_follow_that_nobody_confirmed(client, consultation):
    ask(client, consultation)
    Follow.objects.update(asked_at=F("asked_at") - timedelta(days=8))

    Follow.objects.clear_away()

    [message] = Message.objects.all()
    assert (message.state, message.recipient, message.recipient_key) == ("cancelled", "", "")


def test_agency_is_followed_no_more_by_an_address_that_takes_no_mail(consultation):
    account = confirmed_account("account@example.org")
    for address in (ADDRESS, account.email, "kept@example.org"):
        follow_of(None, address=address)
    of_consultation = follow_of(consultation)
    for address in (ADDRESS, account.email):
        SuppressedAddress.objects.note(address, SuppressedAddress.Reason.BOUNCED, "no such mailbox")

    Follow.objects.clear_away()

    left = Follow.objects.select_related("follower").order_by("pk")
    assert [(follow.consultation_id, follow.follower.recipient) for follow in left] == [
        (None, "kept@example.org"),
        (of_consultation.consultation_id, ADDRESS),
    ]


def test_digest_of_an_earlier_pace_still_stops_all_digests(client, consultation):
    daily, at_once = follow_of(consultation, "daily"), follow_of(ConsultationFactory())
    rename(consultation)
    [letter] = letters_after(days=1)
    daily.change_pace("weekly")

    client.post(letter.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver"))

    assert list(Follow.objects.all()) == [at_once]


def test_consultation_of_the_past_is_no_new_one():
    follow_of(None)
    now = timezone.now()
    page = ConsultationFactory(live=False, opens_at=now - timedelta(days=900), closes_at=now - timedelta(days=800))
    rename(page)

    assert letters_after() == []
