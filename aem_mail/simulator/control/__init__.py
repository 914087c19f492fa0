"""The control plane under /_sim: see and set everything, break things, send a mail."""
