"""`python -m app` is `yinghou`."""

import sys

from app.main import main

sys.exit(main())
