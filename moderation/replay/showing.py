"""Prepares a report for its page: formats shares, scales bars and replaces keys by names."""

from dataclasses import dataclass

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from consultations.languages import language_name
from consultations.models import Channel, ConsultationPage
from consultations.modes.table import kind_choices
from moderation.replay.tally import GROUP_KEYS
from moderation.text.interval import wilson

BAR_WIDTH = 200  # units of a bar
MIN_TEXTS_TO_STAND_OUT = 30  # groups with fewer texts are never flagged
GROUP_TITLES = {
    "language": gettext_lazy("Language"),
    "consultation": gettext_lazy("Consultation"),
    "channel": gettext_lazy("Channel"),
    "author": gettext_lazy("Author"),
    "kind": gettext_lazy("Kind of text"),
    "support": gettext_lazy("Support by readers"),
}
AUTHOR_NAMES = {
    "new": gettext_lazy("New here"),
    "known": gettext_lazy("Had a public text before"),
    "unknown": gettext_lazy("Not known"),
}
SUPPORT_NAMES = {
    "20+": gettext_lazy("20 supporters or more"),
    "5-19": gettext_lazy("5 to 19 supporters"),
    "1-4": gettext_lazy("1 to 4 supporters"),
    "0": gettext_lazy("Nobody"),
}
CHANGE_NAMES = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "removed": gettext_lazy("Removed"),
    "same": gettext_lazy("As before"),
}
FAILED_TITLE = gettext_lazy("Could not be tried")
MODE_NAMES = {
    "off": gettext_lazy("Off"),
    "shadow": gettext_lazy("Shadow"),
    "suggest": gettext_lazy("Suggest"),
    "hold": gettext_lazy("Hold"),
}


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """The counts of a group or rule, with the lengths of its bars."""

    name: str
    cell: dict
    held_bar: int
    released_bar: int
    stands_out: bool = False

    @property
    def false_alarms(self):
        """Return the share of newly held texts that people had published."""
        return format_share(self.cell["false_alarms"])

    @property
    def missed(self):
        """Return the share of newly released texts that people had not published."""
        return format_share(self.cell["missed"])

    @property
    def change(self):
        """Return the label of a rule's change."""
        return CHANGE_NAMES[self.cell["change"]]

    @property
    def modes(self):
        """Return a rule's modes before and after, such as “Suggest → Hold”."""
        before, after = (MODE_NAMES.get(self.cell[name], "") for name in ("mode_before", "mode"))
        return f"{before} → {after}" if before and after and before != after else f"{after or before}"


def format_share(share):
    """Return a share such as “27 of 30 (74–97 %)”; “–” when there is nothing to divide."""
    if not share["of"]:
        return "–"
    numbers = {"count": share["count"], "of": share["of"]}
    low, high = round(100 * share["low"]), round(100 * share["high"])
    return _("%(count)d of %(of)d (%(low)d–%(high)d %%)") % {**numbers, "low": low, "high": high}


def replay_rows(cells, name_of):
    """Return groups or rules with bars, scaled so that the row with most changes fills the width."""
    longest = max((cell["newly_held"] + cell["newly_released"] for cell in cells), default=0) or 1
    scale = BAR_WIDTH / longest
    return [
        ReplayRow(name_of(cell), cell, round(scale * cell["newly_held"]), round(scale * cell["newly_released"]))
        for cell in cells
    ]


def rule_rows(result):
    """Return the rules with findings or a change in the draft; those with most changed texts first."""
    cells = [cell for cell in result["rules"] if cell["texts"] or cell["seen"] or cell["change"] != "same"]
    cells.sort(key=lambda cell: (-cell["newly_held"] - cell["newly_released"], cell["change"] == "same"))
    return replay_rows(cells, lambda cell: cell["title"] or FAILED_TITLE)


def count_quiet_rules(result):
    """Return the number of unchanged rules without findings."""
    return sum(not (rule["texts"] or rule["seen"]) and rule["change"] == "same" for rule in result["rules"])


def group_tables(result):
    """Return (title, rows) for each grouping of the texts; rows that stand out are flagged."""
    names = {
        "language": language_names(result),
        "consultation": consultation_titles(result),
        "channel": dict(Channel.choices),
        "author": AUTHOR_NAMES,
        "kind": dict(kind_choices()),
        "support": SUPPORT_NAMES,
    }
    tables = []
    for group in GROUP_KEYS:
        if cells := result["groups"][group]:
            rows = replay_rows(cells, name_lookup(names[group]))
            tables.append((GROUP_TITLES[group], [flag_outlier(row, result["whole"]) for row in rows]))
    return tables


def name_lookup(names):
    """Return a function that names a row; without a name the row keeps its key."""
    return lambda cell: names.get(cell["name"], cell["name"]) or _("None")


def language_names(result):
    """Return the names of the languages in a report."""
    codes = [cell["name"] for cell in result["groups"]["language"] if cell["name"]]
    return {
        code: get_language_info(code)["name_translated"] if code in LANG_INFO else language_name(code) for code in codes
    }


def consultation_titles(result):
    """Return the titles of the consultations in a report."""
    slugs = [cell["name"] for cell in result["groups"]["consultation"]]
    return dict(ConsultationPage.objects.filter(slug__in=slugs).values_list("slug", "title"))


def flag_outlier(row, whole):
    """Flag a row when its share of newly held texts is significantly above that of all texts."""
    if row.cell["texts"] < MIN_TEXTS_TO_STAND_OUT or row.cell["texts"] == whole["texts"]:
        return row
    low, _high = wilson(row.cell["newly_held"], row.cell["texts"])
    stands_out = low > whole["newly_held"] / whole["texts"]
    return ReplayRow(row.name, row.cell, row.held_bar, row.released_bar, stands_out)
