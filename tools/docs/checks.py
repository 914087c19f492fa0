"""The page `docs/checks.md`."""

from collections.abc import Iterator, Mapping
from typing import Final

from aem_mail.checks import CHECKS
from aem_mail.checks.catalogue import CONFIGURATION, DECLARATION, LIVE, PRODUCTION, SIBLINGS, VARIABLES, Check
from aem_mail.checks.ignores import FILE_NAME

NEEDS: Final[Mapping[str, str]] = {
    CONFIGURATION: "configuration",
    VARIABLES: "variables",
    DECLARATION: "declaration",
    LIVE: "live",
    SIBLINGS: "siblings",
    PRODUCTION: "production",
}
"""A word for each thing that a check may need."""
INTRODUCTION: Final = f"""# The checks

Each mistake that keeps AEM from sending mail, or sends it differently from what you declared, has an id. `aem-mail check` looks for all of
them, `pulumi preview` for those that need no answer of Cloud Manager. Errors end a preview, and give `aem-mail check` the exit code 2.

`aem-mail check` is 0 only where a mail would arrive. What is live is judged as it is, and what is declared and not there is an error
([M34](#m34), [M35](#m35)): before the first `pulumi up`, that is all that is declared. The first line says what was not judged. Where there
is no OSGi configuration that can be read, mail cannot be checked, and the exit code is 2; `--without-osgi` says that this is meant. With
`--offline`, 0 means that nothing that could be judged is wrong. [What each command says](verdicts.md) has the situations side by side.

A finding that you decided to ignore goes into `{FILE_NAME}` beside Pulumi.yaml; it is still shown and counted as ignored, and
counts again after its expiry:

```yaml
- check: M07
  where: "port forward 30025*"   # optional: a pattern for the place that the finding names
  reason: the relay in our data centre has no other port
  owner: mail-team
  expires: 2030-12-31
```

Findings of drift go into the same file, [by their keys](drift.md#what-to-do-about-it).

`aem-mail check --program P` checks all environments of a program, and compares them with each other.
[reports.md](reports.md) describes the forms of the report, and the picture of the mail path.

## An AEM project alone

`aem-mail check DIRECTORY` checks an AEM project without Pulumi, ids or credentials. `DIRECTORY` is its repository, its `jcr_root`, its
`apps`, or one `osgiconfig` folder:

<!-- first: the variables of the environment are in a file -->
```sh
aem-mail check aem-project --environment-type dev --variables variables.yaml
```

- Every `osgiconfig` folder below `DIRECTORY` is judged, all together, as AEM has them, and so are other folders with `config…` folders
  below `jcr_root/apps`. Files count at any depth and in every form that AEM takes: [M38](#m38). Hidden folders, links, `target` and
  `node_modules` are left out. Where there is none, the exit code is 3.
- The project is judged for dev, stage and prod, in one group where they take the same files, and for rde where a folder is for it;
  `--environment-type` chooses one.
- `--variables FILE` has the variables of the environment, in [Adobe's format](adopt.md#adobes-variables-file) or as Cloud Manager answers.
  What is not in it is unset. A secret needs no value.
- Without that file, no variable is known: a placeholder is not judged by its default, and what would be wrong with it is an info. Port
  forwards are not known either, but a port that none can have is an error.
- No stack is read, and `aem-mail-ignore.yaml` is that of the folder in which the command runs.
- With `--program` and `--environment`, or with `--stack`, the same apps are judged with what is live, or declared.

The project's own tools can run it:

- **[pre-commit](https://pre-commit.com)**: the hook `aem-mail-check` of this repository runs where a mail configuration is committed.
- **Maven**: [`examples/aem-project/pom.xml`](../examples/aem-project/pom.xml) has it fail the build, by `exec-maven-plugin`.
- **GitHub**: [`aem-mail-check.yml`](../pipelines/github/aem-mail-check.yml) shows each finding at its line of a pull request.

## The mistakes

This page is generated from the code: `make docs`. A check that has no *Needs* judges the declaration alone.

{"".join(f"- `{word}`: {need}{chr(10)}" for need, word in NEEDS.items())}"""


def page() -> str:
    """Return it as Markdown."""
    return "\n".join([INTRODUCTION, *_overview(), "", *(line for one in CHECKS.values() for line in _section(one))])


def _overview() -> Iterator[str]:
    yield "| id | mistake |"
    yield "| --- | --- |"
    for one in CHECKS.values():
        yield f"| [{one.id}](#{one.id.lower()}) | {one.title} |"


def _section(one: Check) -> Iterator[str]:
    yield f"## {one.id}"
    yield ""
    yield f"**{one.title}** ({one.severity})"
    yield ""
    yield f"- Seen in AEM: {one.symptom}"
    yield f"- Checked: {one.explanation}"
    yield from [f"- Needs: {', '.join(f'`{NEEDS[need]}`' for need in one.needs)}"] if one.needs else []
    yield f"- Known from: {one.source}"
    yield ""
