import json

import pytest

from moderation.detectors import DETECTORS, Context, Match
from moderation.text.normalised import Text
from tests.conftest import DATA

SYNTHETIC = DATA / "presidio-synth" / "synth_dataset_v2.json"

# Numbers that regulators keep free for drama, or invented ones in the 555 style where there are none.
PHONES = (
    "0491 570 006", "0491570156", "0491 571 266", "+61 491 570 157", "+61491570158", "(02) 5550 1234", "02 7010 1234",
    "03 5550 4321", "(03) 7010 1111", "07 5550 0001", "(08) 5550 9876",
    "+61 2 5550 1234", "+61 (0)3 7010 0000", "0491-570-006", "0491.570.006",
    "09 555 0123", "(09) 555 0199", "04 555 0123", "03 555 0123", "021 555 0123", "021-555-012", "022 555 0123",
    "+64 9 555 0123", "+64 21 555 0123", "0064 21 555 0123", "027 555 0123",
    "020 7946 0123", "(020) 7946 0999", "0113 496 0123", "0131 496 0555", "01632 960123", "01632 960 999",
    "(01632) 960001", "07700 900123", "07700 900 999", "+44 7700 900123", "+44 20 7946 0000", "+44 (0)20 7946 0001",
    "+44 1632 960555", "028 9649 6123", "029 2018 0123",
    "(212) 555-0123", "212-555-0199", "212.555.0145", "212 555 0100", "+1 212 555 0123", "+1-415-555-0188",
    "(415) 555-0100", "415 555 0101", "+1 (312) 555-0111",
)  # fmt: skip
PUBLIC_PHONES = (  # of offices and helplines
    "1800 160 401", "1800 975 707", "1300 975 707", "1300 000 111", "0800 555 012", "0508 555 012", "0808 157 0123",
    "0909 879 0999", "03069 990123", "0300 123 4567", "1-800-555-0199", "13 22 33", "131 450", "0800 111 0 111",
)  # fmt: skip
PHONE_SENTENCES = ("Call me on {} after six.", "My mother's is {}, and she waits.", "{} – that line is always busy.")
NOT_PHONES = (
    "Bill 2024-0123 was read in 2019-2020.", "It cost $12,000,000 in 2021.", "The route took 1 200 300 riders.",
    "Call 000, 111, 999 or 112.", "From 1939-1945 to 2001.", "ISBN 978-3-16-148410-0", "On 12/03/2024 at 10.30-11.45",
    "Coordinates -36.8485, 174.7633", "DOI 10.1000/182 and ABN 51 824 753 556", "Lots 12 34 56 78 of the plan",
    "Between 1500 and 2500 trees, 300-400 a year", "Call for submissions 2024-2025", "100000000 dollars",
    "Budget: 3,456,789.00", "The numbers 1 2 3 4 5 6 7 8 9 10", "Postcode 2600 0200 3000",
    "Section 12(3)(4)(5)(6)(7)(8)",
    "Reference 20240115", "192.168.100.200 is blocked", "https://example.org/2024/0115/123456",
)  # fmt: skip


def found(detector, raw, **context):
    return [raw[m.start : m.end] for m in DETECTORS[detector].detect(Text(raw), Context(**context))]


def rates(detector, kind):
    """Return precision and recall on the synthetic sentences; a span counts when it overlaps a true one."""
    right = wrong = missed = 0
    for row in json.loads(SYNTHETIC.read_text()):
        true = [(s["start_position"], s["end_position"]) for s in row["spans"] if s["entity_type"] == kind]
        seen = [(m.start, m.end) for m in DETECTORS[detector].detect(Text(row["full_text"]), Context())]
        hits = [t for t in true if any(a < t[1] and t[0] < b for a, b in seen)]
        right += len(hits)
        missed += len(true) - len(hits)
        wrong += sum(not any(a < t[1] and t[0] < b for t in true) for a, b in seen)
    return right / (right + wrong), right / (right + missed)


