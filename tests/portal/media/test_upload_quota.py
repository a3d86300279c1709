"""How much one person uploads in a day."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import UploadedFile

from portal.http.rate_limits import RateLimit
from portal.media import upload_quota
from portal.media.upload_quota import count_upload
from tests.factories import UserFactory
from tests.moderation.concurrency import together
from tests.portal.media.pictures import photograph

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")]
KIB = 1024
REFUSED = "You have uploaded as much as one person may in a day"


@pytest.fixture(autouse=True)
def quota(monkeypatch):
    """Let everybody upload two files and 100 KiB."""
    for name, most in (("FILES_OF_UPLOADER", 2), ("KIB_OF_UPLOADER", 100)):
        monkeypatch.setattr(upload_quota, name, RateLimit(name.lower(), most=most, window_seconds=86400))


def upload_text(client, name, size=20):
    file = SimpleUploadedFile(name, b"The minutes. " * (size // 13 + 1), "text/plain")
    return client.post(reverse("wagtaildocs:add"), {"title": name, "file": file, "collection": 1})


def stored():
    return get_document_model().objects.count(), get_image_model().objects.count()


def test_files_of_a_day_are_counted_for_each_person(client, editor):
    client.force_login(editor)
    answers = [upload_text(client, f"{n}.txt") for n in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 200]
    assert (REFUSED in answers[-1].content.decode(), stored()) == (True, (2, 0))
    client.force_login(UserFactory(groups=["Editors"]))
    assert upload_text(client, "another.txt").status_code == 302


def test_bytes_of_a_day_are_counted(client, editor):
    client.force_login(editor)

    answers = [upload_text(client, f"{n}.txt", size=60 * KIB) for n in range(2)]

    assert ([answer.status_code for answer in answers], stored()) == ([302, 200], (1, 0))


def test_pictures_and_documents_are_counted_together_and_refused_files_are_not(client, editor):
    client.force_login(editor)
    add = reverse("wagtailimages:add_multiple")
    client.post(add, {"title": "Broken", "files[]": SimpleUploadedFile("broken.jpg", b"no picture"), "collection": 1})
    for name in ("gate.jpg", "bridge.jpg"):
        file = SimpleUploadedFile(name, photograph("JPEG"), "image/jpeg")
        client.post(add, {"title": name, "files[]": file, "collection": 1})

    answer = upload_text(client, "minutes.txt")

    assert (REFUSED in answer.content.decode(), stored()) == (True, (0, 2))


def test_a_file_without_a_title_is_stored_and_counted(client, editor):
    client.force_login(editor)
    answers = []
    for name in ("gate.jpg", "bridge.jpg", "ferry.jpg"):
        file = SimpleUploadedFile(name, photograph("JPEG"), "image/jpeg")
        answers.append(client.post(reverse("wagtailimages:add_multiple"), {"title": "", "files[]": file}).json())

    assert [answer["success"] for answer in answers] == [True, True, False]
    assert (REFUSED in answers[-1]["error_message"], UploadedFile.objects.count()) == (True, 2)


def test_a_new_title_is_no_upload(client, editor):
    client.force_login(editor)
    for n in range(2):
        upload_text(client, f"{n}.txt")
    document = get_document_model().objects.first()

    answer = client.post(reverse("wagtaildocs:edit", args=[document.pk]), {"title": "Minutes", "collection": 1})

    document.refresh_from_db()
    assert (answer.status_code, document.title) == (302, "Minutes")


def test_the_next_day_begins_anew(client, editor, time_machine):
    time_machine.move_to("2026-11-02 09:00Z")
    client.force_login(editor)
    for n in range(3):
        upload_text(client, f"{n}.txt")
    time_machine.move_to("2026-11-03 09:01Z")
    client.force_login(editor)

    assert upload_text(client, "late.txt").status_code == 302


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_many_uploads_at_once_no_more_fit_than_the_quota_says(monkeypatch):
    monkeypatch.setattr(upload_quota, "FILES_OF_UPLOADER", RateLimit("many_files", most=99, window_seconds=86400))
    person = UserFactory()

    def upload(_n):
        try:
            count_upload(person, 30 * KIB)
        except ValidationError:
            return "refused"
        return "stored"

    results = [*together(upload, range(8)).values()]

    assert sorted(results) == ["refused"] * 5 + ["stored"] * 3
