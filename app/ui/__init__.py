"""The window. Importing it makes Qt safe to call under Python 3.11 (see `immortals`), whatever is shown first."""

from app.ui.immortals import keep_constants_alive

keep_constants_alive()
