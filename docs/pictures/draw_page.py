"""Takes the pictures of docs/page.md.

python docs/pictures/draw_page.py [folder]
"""

from __future__ import annotations

import os
import shutil
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import sync_playwright

import rotasi

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: By name: the view and the colours.
PICTURES = {"page-roster": ("#grid", "light"), "page-person": ("#person/20", "dark")}


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    named = os.environ.get("ROTASI_CHROMIUM")
    browser = named or next(filter(None, map(shutil.which, BROWSERS)))
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "roster.html"
        roster, policy = rotasi.datasets.city(300), rotasi.presets.bekasi_2026()
        rotasi.solve(roster, policy).to_html(path, language="en")
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for name, (view, scheme) in PICTURES.items():
            page = chromium.new_page(
                viewport={"width": 1280, "height": 760},
                color_scheme=scheme,  # type: ignore[arg-type]
            )
            page.goto(path.as_uri() + view)
            shot = Image.open(BytesIO(page.screenshot()))
            shot.convert("RGB").quantize(64).save(target / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
