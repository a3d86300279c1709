"""Try the policy on the texts of a file; nothing is stored."""

import json
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import get_language
from tqdm import tqdm

from consultations.intake.opening import open_table
from consultations.intake.problems import MappingError, UnreadableFile
from consultations.languages import language_of
from consultations.markup import plain_from_markup
from consultations.models import ConsultationPage, Kind, Submission
from moderation.detectors import Context
from moderation.models import PolicyDraft, PolicyVersion
from moderation.policy.loading import STARTER_POLICY, PolicyError, load_policy
from moderation.policy.ruleset import Ruleset, looks_at
from moderation.restrictions import in_force
from moderation.screening.resemblance import Resemblance
from moderation.screening.screen import context_of
from moderation.text.normalised import fingerprint


class Command(BaseCommand):
    """Screen every row of a file as the website would; print a JSON object a row: action, findings with their spans."""

    help = __doc__

    def add_arguments(self, parser):
        """Declare the file, its column and the policy to try."""
        parser.add_argument("file", type=Path, help="CSV, XLSX, XLS, ODS, JSON or JSON Lines")
        parser.add_argument("--column", required=True, help="the heading of the column with the texts")
        parser.add_argument("--consultation", default="", help="the slug of the one that the texts were sent to")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--policy", type=Path, help="a policy file; without one, the policy in force")
        which.add_argument("--draft", action="store_true", help="the draft that is being written")
        parser.add_argument(
            "--compare", action="store_true", help="add to each row, as “was”, what the policy in force does"
        )

    def handle(self, *, file, column, policy, draft, compare, consultation, **options):
        """Print the results to standard output, and a summary to standard error."""
        self.actions, self.changes = Counter(), Counter()
        try:
            rules = drafted() if draft else ruleset(policy)
            texts = texts_of(file, column)
            page = consultation and consultation_named(consultation)
            results = screened(texts, page, rules, ruleset(None) if compare else None)
            for result in tqdm(results, total=len(texts), unit=" texts", disable=None):
                self.count(result)
                self.stdout.write(json.dumps(result, ensure_ascii=False))
        except (MappingError, UnreadableFile, PolicyError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(self.summary(compare))

    def count(self, result):
        """Count a row for the summary."""
        self.actions[result["action"]] += 1
        if "was" in result:
            self.changes["newly held"] += result["action"] == "hold" != result["was"]
            self.changes["newly released"] += result["was"] == "hold" != result["action"]

    def summary(self, compare):
        """Return how many rows had which action, and how many are held or released now."""
        said = [f"{number} {action}" for action, number in sorted(self.actions.items())]
        if compare and said:
            said += [f"{self.changes[change]} {change}" for change in ("newly held", "newly released")]
        return ", ".join(said) or "no rows"


def ruleset(path):
    """Return the rules of a file, else of the policy in force, else of the starter policy."""
    if path:
        return Ruleset(load_policy(path))
    try:
        version = PolicyVersion.current()
    except DatabaseError:  # No database has been set up: trying a policy needs none.
        version = None
    return version.ruleset if version else Ruleset(load_policy(STARTER_POLICY))


def drafted():
    """Return the rules of the draft as it was last saved; raise CommandError when there is none."""
    try:
        draft = PolicyDraft.objects.first()
    except DatabaseError as error:
        raise CommandError(f"The draft is in the database, which cannot be read: {error}") from error
    if draft is None:
        raise CommandError("Nobody is writing a draft. Start one in the staff area, or name a file with --policy.")
    return Ruleset(draft.get_latest_revision_as_object().as_policy())


def texts_of(file, column):
    """Return (row, text) of each row of a file."""
    table = open_table(file, [column])
    place = table.column(column)
    if place is None:
        raise MappingError(f"{file.name} has no column {column}. Its columns: {', '.join(table.headings)}.")
    return [(row, plain_from_markup(cells[place] if place < len(cells) else "")) for row, cells in table.rows()]


def consultation_named(slug):
    """Return the consultation of a slug; raise CommandError when there is none."""
    page = ConsultationPage.objects.filter(slug=slug).first()
    if page is None:
        raise CommandError(f"There is no consultation {slug}.")
    return page


def context_here(draft, asks, resemblance):
    """Return what the website's rules would know of a text; only its language and copies without a database."""
    try:
        return context_of(draft, asks, in_force.moderation_in_force(), resemblance)
    except DatabaseError:
        return Context(language=draft.language, copies=resemblance.copies)


def screened(texts, page, rules, before=None):
    """Yield each row's result, with what the rules `before` say if there are any; copies count within the file."""
    asks, copies = rules.asks | (before.asks if before else frozenset()), Counter()
    language = (page.locale.language_code if page else get_language())[:2]
    for row, text in texts:
        mark = fingerprint(text)
        draft = Submission(kind=Kind.COMMENT, consultation=page or None, language=language_of(text, language))
        context = context_here(draft, asks, Resemblance(copies=copies[mark] if mark else 0))
        looks = looks_at(text, context=context)
        copies[mark] += 1
        was = {"was": before.judge(looks).action} if before else {}
        yield {"row": row, **as_plain(rules.judge(looks), text), **was}


def as_plain(result, text):
    """Return what the rules said, with the words they point at."""
    return {
        "action": result.action,
        "findings": [
            {
                "rule": finding.rule,
                "clause": finding.clause,
                "detector": finding.detector,
                "action": finding.action,
                "start": finding.start,
                "end": finding.end,
                "words": text[finding.start : finding.end],
                "explanation": finding.advice or finding.explanation,
            }
            for finding in result.findings
        ],
    }
