"""A report as a page shows it: shares in words, bars, and names in the place of keys."""

from dataclasses import dataclass

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from consultations.models import Channel, ConsultationPage
from consultations.modes.table import kind_choices
from moderation.replay.tally import GROUPS
from moderation.text.interval import wilson

WIDTH = 200  # units of a bar
UNCERTAIN = 30  # fewer texts are no reason to say that a group stands out
TITLES = {
    "language": gettext_lazy("Language"),
    "consultation": gettext_lazy("Consultation"),
    "channel": gettext_lazy("Channel"),
    "author": gettext_lazy("Author"),
    "kind": gettext_lazy("Kind of text"),
    "support": gettext_lazy("Support by readers"),
}
AUTHORS = {
    "new": gettext_lazy("New here"),
    "known": gettext_lazy("Had a public text before"),
    "unknown": gettext_lazy("Not known"),
}
SUPPORT = {
    "20+": gettext_lazy("20 supporters or more"),
    "5-19": gettext_lazy("5 to 19 supporters"),
    "1-4": gettext_lazy("1 to 4 supporters"),
    "0": gettext_lazy("Nobody"),
}
CHANGES = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "removed": gettext_lazy("Removed"),
    "same": gettext_lazy("As before"),
}
MODES = {
    "off": gettext_lazy("Off"),
    "shadow": gettext_lazy("Shadow"),
    "suggest": gettext_lazy("Suggest"),
    "hold": gettext_lazy("Hold"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """The numbers of a group or a rule, with its bar."""

    name: str
    cell: dict
    held_bar: int
    released_bar: int
    stands_out: bool = False

    @property
    def false_alarms(self):
        """Return in words how many of the newly held people had published."""
        return in_words(self.cell["false_alarms"])

    @property
    def missed(self):
        """Return in words how many of the newly released people had not published."""
        return in_words(self.cell["missed"])

    @property
    def change(self):
        """Return in words what became of a rule."""
        return CHANGES[self.cell["change"]]

    @property
    def modes(self):
        """Return how far a rule goes, before and after."""
        before, after = (MODES.get(self.cell[name], "") for name in ("mode_before", "mode"))
        return f"{before} → {after}" if before and after and before != after else f"{after or before}"


def in_words(share):
    """Return a share such as “27 of 30 (74–97 %)”; a dash of nothing."""
    if not share["of"]:
        return "–"
    numbers = {"count": share["count"], "of": share["of"]}
    low, high = round(100 * share["low"]), round(100 * share["high"])
    return _("%(count)d of %(of)d (%(low)d–%(high)d %%)") % {**numbers, "low": low, "high": high}


def rows(cells, name_of):
    """Return groups or rules with bars as long as their changes, beside the longest of them."""
    longest = max((cell["newly_held"] + cell["newly_released"] for cell in cells), default=0) or 1
    scale = WIDTH / longest
    return [
        Row(name_of(cell), cell, round(scale * cell["newly_held"]), round(scale * cell["newly_released"]))
        for cell in cells
    ]


def rule_rows(result):
    """Return the rules that hold or held anything, or that are not as before; those with most changes first."""
    cells = [cell for cell in result["rules"] if cell["texts"] or cell["seen"] or cell["change"] != "same"]
    cells.sort(key=lambda cell: (-cell["newly_held"] - cell["newly_released"], cell["change"] == "same"))
    return rows(cells, lambda cell: cell["title"])


def quiet_rules(result):
    """Return how many rules are as before and saw nothing at all."""
    return sum(not (rule["texts"] or rule["seen"]) and rule["change"] == "same" for rule in result["rules"])


def groups(result):
    """Return each way to divide the texts: its title, and its rows with those that stand out."""
    names = {
        "language": languages(result),
        "consultation": consultations(result),
        "channel": dict(Channel.choices),
        "author": AUTHORS,
        "kind": dict(kind_choices()),
        "support": SUPPORT,
    }
    return [
        (TITLES[group], [marked(row, result["whole"]) for row in rows(result["groups"][group], namer(names[group]))])
        for group in GROUPS
        if result["groups"][group]
    ]


def namer(names):
    """Return the function that names the rows of a group; what has no name is called by its key."""
    return lambda cell: names.get(cell["name"], cell["name"]) or _("None")


def languages(result):
    """Return the names of the languages in a report."""
    codes = [cell["name"] for cell in result["groups"]["language"]]
    return {code: get_language_info(code)["name_translated"] for code in codes if code in LANG_INFO}


def consultations(result):
    """Return the titles of the consultations in a report."""
    slugs = [cell["name"] for cell in result["groups"]["consultation"]]
    return dict(ConsultationPage.objects.filter(slug__in=slugs).values_list("slug", "title"))


def marked(row, whole):
    """Return a row, marked when the draft holds more of it than of all texts and chance does not explain that."""
    if row.cell["texts"] < UNCERTAIN or row.cell["texts"] == whole["texts"]:
        return row
    low, _high = wilson(row.cell["newly_held"], row.cell["texts"])
    stands_out = low > whole["newly_held"] / whole["texts"]
    return Row(row.name, row.cell, row.held_bar, row.released_bar, stands_out)
