"""Running a replay: every text of its sample under the rules in force and under those of the draft."""

from datetime import timedelta
from time import monotonic

from django.utils import timezone

from moderation.models import Decision, Example, ModerationSettings
from moderation.policy.loading import read_policy
from moderation.policy.ruleset import Ruleset, Screening, looks_at
from moderation.replay.load import LATELY, Arrivals, good_day, predicted
from moderation.replay.past import Past, SentBefore, Words, rows_of
from moderation.replay.sampling import readable, texts_in
from moderation.replay.tally import Tally
from portal.casework.working_hours import worked

NOTHING = Screening("publish", ())  # what no rules say
PATIENCE = 200  # texts between two words about the progress
FAILING = 200  # examples named


def run(replay, *, say_progress):
    """Return the report; `say_progress(done, total)` is called now and then, and may raise to stop it."""
    began = monotonic()
    trial = Trial(replay)
    submissions = texts_in(replay.sample)
    done, total = 0, submissions.count()
    say_progress(done, total)
    for piece in trial.past.texts(submissions):
        for past in piece:
            trial.add(past)
            done += 1
            if done % PATIENCE == 0:
                say_progress(done, total)
    report = trial.report()
    say_progress(done, total)
    return report | {"seconds": round(monotonic() - began, 1)}


class Trial:
    """Two sets of rules on the same texts."""

    def __init__(self, replay):
        self.known = ModerationSettings.load()
        self.draft = Ruleset(read_policy(replay.document, try_examples=False))
        self.in_force = replay.version.ruleset if replay.version else None
        asks = self.draft.asks | (self.in_force.asks if self.in_force else frozenset())
        self.past = Past(asks)
        self.tally = Tally()
        self.arrivals = {"": Arrivals(), "_before": Arrivals()}

    def screened(self, past):
        """Return what the rules in force and the draft's say of a text, which is read once for both."""
        words = past.words
        looks = looks_at(words.text, title=words.title, name=past.name, context=past.context)
        return self.in_force.judge(looks) if self.in_force else NOTHING, self.draft.judge(looks)

    def add(self, past):
        """Try a text, and count."""
        before, after = self.screened(past)
        self.tally.add(past, before, after)
        self.note_case("_before", past, before, self.in_force)
        self.note_case("", past, after, self.draft)

    def note_case(self, which, past, screening, ruleset):
        """Count a text for the queue, if a person would have to look."""
        if screening.action == "hold" or past.read_first:
            self.arrivals[which].add(past.received_at, severity_of(screening, ruleset))

    def report(self):
        """Return what came of it."""
        before = self.in_force.policy if self.in_force else None
        numbers = self.tally.as_dict(before, self.draft.policy, timezone.localdate())
        return numbers | {"load": self.load(), "golden": self.golden()}

    def load(self):
        """Return the load that the queue would have carried."""
        calendar, first, last = self.known.calendar, self.tally.first, self.tally.last
        span = worked(first, last, calendar) if first else timedelta()
        return predicted(self.arrivals, span, self.pace(), calendar, self.known.promise)

    def pace(self):
        """Return how many cases people decided on a good day lately, those of a batch left out; None if none."""
        lately = Decision.objects.standing().filter(at__gte=timezone.now() - LATELY, imported=False, batch=None)
        return good_day(timezone.localdate(at) for at in lately.values_list("at", flat=True))

    def golden(self):
        """Return how the draft treats the texts of which we know how they should be treated."""
        total, failing = 0, []
        for past, expected in self.golden_texts():
            got = "hold" if self.screened(past)[1].action == "hold" else "publish"
            total += 1
            if got != expected:
                failing.append({"revision": past.words.revision, "expected": expected, "got": got})
        return {"total": total, "as_expected": total - len(failing), "failing": failing[:FAILING]}

    def golden_texts(self):
        """Yield each example's text with what is expected of it."""
        examples = list(Example.objects.select_related("revision").order_by("pk"))
        submissions = readable().filter(pk__in={example.revision.submission_id for example in examples})
        rows = {row.pk: row for row in rows_of(submissions)}
        known = [example for example in examples if example.revision.submission_id in rows]
        pairs = [
            (rows[each.revision.submission_id], Words(each.revision_id, each.revision.title, each.revision.text))
            for each in known
        ]
        texts = self.past.with_circumstances(pairs, SentBefore(min(rows, default=0)))
        return zip(texts, (example.expected for example in known), strict=True)


def severity_of(screening, ruleset):
    """Return the severity of the gravest clause that holds a text."""
    keys = {finding.clause for finding in screening.findings if finding.action == "hold"}
    return max((ruleset.policy.clause(key).severity for key in keys), default=0)
