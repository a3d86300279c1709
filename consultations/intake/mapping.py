"""Mappings: which column of a file is what, and how its source writes times, channels, verdicts and consent."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from consultations.intake.problems import MappingError
from consultations.models import Channel
from consultations.modes.table import kinds

TABS = ("tab", "\\t")
MAPPINGS = Path(__file__).parent / "mappings"
COLUMNS = {
    "id", "text", "title", "author", "author_name", "author_email", "received_at", "channel", "verdict", "language",
    "consent", "parent",
}  # fmt: skip
# Not verdict and consent: without them, what was refused there, or who said no, would look like any other row.
OPTIONAL_COLUMNS = {"title", "author_name", "author_email", "channel", "language"}
IMPORTABLE_KINDS = [kind.key for kind in kinds() if kind.importable]  # the first when the mapping names none
PARTS = {"source", "columns", "times", "defaults", "channels", "verdicts", "consents", "encoding", "delimiter", "sheet"}
VERDICTS = {"accepted", "refused", ""}
# What most systems write. A mapping adds its own words, and may give these another meaning.
USUAL_VERDICTS = dict.fromkeys(("accepted", "accept", "approved", "published", "public", "visible"), "accepted") | (
    dict.fromkeys(
        "refused rejected reject declined removed deleted moderated hidden blocked spam unpublished trash".split(),
        "refused",
    )
    | dict.fromkeys(("pending", "unmoderated", "waiting", "new", "none", "-", "n/a"), "")
)
USUAL_CONSENTS = dict.fromkeys(("yes", "y", "true", "1", "publish", "public", "ja", "oui", "sí", "si"), True) | (
    dict.fromkeys(("no", "n", "false", "0", "private", "confidential", "nein", "non", "none", "-", "n/a", ""), False)
)


@dataclass(frozen=True)
class Mapping:
    """Which column is what, and how the source writes times, channels, verdicts and consent, in small letters."""

    source: str
    columns: dict[str, str]
    times: tuple[str, ...] = ("iso",)
    defaults: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    consents: dict[str, bool] = field(default_factory=dict)
    reading: dict[str, str] = field(default_factory=dict)  # encoding, delimiter, sheet, where they are named

    @property
    def needed(self) -> list[str]:
        """Return the headings that a file must have."""
        return [heading for name, heading in self.columns.items() if name not in OPTIONAL_COLUMNS]


def load_mapping(name: str) -> Mapping:
    """Read and check a mapping: a shipped one by its name, or a file."""
    return read_mapping(mapping_document(name))


def mapping_document(name: str) -> dict:
    """Return a mapping as it is written: a shipped one by its name, or a file."""
    shipped = MAPPINGS / f"{name}.toml"
    path = shipped if shipped.exists() else Path(name)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        names = ", ".join(sorted(each.stem for each in MAPPINGS.glob("*.toml")))
        raise MappingError(f"There is no mapping {name}. Shipped ones: {names}; or give a file's path.") from error
    except (ValueError, RecursionError) as error:  # also for a number of thousands of digits
        raise MappingError(f"{path.name} is not TOML: {error}") from error


def read_mapping(data: dict) -> Mapping:
    """Check a mapping and return it."""
    if unknown := set(data) - PARTS:
        raise MappingError(f"The mapping has parts we do not know: {', '.join(sorted(unknown))}.")
    check_types(data)
    columns = data.get("columns", {})
    if "text" not in columns:
        raise MappingError("The mapping has to say which column is the text: [columns] text = “…”.")
    if unknown := set(columns) - COLUMNS:
        raise MappingError(f"The mapping has columns we do not know: {', '.join(sorted(unknown))}.")
    defaults, channels, verdicts = (data.get(part, {}) for part in ("defaults", "channels", "verdicts"))
    check_words(defaults, channels, verdicts)
    check_times(data.get("times", []))
    if len(data.get("delimiter", "")) > 1 and data["delimiter"] not in TABS:
        raise MappingError(f"A delimiter is one sign, or the word tab, and not “{data['delimiter']}”.")
    return Mapping(
        source=data.get("source", "{file}"),
        columns=columns,
        times=tuple(data.get("times", ["iso"])),
        defaults=defaults,
        channels=in_small_letters(channels),
        verdicts=USUAL_VERDICTS | in_small_letters(verdicts),
        consents=USUAL_CONSENTS | in_small_letters(data.get("consents", {})),
        reading={name: data[name] for name in ("encoding", "delimiter", "sheet") if data.get(name)},
    )


def check_types(data: dict):
    """Raise MappingError for a part that is no word, list or table, with how it is written."""
    for name in {"source", "encoding", "delimiter", "sheet"} & data.keys():
        if not isinstance(data[name], str):
            raise MappingError(f"{name} is a word in quotation marks: {name} = “…”.")
    times = data.get("times", [])
    if not (isinstance(times, list) and all(isinstance(form, str) for form in times)):
        raise MappingError('times is a list of forms in quotation marks: times = ["%d.%m.%Y"].')
    for name in ("columns", "defaults", "channels", "verdicts", "consents"):
        kind, said = (bool, "true or false") if name == "consents" else (str, "a word in quotation marks")
        table = data.get(name, {})
        if not isinstance(table, dict):
            raise MappingError(f"{name} is a part of its own: a line [{name}], and below it a line for each.")
        if wrong := [key for key, value in table.items() if not isinstance(value, kind)]:
            raise MappingError(f"In [{name}], what stands behind “{wrong[0]}” has to be {said}.")


def check_times(times: list[str]):
    """Raise MappingError when a date could be read in two ways: nobody could tell 3 April from 4 March."""
    for form in times:
        if (other := swapped(form)) != form and other in times:
            raise MappingError(f"The mapping's times have both “{form}” and “{other}”. Keep the one of the file.")


def swapped(form: str) -> str:
    """Return the form of a time with day and month in each other's place."""
    return re.sub("%[dm]", lambda sign: "%m" if sign[0] == "%d" else "%d", form)


def check_words(defaults: dict, channels: dict, verdicts: dict):
    """Raise MappingError for a channel, kind or verdict that there is not."""
    for value in [defaults.get("channel", Channel.WEBSITE), *channels.values()]:
        if value not in Channel.values:
            raise MappingError(f"{value} is no channel. Channels: {', '.join(Channel.values)}.")
    if defaults.get("kind", IMPORTABLE_KINDS[0]) not in IMPORTABLE_KINDS:
        raise MappingError(f"{defaults['kind']} cannot be imported. Kinds that can: {', '.join(IMPORTABLE_KINDS)}.")
    if wrong := set(verdicts.values()) - VERDICTS:
        raise MappingError(f"A verdict is accepted, refused or empty, not {', '.join(sorted(wrong))}.")


def in_small_letters(words: dict) -> dict:
    """Return what words mean, by the words in small letters."""
    return {key.strip().casefold(): value for key, value in words.items()}
