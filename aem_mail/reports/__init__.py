"""Everything that is shown: the documents of reports, and the forms in which they are written."""
