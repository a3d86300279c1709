"""What is held about one person, as lists, as a file, by command; and who may erase it."""

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from consultations.models import Submission
from moderation.models import PersonErasure
from portal.models import AuditEntry, StaffNotification, User
from portal.privacy.pack import dossier_of
from tests.factories import UserFactory, submission_to
from tests.search.planted import ADDRESS, GUEST, NAME, OTHERS, SENTENCE, plant_everywhere

pytestmark = pytest.mark.django_db

REASON = "The person asked for it in writing."


@pytest.fixture
def colleague(db):
    return UserFactory(first_name="Per", groups=["Privacy officers"])


@pytest.fixture
def planted(consultation, moderator, editor, officer):
    plant_everywhere(consultation, moderator, editor, officer)
    return consultation


@pytest.fixture
def desk(privacy):
    client = Client()
    client.force_login(privacy)
    return client


def asked_for(who=ADDRESS, **more):
    return {"who": who, "reason": REASON, **more}


def pack_of(answer):
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        return json.loads(pack.read("person.json")), pack.read("person.html").decode()


def test_page_counts_exactly_the_rows_that_it_lists(desk, planted):
    page = desk.post(reverse("people"), asked_for()).content.decode()

    dossier = dossier_of(ADDRESS)
    for holding in dossier.holdings:
        fold = page.partition(f"<summary>{holding.kind.title} ({holding.count})</summary>")[2].partition("</details>")[
            0
        ]
        assert fold.count("<li>") == holding.count > 0, holding.kind.title
    fold = page.partition(f"<summary>Named or quoted elsewhere ({len(dossier.traces)})")[2].partition("</details>")[0]
    assert fold.count("<li>") == len(dossier.traces) > 0


def test_pack_holds_all_rows_and_an_extract_without_notes_among_colleagues(desk, planted):
    data, extract = pack_of(desk.post(reverse("person_pack"), asked_for()))

    assert {label: table["count"] for label, table in data["tables"].items()} | {"traces": len(data["traces"])} == (
        dossier_of(ADDRESS).counts
    )
    assert all(table["count"] == len(table["rows"]) for table in data["tables"].values())
    assert (SENTENCE in extract, "writes zebrafinch again" in extract, OTHERS in extract) == (True, False, False)
    assert "writes zebrafinch again" in json.dumps(data)


def test_ledger_keeps_who_looked_and_why_but_not_at_whom(desk, planted, privacy):
    desk.post(reverse("people"), asked_for())
    desk.post(reverse("person_pack"), asked_for())

    entries = AuditEntry.objects.filter(action__in=["person.looked_up", "person.packed"])
    assert [(entry.by, entry.facts["reason"]) for entry in entries] == [(privacy.pk, REASON)] * 2
    assert ADDRESS not in json.dumps([entry.facts for entry in entries])


def test_address_never_stands_in_an_address(desk, planted):
    page = desk.get(reverse("people"), {"who": ADDRESS}).content.decode()

    assert NAME not in page
    assert AuditEntry.objects.filter(action="person.looked_up").count() == 0


def test_reason_may_not_name_the_person(desk, planted):
    answer = desk.post(reverse("people"), asked_for(reason="quintessa.marl asked for it"))

    assert answer.status_code == 422
    assert "It names the person." in answer.content.decode()


def test_reference_leads_to_its_own_text_and_not_to_a_typed_address(consultation, desk):
    """Anybody can type somebody else's address into a form."""
    sent = submission_to(consultation, "With an address that is perhaps not mine.", **GUEST)
    submission_to(consultation, SENTENCE, **GUEST)

    dossier = dossier_of(sent.reference.lower().replace("-", " "))

    assert dossier.person.found(Submission) == [sent.pk]
    assert dossier.person.address == ""


def test_reference_of_an_account_leads_to_everything_of_the_account(consultation, citizen):
    sent = submission_to(consultation, "One.", author=citizen)
    other = submission_to(consultation, "Two.", author=citizen)

    dossier = dossier_of(sent.reference)

    assert dossier.person.found(Submission) == [sent.pk, other.pk]
    assert dossier.person.found(User) == [citizen.pk]


def test_same_browser_counts_only_when_asked(consultation):
    mine = submission_to(consultation, "Mine.", author_key="a-family-browser")
    theirs = submission_to(consultation, "My sister's.", author_key="a-family-browser")

    assert dossier_of(mine.reference).person.found(Submission) == [mine.pk]
    assert dossier_of(mine.reference, with_browser=True).person.found(Submission) == [mine.pk, theirs.pk]


