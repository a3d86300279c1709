import re
import tomllib
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from consultations.markup import plain_from_markup
from consultations.modes.statements.forms import STATEMENT_LENGTH
from consultations.suggested_words import SuggestedWords, folded, places_of
from moderation.detectors import Context
from moderation.policy.loading import load_policy
from moderation.policy.ruleset import Ruleset

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "portal" / "demo"
POLICY = load_policy(ROOT / "moderation" / "policy" / "starter.toml")
RULESET = Ruleset(POLICY)
CONSULTATIONS = ["night-buses", "street-trees", "step-free-wharves"]
ANSWERED = ["night-buses", "step-free-wharves"]
LANGUAGES = {"en", "de", "fr", "es", "vi", "ar", "zh"}

# kind of block: the keys it must have, and those it may have
BLOCKS = {
    "section": ({"heading", "text"}, set()),
    "fact": ({"figure", "statement", "source"}, {"source_url", "in_days"}),
    "myth": ({"heard", "shown", "source"}, {"source_url"}),
    "documents": ({"title", "entries"}, set()),
    "timeline": ({"entries"}, set()),
    "faq": ({"entries"}, set()),
    "image": ({"image", "alt"}, {"caption"}),
    "text": ({"text"}, set()),
    "point": ({"asked", "said", "decided", "why", "behind"}, set()),
}
ENTRIES = {
    "documents": ({"title", "file", "note"}, set()),
    "timeline": ({"in_days", "title"}, {"text"}),
    "faq": ({"question", "answer"}, set()),
}
CONSULTATION = {
    "title", "slug", "summary", "opens_in_days", "opens_at", "closes_in_days", "closes_at", "answer_due_in_days",
    "topics", "moderation", "modes", "answering", "picture", "picture_alt", "body",
}  # fmt: skip
SUBMISSION = {"id", "kind", "text", "days_ago"}
SUBMISSION_MAY = {
    "title", "author", "passage", "parent", "supporters", "channel", "language", "decide", "official", "pinned",
}  # fmt: skip
LIMITS = {
    "heading": 200, "figure": 30, "statement": 400, "heard": 300, "shown": 500, "source": 200, "title": 200,
    "note": 300, "question": 300, "summary": 600, "answering": 120, "picture_alt": 200, "alt": 200, "caption": 300,
    "author": 80, "reason": 300,
}  # fmt: skip

TEST_IBAN = "GB82 WEST 1234 5698 7654 32"
DIALLED = re.compile(r"\+?\(?\d[\d ()-]{6,}\d")
DRAMA = re.compile(r"0491 570 (006|156|157|158|159|110)|(\+44 |0)20 7946 0\d{3}|(\(\d{3}\) )?555-01\d\d")
HOST = re.compile(r"https?://([^/\s\"<]+)|[\w.]+@([\w.-]+\w)")


