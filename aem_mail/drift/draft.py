"""A finding on its way: with how it is adopted, before it has its cost, its remedies and the judgement of the file of ignores."""

from dataclasses import dataclass

from aem_mail.drift.adoption import AdoptionSnippet
from aem_mail.drift.finding import DriftFinding


@dataclass(frozen=True, slots=True)
class Draft:
    """``fixable`` is false where the environment is gone, so that no `pulumi up` brings the thing back.

    ``repair`` is how it is restored where `pulumi up --refresh` alone would be refused.
    """

    finding: DriftFinding
    adoption: AdoptionSnippet | None = None
    fixable: bool = True
    repair: AdoptionSnippet | None = None
