"""Running a replay: every text of its sample under the rules in force and under those of the draft."""

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

NO_FINDINGS = Screening("publish", ())  # what no rules say
TEXTS_PER_PROGRESS_REPORT = 200  # texts between two words about the progress
MAX_FAILING_EXAMPLES = 200  # examples named


def compare_rules(replay, *, on_progress):
    """Return the report; `on_progress(done, total)` is called now and then, and may raise to stop it."""
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
    """Two sets of rules on the same texts."""

    def __init__(self, replay):
        self.settings = ModerationSettings.load()
        self.draft = Ruleset(read_policy(replay.document, try_examples=False))
        self.in_force = replay.version.ruleset if replay.version else None
        asks = self.draft.asks | (self.in_force.asks if self.in_force else frozenset())
        self.past = PastTextReader(asks)
        self.tally = ReplayTally()
        self.arrivals = {"": Arrivals(), "_before": Arrivals()}

    def judge_twice(self, past):
        """Return what the rules in force and the draft's say of a text, which is read once for both."""
        words = past.revision_text
        looks = looks_at(words.text, title=words.title, name=past.name, context=past.context)
        return self.in_force.judge(looks) if self.in_force else NO_FINDINGS, self.draft.judge(looks)

    def add(self, past):
        """Try a text, and count."""
        before, after = self.judge_twice(past)
        self.tally.add(past, before, after)
        self.count_case("_before", past, before, self.in_force)
        self.count_case("", past, after, self.draft)

    def count_case(self, which, past, screening, ruleset):
        """Count a text for the queue, if a person would have to look."""
        if screening.action == "hold" or past.read_first:
            self.arrivals[which].add(past.received_at, gravest_severity(screening, ruleset))

    def report(self):
        """Return what came of it."""
        before = self.in_force.policy if self.in_force else None
        numbers = self.tally.as_dict(before, self.draft.policy, timezone.localdate())
        return numbers | {"load": self.load(), "golden": self.golden()}

    def load(self):
        """Return the load that the queue would have carried."""
        calendar, first, last = self.settings.calendar, self.tally.first, self.tally.last
        span = worked(first, last, calendar) if first else timedelta()
        return predict_load(self.arrivals, span, self.pace(), calendar, self.settings.promise)

    def pace(self):
        """Return how many cases people decided on a good day lately, those of a batch left out; None if none."""
        lately = Decision.objects.not_undone().filter(at__gte=timezone.now() - PACE_PERIOD, imported=False, batch=None)
        return good_day_pace(timezone.localdate(at) for at in lately.values_list("at", flat=True))

    def golden(self):
        """Return how the draft treats the texts of which we know how they should be treated."""
        total, failing = 0, []
        for past, expected in self.golden_texts():
            got = "hold" if self.judge_twice(past)[1].action == "hold" else "publish"
            total += 1
            if got != expected:
                failing.append({"revision": past.revision_text.revision, "expected": expected, "got": got})
        return {"total": total, "as_expected": total - len(failing), "failing": failing[:MAX_FAILING_EXAMPLES]}

    def golden_texts(self):
        """Yield each example's text with what is expected of it."""
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
    """Return the severity of the gravest clause that holds a text."""
    keys = {finding.clause for finding in screening.findings if finding.action == "hold"}
    return max((ruleset.policy.clause(key).severity for key in keys), default=0)