@pytest.mark.skipif(not SYNTHETIC.exists(), reason="the synthetic sentences are not here")
@pytest.mark.parametrize(
    ("detector", "kind", "precision", "recall"),
    [
        ("email", "EMAIL_ADDRESS", 0.98, 0.98),
        ("phone", "PHONE_NUMBER", 0.95, 0.65),
        ("card", "CREDIT_CARD", 0.98, 0.98),
        ("iban", "IBAN_CODE", 0.98, 0.98),
        ("national_number", "US_SSN", 0.98, 0.98),
    ],
)
def test_personal_details_are_found_in_synthetic_sentences(detector, kind, precision, recall):
    measured = rates(detector, kind)

    assert measured[0] >= precision
    assert measured[1] >= recall


@pytest.mark.parametrize("number", PUBLIC_PHONES)
def test_phone_leaves_numbers_of_offices_and_helplines(number):
    assert [found("phone", sentence.format(number)) for sentence in PHONE_SENTENCES] == [[]] * 3


@pytest.mark.parametrize(
    "raw",
    [
        "Permit 2023/004512 was granted on 01.02.2023.",
        "It rose from 1.250.000 to 123.400.000 in a year.",
        "You spent 210.555.145 of it.",
        "My receipt 0045 7781 2290 is attached.",
        "We call for 569.423.092 trees and a phone bill of 611.918.600 euros.",
        "Text: 827 141 317 riders.",
        "Mobile homes: 274.269.743 of them.",
    ],
)
def test_phone_leaves_permits_and_thousands(raw):
    assert found("phone", raw) == []


@pytest.mark.parametrize("number", ["491 570 006", "491.570.006"])
def test_phone_finds_a_number_without_its_nought_that_somebody_asks_to_call(number):
    assert found("phone", f"Call me on {number} always.") == [number]


HIDDEN = {
    "zero width": "\u200b".join,
    "full width": lambda raw: raw.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
    "fillers": "\u3164".join,
    "digits in circles": lambda raw: raw.translate(str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")),
}


@pytest.mark.parametrize("hide", HIDDEN)
@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("phone", "0491570156"),
        ("email", "jane.doe@example.org"),
        ("card", "4111111111111111"),
        ("iban", "GB82WEST12345698765432"),
    ],
)
def test_private_details_are_found_in_disguise(name, written, hide):
    hidden = HIDDEN[hide](written)

    assert found(name, f"Mine is {hidden} for all.") == [hidden]


def test_phone_finds_local_formats_and_little_else():
    sentences = [(number, shape.format(number)) for number in PHONES for shape in PHONE_SENTENCES]

    right = sum(found("phone", sentence) == [number] for number, sentence in sentences)
    wrong = sum(len(found("phone", sentence)) for sentence in NOT_PHONES)

    assert right / len(sentences) >= 0.95
    assert right / (right + wrong) >= 0.95


@pytest.mark.parametrize(
    ("raw", "match"),
    [
        ("Ring 0491 570 006.", Match(5, 17, "Looks like an Australian phone number.")),
        ("Ring 07700 900123.", Match(5, 17, "Looks like a British phone number.")),
        ("Ring +64 9 555 0123.", Match(5, 19, "Looks like a New Zealand phone number.")),
        ("Ring +1 212 555 0123.", Match(5, 20, "Looks like an American phone number.")),
        ("Phone me: 555-0123 now", Match(10, 18, "Looks like a phone number.")),
    ],
)
def test_phone_says_where_the_number_is_from(raw, match):
    assert list(DETECTORS["phone"].detect(Text(raw), Context())) == [match]


def test_phone_of_the_agency_is_no_finding():
    own = ("+61 2 5550 1234", "help@agency.example", " ")

    assert found("phone", "Ring (02) 5550 1234 or 0491 570 006", own_contacts=own) == ["0491 570 006"]


