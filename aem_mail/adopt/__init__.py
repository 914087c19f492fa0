"""From a live environment to the files that declare it: what can be declared, what is the mail's, and the files' text; pure."""
