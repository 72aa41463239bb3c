"""Kills, faults and damage by the full count: `python -m tests.torture`, which writes docs/reliability.md."""
