"""The window. Importing it makes Qt safe to call under Python 3.11 (see `none_guard`), whatever is shown first."""

from app.ui.none_guard import keep_none_alive

keep_none_alive()
