"""Sees to the system libraries that WeasyPrint loads, to Python's own venv module and to fonts of other scripts.

Installs what is missing with apt-get (Debian, Ubuntu) or Homebrew (macOS); where it cannot, says in one sentence what
to install. Uses the standard library alone, as it runs before there is an environment.
"""

import ctypes
import importlib.util
import os
import platform
import shutil
import subprocess
import sys

LIBRARIES = {  # what WeasyPrint loads by name: (Linux file, Debian package)
    "GObject": ("libgobject-2.0.so.0", "libglib2.0-0"),
    "Pango": ("libpango-1.0.so.0", "libpango-1.0-0"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
    "HarfBuzz": ("libharfbuzz.so.0", "libharfbuzz0b"),
    "HarfBuzz subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
    "Fontconfig": ("libfontconfig.so.1", "libfontconfig1"),
}

SCRIPTS = {  # a language that tells whether a script can be printed: the Debian package whose fonts have its letters
    "ja": "fonts-noto-cjk", "ko": "fonts-noto-cjk", "zh-cn": "fonts-noto-cjk",
    "ar": "fonts-noto-core", "he": "fonts-noto-core", "hi": "fonts-noto-core", "th": "fonts-noto-core",
}  # fmt: skip


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def run(command: list[str]) -> bool:
    print("+", " ".join(command), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, check=False).returncode == 0


def missing_on_linux() -> list[str]:
    packages = [package for file, package in LIBRARIES.values() if not loads(file)]
    if importlib.util.find_spec("ensurepip") is None:
        packages.append("python3-venv")
    return packages


def missing_fonts() -> list[str]:
    """Packages of fonts that the report's own ones fall back to; none are needed for Latin, Greek and Cyrillic."""
    if not shutil.which("fc-list"):
        return sorted(set(SCRIPTS.values()))
    found = {
        language: subprocess.run(["fc-list", f":lang={language}", "file"], capture_output=True, check=False).stdout
        for language in SCRIPTS
    }
    return sorted({package for language, package in SCRIPTS.items() if not found[language]})


def install_on_linux(packages: list[str]) -> bool:
    if not shutil.which("apt-get"):
        return False
    if os.geteuid() == 0:
        prefix = []
    elif shutil.which("sudo"):
        prefix = ["sudo"]
    else:
        return False
    run([*prefix, "apt-get", "update", "-qq"])
    return run([*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036  this runs before the environment that promises it
        print(f"Bandwise needs Python 3.11 or later; this is {platform.python_version()}. Say which with make PYTHON=…")
        return 1
    if platform.system() == "Linux":
        packages = missing_on_linux()
        if packages and not (install_on_linux(packages) and not missing_on_linux()):
            print(f"Please install these system packages, then run make again: {', '.join(packages)}"
                  " (names as on Debian; elsewhere install Pango 1.44 or later, HarfBuzz with its subset library,"
                  " GLib and Fontconfig).")
            return 1
        fonts = missing_fonts()
        if fonts and not install_on_linux(fonts):
            print(f"Answers in other scripts than Latin, Greek and Cyrillic may need fonts: {', '.join(fonts)}.")
    elif platform.system() == "Darwin":
        brew = shutil.which("brew")
        libraries = os.path.join(os.path.dirname(os.path.dirname(brew)), "lib") if brew else ""
        if not os.path.exists(os.path.join(libraries, "libpango-1.0.dylib")) and not (
            brew and run([brew, "install", "pango"])
        ):
            print("Please install Pango, then run make again: brew install pango (Homebrew: see its own site).")
            return 1
    else:
        print("Please install Pango 1.44 or later by hand (on Windows with MSYS2: pacman -S mingw-w64-x86_64-pango).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
