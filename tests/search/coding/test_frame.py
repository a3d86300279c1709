"""A frame is changed while texts are read: every version stays, and no coding is lost."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.audit.models import AuditEntry
from search.coding.frame_changes import frame_changes
from search.models import Code, Coding, CodingFrame
from search.models.coding import MAX_CODES

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(client, officer, frame):
    client.force_login(officer)

    def change(do, code=None, **fields):
        frame.refresh_from_db()
        fields = {"version": frame.version} | {name: getattr(value, "pk", value) for name, value in fields.items()}
        return client.post(
            reverse("coding_frame", args=[frame.pk]), {"do": do, "code": getattr(code, "pk", ""), **fields}
        )

    return change


def names(frame):
    return [code.name for code in frame.codes_in_use]


def test_every_change_is_a_version_that_says_what_it_changed(change, frame, code):
    change("add", name="Cost", definition="Fares, fines.")
    change("change", code, name="Light", definition=code.definition)
    change("change", code, name="Light", definition="Lamps.")
    change("up", frame.codes.get(name="Waiting alone"))
    change("retire", frame.codes.get(name="Cost"))

    said = frame_changes(frame)
    assert [one.version.number for one in said] == [7, 6, 5, 4, 3, 2, 1]
    assert (said[4].added, said[3].renamed, said[2].redefined) == (("Cost",), (("Lighting", "Light"),), ("Light",))
    assert (said[1].is_reordered, said[0].gone) == (True, ("Cost",))
    assert names(frame) == ["Waiting alone", "Light", "Other", "No reason given"]
    assert AuditEntry.objects.filter(action="coding.frame_changed").count() == 5


def test_two_codes_are_put_together_and_their_texts_keep_who_said_so(change, officer, moderator, frame, code, answer):
    other = frame.codes.get(name="Waiting alone")
    both, one = answer("Both"), answer("One")
    Coding.give(code, both, 1, officer)
    Coding.give(other, both, 1, moderator)
    Coding.give(other, one, 1, moderator)

    change("retire", other, into=code)

    in_force = Coding.objects.in_force().order_by("submission").values_list("submission", "code", "coder", "way")
    assert list(in_force) == [(both.pk, code.pk, officer.pk, "hand"), (one.pk, code.pk, moderator.pk, "merge")]
    assert Coding.objects.filter(code=other).exclude(removed_at=None).count() == 2
    assert Coding.objects.get(way="merge").frame_version == 3


def test_retired_code_keeps_its_texts(change, officer, frame, code, answer):
    text = answer()
    Coding.give(code, text, 1, officer)
    change("retire", code)
    assert Coding.objects.in_force().get().code == code
    assert "Lighting" not in names(frame)


@pytest.mark.parametrize("name", ["", " ", "\u200b", "lighting", "Light\u200bing", "x" * 61])
def test_name_that_cannot_be_is_refused_and_what_was_typed_stays(change, frame, name):
    response = change("add", name=name, definition="What I typed.")
    assert (response.status_code, response.context["new"].errors.keys()) == (422, {"name"})
    assert "What I typed." in response.content.decode()
    assert frame.versions.count() == 2


def test_name_of_another_code_is_refused_beside_its_own(change, frame, code):
    response = change("change", code, name="waiting ALONE", definition="")
    assert response.status_code == 422
    assert "There is a code of this name already." in response.content.decode()


def test_the_two_codes_of_every_frame_cannot_be_changed(change, frame):
    fixed = frame.codes.get(purpose=Code.Purpose.OTHER)
    for do in ("change", "retire", "up", "nonsense"):
        assert change(do, fixed, name="Mine").status_code == 302
    assert names(frame)[-2:] == ["Other", "No reason given"]
    assert frame.versions.count() == 2


def test_full_frame_takes_no_more_codes(change, officer, frame):
    frame.name_codes([(f"Code {number}", "") for number in range(MAX_CODES - 4)], officer)
    response = change("add", name="One more")
    assert response.status_code == 422
    assert (frame.codes.count(), frame.versions.count()) == (MAX_CODES, 3)


def test_frame_goes_to_another_consultation_as_a_file(change, client, officer, frame):
    file = client.get(reverse("coding_frame_file", args=[frame.pk])).content
    other = CodingFrame.begin(frame.consultation, None, officer)
    for version in (1, 2):
        sent = {"do": "take_in", "version": version, "file": SimpleUploadedFile("frame.json", file)}
        client.post(reverse("coding_frame", args=[other.pk]), sent)

    assert names(other) == names(frame)
    assert other.codes.get(name="Lighting").definition == "Lamps at stops and on the way there."
    assert other.versions.count() == 2


@pytest.mark.parametrize(
    "file",
    [
        b"", b"\xff\xfe", b"[]", b"7", b"[" * 100_000,
        b'{"codes": 7}', b'{"codes": [7]}', b'{"codes": [{"definition": "x"}]}',
        b'{"codes": [{"name": 7}]}', b'{"codes": [{"name": " "}]}', b'{"codes": [{"name": "a", "definition": ["x"]}]}',
        json.dumps({"codes": [{"name": "x" * 61}]}).encode(),
        json.dumps({"codes": [{"name": f"{n}"} for n in range(MAX_CODES + 1)]}).encode(),
    ],
)  # fmt: skip
def test_file_that_is_no_frame_is_refused_whole(client, officer, frame, file):
    client.force_login(officer)
    sent = {"do": "take_in", "version": 2, "file": SimpleUploadedFile("frame.json", b" " + file)}
    response = client.post(reverse("coding_frame", args=[frame.pk]), sent, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert frame.versions.count() == 2


@pytest.mark.parametrize("do", ["add", "change", "up", "retire", "receipts"])
def test_second_officer_does_not_undo_what_the_first_changed(change, frame, code, do):
    change("change", code, name="Lamps", definition="Old.")

    response = change(do, code, version=2, name="Lighting", definition="What I typed.", on_receipts="on")

    code.refresh_from_db()
    assert (code.name, code.retired_at, frame.versions.count()) == ("Lamps", None, 3)
    if do in ("add", "change"):
        assert response.status_code == 422
        assert "Somebody changed the frame meanwhile." in response.content.decode()
        assert "What I typed." in response.content.decode()
    else:
        assert response.status_code == 302


def test_name_of_a_retired_code_goes_to_the_one_in_use(officer, frame, code):
    code.retire(officer)
    frame.codes.get(name="Waiting alone").change(officer, name="Lighting")
    [named] = frame.name_codes([("LIGHTING", "")], officer)
    assert (named.retired_at, named.pk != code.pk) == (None, True)


def test_names_are_the_same_in_any_case_of_any_letter(officer, frame):
    [one] = frame.name_codes([("Ärger", "")], officer)
    [other] = frame.name_codes([("ärger", "")], officer)
    assert one == other
