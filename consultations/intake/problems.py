"""What is wrong with a file, a mapping or a row; each message names the place and says what to do."""


class UnreadableFile(ValueError):
    """The file cannot be read as a table; nothing of it is stored."""


class MappingError(ValueError):
    """The mapping or the file's headings cannot work; the message says why."""


class RowError(ValueError):
    """One row cannot be taken in; the message says why."""