@pytest.mark.parametrize(
    ("raw", "addresses"),
    [
        ("Write to jane.doe+bus@mail.example.org.", ["jane.doe+bus@mail.example.org"]),
        ("jane [at] example [dot] org, joe(at)example.org", ["jane [at] example [dot] org", "joe(at)example.org"]),
        ("<O'Neil@example.co.uk>", ["Neil@example.co.uk"]),
        ("müller@bücher.example", ["müller@bücher.example"]),
        ("Meet @ 5 pm, follow @agency, look at example.org", []),
        ("a@b, 1@2.3, @@@@", []),
    ],
)
def test_email_finds_addresses(raw, addresses):
    assert found("email", raw) == addresses


def test_email_of_the_agency_is_no_finding():
    own = ("help@agency.example", "@council.example")

    assert found("email", "Help@agency.example, a@council.example, a@agency.example", own_contacts=own) == [
        "a@agency.example"
    ]


@pytest.mark.parametrize(
    ("raw", "numbers"),
    [
        ("Visa 4111 1111 1111 1111, gone", ["4111 1111 1111 1111"]),
        ("5555-5555-5555-4444 and 378282246310005", ["5555-5555-5555-4444", "378282246310005"]),
        ("4111 1111 1111 1112 has a wrong check digit", []),
        ("1234 5678 1234 5670 has no issuer", []),
        ("Phone +64 21 555 012 345 67", []),
    ],
)
def test_card_needs_an_issuer_and_a_check_digit(raw, numbers):
    assert found("card", raw) == numbers


@pytest.mark.parametrize(
    ("raw", "accounts"),
    [
        ("Pay GB82 WEST 1234 5698 7654 32 please", ["GB82 WEST 1234 5698 7654 32"]),
        ("DE89370400440532013000, thanks", ["DE89370400440532013000"]),
        ("de89 3704 0044 0532 0130 00 danke", ["de89 3704 0044 0532 0130 00"]),
        ("GB82 WEST 1234 5698 7654 33", []),
        ("AB12 CDEF 1234 5678 9012", []),
    ],
)
def test_iban_needs_a_true_checksum(raw, accounts):
    assert found("iban", raw) == accounts


@pytest.mark.parametrize(
    ("raw", "explanation"),
    [
        ("My TFN is 123 456 782.", "Looks like an Australian tax file number."),
        ("Medicare card 2123 45670 1", "Looks like an Australian Medicare number."),
        ("IRD number: 49-091-850", "Looks like a New Zealand tax number."),
        ("NHS no. 943 476 5919", "Looks like a British NHS number."),
        ("National Insurance AB 12 34 56 C", "Looks like a British National Insurance number."),
        ("My SSN is 536-90-4399", "Looks like an American social security number."),
        ("social insurance number 123 456 782", "Looks like a Canadian social insurance number."),
        ("PPS number 1234567T", "Looks like an Irish PPS number."),
        ("Meine Steuer-ID: 36 574 261 809", "Looks like a German tax number."),
        ("SVNR 1237 010180", "Looks like an Austrian social insurance number."),
    ],
)
def test_national_number_is_named_by_a_word_near_by(raw, explanation):
    matches = list(DETECTORS["national_number"].detect(Text(raw), Context()))

    assert [match.explanation for match in matches] == [explanation]


@pytest.mark.parametrize(
    "raw",
    [
        "There were 123 456 782 visits.",
        "My TFN is 123 456 783.",
        "The tax file was lost when we moved to the new office in the spring; 123 456 782 pages went with it.",
        "Medicare 9123 45670 1",
    ],
)
def test_national_number_without_its_word_or_check_digit_is_none(raw):
    assert found("national_number", raw) == []


def test_national_number_looks_for_the_named_kinds_only():
    raw = "My TFN is 123 456 782, my NHS no. 943 476 5919"

    matches = DETECTORS["national_number"].detect(Text(raw), Context(), numbers=("gb-nhs",))

    assert [raw[m.start : m.end] for m in matches] == ["943 476 5919"]


def test_phone_finds_numbers_with_only_a_space_between_them():
    assert found("phone", "0491 570 006 0491 570 157 07 5550 0001") == ["0491 570 006", "0491 570 157", "07 5550 0001"]