def read(name):
    with (DEMO / "texts" / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def submissions(slug):
    return read(f"{slug}-submissions")["submission"]


def source(path):
    return path.read_text(encoding="utf-8")


def wrong_keys(table, must, may):
    return sorted((must - table.keys()) | (table.keys() - must - may))


def tags(html):
    found = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _attributes: found.add(tag)
    parser.feed(html)
    return found


def strings(value):
    """Walk through a file's tables; yield (key, string) pairs."""
    pairs = value.items() if isinstance(value, dict) else (("", entry) for entry in value)
    for key, entry in pairs:
        if isinstance(entry, str):
            yield key, entry
        elif isinstance(entry, dict | list):
            yield from strings(entry)


def size(path):
    with Image.open(path) as picture:
        return picture.size


def screened(row):
    context = Context(kind=row["kind"], language=row.get("language", "en"), channel=row.get("channel", "website"))
    return RULESET.screen(row["text"], title=row.get("title", ""), context=context).action


def test_texts_are_the_files_we_know():
    names = sorted(path.stem for path in (DEMO / "texts").iterdir())

    assert names == sorted(
        [
            *("agency", "moderation", "night-buses-responses", "night-buses-statements"),
            *("night-buses-codes", "night-buses-suggestions"),
            *CONSULTATIONS,
            *(f"{slug}-submissions" for slug in ANSWERED),
        ]
    )


def test_statements_are_sentences_that_no_rule_holds_and_their_chances_are_chances():
    data = read("night-buses-statements")
    rows = data["statement"]

    assert len(rows) == 12
    assert [wrong_keys(row, {"text", "days_ago", "chances"}, {"author"}) for row in rows] == [[]] * 12
    assert [row["text"] for row in rows if len(row["text"]) > STATEMENT_LENGTH or row["text"].count(".") != 1] == []
    assert {screened(row | {"kind": "statement"}) for row in rows} == {"publish"}
    assert {len(row["chances"]) for row in rows} == {len(data["people"])}
    assert [pair for row in rows for pair in row["chances"] if min(pair) < 0 or sum(pair) > 100] == []


def test_codes_name_one_answer_each_by_its_first_words():
    sample = read("night-buses-codes")
    answers = [
        row[sample["question"]] for row in read("night-buses-responses")["response"] if sample["question"] in row
    ]
    for code in sample["code"]:
        assert [sum(answer.startswith(begins) for answer in answers) for begins in code["answers"]] == [
            1 for _begins in code["answers"]
        ]


def test_suggestions_stand_in_a_version_of_their_passage_and_no_rule_holds_them():
    text, rows = read("night-buses"), read("night-buses-suggestions")["suggestion"]
    change = text["change"]
    before = {block["heading"]: block["text"] for block in text["body"] if block["type"] == "section"}
    after = before | {entry["heading"]: entry["text"] for entry in change["passage"]}
    answered = [row for row in rows if "verdict" in row]

    keys = {"passage", "old", "new", "why", "author", "days_ago", "supporters"}
    assert [wrong_keys(row, keys, {"verdict", "reason", "answered_days_ago"}) for row in rows] == [[]] * 3
    for row in rows:
        read_by_author = before if row["days_ago"] > change["days_ago"] else after
        assert len(places_of(row["old"], folded(plain_from_markup(read_by_author[row["passage"]])))) == 1
        text_sent = SuggestedWords(row["old"], row["new"], row["why"]).text
        assert screened(row | {"kind": "suggestion", "text": text_sent}) == "publish"
    assert [row["verdict"] for row in answered] == ["accepted", "declined"]
    assert all(row["days_ago"] > row["answered_days_ago"] > change["days_ago"] for row in answered)
    [accepted, _declined] = answered
    assert accepted["new"] in folded(plain_from_markup(after[accepted["passage"]]))


def test_agency_has_what_the_loader_reads():
    agency = read("agency")
    top = {"name", "contact_email", "accent", "time_zone", "logo", "home", "consultations", "page", "spokespersons"}

    assert wrong_keys(agency, top, set()) == []
    assert [wrong_keys(entry, {"role", "unit"}, set()) for entry in agency["spokespersons"].values()] == [[]]
    assert [wrong_keys(agency[part], {"title", "introduction"}, set()) for part in ("home", "consultations")] == [
        [],
        [],
    ]
    assert [wrong_keys(page, {"title", "slug", "body"}, set()) for page in agency["page"]] == [[]] * 4
    assert {
        wrong_key for page in agency["page"] for block in page["body"] for wrong_key in block.keys() ^ {"type", "text"}
    } == set()


@pytest.mark.parametrize("slug", CONSULTATIONS)
def test_consultation_has_what_the_loader_reads(slug):
    consultation = read(slug)
    may = {"step-free-wharves": {"outcome"}, "night-buses": {"question", "terms", "change"}}.get(slug, set())

    assert wrong_keys(consultation, CONSULTATION | may, set()) == []
    assert consultation["slug"] == slug
    assert consultation["opens_in_days"] < consultation["closes_in_days"] < consultation["answer_due_in_days"]


@pytest.mark.parametrize("slug", CONSULTATIONS)
def test_blocks_have_the_keys_of_their_type(slug):
    consultation = read(slug)
    wrong = []

    for block in [*consultation["body"], *consultation.get("outcome", [])]:
        must, may = BLOCKS[block["type"]]
        wrong += wrong_keys(block, must | {"type"}, may)
        for entry in block.get("entries", []):
            wrong += wrong_keys(entry, *ENTRIES[block["type"]])

    assert wrong == []


@pytest.mark.parametrize("slug", ANSWERED)
def test_submissions_have_what_the_loader_reads(slug):
    rows = submissions(slug)
    headings = {block["heading"] for block in read(slug)["body"] if block["type"] == "section"}

    assert [(row["id"], wrong) for row in rows if (wrong := wrong_keys(row, SUBMISSION, SUBMISSION_MAY))] == []
    assert [row["id"] for row in rows if ("title" in row) != (row["kind"] == "idea")] == []
    assert {row["kind"] for row in rows} == {"comment", "idea"}
    assert {row["passage"] for row in rows if "passage" in row} == headings
    assert {row.get("language", "en") for row in rows} == LANGUAGES
    assert {row.get("channel", "website") for row in rows} == {"website", "email", "paper", "phone", "event"}


@pytest.mark.parametrize("slug", ANSWERED)
def test_submission_ids_are_unique_and_parents_came_before(slug):
    rows = submissions(slug)
    by_id = {row["id"]: row for row in rows}
    replies = [(row, by_id[row["parent"]]) for row in rows if "parent" in row]

    assert len(by_id) == len(rows)
    assert [row["id"] for row, parent in replies if parent["days_ago"] <= row["days_ago"] or "parent" in parent] == []
    assert [row["id"] for row, _parent in replies if row["kind"] != "comment" or "passage" in row] == []


@pytest.mark.parametrize("slug", ANSWERED)
def test_submissions_came_while_it_was_open(slug):
    consultation = read(slug)
    latest = max(-consultation["closes_in_days"], 0)

    assert [
        row["id"] for row in submissions(slug) if not latest < row["days_ago"] < -consultation["opens_in_days"]
    ] == []


@pytest.mark.parametrize(
    ("slug", "kinds", "waiting"),
    [("night-buses", {"comment": 113, "idea": 14}, 8), ("step-free-wharves", {"comment": 81, "idea": 14}, 0)],
)
def test_submissions_are_counted(slug, kinds, waiting):
    rows = submissions(slug)
    held = [row for row in rows if screened(row) == "hold"]

    assert Counter(row["kind"] for row in rows) == kinds
    assert len([row for row in held if "decide" not in row]) == waiting
    assert [row["id"] for row in rows if "decide" in row and row not in held] == []


def test_the_second_version_changes_passages_of_the_first_and_says_why():
    consultation = read("night-buses")
    change = consultation["change"]
    headings = {block["heading"] for block in consultation["body"] if block["type"] == "section"}

    assert wrong_keys(change, {"days_ago", "note", "passage"}, set()) == []
    assert len(change["note"]) <= LIMITS["note"]
    assert [wrong_keys(each, {"was", "heading", "text"}, set()) for each in change["passage"]] == [[], []]
    assert {each["was"] for each in change["passage"]} < headings
    written = [row["days_ago"] for row in read("night-buses-submissions")["submission"]]
    assert min(written) < change["days_ago"] < max(written)


def test_responses_answer_the_questions_that_are_asked_while_it_is_open():
    consultation, rows = read("night-buses"), read("night-buses-responses")["response"]
    asked = {question["id"]: question for question in consultation["question"]}
    closed = {key: set(question.get("choices", ())) for key, question in asked.items() if question["kind"] != "open"}
    closed |= {"safe": set("12345"), "walk": set(map(str, range(61)))}
    closed["first"] = {f"{place}. {choice}" for place in range(1, 5) for choice in closed["first"]}
    may = {"author", "channel", "language", *asked} - {"travel"}

    assert [wrong for row in rows if (wrong := wrong_keys(row, {"days_ago", "travel"}, may))] == []
    for key, values in closed.items():
        given = [row[key] for row in rows if key in row]
        assert {value for each in given for value in ([each] if isinstance(each, str) else each)} <= values
    told = asked["keeps"]["shown_for"].splitlines()
    assert [row for row in rows if "keeps" in row and row["travel"] not in told] == []
    assert [row for row in rows if not 0 < row["days_ago"] < -consultation["opens_in_days"]] == []
    texts = [{**row, "kind": "answer", "text": row[key]} for row in rows for key in asked.keys() - closed if key in row]
    assert (len(rows), len(texts)) == (41, 47)
    assert [row["text"] for row in texts if screened(row) == "hold"] == []


def test_letter_of_a_campaign_came_eight_times():
    letters = [row for row in submissions("night-buses") if "lease do not end the Hillside" in row["text"]]

    assert (len(letters), len({row["text"] for row in letters})) == (8, 7)


@pytest.mark.parametrize("slug", ANSWERED)
def test_decisions_name_clauses_and_passages_that_exist(slug):
    decided = [row for row in submissions(slug) if "decide" in row]
    clauses = {clause.key for clause in POLICY.clauses}

    assert {row["decide"]["action"] for row in decided} == {"publish", "refuse", "redact"}
    assert {row["decide"]["clause"] for row in decided} <= clauses
    for row in decided:
        redacting = row["decide"]["action"] == "redact"
        assert (
            wrong_keys(
                row["decide"], {"action", "clause", "reason", "by"} | ({"passages"} if redacting else set()), set()
            )
            == []
        )
        assert [passage for passage in row["decide"].get("passages", []) if row["text"].count(passage) != 1] == []


def test_outcome_agrees_with_the_submissions():
    rows = {row["id"]: row for row in submissions("step-free-wharves")}
    supporters = {row["title"]: row.get("supporters", 0) for row in rows.values() if "title" in row}
    points = [block for block in read("step-free-wharves")["outcome"] if block["type"] == "point"]

    for point in points:
        quoted = {title: int(count) for title, count in re.findall(r"“([^”]+)” \((\d+) supporters\)", point["said"])}
        assert int(point["said"].split()[0]) == len(point["behind"])
        assert set(point["behind"]) <= rows.keys()
        assert quoted == {title: supporters[title] for title in quoted}
    assert sum(len(point["behind"]) for point in points) == len({key for point in points for key in point["behind"]})


def test_outcome_begins_with_the_true_numbers():
    rows = submissions("step-free-wharves")
    kinds = Counter(row["kind"] for row in rows)
    channels = Counter(row.get("channel", "website") for row in rows)
    refused = [row for row in rows if row.get("decide", {}).get("action") == "refuse"]
    thanks = read("step-free-wharves")["outcome"][0]["text"]

    assert len(refused) == 2
    assert f"{len(rows)} texts reached us: {kinds['comment']} comments and {kinds['idea']} ideas." in thanks
    assert (
        f"{channels['website']} came by this website, {channels['event']} at a drop-in, {channels['email']} by e-mail, "
        f"{channels['paper']} on paper and {channels['phone']} by phone." in thanks
    )


@pytest.mark.parametrize("path", sorted((DEMO / "texts").iterdir()), ids=lambda path: path.stem)
def test_texts_fit_their_fields(path):
    too_long = [(key, text) for key, text in strings(read(path.stem)) if key in LIMITS and len(text) > LIMITS[key]]

    assert too_long == []


@pytest.mark.parametrize(
    "path", sorted([*DEMO.glob("texts/*"), *DEMO.glob("documents/*.html")]), ids=lambda path: path.stem
)
def test_texts_reach_nobody_real(path):
    text = source(path).replace(TEST_IBAN, "")
    hosts = {web or mail for web, mail in HOST.findall(text)}

    assert [number for number in DIALLED.findall(text) if not DRAMA.fullmatch(number)] == []
    assert [host for host in hosts if not re.search(r"(^|\.)example\.(org|com)$", host)] == []


@pytest.mark.parametrize("slug", CONSULTATIONS)
def test_rich_text_has_only_what_editors_can_type(slug):
    body = {"p", "ul", "ol", "li", "b", "i", "a"}
    consultation = read(slug)

    for key, text in strings(consultation["body"]):
        assert tags(text) <= (body if key in {"text", "answer"} else set())
    assert {tag for _key, text in strings(consultation.get("outcome", [])) for tag in tags(text)} <= body | {"h3"}


def test_standing_pages_link_to_places_that_exist():
    agency = read("agency")
    places = {f"/{page['slug']}/" for page in agency["page"]} | {"/policy/", "/policy/#promises"}
    everything = "".join(text for name in ["agency", *CONSULTATIONS] for _key, text in strings(read(name)))

    assert {link for link in re.findall(r'href="([^"]+)"', everything) if link.startswith("/")} <= places
    assert tags(everything) <= {"p", "h2", "h3", "ul", "li", "b", "i", "a"}


def test_pictures_are_there_and_light():
    consultations = [read(slug) for slug in CONSULTATIONS]
    inside = [block["image"] for one in consultations for block in one["body"] if block["type"] == "image"]
    wide = sorted([*(one["picture"] for one in consultations), *inside])
    logo = read("agency")["logo"]

    assert sorted(path.name for path in DEMO.glob("pictures/*.png")) == sorted([logo, *wide])
    assert [path.name for path in DEMO.glob("pictures/*.png") if not path.with_suffix(".svg").is_file()] == []
    assert {size(DEMO / "pictures" / name) for name in wide} == {(1600, 700)}
    assert [path.name for path in DEMO.glob("pictures/*.png") if path.stat().st_size > 60_000] == []


def test_documents_are_there_and_tagged():
    blocks = [block for slug in CONSULTATIONS for block in read(slug)["body"] if block["type"] == "documents"]
    names = sorted(entry["file"] for block in blocks for entry in block["entries"])

    assert sorted(path.name for path in DEMO.glob("documents/*.pdf")) == names
    for name in names:
        printed = (DEMO / "documents" / name).read_bytes()
        assert [
            mark for mark in (b"%PDF-", b"/Lang (en-GB)", b"/Title (", b"/StructTreeRoot") if mark not in printed
        ] == []
