"""The documentation as a web site (`make site`): the pages of the repository, and the API reference from docstrings."""
