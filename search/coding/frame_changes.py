"""The versions of a coding frame, and what each of them changed."""

from dataclasses import dataclass

from search.models import FrameVersion


@dataclass(frozen=True, slots=True)
class FrameChange:
    """One version of a frame and what it changed: names of codes, and (before, after) of the renamed ones."""

    version: FrameVersion
    added: tuple[str, ...]
    gone: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    redefined: tuple[str, ...]
    is_reordered: bool


def frame_changes(frame):
    """Return what each version changed, the latest first; one query."""
    versions = list(frame.versions.select_related("made_by").order_by("number"))
    before = [[], *(version.codes for version in versions)]
    return [change_between(version, codes) for version, codes in zip(versions, before, strict=False)][::-1]


def change_between(version, before):
    """Return what a version changed of the codes before it."""
    old, new = {code["id"]: code for code in before}, {code["id"]: code for code in version.codes}
    both = [pk for pk in new if pk in old]
    return FrameChange(
        version=version,
        added=tuple(code["name"] for pk, code in new.items() if pk not in old),
        gone=tuple(code["name"] for pk, code in old.items() if pk not in new),
        renamed=tuple((old[pk]["name"], new[pk]["name"]) for pk in both if old[pk]["name"] != new[pk]["name"]),
        redefined=tuple(new[pk]["name"] for pk in both if old[pk]["definition"] != new[pk]["definition"]),
        is_reordered=both != [pk for pk in old if pk in new],
    )
