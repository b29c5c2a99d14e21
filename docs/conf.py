"""How the documentation becomes a site: `sphinx-build -W docs FOLDER`."""

import sys
from pathlib import Path
from typing import Any

import spine_vigil

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS / "extensions"))

project = "vigil"
author = "The vigil authors"
project_copyright = author
release = version = spine_vigil.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
default_role = "code"  # docstrings write names in single backticks
autodoc_typehints_format = "short"
myst_heading_anchors = 3
exclude_patterns = ["edition.json"]

html_theme = "furo"  # brings its fonts and scripts along: a page asks no other host for anything
html_static_path = ["_static"]
html_extra_path = ["generated/extra"]
html_css_files = ["site.css"]
html_title = f"vigil {release}"
html_copy_source = html_show_sourcelink = False


def setup(app: Any) -> None:
    """Have the generated pages written before Sphinx looks for pages, and for what is copied as it is."""
    from generated_pages import write_pages

    app.connect("config-inited", lambda app, _: write_pages(Path(app.srcdir) / "generated"))
