"""What a program says of its resources: warnings and refusals, made visible, since they quote what others named."""

import pulumi

from aem_mail.text.characters import visible, visible_lines


def warn(text: str, resource: pulumi.Resource) -> None:
    """Leave a warning about a resource in the command's output."""
    pulumi.log.warn(visible(text), resource)


def refusal(text: object) -> pulumi.RunError:
    """Return the error that ends a program with a text of one or several lines, and without a traceback."""
    return pulumi.RunError(visible_lines(str(text)))
