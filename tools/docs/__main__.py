"""`python -m tools.docs`: write the pages in docs/ that come from the code."""

from aem_mail.files import write_within
from tools.docs import DOCS, GENERATED, content

if __name__ == "__main__":
    for name in GENERATED:
        write_within(DOCS, DOCS / name, content(name).encode())
