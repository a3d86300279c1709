"""Runs a replay: screens each text of its sample with the rules in force and with those of the draft."""

from datetime import timedelta
from time import monotonic

from django.utils import timezone

from moderation.models import Decision, Example, ModerationSettings
from moderation.policy.loading import read_policy
from moderation.policy.ruleset import Ruleset, Screening, looks_at
from moderation.replay.load import PACE_PERIOD, Arrivals, good_day_pace, predict_load
from moderation.replay.past import CopyCounter, PastTextReader, RevisionText, submission_rows
from moderation.replay.sampling import readable_submissions, sampled_submissions
from moderation.replay.tally import ReplayTally
from portal.casework.working_hours import worked

NO_FINDINGS = Screening("publish", ())  # result without a policy in force
TEXTS_PER_PROGRESS_REPORT = 200  # texts between two calls of on_progress
MAX_FAILING_EXAMPLES = 200  # examples listed in the report


def compare_rules(replay, *, on_progress):
    """Return the report; call `on_progress(done, total)` regularly, which may raise to stop the run."""
    began = monotonic()
    trial = Trial(replay)
    submissions = sampled_submissions(replay.sample)
    done, total = 0, submissions.count()
    on_progress(done, total)
    for piece in trial.past.texts(submissions):
        for past in piece:
            trial.add(past)
            done += 1
            if done % TEXTS_PER_PROGRESS_REPORT == 0:
                on_progress(done, total)
    report = trial.report()
    on_progress(done, total)
    return report | {"seconds": round(monotonic() - began, 1)}


class Trial:
    """Runs two rulesets on the same texts and collects the figures."""

    def __init__(self, replay):
        self.settings = ModerationSettings.load()
        self.draft = Ruleset(read_policy(replay.document, try_examples=False))
        self.in_force = replay.version.ruleset if replay.version else None
        asks = self.draft.asks | (self.in_force.asks if self.in_force else frozenset())
        self.past = PastTextReader(asks)
        self.tally = ReplayTally()
        self.arrivals = {"": Arrivals(), "_before": Arrivals()}

    def judge_twice(self, past):
        """Return the screenings by the rules in force and by the draft; the text is analysed once for both."""
        words = past.revision_text
        looks = looks_at(words.text, title=words.title, name=past.name, context=past.context)
        return self.in_force.judge(looks) if self.in_force else NO_FINDINGS, self.draft.judge(looks)

    def add(self, past):
        """Screen a text and count the results."""
        before, after = self.judge_twice(past)
        self.tally.add(past, before, after)
        self.count_case("_before", past, before, self.in_force)
        self.count_case("", past, after, self.draft)

    def count_case(self, which, past, screening, ruleset):
        """Count an arrival in the queue when a person would have to review the text."""
        if screening.action == "hold" or past.read_first:
            self.arrivals[which].add(past.received_at, gravest_severity(screening, ruleset))

    def report(self):
        """Return the report without its duration."""
        before = self.in_force.policy if self.in_force else None
        numbers = self.tally.as_dict(before, self.draft.policy, timezone.localdate())
        return numbers | {"load": self.load(), "golden": self.golden()}

    def load(self):
        """Return the `load` figures of the report."""
        calendar, first, last = self.settings.calendar, self.tally.first, self.tally.last
        span = worked(first, last, calendar) if first else timedelta()
        return predict_load(self.arrivals, span, self.pace(), calendar, self.settings.promise)

    def pace(self):
        """Return the decisions on a good recent day, or None; batches take no reading time and are left out."""
        lately = Decision.objects.not_undone().filter(
            created_at__gte=timezone.now() - PACE_PERIOD, imported=False, batch=None
        )
        return good_day_pace(timezone.localdate(at) for at in lately.values_list("created_at", flat=True))

    def golden(self):
        """Return how the draft treats the examples of the golden set."""
        total, failing = 0, []
        for past, expected in self.golden_texts():
            got = "hold" if self.judge_twice(past)[1].action == "hold" else "publish"
            total += 1
            if got != expected:
                failing.append({"revision": past.revision_text.revision, "expected": expected, "got": got})
        return {"total": total, "as_expected": total - len(failing), "failing": failing[:MAX_FAILING_EXAMPLES]}

    def golden_texts(self):
        """Return pairs of past text and expected action, one for each readable example."""
        examples = list(Example.objects.select_related("revision").order_by("pk"))
        submissions = readable_submissions().filter(pk__in={example.revision.submission_id for example in examples})
        rows = {row.pk: row for row in submission_rows(submissions)}
        known = [example for example in examples if example.revision.submission_id in rows]
        pairs = [
            (rows[each.revision.submission_id], RevisionText(each.revision_id, each.revision.title, each.revision.text))
            for each in known
        ]
        texts = self.past.with_circumstances(pairs, CopyCounter(min(rows, default=0)))
        return zip(texts, (example.expected for example in known), strict=True)


def gravest_severity(screening, ruleset):
    """Return the highest severity of the clauses that hold a text; 0 without one."""
    keys = {finding.clause for finding in screening.findings if finding.action == "hold" and not finding.is_failure}
    return max((ruleset.policy.clause(key).severity for key in keys), default=0)
