"""One cell as a value: what cannot be read is noted and no reason to lose a letter."""

from datetime import UTC, datetime

import pytest

from consultations.intake.cells import Cells, Note, put_right
from consultations.intake.mapping import load_mapping
from consultations.languages import language_code


def read(**said):
    return Cells(load_mapping("spreadsheet"), said)


@pytest.mark.parametrize(
    ("misread", "text"),
    [
        ("CafÃ© donâ€™t", "Café don’t"),
        ("â\x80\x99s â\x80\x93 Ã©", "’s – é"),
        ("Ã©tÃ© – and a “good” one", "été – and a “good” one"),
        ("WiÄ™cej zieleni Å¼ol", "Więcej zieleni żol"),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
        ("ðŸ˜€ yes", "😀 yes"),
        ("donÃ¢â‚¬â„¢t CafÃƒÂ©", "don’t Café"),
        ("don‚Äôt ‚Äì caf√©", "don’t – café"),
        ("M√ºnchen", "München"),
    ],
)
def test_letters_that_were_decoded_wrongly_are_put_right_and_noted(misread, text):
    cells = read(text=misread)

    assert cells.text_and_title()[0] == text
    assert cells.notes == [Note("misread", misread)]


@pytest.mark.parametrize(
    "text", ["naïve Ãber", "«Ça», „Spaß“ – „süß“", "das „Ä“", "15 °C, 5 £", "Ñandú – ÀÉÎ", "été", "√2 √π", "‚Ähm‘"]
)
def test_right_letters_stay(text):
    assert put_right(text) == text


def test_markup_and_lost_letters_are_noted():
    cells = read(text="I don&rsquo;t <b>agree</b> na\ufffdve")

    assert cells.text_and_title() == ("I don’t agree na\ufffdve", "")
    assert [note.kind for note in cells.notes] == ["lost letters", "markup"]


@pytest.mark.parametrize(("text", "odd"), [("I don?t know", "don?t"), ("In M?nchen.", "M?nchen")])
def test_letters_that_became_question_marks_are_noted(text, odd):
    cells = read(text=text)
    assert (cells.text_and_title()[0], cells.notes) == (text, [Note("lost sign", odd)])


@pytest.mark.parametrize(
    "text", ["Why? because", "Really?Yes", "https://example.org/page?id=3", "see index?a=1", "No??what"]
)
def test_other_question_marks_are_not_noted(text):
    cells = read(text=text)
    assert (cells.text_and_title()[0], cells.notes) == (text, [])


ADDRESS = "ann@example.org"
LONG_ADDRESS = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.org"


@pytest.mark.parametrize("said", [ADDRESS, f" <{ADDRESS}> ", f"Ann <{ADDRESS}>", f"mailto:{ADDRESS}"])
def test_an_e_mail_address_is_found(said):
    cells = read(author_email=said)
    assert (cells.email(), cells.notes) == ("ann@example.org", [])


@pytest.mark.parametrize("said", ["n/a", "-", "ann at example.org", "a@b", LONG_ADDRESS])
def test_what_is_no_e_mail_address_is_left_out_and_noted(said):
    cells = read(author_email=said)
    assert (cells.email(), cells.notes) == ("", [Note("email", said)])
    assert cells.notes[0].for_staff() == "The e-mail address could not be read"


@pytest.mark.parametrize(
    ("said", "channel", "noted"),
    [("Letter", "paper", 0), ("E-MAIL", "email", 0), ("", "email", 0), ("n/a", "email", 0), ("Pigeon", "other", 1)],
)
def test_channels(said, channel, noted):
    cells = read(channel=said)
    assert (cells.channel(), cells.notes) == (channel, [Note("channel", said)] * noted)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("French", "fr"), ("français", "fr"), ("fr-CA", "fr"), ("FRA", "fr"), ("de", "de"), ("Deutsch", "de"),
        ("English (UK)", "en"), ("pt_BR", "pt"), ("zh-hans", "zh"), ("Chinese", "zh"), ("Klingon", ""), ("xx", ""),
    ],
)  # fmt: skip
def test_languages_are_known_by_name_and_code(said, code):
    assert language_code(said) == code
    cells = read(language=said)
    assert (cells.language(), bool(cells.notes)) == (code, not code)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("03/11/2026 10:30", datetime(2026, 11, 3, 10, 30)),
        ("3.11.2026", datetime(2026, 11, 3)),
        ("2026-11-03T10:30:00", datetime(2026, 11, 3, 10, 30)),
        ("46329", datetime(2026, 11, 3)),
        ("01/01/1900", datetime(1900, 1, 1)),
    ],
)
def test_dates_are_read_in_the_agencys_time_zone(said, at, settings, time_machine):
    time_machine.move_to(datetime(2026, 11, 29, tzinfo=UTC))
    settings.TIME_ZONE = "UTC"
    assert read(received_at=said).received_at().replace(tzinfo=None) == at


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("", "no date"), ("n/a", "no date"), ("tomorrow", "unread date"), ("31/02/2026", "unread date"),
        ("30/11/2026", "impossible date"), ("01/01/2062", "impossible date"), ("0206-01-01", "impossible date"),
        ("31/12/1899", "impossible date"), ("206-01-01", "unread date"), ("9999-12-31T23:59:59-12:00", "unread date"),
    ],
)  # fmt: skip
def test_a_date_that_cannot_be_is_unknown(said, kind, time_machine):
    time_machine.move_to(datetime(2026, 11, 29, 12, tzinfo=UTC))
    cells = read(received_at=said)

    assert (cells.received_at(), [note.kind for note in cells.notes]) == (None, [kind])
    assert cells.notes[0].for_staff().startswith("Date unknown")


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("Accepted", "accepted"),
        ("Deleted", "refused"),
        ("SPAM", "refused"),
        ("pending", ""),
        ("", ""),
        ("Hm", "unknown"),
    ],
)
def test_verdicts(said, verdict):
    cells = read(verdict=said)
    assert (cells.verdict(), bool(cells.notes)) == (verdict, verdict == "unknown")


@pytest.mark.parametrize(("said", "consents"), [("Yes", True), ("1", True), ("no", False), ("", False), ("Hm", False)])
def test_the_columns_consent_counts_and_nothing_else(said, consents):
    assert read(consent=said).consents(otherwise=not consents) is consents


@pytest.mark.parametrize("otherwise", [True, False])
def test_without_a_column_the_importer_says_whether_to_publish(otherwise):
    assert read().consents(otherwise) is otherwise


@pytest.mark.django_db
def test_names_and_titles_that_are_too_long_are_not_lost_without_a_word():
    cells = read(author_name="N" * 90, title="T" * 250, text="Text")

    assert (cells.name(), cells.text_and_title()) == ("N" * 80, ("T" * 250 + "\n\nText", ""))
    assert [note.kind for note in cells.notes] == ["name", "title"]
    assert read(author_name="n/a").name() == ""
