"""What can be wrong with an OSGi configuration.

OsgiError
├── ConfigurationFileError  the file is refused, or no single file wins
├── PlaceholderError        a placeholder's value does not fit
└── VariablesFileError      a file of variables has none of the shapes that are read
"""


class OsgiError(ValueError):
    """AEM could not use this configuration; the text names the property or the file, never a variable's value."""


class ConfigurationFileError(OsgiError):
    """A `.cfg.json` file that Apache Felix refuses whole, or files among which AEM defines no winner.

    ``line`` is the one at which the reading stops, the first where none is to blame.
    """

    def __init__(self, message: str, line: int = 1) -> None:
        self.line = line
        super().__init__(message)


class PlaceholderError(OsgiError):
    """A placeholder that makes the resolution of the whole configuration fail."""


class VariablesFileError(OsgiError):
    """A file of environment variables that cannot be understood."""
