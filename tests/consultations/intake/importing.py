"""What tests of the import share: headings, and the command as people run it."""

import pytest
from django.core.management import CommandError, call_command

POLIS = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
LETTERS = "Reference,Received,Channel,Name,E-mail,Title,Text,Decision\n"


def run(file, consultation, *options, mapping="polis"):
    call_command("import_submissions", file, *options, consultation=consultation.slug, mapping=mapping)


def refused(capsys, *arguments, **named):
    """Run an import that fails; return what it says: on standard output, of rows, and at the end."""
    with pytest.raises((SystemExit, CommandError)) as stop:
        run(*arguments, **named)
    if isinstance(stop.value, SystemExit):
        assert stop.value.code == 1
    printed = capsys.readouterr()
    return printed.out, printed.err.splitlines(), str(stop.value)
