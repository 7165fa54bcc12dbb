"""``python -m cli`` is ``linli``."""

import sys

from cli.main import main

sys.exit(main())
