"""A finding on its way: with how it is adopted, before it has its cost, its remedies and the judgement of the file of ignores."""

from dataclasses import dataclass

from aem_mail.drift.adoption import Adoption
from aem_mail.drift.finding import Finding


@dataclass(frozen=True, slots=True)
class Draft:
    """``fixable`` is false where the environment is gone, so that no `pulumi up` brings the thing back."""

    finding: Finding
    adoption: Adoption | None = None
    fixable: bool = True
