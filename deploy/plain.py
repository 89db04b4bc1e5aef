"""The app as a plain script, for a host that does not accept the app object of app.py.

Without it there are no security headers, no kind sentence for a page that failed, and the first
visitor waits for the imports. It is not beside pages/, where deep links would break, and puts the
repository on the path itself, for nobody has installed it there.
"""

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
runpy.run_path(str(ROOT / "poolviz/ui/shell.py"))
