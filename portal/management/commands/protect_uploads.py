"""Bring the files of earlier releases into order: pictures lose their metadata, documents leave the media."""

import shutil
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.media.pictures import strip_stored_pictures
from portal.media.storage import PRIVATE_FOLDERS


class Command(BaseCommand):
    """Run once after the upgrade, and again after a restore of older media; a second run does nothing."""

    help = "Takes place and time out of stored pictures, and moves documents to where no web server shows them."

    def handle(self, *args, **options):
        """Strip the pictures and move the documents; say how many, and which files cannot be read."""
        results: Counter[str] = Counter()
        for image, result in strip_stored_pictures():
            results[result if result in ("stripped", "clean") else "broken"] += 1
            if result not in ("stripped", "clean"):
                self.stderr.write(f"Picture {image.pk}, {image.file.name}: {result}")
        self.stdout.write(
            f"{results['stripped']} pictures lost their metadata, {results['clean']} had none, "
            f"{results['broken']} cannot be read."
        )
        self.stdout.write(f"{sum(map(move_folder, PRIVATE_FOLDERS))} documents moved to {settings.PRIVATE_MEDIA_ROOT}.")


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
