"""Builds the wheel: the packages, and inside them the resources with the translations compiled."""

from __future__ import annotations

import runpy
from pathlib import Path

from setuptools import find_namespace_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent


class BuildWithTranslations(build_py):
    """Compiles the translations before the resources are gathered."""

    def run(self) -> None:
        """Build; stops with the conflicts when two parts translate one text differently."""
        conflicts = runpy.run_path(str(ROOT / "packaging" / "translations.py"))["compile_parts"]()
        if conflicts:
            raise SystemExit("\n".join(conflicts))
        super().run()


setup(
    packages=[*find_namespace_packages(include=["tradecrm", "tradecrm.*"]), "tradecrm.resources"],
    package_dir={"tradecrm.resources": "resources"},
    package_data={"": ["*.mako", "*.sql", "*.json", "*.csv"], "tradecrm.resources": ["**/*"]},
    exclude_package_data={"tradecrm.resources": ["locale/parts/*"]},
    cmdclass={"build_py": BuildWithTranslations},
)
