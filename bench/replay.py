"""Time a replay: a draft of the starter policy on many texts of the past.

Run as `python -m bench.replay 100000`. Real comments are used over and over when there are any, as in
`bench.screening`; the site is a temporary one.
"""

import argparse
import itertools
import json
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import site
from bench.screening import made_up_comments, real_comments

ROOT = Path(__file__).parent.parent
PIECE = 5000  # texts stored at once
REFUSED_EVERY = 50  # one text in so many was decided by people, and refused


def draft_of(document: dict) -> dict:
    """Return a draft of the policy: one rule holds what it only noted, another is gone, a third is new."""
    draft = json.loads(json.dumps(document))
    draft["rules"] = [rule for rule in draft["rules"] if rule["key"] != "phone-number"]
    rule = next(rule for rule in draft["rules"] if rule["key"] == "spam-phrases") | {"mode": "hold"}
    when = {"detector": "words", "words": ["parking"]}
    new = rule | {"key": "parking", "when": when, "matches": ["Free parking."], "ignores": ["A bus."]}
    draft["rules"].append(new)
    return draft


def fill(count: int, comments: list[str]) -> None:
    """Store so many submissions with their screenings; people refused some."""
    from bench import seed
    from moderation.models import PolicyVersion
    from portal.demo import loader

    loader.load_agency("http://127.0.0.1:8000")
    page = loader.load_consultation("night-buses")
    texts, version = itertools.cycle(comments), PolicyVersion.current()
    for start in range(0, count, PIECE):
        drafts = [seed.draft(page, n) for n in range(start, min(start + PIECE, count))]
        stored = seed.written(drafts, texts)[::REFUSED_EVERY]
        refuse(stored, version)


def refuse(submissions, version) -> None:
    """Store that people refused these texts."""
    from moderation.models import Case, Decision

    at = {"due_at": submissions[0].received_at, "closed_at": submissions[0].received_at}
    cases = Case.objects.bulk_create(
        Case(submission=one, revision=one.revisions.get(), cause="rule", **at) for one in submissions
    )
    Decision.objects.bulk_create(
        Decision(case=case, revision=case.revision, version=version, action="refuse") for case in cases
    )


def measure(count: int) -> dict:
    """Run the replay as the worker does; return its report."""
    from moderation.models import PolicyVersion, Replay
    from moderation.policy.loading import read_policy
    from moderation.replay import job, sampling

    document = draft_of(PolicyVersion.current().document)
    replay = job.request_replay(read_policy(document, try_examples=False), sampling.sample_last_texts(count))
    job.run_replays()
    done = Replay.objects.get(pk=replay.pk)
    if done.state != Replay.State.DONE:
        raise SystemExit(f"The replay did not end well: {done.problem}")
    return done.result


def main() -> None:
    """Print how long the replay took, and how many texts a second that is."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("count", type=int, nargs="?", default=100_000, help="how many texts")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "polis-moderated")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="parley-bench-")))
        site.set_up(site.environment(folder, stack.enter_context(site.database("", folder))))

        from django.db import connection  # it needs the settings

        stack.callback(connection.close)
        fill(options.count, real_comments(options.data) or made_up_comments(options.count))
        began, busy = time.perf_counter(), time.process_time()
        result = measure(options.count)
        took, busy = time.perf_counter() - began, time.process_time() - busy
    whole, rate = result["whole"], result["texts"] / took
    print(f"{result['texts']:,} texts in {took:.1f} s ({rate:,.0f} a second), {busy:.1f} s of processor")
    print(f"newly held {whole['newly_held']:,}, newly released {whole['newly_released']:,}")


if __name__ == "__main__":
    main()
