"""`python -m tools.docs`: write what comes from the code."""

from aem_mail.files import write_within
from tools.docs import CHECKOUT, GENERATED, content

if __name__ == "__main__":
    for name in GENERATED:
        write_within(CHECKOUT, CHECKOUT / name, content(name).encode())
