"""How search is: one function behind the page, the metrics and the health check."""

from datetime import timedelta

import pytest
import time_machine as clock
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from search import schedule
from search.desk.views.staff_home import comparison
from search.engines.configured import get_engine
from search.engines.document import Deletion
from search.index.relay import relay_batch
from search.index.status import get_search_status, strip_credentials
from search.models import PoisonDocument, Rebuild, Verification
from tests.factories import submission_to
from tests.search.submissions import submission

pytestmark = pytest.mark.django_db


def broken(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.SEARCH_URL = f"fts5:///{tmp_path}/file/search.sqlite3"


def numbers(found):
    return {name: getattr(found, name) for name in ("available", "lag", "poison", "verified", "rebuilt")}


def test_status_of_a_new_site(db):
    found = get_search_status()

    assert numbers(found) == {"available": True, "lag": 0, "poison": 0, "verified": None, "rebuilt": None}
    assert (found.index.documents, found.lag_seconds) == (0, 0)
    assert found.index.engine.startswith("SQLite 3.")


def test_lag_is_the_age_of_the_newest_event_of_the_oldest_change(consultation):
    now = timezone.now()
    for hours in (3, 2):
        with clock.travel(now - timedelta(hours=hours), tick=False):
            made = submission_to(consultation, f"Text of {hours}.")
    with clock.travel(now - timedelta(minutes=90), tick=False):
        made.revise(text="Changed.")
    with clock.travel(now, tick=False):
        found = get_search_status()

    assert (found.lag, found.lag_seconds) == (2, 3 * 3600)


def test_status_counts_documents_and_poison(consultation):
    one = submission(consultation)
    relay_batch()
    PoisonDocument.record_refusal(one.pk, one.version, "Too odd.")

    assert (get_search_status().index.documents, get_search_status().poison) == (1, 1)


def test_index_that_cannot_be_asked_is_said(settings, tmp_path, db):
    broken(settings, tmp_path)

    assert get_search_status().available is False
    assert "cannot be" in get_search_status().index.trouble


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:secret@one:9200,two:9200/parley", "https://one:9200,two:9200/parley"),
        ("https://api_key:s%40e@one/parley?ca=/ca.pem", "https://one/parley?ca=/ca.pem"),
        ("fts5:////var/lib/parley/search.sqlite3", "fts5:////var/lib/parley/search.sqlite3"),
    ],
)
def test_address_is_shown_without_its_password(url, shown):
    assert strip_credentials(url) == shown


def test_verify_keeps_how_it_ended(consultation, capsys):
    for _n in range(3):
        one = submission(consultation)
    relay_batch()
    call_command("search_verify", verbosity=0)
    get_engine().write([Deletion(one.pk, 99)])
    with pytest.raises(CommandError):
        call_command("search_verify", verbosity=0)

    kept = Verification.objects.order_by("finished_at").values_list(
        "checked", "lag", "missing", "extra", "different", "ok"
    )
    assert list(kept) == [(3, 0, 0, 0, 0, True), (3, 0, 1, 0, 0, False)]
    assert get_search_status().verified.drift == 1


def test_status_knows_of_a_comparison_that_broke_off(consultation, client, officer, settings, tmp_path):
    submission(consultation)
    relay_batch()
    call_command("search_verify", verbosity=0)
    place = settings.SEARCH_URL
    broken(settings, tmp_path)
    with pytest.raises(CommandError):
        call_command("search_verify", verbosity=0)
    settings.SEARCH_URL = place
    client.force_login(officer)

    page = client.get(reverse("search_status")).content.decode()

    assert "It broke off" in page
    assert "The index search.sqlite3 cannot be reached" in page
    assert (Verification.latest().problem != "", Verification.latest_whole().checked) == (True, 1)
    assert comparison().tone == "stop"


def test_rebuild_keeps_when_it_was(consultation, capsys):
    submission(consultation)
    call_command("search_rebuild", verbosity=0)

    assert get_search_status().rebuilt == Rebuild.objects.get(read=1)


def test_worker_compares_once_a_night(consultation):
    made = []
    night = timezone.localtime().replace(hour=2, minute=0)
    for moment in (night.replace(hour=12), night, night + timedelta(hours=1), night + timedelta(days=1)):
        with clock.travel(moment, tick=False):
            schedule.verify_nightly()
        made.append(Verification.objects.count())

    assert made == [0, 1, 1, 2]


def test_ready_stays_ready_without_an_index(client, consultation, settings, tmp_path):
    submission(consultation)
    before = client.get("/healthz/ready").json()
    broken(settings, tmp_path)
    response = client.get("/healthz/ready")

    assert (before["search"], before["index_lag"]) == ("ok", 1)
    assert (response.status_code, response.json()["search"]) == (200, "unavailable")


def test_metrics_are_not_there_without_the_token(client, settings, db):
    unset = client.get("/metrics", headers={"Authorization": "Bearer "}).status_code
    settings.METRICS_TOKEN = "known"
    given = [client.get("/metrics", headers={"Authorization": words}) for words in ("", "known", "Bearer x")]

    assert [unset, *(response.status_code for response in given)] == [404] * 4


def test_metrics_tell_the_same_numbers(client, consultation, settings, capsys):
    settings.METRICS_TOKEN = "known"
    submission(consultation)
    call_command("search_rebuild", verbosity=0)
    call_command("search_verify", verbosity=0)
    response = client.get("/metrics", headers={"Authorization": "Bearer known"})
    lines = dict(line.split() for line in response.content.decode().splitlines() if not line.startswith("#"))

    assert response["Content-Type"].startswith("text/plain")
    told = {
        name.removeprefix("parley_search_"): value
        for name, value in lines.items()
        if name.startswith("parley_search_") and "second" not in name
    }
    assert told == {
        "up": "1.0",
        "lag_changes": "0.0",
        "poison_documents": "0.0",
        "documents": "1.0",
        "sealed_documents": "0.0",
        "verified_submissions": "1.0",
        "drift_submissions": "0.0",
        "verify_failed": "0.0",
    }


def test_page_shows_status_and_trouble(client, officer, settings, tmp_path):
    client.force_login(officer)
    well = client.get(reverse("search_status")).content.decode()
    broken(settings, tmp_path)
    ill = client.get(reverse("search_status")).content.decode()

    assert ["The index cannot be asked now" in page for page in (well, ill)] == [False, True]


@pytest.mark.parametrize("count", [1, 3])
def test_status_costs_the_same_queries_however_much_lags(consultation, django_assert_num_queries, count):
    for _n in range(count):
        submission_to(consultation)
    with django_assert_num_queries(7):  # three of them for what is known of the indices
        get_search_status()


def test_the_page_lists_what_the_index_refuses(client, officer, consultation):
    one = submission(consultation, "A tram")
    PoisonDocument.record_refusal(one.pk, one.version, "It is too large for the search server.")
    client.force_login(officer)

    page = client.get(reverse("search_status")).content.decode()

    assert one.reference in page
    assert "It is too large for the search server." in page


def test_the_desk_says_when_its_index_has_no_place(client, officer, consultation, settings, tmp_path):
    submission(consultation, "A tram")
    broken(settings, tmp_path)
    client.force_login(officer)

    response = client.get(reverse("desk"))

    assert (response.status_code, "Submissions are safe" in response.content.decode()) == (503, True)
