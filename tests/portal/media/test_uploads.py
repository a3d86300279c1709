"""Uploads: pictures are stored without metadata, documents are given to those who may read them."""

import io
import re
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from PIL import Image, ImageFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction

from tests.factories import ConsultationFactory
from tests.portal.media.pictures import photograph

# Wagtail leaves the file of a new rendition to the garbage collector.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")]

MINUTES = b"%PDF-1.4 minutes of the board"


def picture(kind="JPEG", orientation=1, name="east-gate.jpg"):
    return get_image_model().objects.create(
        title="East gate", file=ContentFile(photograph(kind, orientation), name=name), width=80, height=60
    )


def files_below(root):
    return [path for path in Path(root).rglob("*") if path.is_file()]


def has_secrets(root):
    return [path.name for path in files_below(root) if b"Secret" in path.read_bytes()]


@pytest.fixture
def minutes():
    return get_document_model().objects.create(title="Minutes", file=ContentFile(MINUTES, name="minutes.pdf"))


def page_with(document, **fields):
    link = f'<p><a linktype="document" id="{document.pk}">The minutes</a></p>'
    body = [{"type": "section", "value": {"heading": "What we know", "text": link}}]
    return ConsultationFactory(body=body, **fields)


@pytest.mark.parametrize("orientation", [1, 6])
def test_neither_original_nor_rendition_says_where_it_was_taken(settings, orientation):
    image = picture(orientation=orientation)
    rendition = image.get_rendition("width-40")

    assert has_secrets(settings.MEDIA_ROOT) == []
    assert (image.width, image.height) == ((80, 60) if orientation == 1 else (60, 80))
    with Image.open(rendition.file.path) as shown:
        assert (shown.width < shown.height) == (orientation == 6)
    assert image.file_size == Path(image.file.path).stat().st_size


def test_editor_who_uploads_a_photograph_stores_no_place(client, editor, settings):
    client.force_login(editor)
    file = SimpleUploadedFile("gate.jpg", photograph("JPEG"), "image/jpeg")

    client.post(reverse("wagtailimages:add_multiple"), {"title": "Gate", "files[]": file, "collection": 1})
    client.post(reverse("wagtailimages:add_multiple"), {"files[]": file})

    assert files_below(settings.MEDIA_ROOT)
    assert has_secrets(settings.MEDIA_ROOT) == has_secrets(settings.PRIVATE_MEDIA_ROOT) == []


def plain_picture(kind):
    """Return a picture without metadata, large enough to be cut in the middle of its pixels."""
    out = io.BytesIO()
    Image.effect_noise((200, 200), 60).convert("RGB").save(out, kind)
    return out.getvalue()


