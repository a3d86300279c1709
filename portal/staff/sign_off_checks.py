"""The sign-off of pages: by a second person, and only when nothing stands in the way."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from portal.staff.page_content import writer_of


@dataclass(frozen=True, slots=True)
class SignOffCheck:
    """A line of what stands in the way: `passed` is None for what is worth a look but stops nobody."""

    name: str
    passed: bool | None
    says: str


def checks_of_page(page, user=None):
    """Return the check list of a page's latest revision; `user` is the person who would sign it off, if known."""
    own = page.sign_off_checks() if hasattr(page, "sign_off_checks") else []
    return [*own, check_pictures(page), check_second_person(page, user)]


def in_the_way(page, user):
    """Return why this person cannot sign the page off, as sentences; an empty list means that they can."""
    return [check.says for check in checks_of_page(page, user) if check.passed is False]


def writers_of(page):
    """Return the people who submitted or last changed a page; none of them may sign it off alone."""
    state = page.workflow_states.filter(status=WorkflowState.STATUS_IN_PROGRESS).first()
    people = [state.requested_by if state else None, writer_of(page)]
    return [person for person in dict.fromkeys(people) if person]


def check_second_person(page, user):
    """Check that who signs off did not write it; open while nobody is named."""
    writers = writers_of(page)
    names = ", ".join(map(str, writers))
    if user is None:
        says = _("Signed off by somebody else than %s: not yet.") % names if names else _("Signed off: not yet.")
        return SignOffCheck("second", None, says)
    if user in writers:
        return SignOffCheck("second", False, _("You submitted or last changed it, so somebody else signs it off."))
    return SignOffCheck("second", True, _("It was written by %s, and you are somebody else.") % (names or _("nobody")))


def check_pictures(page):
    """Check that every picture in the text is told in words, or marked as decoration."""
    if any(not picture.decorative and not picture.contextual_alt_text for picture in pictures_in(page)):
        says = _("Pictures in the text lack words: describe each, or mark it as decoration.")
        return SignOffCheck("pictures", False, says)
    return SignOffCheck("pictures", True, _("Every picture in the text is told in words, or is decoration."))


def pictures_in(page):
    """Yield the pictures in the text of a page: blocks of an image, or with an image in them."""
    for block in getattr(page, "body", None) or []:
        if block.block_type == "image" and block.value:
            yield block.value
        elif block.block_type == "picture" and block.value["image"]:
            yield block.value["image"]
