"""Replay: a draft's rules, tried on the texts of the past beside the rules in force, before they take effect.

`Replay.result` is the report, plain JSON. It holds numbers, keys and places in texts, and never a text, so that what
is erased is gone from here, too::

    {
      "texts": 10000,                        # that were screened,
      "first": "2026-06-01T09:12:00+10:00",  # from the first received
      "last": "…",                           # to the last
      "seconds": 31.4,                       # that it took
      "imported": 120,                       # of the decisions it is compared with, those made elsewhere before
      "whole": CELL,
      "groups": {"language": [{"name": "en", ...CELL}, …], …},  # the names in `tally.GROUPS`, largest group first
      "rules": [{"key": "…", "title": "…", "clause": "…",
                 "change": "new",            # or changed, removed, same: what it does, compared with the rule in force
                 "mode": "hold", "mode_before": "suggest",  # "" where there is no such rule
                 "unchanged": 3,             # texts that it holds as before
                 "seen": 9, "seen_before": 9,  # texts in which it saw something, in whatever mode
                 "overdue": false,           # its day of review has passed, so it only counts from now on
                 "examples": {"newly_held": [revision, …], "newly_released": […]},
                 ...CELL}, …],               # of the texts that it holds, or held
      "examples": {"newly_held": [revision, …], "newly_released": [revision, …]},  # 20 of each, drawn the same always
      "places": {"newly_held": {"71": [[rule, detector, field, start, end], …]}, …},  # of every example
      "load": {"per_day": 12.5, "per_day_before": 11.0,  # cases a working day; null when the sample is too short
               "late": 3, "late_before": 0,  # of these cases, at today's pace; null when nobody decided anything
               "pace": 14, "days": 20.0},    # decisions on a good day lately; working days in the sample
      "golden": {"total": 40, "as_expected": 39, "failing": [{"revision": 5, "expected": "hold", "got": "publish"}]}
    }

    CELL = {"texts": 10000,                  # in a rule's row: those it holds before or after
            "held": 80, "held_before": 60,
            "newly_held": 30, "newly_released": 10,
            "false_alarms": SHARE,           # of the newly held that people decided on: those they published
            "missed": SHARE}                 # of the newly released that people decided on: those they did not publish
    SHARE = {"count": 27, "of": 30, "low": 0.74, "high": 0.97}  # with its 95 % interval, null of nothing
"""