def test_longer_address_is_another_persons(consultation):
    submission_to(consultation, "Write to big.quintessa.marl@zebrafinch.example.au about it.")

    assert dossier_of(ADDRESS).is_empty


def test_sentence_that_others_wrote_too_is_no_quotation(consultation, editor):
    """A campaign's letter is everybody's: an outcome that quotes it stays when one of them is erased."""
    submission_to(consultation, SENTENCE, **GUEST)
    submission_to(consultation, SENTENCE)
    consultation.outcome = [("text", f"<p>Many wrote: {SENTENCE}</p>")]
    consultation.save_revision(user=editor).publish()

    assert dossier_of(ADDRESS).traces == []


def ask(client, **changes):
    sent = {"erase-who": ADDRESS, "erase-confirm": ADDRESS, "erase-reason": REASON} | changes
    return client.post(reverse("person_erase"), sent)


def test_who_asks_cannot_approve(desk, planted, colleague):
    ask(desk)
    asked = PersonErasure.objects.get()
    page = desk.post(reverse("person_erasure_approve", args=[asked.pk]), follow=True)

    assert "somebody else has to approve it" in page.content.decode()
    assert Submission.objects.filter(author_email=ADDRESS).exists()
    told = StaffNotification.objects.filter(kind="moderation.person_erasure").values_list("user", flat=True)
    assert list(told) == [colleague.pk]


def test_refusal_forgets_who_it_was_and_erases_nothing(desk, planted, colleague):
    ask(desk)
    asked = PersonErasure.objects.get()
    before = dossier_of(ADDRESS).counts
    desk.post(reverse("person_erasure_refuse", args=[asked.pk]))

    asked.refresh_from_db()
    assert (asked.address, asked.refused_at is None, dossier_of(ADDRESS).counts) == ("", False, before)


def test_wrong_confirmation_erases_nothing(desk, planted):
    answer = ask(desk, **{"erase-confirm": "ann@example.org"})

    assert answer.status_code == 422
    assert PersonErasure.objects.count() == 0


def test_emergency_needs_one_person_and_tells_the_others(desk, planted, colleague, privacy):
    ask(desk, **{"erase-alone": "on"})

    done = PersonErasure.objects.get()
    entry = AuditEntry.objects.get(action="person.erased")
    assert dossier_of(ADDRESS).is_empty
    assert (done.is_emergency, done.approved_by, entry.facts["alone"]) == (True, privacy, True)
    assert StaffNotification.objects.filter(kind="moderation.person_erased_alone", user=colleague).exists()


def test_account_of_staff_stays_and_is_listed(moderator):
    dossier = dossier_of(moderator.email)
    PersonErasure.at_once(dossier.person, actor=None, reason=REASON)

    assert dossier.person.found(User) == [moderator.pk]
    assert User.objects.get(pk=moderator.pk).email == moderator.email


def test_commands_write_the_pack_and_erase_for_two(planted, privacy, colleague, tmp_path, capsys):
    call_command("person_pack", ADDRESS, reason=REASON, output=tmp_path / "pack.zip")
    officers = {"asked_by": privacy.email, "approved_by": colleague.email}
    call_command("erase_person", ADDRESS, reason=REASON, yes=True, **officers)

    assert zipfile.ZipFile(tmp_path / "pack.zip").namelist() == ["person.json", "person.html", "README.txt"]
    assert dossier_of(ADDRESS).is_empty
    done = PersonErasure.objects.get()
    assert (done.asked_by, done.approved_by, done.is_emergency) == (privacy, colleague, False)


def test_command_refuses_one_person_twice_and_who_may_not_erase(planted, privacy, moderator):
    for other in (privacy, moderator):
        with pytest.raises(CommandError):
            officers = {"asked_by": privacy.email, "approved_by": other.email}
            call_command("erase_person", ADDRESS, reason=REASON, yes=True, **officers)

    assert not dossier_of(ADDRESS).is_empty


def test_extract_says_values_as_people_do(desk, consultation):
    submission_to(consultation, SENTENCE, **GUEST)

    _data, extract = pack_of(desk.post(reverse("person_pack"), asked_for()))

    assert ("<dt>Author email</dt>" in extract, "Published" in extract, "author_email" in extract) == (
        True,
        True,
        False,
    )


def test_command_erases_though_the_index_is_away(planted, privacy, settings, capsys):
    settings.SEARCH_URL = "http://127.0.0.1:9/away"
    call_command("erase_person", ADDRESS, reason=REASON, yes=True, asked_by=privacy.email)

    assert "The index is away" in capsys.readouterr().err
    assert dossier_of(ADDRESS).is_empty
    assert PersonErasure.objects.get().is_emergency
