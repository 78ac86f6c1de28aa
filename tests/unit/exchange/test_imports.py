"""Libraries for files are imported only by what reads or writes such files."""

import subprocess
import sys

LIBRARIES = (
    *("numpy", "openpyxl", "opentimelineio", "pandas", "praatio", "pyarrow", "pympi", "pysubs2"),
    *("av", "cv2", "otio_cmx3600_adapter"),
)


def test_the_formats_alone_import_none() -> None:
    program = (
        "import sys, bodycam_annotator, bodycam_annotator.exchange.formats;"
        f"print(sorted({set(LIBRARIES)} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
