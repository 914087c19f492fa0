"""Tests of the Cloud Manager client, against real servers on loopback."""
