"""Which generation of an index the database's marks speak of."""

from typing import ClassVar

from django.db import models


class IndexState(models.Model):
    """The generation of one index that ``Submission.indexed_version`` speaks of, and how many writes it took at least.

    An index that was lost, was put back from an older copy or belongs to another database is told by it.
    ``replaced_by`` names a generation that is just being put in use.
    """

    name = models.CharField(max_length=10, primary_key=True)  # of the index: open, sealed
    generation = models.CharField(max_length=64)
    writes = models.PositiveBigIntegerField(default=0)
    replaced_by = models.CharField(max_length=64, blank=True)

    objects: ClassVar[models.Manager["IndexState"]]

    class Meta:
        default_permissions = ()

    def __str__(self):
        """Return its name and generation."""
        return f"{self.name} {self.generation}"

    def knows(self, generation, writes):
        """Return whether this is the generation that the database knows, with nothing missing that it was given."""
        is_this = generation == self.generation and writes >= self.writes
        return is_this or (bool(generation) and generation == self.replaced_by)

    @classmethod
    def note(cls, name, generation, writes):
        """Note how many writes a generation has taken; one that replaced another is the known one from now on."""
        known = cls.objects.filter(name=name)
        known.filter(generation=generation, writes__lt=writes).update(writes=writes)
        known.filter(replaced_by=generation).update(generation=generation, writes=writes, replaced_by="")

    @classmethod
    def announce(cls, name, generation):
        """Note that a generation is about to be put in use."""
        if not cls.objects.filter(name=name).update(replaced_by=generation):
            cls.objects.create(name=name, generation=generation, replaced_by=generation)
