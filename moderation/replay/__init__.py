"""Replay: runs the rules of a draft policy and the rules in force on past texts and compares the results.

`Replay.result` is the report as plain JSON. It stores numbers, keys and positions in texts, never a text, so erasing a
submission needs no change to reports::

    {
      "texts": 10000,                        # texts screened
      "first": "2026-06-01T09:12:00+10:00",  # when the first was received
      "last": "…",                           # and the last
      "seconds": 31.4,                       # duration of the run
      "imported": 120,                       # compared decisions that were made in another system
      "whole": CELL,
      "groups": {"language": [{"name": "en", ...CELL}, …], …},  # names as in `tally.GROUP_KEYS`, largest group first
      "rules": [{"key": "…", "title": "…", "clause": "…",
                 "change": "new",            # or changed, removed, same: compared with the rule in force
                 "mode": "hold", "mode_before": "suggest",  # "" when the rule does not exist
                 "unchanged": 3,             # texts held before and after
                 "seen": 9, "seen_before": 9,  # texts with a finding, in any mode
                 "overdue": false,           # its review date has passed, so it runs in shadow mode
                 "examples": {"newly_held": [revision, …], "newly_released": […]},
                 ...CELL}, …],               # of the texts held before or after
      "examples": {"newly_held": [revision, …], "newly_released": [revision, …]},  # 20 of each, always the same
      "places": {"newly_held": {"71": [[rule, detector, field, start, end], …]}, …},  # of every example
      "load": {"per_day": 12.5, "per_day_before": 11.0,  # cases per working day; null when the sample is too short
               "late": 3, "late_before": 0,  # of these cases, at the current pace; null without decisions
               "pace": 14, "days": 20.0},    # decisions on a good recent day; working days in the sample
      "golden": {"total": 40, "as_expected": 39, "failing": [{"revision": 5, "expected": "hold", "got": "publish"}]}
    }

    CELL = {"texts": 10000,                  # in a rule's row: texts held before or after
            "held": 80, "held_before": 60,
            "newly_held": 30, "newly_released": 10,
            "false_alarms": SHARE,           # newly held texts with a decision: the published ones
            "missed": SHARE}                 # newly released texts with a decision: the others
    SHARE = {"count": 27, "of": 30, "low": 0.74, "high": 0.97}  # 95 % interval; null when `of` is 0
"""
