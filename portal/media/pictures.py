"""Pictures lose their metadata before they are stored, so that no rendition and no original has them."""

from django.core.files.base import ContentFile
from wagtail.images import get_image_model

from portal.media.document_metadata import without_document_metadata
from portal.media.metadata import BrokenPicture, without_metadata


def strip_picture(sender, instance, **_signal):
    """Replace the file of a picture that is about to be stored by one without metadata."""
    if instance.file and not instance.file._committed and strip_upload(instance.file):
        instance._set_image_file_metadata()


def strip_waiting_upload(sender, instance, **_signal):
    """Do the same for a picture or a document that waits for its title."""
    is_picture = instance.for_content_type.model_class() is get_image_model()
    if instance.file and not instance.file._committed:
        strip_upload(instance.file, without_metadata if is_picture else without_document_metadata)


def strip_upload(file, strip=without_metadata):
    """Take the metadata out of an uncommitted file; return whether there were any."""
    file.seek(0)
    data = file.read()
    file.seek(0)
    clean = strip(data)
    if clean == data:
        return False
    setattr(file.instance, file.field.name, ContentFile(clean, name=file.name))
    return True


def strip_stored_picture(image):
    """Take the metadata out of a picture of an earlier release, and delete its renditions; return whether it had any.

    Raises BrokenPicture for a file that cannot be read, OSError for one that is gone.
    """
    with image.file.open("rb") as file:
        data = file.read()
    clean = without_metadata(data)
    if clean == data:
        return False
    before, storage = image.file.name, image.file.storage
    image.file = ContentFile(clean, name=before.rpartition("/")[2])
    image._set_image_file_metadata()
    image.save()
    for rendition in image.renditions.all():
        rendition.delete()
    storage.delete(before)
    return True


def strip_stored_pictures():
    """Yield each picture of the site with "stripped", "clean", or what is wrong with its file."""
    for image in get_image_model().objects.order_by("pk").iterator():
        try:
            yield image, "stripped" if strip_stored_picture(image) else "clean"
        except (BrokenPicture, OSError) as error:
            yield image, str(error)
