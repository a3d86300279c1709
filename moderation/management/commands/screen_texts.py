"""Try the policy on the texts of a file; nothing is stored."""

import json
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from consultations.importing import MappingError, check_headings, read_rows
from consultations.plain_text import plain
from moderation.loading import PolicyError, load_policy
from moderation.models import PolicyVersion
from moderation.policy import STARTER
from moderation.ruleset import Context, Ruleset
from moderation.text import fingerprint


class Command(BaseCommand):
    """Screen every row of a CSV and print one JSON object a row: action, and findings with rule, clause and span."""

    help = __doc__

    def add_arguments(self, parser):
        """Declare the file, its column and the policy to try."""
        parser.add_argument("file", type=Path, help="a CSV in UTF-8 with headings in its first row")
        parser.add_argument("--column", required=True, help="the heading of the column with the texts")
        parser.add_argument("--policy", type=Path, help="a policy file; without one, the policy in force")

    def handle(self, *, file, column, policy, **options):
        """Print the results to standard output, and a summary to standard error."""
        try:
            rules, actions = ruleset(policy), Counter()
            check_headings(file, [column])
            for result in tqdm(screened(file, column, rules), unit=" texts", disable=None):
                actions[result["action"]] += 1
                self.stdout.write(json.dumps(result, ensure_ascii=False))
        except (MappingError, PolicyError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(", ".join(f"{number} {action}" for action, number in sorted(actions.items())) or "no rows")


def ruleset(path):
    """Return the rules of a file, else of the policy in force, else of the starter policy."""
    if path:
        return Ruleset(load_policy(path))
    try:
        version = PolicyVersion.current()
    except DatabaseError:  # No database has been set up: trying a policy needs none.
        version = None
    return version.ruleset if version else Ruleset(load_policy(STARTER))


def screened(file, column, rules):
    """Yield each row's result; copies are counted within the file."""
    copies = Counter()
    for row, cells in read_rows(file):
        text = plain(cells.get(column) or "")
        mark = fingerprint(text)
        result = rules.screen(text, context=Context(copies=copies[mark] if mark else 0))
        copies[mark] += 1
        yield {
            "row": row,
            "action": result.action,
            "findings": [
                {
                    "rule": finding.rule,
                    "clause": finding.clause,
                    "action": finding.action,
                    "start": finding.start,
                    "end": finding.end,
                    "words": text[finding.start : finding.end],
                    "explanation": finding.explanation,
                }
                for finding in result.findings
            ],
        }
