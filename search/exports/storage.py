"""Files of exports, in a private folder, each with a list of its contents."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import numpy as np
from django.conf import settings

from search.models import Export

DATA_SUFFIX, CONTENTS_SUFFIX, PARTIAL_SUFFIX = "data", "list", "part"
CONTENTS_DTYPE = np.dtype([("id", "<i8"), ("text", "<i8"), ("public", "?")])


class FileContents:
    """The list of a file's contents: submission id, revision id, whether it was public; 17 bytes each."""

    def __init__(self) -> None:
        self.ids, self.texts, self.public = array("q"), array("q"), bytearray()

    def add(self, id_: int, text: int, public: bool) -> None:
        """Add one submission."""
        self.ids.append(id_)
        self.texts.append(text)
        self.public.append(public)

    def __len__(self) -> int:
        return len(self.ids)

    def in_order(self) -> np.ndarray:
        """Return the list sorted by id, for binary search."""
        lines = np.empty(len(self), CONTENTS_DTYPE)
        lines["id"], lines["text"], lines["public"] = self.ids, self.texts, self.public
        lines.sort(order="id")
        return lines


def export_path(export: Export, what: str = DATA_SUFFIX) -> Path:
    """Return the path of an export's data, contents list or partial file."""
    return Path(settings.EXPORTS_ROOT, f"{export.stored_as}.{what}")


def write_file(export: Export, chunks: Iterable[bytes]) -> tuple[int, str]:
    """Write a file readable by the process's user only; return its size and SHA-256."""
    size, digest, part = 0, sha256(), export_path(export, PARTIAL_SUFFIX)
    part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.touch(mode=0o600)
    with part.open("wb") as file:
        for chunk in chunks:
            size += file.write(chunk)
            digest.update(chunk)
    part.replace(export_path(export))
    return size, digest.hexdigest()


def write_contents(export: Export, contents: FileContents) -> None:
    """Write the contents list of a file."""
    contents.in_order().tofile(export_path(export, CONTENTS_SUFFIX))


def read_contents(export: Export) -> np.ndarray | None:
    """Return the contents list as a memory map; None if it is missing."""
    place = export_path(export, CONTENTS_SUFFIX)
    if not place.exists():
        return None
    return np.memmap(place, CONTENTS_DTYPE, mode="r") if place.stat().st_size else np.empty(0, CONTENTS_DTYPE)


def file_contains(export: Export, id_: int) -> bool:
    """Return whether a submission is in the file; a missing list counts as yes while the data file exists."""
    lines = read_contents(export)
    if lines is None:
        return export_path(export).exists()
    found = int(np.searchsorted(lines["id"], id_))
    return found < len(lines) and int(lines["id"][found]) == id_


def delete_files(export: Export) -> None:
    """Delete all files of an export."""
    delete_files_at(export_path(export))


def delete_files_at(place: Path) -> None:
    """Delete a data file with its contents list and partial file."""
    for what in (DATA_SUFFIX, CONTENTS_SUFFIX, PARTIAL_SUFFIX):
        place.with_suffix(f".{what}").unlink(missing_ok=True)


def delete_orphans() -> None:
    """Delete files without a finished or running export, left by a killed worker or a rollback."""
    root = Path(settings.EXPORTS_ROOT)
    found = list(root.iterdir()) if root.exists() else []  # before the rows are read, so a new file is never among them
    owned = {export.stored_as for export in Export.objects.with_files()}
    for file in found:
        if file.stem not in owned:
            file.unlink(missing_ok=True)
