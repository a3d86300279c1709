"""Where exports lie: a private folder that no web server serves, and beside each file the ids of what is in it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import numpy as np
from django.conf import settings

from search.models import Export

DATA, IDS, PART = "data", "ids", "part"


def path_of(export: Export, what: str = DATA) -> Path:
    """Return where a file of an export lies: the data, the ids, or what is being written."""
    return Path(settings.EXPORTS_ROOT, f"{export.stored_as}.{what}")


def store(export: Export, chunks: Iterable[bytes]) -> tuple[int, str]:
    """Write the file, readable by us only; return its size and SHA-256."""
    size, digest, part = 0, sha256(), path_of(export, PART)
    part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.touch(mode=0o600)
    with part.open("wb") as file:
        for chunk in chunks:
            size += file.write(chunk)
            digest.update(chunk)
    part.replace(path_of(export))
    return size, digest.hexdigest()


def store_ids(export: Export, ids: array) -> None:
    """Keep which submissions are in the file, in order: 8 bytes each."""
    ordered = np.sort(np.frombuffer(ids, dtype=np.int64)) if ids else np.empty(0, np.int64)
    ordered.tofile(path_of(export, IDS))


def holds(export: Export, id_: int) -> bool:
    """Tell whether a submission is in the file, reading a few pages; a list that is missing proves nothing."""
    place = path_of(export, IDS)
    if not place.exists():
        return path_of(export).exists()
    if not place.stat().st_size:
        return False
    ids = np.memmap(place, dtype=np.int64, mode="r")
    found = int(np.searchsorted(ids, id_))
    return found < len(ids) and int(ids[found]) == id_


def delete(export: Export) -> None:
    """Delete everything of an export."""
    delete_at(path_of(export))


def delete_at(place: Path) -> None:
    """Delete a file with what lies beside it."""
    for what in (DATA, IDS, PART):
        place.with_suffix(f".{what}").unlink(missing_ok=True)


def delete_unowned() -> None:
    """Delete what belongs to no export that is ready or being written: what a killed worker or a rollback left."""
    root = Path(settings.EXPORTS_ROOT)
    found = list(root.iterdir()) if root.exists() else []  # before the rows are read, so a new file is never among them
    owned = {export.stored_as for export in Export.objects.with_files()}
    for file in found:
        if file.stem not in owned:
            file.unlink(missing_ok=True)
