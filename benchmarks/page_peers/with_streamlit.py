"""One session of the Streamlit page without a browser: python with_streamlit.py FOLDER PAGE"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from streamlit.testing.v1 import AppTest


def main(folder: Path, out: Path) -> None:
    os.environ["TELEMETRY"] = str(folder / "telemetry.duckdb")
    app = AppTest.from_file(str(Path(__file__).with_name("streamlit_app.py")), default_timeout=3600).run()
    if app.exception:
        raise SystemExit(str(app.exception))
    out.write_text("\n".join(chart.proto.SerializeToString().hex() for chart in app.get("plotly_chart")))
    print(app.session_state["sums"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