@pytest.fixture(params=[False, True], ids=["", "after a PDF was made"])
def _forgiving(request, monkeypatch):
    """Let Pillow forgive what is cut off, as WeasyPrint has it do for the whole process."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", request.param)


@pytest.mark.usefixtures("_forgiving")
@pytest.mark.parametrize("make", [photograph, plain_picture])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("name", ["wagtailimages:add", "wagtailimages:add_multiple", "wagtailimages_chooser:create"])
def test_picture_that_is_cut_off_is_an_error_at_its_field(client, editor, settings, name, kind, make):
    client.force_login(editor)
    data, ending = make(kind), {"JPEG": "jpg"}.get(kind, kind.lower())
    half = SimpleUploadedFile(f"gate.{ending}", data[: len(data) // 2], f"image/{kind.lower()}")
    prefix = "image-chooser-upload-" if "chooser" in name else ""
    field = "files[]" if "multiple" in name else f"{prefix}file"

    answer = client.post(reverse(name), {f"{prefix}title": "Gate", field: half, f"{prefix}collection": 1})

    assert answer.status_code == 200
    assert "This picture is cut off or damaged." in answer.content.decode()
    assert files_below(settings.MEDIA_ROOT) == []
    assert not get_image_model().objects.exists()


def test_picture_is_not_replaced_by_one_that_is_cut_off(client, editor):
    client.force_login(editor)
    image, data = picture(), photograph("JPEG")
    sent = {"title": "North gate", "collection": 1}
    half = SimpleUploadedFile("gate.jpg", data[: len(data) // 2], "image/jpeg")

    broken = client.post(reverse("wagtailimages:edit", args=[image.pk]), sent | {"file": half})
    client.post(reverse("wagtailimages:edit", args=[image.pk]), sent)

    assert "This picture is cut off or damaged." in broken.content.decode()
    assert get_image_model().objects.get().title == "North gate"


def words_of(document):
    with document.file.open("rb") as file:
        return file.read()


def test_pictures_and_documents_of_earlier_releases_are_put_right(
    settings, minutes, capsys, django_capture_on_commit_callbacks
):
    image = picture(orientation=6)
    stored = FileSystemStorage()
    old_picture = stored.save("original_images/old.jpg", ContentFile(photograph("JPEG", 6)))
    get_image_model().objects.filter(pk=image.pk).update(file=old_picture)
    get_image_model().objects.get(pk=image.pk).get_rendition("width-40")
    old_document = stored.save("documents/old.pdf", ContentFile(MINUTES))
    get_document_model().objects.filter(pk=minutes.pk).update(file=old_document)
    minutes.refresh_from_db()
    assert sorted(has_secrets(settings.MEDIA_ROOT)) == ["old.jpg", "old.width-40.jpg"]
    assert words_of(minutes) == MINUTES

    with django_capture_on_commit_callbacks(execute=True):
        call_command("protect_uploads")
    call_command("protect_uploads")

    minutes = get_document_model().objects.get()
    assert has_secrets(settings.MEDIA_ROOT) == []
    assert (words_of(minutes), minutes.file.name) == (MINUTES, "documents/old.pdf")
    assert not (Path(settings.MEDIA_ROOT) / "documents" / "old.pdf").exists()
    assert capsys.readouterr().out.splitlines() == [
        "1 pictures lost their metadata, 0 had none, 0 cannot be read.",
        f"1 documents moved to {settings.PRIVATE_MEDIA_ROOT}.",
        "0 documents lost their metadata, 0 had none, 1 are left as they are.",
        "0 pictures lost their metadata, 1 had none, 0 cannot be read.",
        f"0 documents moved to {settings.PRIVATE_MEDIA_ROOT}.",
        "0 documents lost their metadata, 0 had none, 1 are left as they are.",
    ]


def test_documents_lie_where_no_web_server_shows_them(client, settings, minutes):
    page_with(minutes)

    assert files_below(settings.MEDIA_ROOT) == []
    assert minutes.file.name == "documents/minutes.pdf"
    assert client.get(f"/media/{minutes.file.name}").status_code == 404


@pytest.mark.parametrize("name", ["east-gate.jpg", "east-gate" * 20 + ".jpg"])
def test_address_of_a_picture_is_not_guessed_from_its_name(name):
    first, second = picture(name=name), picture(name=name)
    addresses = [shown.url for image in (first, second) for shown in (image.file, image.get_rendition("fill-40x40"))]

    tokens = [re.fullmatch(r"/media/[a-z_]+/([a-z0-9]{16})-east-gate.*\.jpg", address)[1] for address in addresses]
    assert tokens[0] == tokens[1] != tokens[2] == tokens[3]


def test_document_of_a_public_page_is_for_everybody(client, minutes):
    page_with(minutes)

    answer = client.get(minutes.url)

    assert (answer.status_code, b"".join(answer)) == (200, MINUTES)


@pytest.mark.parametrize("draft", [{}, {"live": False}])
def test_document_of_a_draft_is_for_staff(client, editor, minutes, draft):
    if draft:
        page_with(minutes, **draft)

    assert client.get(minutes.url).status_code == 404
    client.force_login(editor)
    assert client.get(minutes.url).status_code == 200


def test_document_leaves_with_its_page(client, minutes):
    page = page_with(minutes)
    assert client.get(minutes.url).status_code == 200

    page.unpublish()

    assert client.get(minutes.url).status_code == 404


def test_private_collection_asks_who_it_is(client, citizen, minutes):
    minutes.collection = Collection.get_first_root_node().add_child(name="Board")
    minutes.save()
    CollectionViewRestriction.objects.create(collection=minutes.collection, restriction_type="login")
    page_with(minutes)

    assert client.get(minutes.url).status_code == 302
    client.force_login(citizen)
    assert client.get(minutes.url).status_code == 200


def test_nginx_is_told_what_it_may_send(client, settings, minutes):
    from wagtail.utils.sendfile import _get_sendfile

    settings.SENDFILE_BACKEND, settings.DOCUMENTS_ACCEL = "portal.media.accel", "/private/"
    _get_sendfile.clear()
    page_with(minutes)

    answer = client.get(minutes.url)

    _get_sendfile.clear()
    assert answer["X-Accel-Redirect"] == "/private/documents/minutes.pdf"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="minutes.pdf"'
    assert answer.content == b""


def picture_of(width, height, kind="PNG", frames=1):
    """Return a picture of one colour, or a film of two, which is small on the disk and large in the memory."""
    out, more = io.BytesIO(), [Image.new("1", (width, height), number % 2) for number in range(1, frames)]
    Image.new("1", (width, height)).save(out, kind, **({"save_all": True, "append_images": more} if more else {}))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("gate.png", picture_of(7_100, 7_100), "too many pixels (50410000)"),
        ("gate.png", picture_of(13_500, 13_500), "too many pixels (unknown number)"),
        ("gate.gif", picture_of(2_300, 2_300, "GIF", 10), "too many pixels (52900000)"),
        ("gate.jpg", picture_of(80, 60), "extension does not match"),
        ("gate.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "extension does not match"),
        ("gate.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "Not a supported image format"),
        ("gate.png", picture_of(80, 60) + bytes(11 * 1024 * 1024), "too big"),
    ],
    ids=["pixels", "bomb", "frames", "type", "markup", "svg", "bytes"],
)
def test_picture_that_is_too_much_or_something_else_is_an_error(client, editor, settings, name, data, words):
    client.force_login(editor)
    sent = {"title": "Gate", "file": SimpleUploadedFile(name, data), "collection": 1}

    answer = client.post(reverse("wagtailimages:add"), sent)

    assert words in answer.content.decode()
    assert files_below(settings.MEDIA_ROOT) == []


def test_pictures_and_documents_run_nothing_with_us(client, minutes):
    page_with(minutes)
    shown = {kind: client.get(address) for kind, address in (("picture", picture().file.url), ("paper", minutes.url))}

    found = {kind: [answer[name] for name in FILE_HEADERS] for kind, answer in shown.items()}
    assert found == {kind: ["nosniff", "default-src 'none'; sandbox"] for kind in shown}
    assert shown["paper"]["Content-Disposition"].startswith("attachment")
    for answer in shown.values():
        answer.close()


FILE_HEADERS = ("X-Content-Type-Options", "Content-Security-Policy")
