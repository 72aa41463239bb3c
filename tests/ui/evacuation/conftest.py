"""The guard post's window, with a runner whose children open the same site."""

from __future__ import annotations

from tests.ui.visits.conftest import screen as screen
