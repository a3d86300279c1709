"""Put the sample agency into an empty site."""

import tomllib
from collections import Counter
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db import transaction
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Site

from consultations.following import tell_followers
from consultations.models import (
    ConsultationIndexPage,
    ConsultationPage,
    Follow,
    Follower,
    FollowPace,
    HomePage,
    Question,
    Response,
    Spokesperson,
    StatedTerms,
    StatementTally,
    StatementVote,
    Submission,
    Support,
    VoteChoice,
)
from consultations.modes.table import kinds
from consultations.page_events import record_due_events
from moderation.findings.redaction import Span, occurrences
from moderation.models import Decision, Screening
from portal.accounts.visitors import person_key
from portal.demo import casework
from portal.demo.text_versions import days_ago, text_read, version_at
from portal.models import Agency, ContentPage, Message, User

DEMO_FOLDER = Path(__file__).parent
PASSWORD = "night-bus-42"
NAMELESS = "somebody"  # who gave no name
SHARE_ANSWERED = 0.66  # of the statements that somebody met
FOLLOWER = "riva.tideway@example.org"
CONSULTATIONS = ("night-buses", "street-trees", "step-free-wharves")
STAFF = {  # address: first name, last name, role
    "editor": ("Edda", "Lindqvist", "Editors"),
    "moderator": ("Mo", "Okafor", "Submission moderators"),
    "moderator2": ("Dana", "Reyes", "Submission moderators"),
    "lead": ("Lea", "Brandt", "Lead moderators"),
    "lead2": ("Tariq", "Nowak", "Lead moderators"),
    "officer": ("Ola", "Ortiz", "Policy officers"),
    "privacy": ("Pia", "Sato", "Privacy officers"),
    "legal": ("Lin", "Hartmann", "Legal reviewers"),
    "safety": ("Sam", "Iversen", "Safety officers"),
    "admin": ("Ada", "Mensah", "Administrators"),
}


def texts(name):
    """Read one file of texts."""
    return tomllib.loads((DEMO_FOLDER / "texts" / f"{name}.toml").read_text(encoding="utf-8"))


def is_loaded():
    """Return whether the sample agency is here already."""
    return ConsultationPage.objects.filter(slug=CONSULTATIONS[0]).exists()


def address(name):
    """Return the address a member of staff signs in with."""
    return f"{name}@harbour-transport.example.org"


def load_staff():
    """Make an account for every role."""
    for name, (first_name, last_name, role) in STAFF.items():
        user = User.objects.create_user(address(name), PASSWORD, first_name=first_name, last_name=last_name)
        user.groups.add(Group.objects.get(name=role))
    User.objects.create_superuser(address("root"), PASSWORD, first_name="Rut", last_name="Adeyemi")
    for name, entry in texts("agency")["spokespersons"].items():
        Spokesperson.objects.create(user=User.objects.get(email=address(name)), since=day(-400), **entry)
    for user in User.objects.filter(is_superuser=False):  # nobody reads their mail, so nobody could confirm these
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def picture(name, title):
    """Store one of the sample's pictures in the CMS."""
    path = DEMO_FOLDER / "pictures" / name
    with path.open("rb") as file:
        return get_image_model().objects.create(title=title, file=ImageFile(file, name=name))


def document(name, title):
    """Store one of the sample's documents in the CMS."""
    content = ContentFile((DEMO_FOLDER / "documents" / name).read_bytes(), name=name)
    return get_document_model().objects.create(title=title, file=content)


@transaction.atomic
def load_agency(site_url):
    """Set the agency's name and look, the front page and the standing pages."""
    data = texts("agency")
    Agency.objects.update_or_create(
        pk=1,
        defaults={
            "name": data["name"],
            "accent": data["accent"],
            "contact_email": data["contact_email"],
            "logo": picture(data["logo"], data["name"]),
        },
    )
    own = {"own_contacts": data["contact_email"], "own_domains": "harbour-transport.example.org"}
    casework.load_settings(texts("moderation")["settings"] | own)
    port = int(site_url.rsplit(":", 1)[-1])
    Site.objects.filter(is_default_site=True).update(hostname="127.0.0.1", port=port, site_name=data["name"])
    home = publish_page(HomePage.objects.get(), title=data["home"]["title"], introduction=data["home"]["introduction"])
    publish_page(ConsultationIndexPage.objects.get(), **data["consultations"])
    for page in data["page"]:
        body = [(block["type"], block["text"]) for block in page["body"]]
        home.add_child(instance=ContentPage(title=page["title"], slug=page["slug"], body=body, show_in_menus=True))


def publish_page(page, **fields):
    """Change a page and publish it."""
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return page


