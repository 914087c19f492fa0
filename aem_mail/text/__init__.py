"""Text made fit to be shown: visible characters, English words, what is confidential kept out, and the streams that take it."""
