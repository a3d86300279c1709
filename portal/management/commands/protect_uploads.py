"""Bring the files of earlier releases into order: they lose their metadata, and documents leave the media."""

import shutil
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.media.pictures import strip_stored_pictures
from portal.media.storage import PRIVATE_FOLDERS
from portal.media.stored_documents import strip_stored_documents


class Command(BaseCommand):
    """Run once after the upgrade, and again after a restore of older media; a second run does nothing."""

    help = "Takes metadata out of stored pictures and documents, and moves documents to where no web server shows them."

    def handle(self, *args, **options):
        """Strip the pictures, move and strip the documents; say how many, and which files are left as they are."""
        self.strip("Picture", "cannot be read", strip_stored_pictures())
        self.stdout.write(f"{sum(map(move_folder, PRIVATE_FOLDERS))} documents moved to {settings.PRIVATE_MEDIA_ROOT}.")
        self.strip("Document", "are left as they are", strip_stored_documents())

    def strip(self, noun, broken, files):
        """Go through files with what came of each, name those that are left, and count."""
        results: Counter[str] = Counter()
        for each, result in files:
            results[result if result in ("stripped", "clean") else "broken"] += 1
            if result not in ("stripped", "clean"):
                self.stderr.write(f"{noun} {each.pk}, {each.file.name}: {result}")
        self.stdout.write(
            f"{results['stripped']} {noun.lower()}s lost their metadata, {results['clean']} had none, "
            f"{results['broken']} {broken}."
        )


def move_folder(folder):
    """Move the files of one folder from the media to the private files; return how many."""
    source, moved = Path(settings.MEDIA_ROOT) / folder, 0
    for path in sorted(source.rglob("*")) if source.exists() else ():
        target = Path(settings.PRIVATE_MEDIA_ROOT) / path.relative_to(settings.MEDIA_ROOT)
        if path.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
            moved += 1
    return moved