def day(days):
    """Return the date so many days from today."""
    return timezone.localdate() + timedelta(days=days)


def moment(days, clock):
    """Return the moment so many days from today, at a time such as 09:00."""
    return timezone.make_aware(datetime.combine(day(days), time.fromisoformat(clock)))


def block_of(block):
    """Return a block of the body as a StreamField takes it."""
    kind = block["type"]
    value: Any = {name: each for name, each in block.items() if name != "type"}
    if "in_days" in value:
        value["date"] = day(value.pop("in_days"))
    if kind == "timeline":
        value = [
            {"date": day(entry["in_days"]), "title": entry["title"], "text": entry.get("text", "")}
            for entry in block["entries"]
        ]
    if kind == "faq":
        value = block["entries"]
    if kind == "documents":
        entries = [
            {
                "title": entry["title"],
                "note": entry.get("note", ""),
                "document": document(entry["file"], entry["title"]),
            }
            for entry in block["entries"]
        ]
        value = {"title": block["title"], "entries": entries}
    if kind == "image":
        image = picture(block["image"], block["alt"])
        image.contextual_alt_text, image.decorative = block["alt"], False
        return "picture", {"image": image, "caption": block.get("caption", "")}
    return kind, value


@transaction.atomic
def load_consultation(name):
    """Publish one consultation; its outcome comes after its submissions."""
    data = texts(name)
    page = ConsultationPage(
        title=data["title"],
        slug=data["slug"],
        summary=data["summary"],
        opens_at=moment(data["opens_in_days"], data["opens_at"]),
        closes_at=moment(data["closes_in_days"], data["closes_at"]),
        answer_due=day(data["answer_due_in_days"]),
        answering=data["answering"],
        modes=data["modes"],
        moderation=data["moderation"],
        illustration=picture(data["picture"], data["title"]),
        illustration_alt=data["picture_alt"],
        body=[block_of(block) for block in data["body"]],
    )
    page.stated_terms.set([StatedTerms(**entry) for entry in data.get("terms", [])])
    ConsultationIndexPage.objects.get().add_child(instance=page)
    page.topics.add(*data["topics"])
    page.save_revision().publish()
    return page


def follower():
    """Return the reader who follows everything in the sample."""
    return Follower.objects.with_address(FOLLOWER, "en-gb")


def load_follow(page):
    """Let the reader follow a consultation."""
    Follow.objects.begin(follower(), page, FollowPace.AT_ONCE).confirm()


def write_to_follower():
    """Let the reader hear at once what happened: what opened, closed, and was decided."""
    record_due_events()
    tell_followers()
    Message.objects.to(FOLLOWER).unsent().update(due_at=timezone.now())


def load_questionnaire(name, page):
    """Ask the questions of one consultation and take in the responses, each at its own time."""
    questions = {
        entry["id"]: Question.objects.create(
            page=page,
            sort_order=number,
            choices="\n".join(entry.get("choices", [])),
            **{field: value for field, value in entry.items() if field not in ("id", "choices")},
        )
        for number, entry in enumerate(texts(name).get("question", []))
    }
    page.save_revision().publish()
    for number, entry in enumerate(texts(f"{name}-responses")["response"] if questions else []):
        load_response(entry, page, questions, f"{name} response {number}")


@transaction.atomic
def load_response(entry, page, questions, key):
    """Take in one response as the website would."""
    at = timezone.now() - timedelta(days=entry["days_ago"], hours=1)
    given = {question: entry[name] for name, question in questions.items() if name in entry}
    response = Response.receive(
        consultation=page,
        closed={q: [v] if isinstance(v, str) else v for q, v in given.items() if not q.is_open},
        texts={question: text for question, text in given.items() if question.is_open},
        author_name=entry.get("author", ""),
        author_key=person_key("demo", entry.get("author") or key),
        channel=entry.get("channel", "website"),
        language=entry.get("language", "en"),
        text_version=version_at(page, at).number,
        received_at=at,
    )
    for submission in response.open_answers.all():
        set_back(submission, at)


def load_statements(name, page):
    """Put the statements of one consultation to people, and have them answered."""
    if (DEMO_FOLDER / "texts" / f"{name}-statements.toml").exists():
        data = texts(f"{name}-statements")
        loaded = [(load_statement(entry, page), entry["chances"]) for entry in data["statement"]]
        answer_statements(loaded, data["people"])


@transaction.atomic
def load_statement(entry, page):
    """Take in one statement at its own time; without an author it is the agency's."""
    at = timezone.now() - timedelta(days=entry["days_ago"])
    author = entry.get("author", "")
    statement = Submission.receive(
        kind="statement",
        consultation=page,
        text=entry["text"],
        author_name="" if author == NAMELESS else author,
        author_key=person_key("demo", entry["text"] if author in ("", NAMELESS) else author),
        by_staff=not author,
        language="en",
        received_at=at,
    )
    set_back(statement, at)
    return statement


@transaction.atomic
def answer_statements(loaded, people):
    """Have groups of people answer, each about two statements of three, in proportion to their chances."""
    chance = Random(12)  # noqa: S311  (the same votes each time; it guards nothing)
    votes = []
    for group, size in enumerate(people):
        for voter in range(size):
            key = person_key("demo voter", f"{group} {voter}")
            for statement, chances in loaded:
                if chance.random() < SHARE_ANSWERED:
                    agree, disagree = chances[group]
                    [choice] = chance.choices(VoteChoice.values, [agree, disagree, 100 - agree - disagree])
                    votes.append(StatementVote(statement=statement, voter_key=key, choice=choice))
    StatementVote.objects.bulk_create(votes)
    for statement, _chances in loaded:
        counts = Counter(vote.choice for vote in votes if vote.statement_id == statement.pk)
        StatementTally.step(statement, {choice: counts[choice] for choice in VoteChoice.values})


def submissions_of(name):
    """Return the submissions of one consultation, oldest first."""
    if not (DEMO_FOLDER / "texts" / f"{name}-submissions.toml").exists():
        return []
    return sorted(texts(f"{name}-submissions")["submission"], key=lambda entry: -entry["days_ago"])


@transaction.atomic
def load_submission(entry, page, known, readers):
    """Take in one submission as the website would, at its own time, and decide it if the sample says so."""
    at = days_ago(entry)
    submission = Submission.receive(
        kind=entry["kind"],
        consultation=page,
        parent=known.get(entry.get("parent")),
        **text_read(page, at, entry.get("passage")),
        title=entry.get("title", ""),
        text=entry["text"].strip(),
        **author_of(entry),
        channel=entry.get("channel", "website"),
        language=entry.get("language", "en"),
        received_at=at,
    )
    set_back(submission, at)
    if entry.get("pinned"):
        submission.pin(submission.author)
    if "decide" in entry:
        decide_as_written(submission, entry["decide"], readers)
    add_supporters(submission, entry.get("supporters", 0))
    known[entry["id"]] = submission


def author_of(entry):
    """Return who wrote a text: a citizen, or the member of staff who speaks for the agency in it."""
    if name := entry.get("official"):
        said_by = Spokesperson.objects.select_related("user").get(user__email=address(name))
        line = {"author_name": said_by.user.get_full_name(), "official_line": said_by.line}
        return {"author": said_by.user, "author_key": person_key("user", str(said_by.user_id)), "by_staff": True} | line
    return {
        "author_name": entry.get("author", ""),
        "author_key": person_key("demo", entry.get("author") or entry["id"]),
    }


def set_back(submission, at):
    """Let everything about a submission have happened at one time of the past."""
    submission.revisions.update(created_at=at)
    Screening.objects.filter(revision__submission=submission).update(created_at=at)
    submission.events.update(created_at=at)


def decide_as_written(submission, decision, readers):
    """Decide the open case of a submission."""
    text = submission.current.text
    casework.decide_in_time(
        submission.cases.get(closed_at=None),
        readers=readers,
        action=Decision.Action(decision["action"]),
        clauses=[decision["clause"]] if decision["action"] != "publish" else [],
        reason=decision["reason"],
        spans=[
            Span("text", start, end, "private details removed")
            for passage in decision.get("passages", [])
            for start, end in occurrences(text, passage)
        ],
    )


def add_supporters(submission, number):
    """Give a submission its supporters."""
    keys = [person_key("demo supporter", str(n)) for n in range(number)]
    Support.objects.bulk_create(Support(submission=submission, supporter_key=key) for key in keys)
    Submission.objects.filter(pk=submission.pk).update(support_count=number)


def load_outcome(name, page, known):
    """Publish the outcome, with the submissions behind each point."""
    points = texts(name).get("outcome", [])
    if not points:
        return
    page.outcome = [
        (point["type"], point["text"] if point["type"] == "text" else point_of(point, known)) for point in points
    ]
    page.save_revision().publish()


def point_of(point, known):
    """Return one point of an outcome as a StreamField takes it."""
    value = {name: point[name] for name in ("asked", "said", "decided", "why")}
    return {**value, "behind": [known[key].reference for key in point.get("behind", [])]}


def texts_by_kind():
    """Return how many texts the sample holds, by the name of their kind."""
    return {kind.label: Submission.objects.filter(kind=kind.key).count() for kind in kinds()}
